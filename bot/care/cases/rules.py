from __future__ import annotations

from collections.abc import Callable

from bot.audit.service import Audit
from bot.care.cases import store
from bot.care.cases.models import STANDS, CareRules
from bot.circles.models import Actor, Circle
from bot.db import Database

Words = Callable[..., str]


class Rules:
    """What facilitators decide about care in their circle."""

    def __init__(self, db: Database, audit: Audit) -> None:
        self._db = db
        self._audit = audit

    async def of(self, circle_id: str) -> CareRules:
        return await store.rules(self._db, circle_id)

    async def change(self, actor: Actor, circle: Circle, *, alert: bool) -> CareRules:
        circle.require_facilitator(actor)
        rules = CareRules(alert=alert)
        async with self._db.transaction() as tx:
            if await store.rules(tx, circle.id) != rules:
                await store.save_rules(tx, circle.id, rules)
                await self._audit.record(tx, circle.id, "care.policy_changed")
        return rules


def before_writing(text: Words, rules: CareRules) -> list[str]:
    """What somebody is to know of it before they write, if anything."""
    return [text("cases.policy.form")] if rules.alert else []


def policy(text: Words, rules: CareRules) -> str:
    """How care works in a circle with these rules, said to whoever is in it or sets it up."""
    hours = STANDS.total_seconds() // 3600
    return "\n".join(
        [
            text("cases.policy.noticing"),
            text("cases.policy.alert" if rules.alert else "cases.policy.no_alert"),
            text("cases.policy.reach", hours=int(hours)),
            text("cases.policy.concern"),
            text("cases.policy.never"),
        ]
    )
