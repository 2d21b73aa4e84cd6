"""What facilitators and members see of schedules: all of it private answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui as items
from discord.utils import escape_markdown, escape_mentions

from bot.circles.models import Circle
from bot.client import TowardsBot
from bot.prompts.models import Deck
from bot.schedules import recurrence
from bot.schedules.drafts.models import Draft
from bot.schedules.models import Change, Glimpse, Hold, IfLater, Schedule, State
from bot.schedules.recurrence import MINUTE, Slot
from bot.schedules.service import PREVIEWED, Upcoming
from bot.schedules.words import in_words, name_of, named, reason_in_words
from cogs import ui

MESSAGE = 4000  # characters, of all texts together (Discord: Components V2)
A_CARD = 8  # schedules on one card: far from Discord's 4000 characters, also with long reasons
HOUR = timedelta(hours=1)
Decks = Mapping[str, Deck]
"""By id"""


@dataclass(frozen=True)
class Showing:
    """What a card here needs: words in one language, the circle, and its decks."""

    text: ui.Words
    circle: Circle
    decks: Decks


@dataclass(frozen=True)
class Runway:
    """How many prompts are left in a deck, and how long they last; None where the schedule ends before."""

    prompts: int
    lasts: timedelta | None


def preview(
    showing: Showing, draft: Draft, times: Sequence[Upcoming], changing: Schedule | None = None
) -> ui.Card:
    """What would be saved, its next times, and the buttons."""
    text, about = showing.text, f"{draft.circle_id}:{draft.id}"
    lines = [] if changing is None else [text("schedule.preview.changing", schedule=name_of(text, changing))]
    lines += [*_said_back(showing, draft), *_times(text, times), text("schedule.preview.not_saved")]
    back = [ui.button(text("schedule.preview.back"), f"schedule:panel:{about}")] if draft.often else []
    return ui.Card(
        items.TextDisplay("\n".join(lines)),
        ui.row(
            ui.button(text("schedule.preview.save"), f"schedule:save:{about}", discord.ButtonStyle.primary),
            ui.button(text("schedule.preview.see"), f"schedule:see:{about}"),
            *back,
            ui.button(text("schedule.preview.not_now"), f"schedule:not_now:{draft.id}"),
        ),
    )


def _said_back(showing: Showing, draft: Draft) -> list[str]:
    """What was understood, in words."""
    text, circle, kind, rule = showing.text, showing.circle, draft.kind, draft.rule
    assert kind is not None
    assert rule is not None
    hours = (kind.usual_window if draft.window is None else draft.window) // HOUR
    lines = [
        text(
            "schedule.preview.about",
            kind=text(f"schedule.kinds.{kind}"),
            rule=in_words(text, rule),
            zone=circle.zone,
            window=text("schedule.preview.an_hour")
            if hours == 1
            else text("schedule.preview.hours", hours=hours),
            channel=f"<#{circle.channel_id}>",
        )
    ]
    if draft.deck is not None:
        lines.append(_deck(text, draft.deck, showing.decks))
        if draft.deck in showing.decks and showing.decks[draft.deck].attended:
            lines.append(text("schedule.preview.attended"))
    late = "schedule.preview.late_ask" if draft.if_later is IfLater.ASK else "schedule.preview.late_skip"
    return [*lines, text(late, minutes=draft.late_limit // MINUTE)]


def _times(text: ui.Words, times: Sequence[Upcoming]) -> list[str]:
    heading = text("schedule.preview.one_time") if len(times) == 1 else text("schedule.preview.times")
    last = [text("schedule.preview.last")] if 1 < len(times) < PREVIEWED else []
    return [heading, *(_line(text, upcoming) for upcoming in times), *last]


def _line(text: ui.Words, upcoming: Upcoming) -> str:
    key = "moved" if upcoming.moved else "clocks_change" if upcoming.clocks_change else "time"
    return text(f"schedule.preview.{key}", when=when(upcoming.slot.instant))


def _deck(text: ui.Words, deck: str, decks: Decks) -> str:
    # A deck may have left the library since.
    return text("schedule.deck", deck=decks[deck].title if deck in decks else deck)


def when(moment: datetime) -> str:
    """In the reader's own zone and language (Discord: Timestamp Styles), and how far away it is."""
    unix = int(moment.timestamp())
    return f"<t:{unix}:F> (<t:{unix}:R>)"


def said(text: ui.Words, what: str, schedule: Schedule, **more: str) -> ui.Card:
    """What was done with a schedule."""
    if schedule.next is not None:
        more["when"] = when(schedule.next.instant)
    return ui.note(text(f"schedule.answers.{what}", schedule=name_of(text, schedule), **more))


def overview(
    showing: Showing,
    schedules: Sequence[Schedule],
    runways: Mapping[str, Runway],
    hold: Hold | None,
) -> list[ui.Card]:
    """The schedules with state and next time, on as many cards as they need."""
    text, circle = showing.text, showing.circle
    cards = [] if hold is None else [held(text, circle, hold)]
    if not schedules:
        return [*cards, ui.note(text("schedule.list.none", circle=circle.name))]
    heading = text("schedule.list.heading", circle=circle.name, zone=circle.zone)
    entries = [_entry(showing, schedule, runways.get(schedule.id)) for schedule in schedules]
    parts = [entries[start : start + A_CARD] for start in range(0, len(entries), A_CARD)]
    return [*cards, *(ui.note("\n\n".join([heading, *part])) for part in parts)]


