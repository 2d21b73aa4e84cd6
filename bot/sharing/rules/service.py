from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.audit.service import Audit
from bot.circles.models import Actor, Circle
from bot.db import Database, Reader
from bot.sharing.rules import store
from bot.sharing.rules.models import Rules


class SharingRules:
    def __init__(self, db: Database, audit: Audit) -> None:
        self._db = db
        self._audit = audit

    async def of(self, circle_id: str, db: Reader | None = None) -> Rules:
        """A circle's rules. `db`: the transaction they are asked in, if any."""
        return await store.rules(db or self._db, circle_id)

    async def change(self, actor: Actor, circle: Circle, **changes: Any) -> Rules:
        """Change what is given; the rules as they are now. What is under way already keeps its own."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            old = await store.rules(tx, circle.id)
            rules = replace(old, **changes)
            if rules != old:
                await store.save(tx, circle.id, rules)
                await self._audit.record(tx, circle.id, "share.rules_changed")
        return rules
