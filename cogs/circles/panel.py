"""The set-up panel: everything a circle needs, chosen in place, with what is still open said under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import discord
from discord import ui as items

from bot.circles.models import NAME_LENGTH, Draft, Place
from bot.circles.zones import COMMON, Found, city
from cogs import ui
from cogs.circles.views import PRIMARY, Findings, Showing, state_lines


@dataclass(frozen=True)
class Panel:
    """The set-up panel of one draft."""

    showing: Showing
    draft: Draft
    findings: Findings
    zones: Sequence[Found] = ()  # found for what was typed; none: one for each stretch of clock
    remarks: Sequence[str] = ()  # what just happened

    @property
    def text(self) -> ui.Words:
        return self.showing.text

    def card(self) -> ui.Card:
        text, draft = self.text, self.draft
        change = draft.circle_id is not None
        ready = not draft.unchosen() and not self.findings.in_the_way
        return ui.Card(
            items.Container(
                items.TextDisplay(
                    text("circle.panel.change" if change else "circle.panel.new", circle=draft.name)
                ),
                *(item for place in Place for item in self._place(place)),
                items.TextDisplay(text("circle.panel.role")),
                ui.row(self._role()),
                items.TextDisplay(self._zone_line()),
                ui.row(self._zone()),
                items.TextDisplay(
                    text(
                        "circle.panel.details",
                        circle=draft.name,
                        language=self.showing.languages[draft.locale],
                    )
                ),
                items.TextDisplay(self._state()),
                ui.row(*self._buttons(change, ready)),
                accent_colour=ui.ACCENT,
            )
        )

    def _buttons(self, change: bool, ready: bool) -> list[items.Button[Any]]:
        text = self.text
        make = [] if change else [ui.button(text("circle.panel.buttons.make"), "circle:make")]
        return [
            ui.button(text("circle.panel.buttons.review"), "circle:review", PRIMARY, disabled=not ready),
            *make,
            ui.button(text("circle.panel.buttons.details"), "circle:details"),
            ui.button(text("circle.panel.buttons.check"), "circle:panel"),
            ui.button(text("circle.panel.buttons.aside"), "circle:aside"),
        ]

    def _place(self, place: Place) -> list[items.Item[Any]]:
        chosen = self.draft.channels.get(place)
        select = items.ChannelSelect[Any](
            custom_id=f"circle:place:{place}",
            channel_types=[discord.ChannelType.text],
            placeholder=self.text("circle.panel.choose_channel"),
            default_values=_chosen(chosen, discord.SelectDefaultValueType.channel),
        )
        return [items.TextDisplay(self.text(f"circle.panel.{place}")), ui.row(select)]

    def _role(self) -> items.RoleSelect[Any]:
        chosen = self.draft.facilitator_role_id
        return items.RoleSelect(
            custom_id="circle:role",
            placeholder=self.text("circle.panel.choose_role"),
            default_values=_chosen(chosen, discord.SelectDefaultValueType.role),
        )

    def _zone_line(self) -> str:
        zone = self.draft.zone
        if zone is None:
            return self.text("circle.panel.zone_open")
        return self.text("circle.panel.zone", zone=zone, time=self.showing.time(zone))

    def _zone(self) -> items.Select[Any]:
        offered = list(self.zones) or [Found(zone, city(zone)) for zone in COMMON]
        chosen = self.draft.zone
        if chosen is not None and chosen not in {found.zone for found in offered}:
            offered = [Found(chosen, city(chosen)), *offered]
        return items.Select(
            custom_id="circle:zone",
            placeholder=self.text("circle.panel.choose_zone"),
            options=[
                discord.SelectOption(
                    label=self.showing.zone_label(found), value=found.zone, default=found.zone == chosen
                )
                for found in offered[:25]
            ],
        )

    def _state(self) -> str:
        """What just happened, then what is still open, then what is in the way."""
        text, unchosen = self.text, self.draft.unchosen()
        lines = list(self.remarks)
        if unchosen:
            names = ", ".join(text(f"circle.panel.open.{name}") for name in unchosen)
            lines.append(text("circle.panel.still_open", names=names))
        lines += state_lines(text, self.findings, self.draft.channels)
        if not unchosen and not self.findings.in_the_way:
            lines.append(text("circle.panel.ready"))
        return "\n".join(lines)


def _chosen(id: int | None, type: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue]:
    if id is None:
        return []
    # As text, which is how Discord documents ids; discord.py 2.7.1 would send a number.
    return [discord.SelectDefaultValue(id=cast(int, str(id)), type=type)]


def details_form(showing: Showing, draft: Draft) -> ui.Form:
    text = showing.text
    name = items.TextInput[Any](custom_id="name", default=draft.name, min_length=1, max_length=NAME_LENGTH)
    zone = items.TextInput[Any](
        custom_id="zone",
        default=city(draft.zone) if draft.zone else None,
        placeholder=text("circle.form.zone_placeholder"),
        required=False,
        max_length=60,
    )
    locale = items.Select[Any](
        custom_id="locale",
        options=[
            discord.SelectOption(label=name, value=known, default=known == draft.locale)
            for known, name in list(showing.languages.items())[:25]
        ],
    )
    return ui.Form(
        text("circle.form.title"),
        "circle:details",
        items.Label(text=text("circle.form.name"), description=text("circle.form.name_why"), component=name),
        items.Label(text=text("circle.form.zone"), description=text("circle.form.zone_why"), component=zone),
        items.Label(text=text("circle.form.language"), component=locale),
    )
