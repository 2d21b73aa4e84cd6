"""The private cards of setting a circle up and looking at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import discord
from discord import ui as items

from bot.care.cases.models import CareRules
from bot.care.cases.rules import policy
from bot.circles.models import Circle, Draft, Place
from bot.circles.permissions import Need
from bot.circles.zones import Found
from bot.listeners.models import Fared
from bot.sharing.rules import promises
from bot.sharing.rules.models import Rules
from cogs import ui
from cogs.circles import looked_after

PRIMARY = discord.ButtonStyle.primary


@dataclass(frozen=True)
class Showing:
    """What every card here needs: words in one language, the present, and what each language calls itself."""

    text: ui.Words
    now: datetime
    languages: Mapping[str, str]

    def time(self, zone: str) -> str:
        """What a clock there shows: 14:05."""
        return self.now.astimezone(ZoneInfo(zone)).strftime("%H:%M")

    def zone_label(self, found: Found) -> str:
        return self.text("circle.zone_label", name=found.name, zone=found.zone, time=self.time(found.zone))[
            :100
        ]

    def settings(
        self, channels: Mapping[Place, int], role_id: int | None, zone: str | None, locale: str
    ) -> str:
        assert zone is not None
        return self.text(
            "circle.settings",
            circle=f"<#{channels[Place.CIRCLE]}>",
            sharing=f"<#{channels[Place.SHARING]}>",
            facilitators=f"<#{channels[Place.FACILITATORS]}>",
            role=f"<@&{role_id}>",
            zone=zone,
            time=self.time(zone),
            language=self.languages.get(locale, locale),
        )


@dataclass(frozen=True)
class Findings:
    """What there is to say about what was chosen: what is in the way, what the bot lacks, what to mind."""

    faults: Sequence[str] = ()
    lacking: Sequence[Need] = ()
    warnings: Sequence[str] = ()

    @property
    def in_the_way(self) -> bool:
        return bool(self.faults) or any(need.necessary for need in self.lacking)


def state_lines(text: ui.Words, findings: Findings, channels: Mapping[Place, int]) -> list[str]:
    necessary = [need for need in findings.lacking if need.necessary]
    helpful = [need for need in findings.lacking if not need.necessary]
    lines = [*findings.faults]
    for heading, needs in (("circle.lacking.necessary", necessary), ("circle.lacking.helpful", helpful)):
        if needs:
            lines += [text(heading), *(_need(text, need, channels[need.place]) for need in needs)]
    return [*lines, *findings.warnings]


def _need(text: ui.Words, need: Need, channel_id: int) -> str:
    return text(
        "circle.lacking.line",
        permission=text(f"circle.permission.{need.permission}"),
        channel=f"<#{channel_id}>",
        why=text(f"circle.why.{need.place}.{need.permission}"),
    )


def review(showing: Showing, draft: Draft, findings: Findings, care: CareRules) -> ui.Card:
    """Everything once more, before it is saved."""
    text, change = showing.text, draft.circle_id is not None
    lines = state_lines(text, findings, draft.channels)
    return ui.Card(
        items.Container(
            items.TextDisplay(text("circle.review.title", circle=draft.name)),
            items.TextDisplay(
                showing.settings(draft.channels, draft.facilitator_role_id, draft.zone, draft.locale)
            ),
            *([items.TextDisplay("\n".join(lines))] if lines else []),
            items.TextDisplay(f"{text('cases.policy.review')}\n{policy(text, care)}"),
            items.TextDisplay(text("circle.review.change" if change else "circle.review.new")),
            ui.row(
                ui.button(text("circle.review.save"), "circle:save", PRIMARY),
                ui.button(text("circle.review.back"), "circle:panel"),
            ),
            accent_colour=ui.ACCENT,
        )
    )


def saved(text: ui.Words, circle: Circle, *, new: bool) -> ui.Card:
    return ui.Card(
        items.Container(
            items.TextDisplay(
                text("circle.saved.new" if new else "circle.saved.changed", circle=circle.name)
            ),
            *(
                [
                    items.TextDisplay(
                        text(
                            "circle.saved.next",
                            channel=f"<#{circle.channel_id}>",
                            sharing=f"<#{circle.sharing_channel_id}>",
                            facilitators=f"<#{circle.facilitators_channel_id}>",
                            role=f"<@&{circle.facilitator_role_id}>",
                        )
                    )
                ]
                if new
                else []
            ),
            ui.row(ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def circle_card(
    showing: Showing, circle: Circle, rules: Rules, findings: Findings | None, fared: Fared | None = None
) -> ui.Card:
    """A circle as anyone in it may see it; `findings` are for facilitators, who may change and close it.

    `fared`: how its shares of late met an answer, if there were enough of them to tell.
    """
    text = showing.text
    settings = showing.settings(circle.channels, circle.facilitator_role_id, circle.zone, circle.locale)
    lines = [] if findings is None else state_lines(text, findings, circle.channels)
    buttons = [
        ui.button(text("cases.policy.button"), f"care:policy:{circle.id}"),
        looked_after.button(text, circle),
        ui.help_button(text),
    ]
    if findings is not None:
        buttons = [
            ui.button(text("circle.card.change"), f"circle:change:{circle.id}"),
            ui.button(text("circle.card.sharing_rules"), f"sharing:settings:{circle.id}"),
            ui.button(text("circle.card.close"), f"circle:close:{circle.id}"),
            *buttons,
        ]
    return ui.Card(
        items.Container(
            items.TextDisplay(text("circle.card.title", circle=circle.name)),
            items.TextDisplay(settings),
            items.TextDisplay(text("circle.card.next", sharing=f"<#{circle.sharing_channel_id}>")),
            items.TextDisplay(text("circle.card.sharing", rules=promises.all_of_it(text, circle, rules))),
            *([] if fared is None else [items.TextDisplay(_fared(text, fared))]),
            *([items.TextDisplay(text("circle.card.for_facilitators"))] if findings is not None else []),
            *([items.TextDisplay("\n".join(lines))] if lines else []),
            *ui.rows(*buttons),
            accent_colour=ui.ACCENT,
        )
    )


def _fared(text: ui.Words, fared: Fared) -> str:
    told = {None: "fewer", 1: "median_one"}.get(fared.median_hours, "median")
    return text(f"listen.fared.{told}", hours=fared.median_hours, percent=fared.within_a_day)


def closing(text: ui.Words, circle: Circle) -> ui.Card:
    return ui.Card(
        items.Container(
            items.TextDisplay(text("circle.closing.text", circle=circle.name)),
            ui.row(
                ui.button(text("circle.closing.keep"), f"circle:show:{circle.id}"),
                ui.button(
                    text("circle.closing.close"), f"circle:end:{circle.id}", discord.ButtonStyle.danger
                ),
            ),
            accent_colour=ui.ACCENT,
        )
    )
