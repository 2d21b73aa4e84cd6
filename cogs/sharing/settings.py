"""The facilitators' panel: how shares come to be posted, each choice with what it protects and costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import time
from typing import Any

import discord
from discord import ui as items

from bot.circles.models import Circle
from bot.errors import UserError
from bot.sharing.models import OPEN_DAYS
from bot.sharing.rules import promises
from bot.sharing.rules.models import PRESETS, Leaving, Preset, Review, Rules, preset_of
from bot.sharing.waiting import mixing
from cogs import ui
from cogs.sharing import image_views

HOLD_MINUTES = (15, 30, 60, 120, 240, 480)
HOURS = tuple(time(hour) for hour in range(24))
AUTHORS = tuple(range(2, 9))
LINK_DAYS = (0, 7, 14, 30)
UNANSWERED_HOURS = (3, 6, 12, 24, 48)
OF_A_CHOICE: Mapping[str, Callable[[str], Any]] = {
    "leaving": Leaving,
    "hold_minutes": int,
    "hour": time.fromisoformat,
    "authors": int,
    "review": Review,
    "votes": int,
    "link_days": int,
    "unanswered_hours": int,
}
"""What a select's value means, by the name of the rule."""
ALIKE = frozenset({"hold_minutes", "hour", "unanswered_hours"})
"""The rules of which each choice has the same why: said once, above."""
ON, OFF = "on", "off"


