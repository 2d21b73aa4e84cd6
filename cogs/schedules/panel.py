"""The guided panel: a schedule chosen piece by piece, and the forms that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui as items

from bot.circles.models import Actor, Circle
from bot.errors import UserError
from bot.schedules.drafts.models import OFTEN, Draft
from bot.schedules.lines import written
from bot.schedules.models import Kind, Schedule
from bot.schedules.recurrence import MINUTE, WEEK
from bot.schedules.service import Schedules
from cogs import ui
from cogs.schedules.views import HOUR, Decks, Showing, preview

LATE = ("skip_60", "skip_15", "skip_360", "skip_5", "ask_5", "ask_60")
MOST_DECKS = 24  # beside the check-in in a select of 25
PRIMARY = discord.ButtonStyle.primary


def offered(text: ui.Words, decks: Decks) -> dict[str, str]:
    """What can be scheduled: value -> name."""
    names = {"check_in": text("schedule.kinds.check_in")}
    for deck in list(decks.values())[:MOST_DECKS]:
        names[f"prompt:{deck.id}"] = text(
            "schedule.name", kind=text("schedule.kinds.prompt"), rule=deck.title
        )
    return names


def what_from(text: ui.Words, chosen: str, decks: Decks) -> tuple[Kind, str | None]:
    """What was chosen from the list, or typed as it stands there. Raises UserError."""
    names = offered(text, decks)
    values = [value for value, name in names.items() if chosen.casefold() in (value, name.casefold())]
    if not values:
        raise UserError("schedule.errors.what_unreadable")
    kind, _, deck = values[0].partition(":")
    return Kind(kind), deck or None


def card(showing: Showing, draft: Draft) -> ui.Card:
    text, circle, about = showing.text, showing.circle, f"{draft.circle_id}:{draft.id}"
    return ui.Card(
        items.Container(
            items.TextDisplay(text("schedule.panel.new", circle=circle.name, zone=circle.zone)),
            *_select(
                f"schedule:what:{about}",
                text("schedule.panel.what"),
                offered(text, showing.decks),
                _what(draft),
            ),
            *_select(f"schedule:often:{about}", text("schedule.panel.often"), _oftens(text), draft.often),
            *_days(text, about, draft),
            *_select(f"schedule:late:{about}", text("schedule.panel.if_later"), _lates(text), _late(draft)),
            items.TextDisplay("\n".join(_state(text, draft))),
            ui.row(
                ui.button(
                    text("schedule.panel.review"),
                    f"schedule:review:{about}",
                    PRIMARY,
                    disabled=bool(draft.unchosen()),
                ),
                ui.button(text("schedule.panel.times"), f"schedule:times:{about}"),
                ui.button(text("schedule.panel.aside"), f"schedule:not_now:{draft.id}"),
            ),
            accent_colour=ui.ACCENT,
        )
    )


def draft_card(
    showing: Showing, schedules: Schedules, who: Actor, draft: Draft, changing: Schedule | None = None
) -> ui.Card:
    """What a draft comes to, before it is saved; the panel where no rule was given yet."""
    if draft.kind is None or draft.rule is None:
        return card(showing, draft)
    times = schedules.preview(
        who, showing.circle, draft.kind, draft.rule, window=draft.window, deck=draft.deck
    )
    return preview(showing, draft, times, changing)


def _select(
    custom_id: str, placeholder: str, options: Mapping[str, str], chosen: str | None
) -> list[items.Item[Any]]:
    return [
        items.TextDisplay(placeholder),
        ui.row(
            items.Select(
                custom_id=custom_id,
                placeholder=placeholder,
                options=[
                    discord.SelectOption(label=name[:100], value=value, default=value == chosen)
                    for value, name in options.items()
                ],
            )
        ),
    ]


def _days(text: ui.Words, about: str, draft: Draft) -> list[items.Item[Any]]:
    if draft.often == "once":
        return []
    options = [
        discord.SelectOption(label=text(f"schedule.day.{day}"), value=day, default=day in draft.days)
        for day in WEEK
    ]
    return [
        items.TextDisplay(text("schedule.panel.days")),
        ui.row(
            items.Select(
                custom_id=f"schedule:days:{about}",
                placeholder=text("schedule.panel.days"),
                options=options,
                min_values=1,
                max_values=len(WEEK),
            )
        ),
    ]


def _what(draft: Draft) -> str | None:
    if draft.kind is None:
        return None
    return f"{draft.kind}:{draft.deck}" if draft.deck else draft.kind


def _oftens(text: ui.Words) -> dict[str, str]:
    return {often: text(f"schedule.panel.oftens.{often.replace(' ', '_')}") for often in OFTEN}


def _lates(text: ui.Words) -> dict[str, str]:
    return {late: text(f"schedule.panel.late.{late}") for late in LATE}


def _late(draft: Draft) -> str:
    return f"{draft.if_later}_{draft.late_limit // MINUTE}"


def _state(text: ui.Words, draft: Draft) -> list[str]:
    ends = ""
    if draft.ends:
        counted = "time" in draft.ends
        ends = (
            text("schedule.panel.ends_count", count=draft.ends)
            if counted
            else text("schedule.panel.ends", day=draft.ends)
        )
    when = text(
        "schedule.panel.when",
        times=draft.times or text("schedule.panel.no_times"),
        starts=text("schedule.panel.starts", day=draft.starts) if draft.starts else "",
        ends=ends,
    )
    unchosen = ", ".join(text(f"schedule.panel.open.{name}") for name in draft.unchosen())
    left = text("schedule.panel.still", names=unchosen) if unchosen else text("schedule.panel.ready")
    return [discord.utils.escape_mentions(when), left]


def times_form(text: ui.Words, circle: Circle, draft: Draft) -> ui.Form:
    hours = str(draft.window // HOUR) if draft.window else ""
    return ui.Form(
        text("schedule.form.title"),
        f"schedule:times:{circle.id}:{draft.id}",
        items.Label(
            text=text("schedule.form.times"),
            description=text("schedule.form.times_why"),
            component=_input("times", draft.times, required=True),
        ),
        items.Label(
            text=text("schedule.form.starts"),
            description=text("schedule.form.starts_why"),
            component=_input("starts", draft.starts),
        ),
        items.Label(
            text=text("schedule.form.ends"),
            description=text("schedule.form.ends_why"),
            component=_input("ends", draft.ends),
        ),
        items.Label(
            text=text("schedule.form.window"),
            description=text("schedule.form.window_why"),
            component=_input("window", hours),
        ),
    )


def edit_form(text: ui.Words, circle: Circle, draft: Draft) -> ui.Form:
    assert draft.rule is not None
    assert draft.window is not None
    return ui.Form(
        text("schedule.edit.title"),
        f"schedule:edit:{circle.id}:{draft.id}",
        items.Label(
            text=text("schedule.edit.when"),
            description=text("schedule.edit.when_why"),
            component=_input("when", written(draft.rule), required=True, most=200),
        ),
        items.Label(
            text=text("schedule.edit.window"),
            component=_input("window", str(draft.window // HOUR), required=True),
        ),
        items.Label(
            text=text("schedule.edit.late"),
            component=_input("late", str(draft.late_limit // MINUTE), required=True),
        ),
        items.Label(
            text=text("schedule.edit.reason"),
            description=text("schedule.edit.reason_why"),
            component=_input("reason", draft.reason or "", most=200),
        ),
    )


def _input(custom_id: str, filled: str, *, required: bool = False, most: int = 60) -> items.TextInput[Any]:
    return items.TextInput(custom_id=custom_id, default=filled or None, required=required, max_length=most)
