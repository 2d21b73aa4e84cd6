"""What facilitators see, in private, of shares they read first; and what their authors are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui as items
from discord.utils import format_dt

from bot.circles.models import Circle
from bot.sharing import text as texts
from bot.sharing.images.models import Image
from bot.sharing.models import Share, State
from bot.sharing.review.models import (
    RETURNED_LIFE,
    UNDO,
    WORDS_MAX,
    Decided,
    Queue,
    Reading,
    Reason,
    Told,
)
from bot.sharing.text import NOTE_MAX
from cogs import ui
from cogs.sharing import posts

PAGE = 8
"""Of three components each, in a card of 40."""


def notice(text: ui.Words, circle: Circle, what: str) -> ui.Card:
    """For the facilitators' channel: that there is something, and nothing of it."""
    said = text(f"review.notice.{what}", sharing=f"<#{circle.sharing_channel_id}>")
    return ui.Card(
        items.TextDisplay(text("circle.notice.text", circle=circle.name, notice=said)),
        ui.row(
            ui.button(
                text("review.notice.open"), f"review:{'held' if what == 'held' else 'open'}:{circle.id}"
            )
        ),
    )


def reading(
    text: ui.Words, post: ui.Words, circle: Circle, read: Reading, image: Image | None = None
) -> ui.Card:
    """One share, as it would stand. `text` is in the facilitator's language, `post` in the circle's."""
    share, held = read.share, read.share.state is State.HELD
    shown = posts.share_items(
        post,
        id=share.id,
        name=share.name,
        wish=share.wish,
        body=read.body,
        spoiler=share.spoiler,
        image=image,
    )
    key = "review.card.held" if held else "review.card.title"
    title = text(key, channel=f"<#{circle.sharing_channel_id}>")
    small = [
        *([text("review.card.voted")] if read.votes else []),
        *([text("review.card.covered")] if share.spoiler else []),
        text("review.card.who"),
    ]
    return ui.Card(
        items.TextDisplay(title),
        *shown,
        items.TextDisplay("\n".join(small)),
        *ui.rows(*_ways(text, circle, read), *_turns(text, circle, read), ui.help_button(text)),
        files=posts.files_of(image),
    )


def _ways(text: ui.Words, circle: Circle, read: Reading) -> list[items.Button[Any]]:
    """What can be decided. Where its author wrote a content note, it is behind a spoiler anyway."""
    at = f"{circle.id}:{read.share.id}"
    ways = [ui.button(text("review.card.through"), f"review:through:{at}", discord.ButtonStyle.success)]
    if read.share.spoiler or not read.body.note.strip():
        ways.append(ui.button(text("review.card.spoiler"), f"review:spoiler:{at}"))
    ways.append(ui.button(text("review.card.back"), f"review:back:{at}"))
    if read.share.state is not State.HELD:
        ways.append(ui.button(text("review.card.hold"), f"review:hold:{at}"))
    return ways


def _turns(text: ui.Words, circle: Circle, read: Reading) -> list[items.Button[Any]]:
    held = read.share.state is State.HELD
    to_other = ("review.card.to_queue", "review:open") if held else ("review.card.to_held", "review:held")
    return [
        ui.button(
            text("review.card.next"), f"review:{'held' if held else 'next'}:{circle.id}:{read.share.id}"
        ),
        ui.button(text(to_other[0]), f"{to_other[1]}:{circle.id}"),
        ui.button(text("review.card.decided"), f"review:decided:{circle.id}:0"),
    ]


def nothing(
    text: ui.Words, circle: Circle, queue: Queue, next_batch: datetime, *, held: bool, seen: bool
) -> ui.Card:
    """`seen`: they came to the end; `held`: of what is held."""
    if held:
        key = "review.empty.no_more_held" if seen and queue.held else "review.empty.nothing_held"
    else:
        key = "review.empty.no_more" if seen and queue.waiting else "review.empty.nothing"
    ways = []
    if queue.waiting:
        ways.append(ui.button(text("review.card.to_queue"), f"review:open:{circle.id}"))
    if queue.held:
        ways.append(ui.button(text("review.card.to_held"), f"review:held:{circle.id}"))
    ways.append(ui.button(text("review.card.decided"), f"review:decided:{circle.id}:0"))
    return ui.Card(
        items.TextDisplay(text(key, circle=circle.name, at=format_dt(next_batch, "t"))),
        ui.row(*ways, ui.help_button(text)),
    )


def done(text: ui.Words, circle: Circle, share: Share, what: str, *, undo: bool = True) -> ui.Card:
    said = text(f"review.done.{what}", name=share.name, channel=f"<#{circle.sharing_channel_id}>")
    go_on = ui.button(text("review.done.go_on"), f"review:open:{circle.id}", discord.ButtonStyle.primary)
    take_back = ui.button(text("review.done.undo"), f"review:undo:{circle.id}:{share.id}")
    return ui.Card(
        items.TextDisplay(said), ui.row(go_on, *([take_back] if undo else []), ui.help_button(text))
    )