class SettingsCog(ui.Cog, name="sharing settings"):
    """A press changes one rule only, so two who choose at once take nothing from each other."""

    @ui.on_press("sharing:settings")
    async def show(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self._circle(interaction, circle_id)
        circle.require_facilitator(ui.actor(interaction))
        await self._show(interaction, circle, await self.app.sharing.rules.of(circle.id))

    @ui.on_press("sharing:choose")
    async def choose(self, interaction: ui.Interaction, rule: str, circle_id: str) -> None:
        [value] = ui.chosen(interaction)
        await self._change(interaction, circle_id, **{rule: OF_A_CHOICE[rule](value)})

    @ui.on_press("sharing:images")
    async def images(self, interaction: ui.Interaction, allowed: str, circle_id: str) -> None:
        await self._change(interaction, circle_id, images=allowed == ON)

    @ui.on_press("sharing:preset")
    async def preset(self, interaction: ui.Interaction, preset: str, circle_id: str) -> None:
        await self._change(interaction, circle_id, preset=Preset(preset), **PRESETS[Preset(preset)])

    @ui.on_press("sharing:shorten")
    async def shorten(self, interaction: ui.Interaction, what: str, circle_id: str) -> None:
        """What was asked about, confirmed: a preset by its name, or a number of days."""
        changes = PRESETS[Preset(what)] if what in set(Preset) else {"link_days": int(what)}
        await self._change(interaction, circle_id, sure=True, **changes)

    @ui.on_press("sharing:card")
    async def post_card(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self._circle(interaction, circle_id)
        await self.app.sharing.rules.post_card(ui.actor(interaction), circle)
        remark = self.words(interaction)("rules.panel.card_done", channel=f"<#{circle.sharing_channel_id}>")
        await self._show(interaction, circle, await self.app.sharing.rules.of(circle.id), remark)

    async def _change(
        self,
        interaction: ui.Interaction,
        circle_id: str,
        *,
        sure: bool = False,
        preset: Preset | None = None,
        **changes: Any,
    ) -> None:
        """Make it so, and show it. Where that ends links which were promised to live longer, ask first."""
        circle = await self._circle(interaction, circle_id)
        circle.require_facilitator(ui.actor(interaction))
        rules, days = self.app.sharing.rules, changes.get("link_days")
        if days is not None and not sure and await rules.would_shorten(circle.id, days):
            asked = shortening(self.words(interaction), circle, days, preset or str(days))
            await ui.replace(interaction, asked)
        else:
            changed = await rules.change(ui.actor(interaction), circle, **changes)
            await self._show(interaction, circle, changed)

    async def _show(
        self, interaction: ui.Interaction, circle: Circle, rules: Rules, remark: str = ""
    ) -> None:
        text = self.words(interaction)
        remark = remark or image_views.hindered(text, interaction, circle, rules)
        await ui.replace(interaction, panel(text, circle, rules, remark))

    async def _circle(self, interaction: ui.Interaction, circle_id: str) -> Circle:
        circle = await self.app.circles.get(circle_id)
        if circle.guild_id != interaction.guild_id:
            raise UserError("common.errors.circle_gone")
        return circle


def panel(text: ui.Words, circle: Circle, rules: Rules, remark: str = "") -> ui.Card:
    title = text("rules.panel.title", circle=circle.name)
    intro = text("rules.panel.intro", channel=f"<#{circle.sharing_channel_id}>")
    stopped = [text("rules.panel.stopped")] if rules.stopped else []
    return ui.Card(
        items.Container(
            items.TextDisplay("\n".join([title, intro, *stopped])),
            *_presets(text, circle, rules),
            *(item for rule in _asked(rules) for item in _choice(text, circle, rules, rule)),
            _images(text, circle, rules),
            *([items.TextDisplay(remark)] if remark else []),
            ui.row(
                ui.button(text("rules.panel.card"), f"sharing:card:{circle.id}"),
                ui.button(text("rules.panel.circle"), f"circle:show:{circle.id}"),
                ui.help_button(text),
            ),
            accent_colour=ui.ACCENT,
        )
    )


def _asked(rules: Rules) -> list[str]:
    """The rules that say something beside each other: an hour only where shares are posted at one."""
    detail = {Leaving.HELD: ["hold_minutes"], Leaving.HOUR: ["hour"], Leaving.AUTHORS: ["authors"]}
    votes = [] if rules.review is Review.NONE else ["votes"]
    return [
        "leaving",
        *detail.get(rules.leaving, []),
        "review",
        *votes,
        "link_days",
        "unanswered_hours",
    ]


def _presets(text: ui.Words, circle: Circle, rules: Rules) -> list[items.Item[Any]]:
    now = preset_of(rules)
    lines = [
        text(
            "rules.panel.preset", name=text(f"rules.preset.{each}.name"), why=text(f"rules.preset.{each}.why")
        )
        for each in Preset
    ]
    buttons = [
        ui.button(
            text("rules.panel.chosen", name=text(f"rules.preset.{each}.name"))
            if each is now
            else text(f"rules.preset.{each}.name"),
            f"sharing:preset:{each}:{circle.id}",
            discord.ButtonStyle.primary if each is now else discord.ButtonStyle.secondary,
        )
        for each in Preset
    ]
    return [items.TextDisplay("\n".join([text("rules.panel.presets"), *lines])), ui.row(*buttons)]


def _choice(text: ui.Words, circle: Circle, rules: Rules, rule: str) -> list[items.Item[Any]]:
    """What is chosen and why one might, and the select to choose otherwise."""
    now = getattr(rules, rule)
    options = [
        discord.SelectOption(
            label=_words(text, circle, rule, value, "label"),
            value=_written(value),
            description=None if rule in ALIKE else _words(text, circle, rule, value, "why"),
            default=value == now,
        )
        for value in _offered(rule, now)
    ]
    said = text(
        "rules.panel.choice",
        heading=text(f"rules.{rule}.heading"),
        label=_words(text, circle, rule, now, "label"),
        why=_words(text, circle, rule, now, "why"),
    )
    select = items.Select[Any](
        custom_id=f"sharing:choose:{rule}:{circle.id}",
        placeholder=text(f"rules.{rule}.placeholder"),
        options=options,
    )
    return [items.TextDisplay(said), ui.row(select)]


def _offered(rule: str, now: Any) -> Sequence[Any]:
    """The choices, and in their order what is so now although it isn't one of them."""
    choices: dict[str, Iterable[Any]] = {
        "leaving": Leaving,
        "hold_minutes": HOLD_MINUTES,
        "hour": HOURS,
        "authors": AUTHORS,
        "review": Review,
        "votes": (1, 2),
        "link_days": LINK_DAYS,
        "unanswered_hours": UNANSWERED_HOURS,
    }
    offered = list(choices[rule])
    return offered if now in offered else sorted([*offered, now])


def _words(text: ui.Words, circle: Circle, rule: str, value: Any, what: str) -> str:
    """`what`: `label` or `why`. A choice with words of its own has them under its value."""
    match rule:
        case "leaving" | "review" | "votes":
            return text(f"rules.{rule}.{value}.{what}")
        case "link_days":
            known = value if value in LINK_DAYS else "other"
            return text(f"rules.link_days.{known}.{what}", days=value, total=OPEN_DAYS.days + value)
    return text(
        f"rules.{rule}.{what}",
        average=promises.average(text, value) if rule == "hold_minutes" else "",
        hour=_written(value),
        zone=circle.zone,
        authors=value,
        enough=mixing.enough(value) if rule == "authors" else "",
        hours=value,
    )


def _written(value: Any) -> str:
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


def _images(text: ui.Words, circle: Circle, rules: Rules) -> items.Item[Any]:
    now, other = (ON, OFF) if rules.images else (OFF, ON)
    said = text(
        "rules.panel.choice",
        heading=text("rules.images.heading"),
        label=text(f"rules.images.{now}.label"),
        why=text(f"rules.images.{now}.why"),
    )
    change = text("rules.panel.images_off" if rules.images else "rules.panel.images_on")
    return items.Section(
        items.TextDisplay(said), accessory=ui.button(change, f"sharing:images:{other}:{circle.id}")
    )


def shortening(text: ui.Words, circle: Circle, days: int, what: str) -> ui.Card:
    """`what` was pressed: a preset, or the days."""
    return ui.Card(
        items.Container(
            items.TextDisplay(text("rules.shorten.text", days=OPEN_DAYS.days + days)),
            ui.row(
                ui.button(
                    text("rules.shorten.yes"),
                    f"sharing:shorten:{what}:{circle.id}",
                    discord.ButtonStyle.danger,
                ),
                ui.button(text("rules.shorten.no"), f"sharing:settings:{circle.id}"),
                ui.help_button(text),
            ),
            accent_colour=ui.ACCENT,
        )
    )