def _entry(showing: Showing, schedule: Schedule, runway: Runway | None) -> str:
    text = showing.text
    lines = [text("schedule.list.entry", schedule=name_of(text, schedule))]
    if schedule.deck is not None:
        lines.append(_deck(text, schedule.deck, showing.decks))
    if runway is not None:
        lines.append(_runway(text, runway))
    if schedule.state is State.NEEDS_ATTENTION:
        lines.append(
            text("schedule.list.needs_attention", reason=reason_in_words(text, schedule.reason or ""))
        )
    lines.append(_next(text, schedule))
    return "\n".join(lines)


def _next(text: ui.Words, schedule: Schedule) -> str:
    if schedule.next is None:
        paused = schedule.state is State.PAUSED
        return text("schedule.list.paused") if paused else text("schedule.list.no_more")
    if schedule.state is State.PAUSED:
        return text("schedule.list.paused_until", day=schedule.rests_until, when=when(schedule.next.instant))
    return text("schedule.list.next", when=when(schedule.next.instant))


def _runway(text: ui.Words, runway: Runway) -> str:
    if not runway.prompts:
        return text("schedule.list.runway_out")
    weeks = 0 if runway.lasts is None else round(runway.lasts / timedelta(weeks=1))
    if weeks < 2:
        return text("schedule.list.runway_short", count=runway.prompts)
    return text("schedule.list.runway", count=runway.prompts, weeks=weeks)


def coming(text: ui.Words, circle: Circle, found: Sequence[tuple[Schedule, Slot]]) -> ui.Card:
    """For everyone: what comes next."""
    lines = [
        text("schedule.next.line", kind=text(f"schedule.kinds.{schedule.kind}"), when=when(slot.instant))
        for schedule, slot in found
    ]
    if not lines:
        return ui.note(text("schedule.next.none", circle=circle.name))
    heading = text("schedule.next.heading", circle=circle.name, channel=f"<#{circle.channel_id}>")
    return ui.note("\n".join([heading, *lines]))


def removing(text: ui.Words, circle: Circle, schedule: Schedule) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("schedule.remove.question", schedule=name_of(text, schedule))),
        ui.row(
            ui.button(
                text("schedule.remove.yes"),
                f"schedule:remove:{circle.id}:{schedule.id}",
                discord.ButtonStyle.danger,
            ),
            ui.button(text("schedule.remove.no"), "schedule:keep"),
        ),
    )


def held(text: ui.Words, circle: Circle, hold: Hold) -> ui.Card:
    said = (
        text("schedule.hold.held", circle=circle.name)
        if hold.until is None
        else text("schedule.hold.held_until", circle=circle.name, when=when(hold.until))
    )
    return ui.Card(
        items.TextDisplay(said),
        ui.row(ui.button(text("schedule.hold.lift"), f"schedule:lift:{circle.id}")),
    )


def log(text: ui.Words, circle: Circle, changes: Sequence[Change]) -> ui.Card:
    """What facilitators changed, the newest first."""
    if not changes:
        return ui.note(text("schedule.log.none", circle=circle.name))
    said = text("schedule.log.heading", circle=circle.name)
    for change in changes:
        line = f"\n{_change(text, change)}"
        if len(said) + len(line) > MESSAGE:
            break
        said += line
    return ui.note(said)


def _change(text: ui.Words, change: Change) -> str:
    details: dict[str, Any] = {"name": _plain(change.name) if change.name else text("schedule.log.someone")}
    if "rule" in change.details:
        rule = recurrence.load(change.details["rule"])
        details["schedule"] = named(text, change.details["kind"], rule)
    if "to" in change.details:
        details["to"] = in_words(text, recurrence.load(change.details["to"]))
    if "at" in change.details:
        details["at"] = f"<t:{change.details['at']}:f>"
    until = change.details.get("until")
    said = text(
        f"schedule.log.{change.what}_until" if until else f"schedule.log.{change.what}",
        until=until,
        **details,
    )
    at = f"<t:{int(change.changed_at.timestamp())}:d>"
    if change.reason is None:
        return text("schedule.log.line", when=at, change=said)
    return text("schedule.log.line_why", when=at, change=said, reason=_plain(change.reason))


def _plain(words: str) -> str:
    """What a person wrote, so that it neither pings nor changes what stands around it."""
    return escape_markdown(escape_mentions(words))


async def seen(text: ui.Words, bot: TowardsBot, glimpse: Glimpse) -> list[ui.Card]:
    """One that is to come, as its own feature renders it, its buttons without effect."""
    found = ui.find_handler(bot.cogs.values(), "render", f"glimpse.{glimpse.kind}")
    assert found is not None
    card: ui.Card = await found[0](glimpse)
    for child in card.walk_children():
        if isinstance(child, items.Button | items.Select):
            child.disabled = True
    lines = [text("schedule.seen.how", when=when(glimpse.opens_at))]
    if glimpse.deck is not None:
        lines.append(
            text("schedule.seen.as_chosen") if glimpse.is_certain else text("schedule.seen.may_differ")
        )
    return [ui.note("\n".join(lines)), card]