def spoiler_form(text: ui.Words, circle_id: str, share_id: str, note: str) -> ui.Form:
    return ui.Form(
        text("review.spoiler_form.title"),
        f"review:spoiler_write:{circle_id}:{share_id}",
        items.TextDisplay(text("review.spoiler_form.told")),
        items.Label(
            text=text("review.spoiler_form.note"),
            description=text("review.spoiler_form.note_hint"),
            component=items.TextInput(
                custom_id="note", default=note or None, required=False, max_length=NOTE_MAX
            ),
        ),
    )


def back_form(text: ui.Words, circle_id: str, share_id: str) -> ui.Form:
    options = [
        discord.RadioGroupOption(
            label=text(f"review.reasons.{reason}.label"),
            value=reason,
            description=text(f"review.reasons.{reason}.hint"),
        )
        for reason in Reason
    ]
    return ui.Form(
        text("review.back_form.title"),
        f"review:back_write:{circle_id}:{share_id}",
        items.TextDisplay(text("review.back_form.told", days=RETURNED_LIFE.days)),
        items.Label(
            text=text("review.back_form.reason"),
            component=items.RadioGroup(custom_id="reason", options=options),
        ),
        items.Label(
            text=text("review.back_form.words"),
            description=text("review.back_form.words_hint"),
            component=items.TextInput(
                custom_id="words",
                style=discord.TextStyle.paragraph,
                required=False,
                max_length=WORDS_MAX,
            ),
        ),
    )


def decided(text: ui.Words, circle: Circle, found: Sequence[Decided], page: int) -> ui.Card:
    """The last week's decisions by day: by nobody, and of nobody."""
    back = ui.button(text("review.card.to_queue"), f"review:open:{circle.id}")
    if not found:
        return ui.Card(
            items.TextDisplay(text("review.decided.nothing", circle=circle.name)),
            ui.row(back, ui.help_button(text)),
        )
    page = min(page, (len(found) - 1) // PAGE)
    turns = []
    if page:
        turns.append(ui.button(text("review.decided.newer"), f"review:decided:{circle.id}:{page - 1}"))
    if len(found) > (page + 1) * PAGE:
        turns.append(ui.button(text("review.decided.older"), f"review:decided:{circle.id}:{page + 1}"))
    return ui.Card(
        items.Container(
            items.TextDisplay(text("review.decided.title", circle=circle.name, days=UNDO.days)),
            *(_one_decided(text, circle, each) for each in found[page * PAGE : (page + 1) * PAGE]),
            ui.row(*turns, back, ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def _one_decided(text: ui.Words, circle: Circle, each: Decided) -> items.Section[Any]:
    share = each.share
    lines = [text(f"review.decided.{each.decision}", day=each.day.isoformat(), name=share.name)]
    if share.message_id is not None:
        link = f"https://discord.com/channels/{circle.guild_id}/{share.channel_id}/{share.message_id}"
        lines.append(text("review.decided.stands", link=link))
    return items.Section(
        items.TextDisplay("\n".join(lines)),
        accessory=ui.button(text("review.done.undo"), f"review:undo:{circle.id}:{share.id}"),
    )


def gone(text: ui.Words) -> ui.Card:
    return ui.note(text("review.gone.text"))


# For the author, with their receipt


def told_lines(text: ui.Words, share: Share, told: Told) -> list[str]:
    """What their receipt says besides how the share stands."""
    lines = []
    if told.reason is not None:
        lines.append(text(f"review.reasons.{told.reason}.told"))
    if told.words:
        quoted = texts.posted(told.words).replace("\n", "\n> ")
        lines.append(text("review.told.words", words=quoted))
    if told.until is not None:
        lines.append(text("review.told.until", day=told.until.isoformat()))
    if told.again:
        lines.append(text("review.told.again"))
    if told.asked:
        lines.append(text("review.told.asked"))
    elif told.waits_days is not None:
        lines.append(text("review.told.long", days=told.waits_days))
    if told.closed:
        lines.append(text("review.told.closed"))
    if share.spoiler and share.state is not State.REVIEWING:
        lines.append(text("review.told.spoiler"))
    return lines


def told_buttons(text: ui.Words, share: Share, secret: str, told: Told) -> list[items.Button[Any]]:
    """What their receipt offers besides taking back."""
    if share.state is State.RETURNED:
        primary = discord.ButtonStyle.primary
        change = ui.button(text("review.told.change"), f"review:change:{secret}", primary)
        let_go = ui.button(text("review.told.let_go"), f"review:let_go:{secret}")
        look = ui.button(text("share.receipt.look"), f"share:receipt:{secret}")
        return [let_go] if told.closed else [change, let_go, look]
    if told.waits_days is not None and not told.asked and not told.closed:
        return [ui.button(text("review.told.ask"), f"review:ask:{secret}")]
    return []
