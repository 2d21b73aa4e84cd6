"""What the two of a meeting see, each alone and in their own language; and a report, for facilitators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui as items

from bot.care.cases.models import FACILITATOR
from bot.care.cases.models import KIND as CASE
from bot.circles.models import Circle
from bot.meetings.models import BEGUN, OFFER_LIFE, SHOWN, Offer, Report
from bot.relay.models import AFTERWARDS, ENDED, MESSAGE, RETURNED, SILENCE, SILENT, Parcel, Side
from bot.sharing import text as texts
from bot.sharing.identifying.finding import Kind
from bot.sharing.models import Share
from bot.sharing.pausing.service import quoted
from cogs import ui
from cogs.sharing import posts
from cogs.sharing.views import FOUND_SHOWN, excerpt, instead

WITH_SHOWN = 10
"""Of several meetings at once"""

# What comes to a side


def letter(text: ui.Words, parcel: Parcel) -> ui.Card:
    side, name = parcel.side, parcel.other.name
    if parcel.what == MESSAGE:
        return message(text, side.handle, name, parcel.text)
    if parcel.what == RETURNED:
        words = items.Container[Any](items.TextDisplay(texts.posted(parcel.text)))
        said = items.TextDisplay[Any](text("meeting.card.returned", name=name))
        return ui.Card(said, words, ui.row(*_talking(text, side.handle, "write")))
    said = items.TextDisplay(_said(text, parcel))
    if parcel.what == BEGUN:
        return ui.Card(
            items.Container(said, accent_colour=ui.ACCENT), ui.row(*_talking(text, side.handle, "write"))
        )
    more = [] if parcel.what == SHOWN else [_more(text, side.handle)]
    return ui.Card(said, ui.row(*more, ui.help_button(text)))


def _said(text: ui.Words, parcel: Parcel) -> str:
    name, days = parcel.other.name, AFTERWARDS.days
    return {
        BEGUN: lambda: text("meeting.card.begun", name=name, me=parcel.side.name, days=SILENCE.days),
        ENDED: lambda: text("meeting.card.ended", name=name, days=days),
        SILENT: lambda: text("meeting.card.silent", name=name, days=days, silence=SILENCE.days),
        SHOWN: lambda: text("meeting.card.shown", name=name, who=parcel.text),
    }[parcel.what]()


def message(text: ui.Words, handle: str, name: str, words: str) -> ui.Card:
    return ui.Card(
        items.Container(
            items.TextDisplay(text("meeting.card.header", name=name)),
            items.TextDisplay(texts.posted(words), id=posts.TEXT_ID),
            accent_colour=ui.ACCENT,
        ),
        ui.row(*_talking(text, handle, "write_back")),
    )


def _talking(text: ui.Words, handle: str, write: str) -> list[items.Button[Any]]:
    return [
        ui.button(text(f"meeting.card.{write}"), f"meet:write:{handle}", discord.ButtonStyle.primary),
        ui.button(text("meeting.card.end"), f"meet:end:{handle}"),
        _more(text, handle),
        ui.help_button(text),
    ]


def _more(text: ui.Words, handle: str) -> items.Button[Any]:
    return ui.button(text("meeting.card.more"), f"meet:more:{handle}")


def words_of(shown: discord.Message | None, handle: str) -> str:
    """What the other side wrote, as it stands on this message of the meeting; empty on any other."""
    if shown is None:
        return ""
    children = list(items.LayoutView.from_message(shown, timeout=None).walk_children())
    buttons = {item.custom_id for item in children if isinstance(item, items.Button)}
    if f"meet:write:{handle}" not in buttons:
        return ""
    displays = [item for item in children if isinstance(item, items.TextDisplay)]
    return next((item.content for item in displays if item.id == posts.TEXT_ID), "")


# Before something is sent


def look_over(
    text: ui.Words, post: ui.Words, where: str, name: str, words: str, found: Mapping[Kind, str]
) -> ui.Card:
    """`where`: the end of the buttons' custom_ids; `post`: the circle's words, that go to the other side."""
    sections = [
        items.Section[Any](
            items.TextDisplay(text(f"share.found.{kind}", written=excerpt(written))),
            accessory=ui.button(_mending(text, post, kind), f"meet:mend:{where}:{kind}"),
        )
        for kind, written in list(found.items())[:FOUND_SHOWN]
    ]
    send = "meeting.found.as_it_is" if found else "meeting.found.send"
    return ui.Card(
        items.TextDisplay(text("meeting.found.text", name=name)),
        items.Container(items.TextDisplay(texts.posted(words) or "…")),
        *([items.TextDisplay[Any](text("meeting.found.title"))] if found else []),
        *sections,
        ui.row(
            ui.button(text(send), f"meet:send:{where}", discord.ButtonStyle.success),
            ui.button(text("meeting.found.edit"), f"meet:edit:{where}"),
            ui.button(text("meeting.found.let_go"), f"meet:let_go:{where}"),
            ui.help_button(text),
        ),
    )


def _mending(text: ui.Words, post: ui.Words, kind: Kind) -> str:
    word = instead(post, kind)
    return text("share.found.say", word=word) if word else text("share.found.take_out")


def sent(text: ui.Words, handle: str, name: str, words: str) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("meeting.sent.text", name=name)),
        items.Container(items.TextDisplay(texts.posted(words))),
        ui.row(*_talking(text, handle, "write")),
    )


def _send_to(text: ui.Words, side: Side, other: Side, draft: str) -> items.Button[Any]:
    if side.talk.kind == CASE:
        name = text("cases.talk.facilitator") if other.name == FACILITATOR else other.name
        return ui.button(text("cases.talk.dm_send", name=name), f"care:from_draft:{side.handle}:{draft}")
    return ui.button(text("meeting.dm.send", name=other.name), f"meet:from_draft:{side.handle}:{draft}")


def what_for(
    text: ui.Words, draft: str, words: str, sides: Sequence[tuple[Side, Side]], *, has_files: bool
) -> ui.Card:
    """For somebody in a meeting who wrote straight into the chat: nothing goes anywhere by itself."""
    sending = [_send_to(text, side, other, draft) for side, other in sides[:WITH_SHOWN]]
    asked = any(side.talk.kind == CASE for side, _ in sides)
    files = [items.TextDisplay[Any](text("share.dm.without_files"))] if has_files else []
    return ui.Card(
        items.TextDisplay(text("cases.talk.dm" if asked else "meeting.dm.text")),
        items.Container(items.TextDisplay(texts.posted(words))),
        *files,
        *ui.rows(
            *sending,
            ui.button(text("meeting.dm.share"), f"share:as_share:{draft}"),
            ui.button(text("meeting.found.let_go"), f"share:let_go:{draft}"),
            ui.help_button(text),
        ),
    )


# Offers


def offered(text: ui.Words, offer: Offer) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("meeting.offer.sent", name=offer.name, days=OFFER_LIFE.days)),
        ui.row(ui.button(text("meeting.offer.take_back"), f"meet:withdraw:{offer.id}"), ui.help_button(text)),
    )


def look(text: ui.Words, held: str, share: Share, offer: Offer, following: str | None) -> ui.Card:
    """`held`: the receipt's handle or code, or the share's id. `following`: another offer's id, if any."""
    where = f"{held}:{offer.id}"
    words = [items.Container[Any](items.TextDisplay(texts.posted(offer.words)))] if offer.words else []
    head = text("meeting.look.text", name=offer.name, share=share.name)
    turns = [ui.button(text("meeting.look.next"), f"meet:look:{held}:{following}")] if following else []
    return ui.Card(
        items.TextDisplay(head if offer.words else f"{head}\n{text('meeting.look.wordless')}"),
        *words,
        items.TextDisplay(text("meeting.look.told", name=offer.name, share=share.name, days=SILENCE.days)),
        *ui.rows(
            ui.button(text("meeting.look.accept"), f"meet:accept:{where}", discord.ButtonStyle.success),
            ui.button(text("meeting.look.not_now"), f"meet:not_now:{where}"),
            ui.button(text("meeting.look.never"), f"meet:never:{where}"),
            ui.button(text("meeting.look.report"), f"meet:report_offer:{where}"),
            *turns,
            *_back(text, held, share),
            ui.help_button(text),
        ),
    )


def done(text: ui.Words, said: str, held: str, share: Share) -> ui.Card:
    """What came of it, with the way back to the receipt."""
    return ui.Card(items.TextDisplay(said), ui.row(*_back(text, held, share), ui.help_button(text)))


def _back(text: ui.Words, held: str, share: Share) -> list[items.Button[Any]]:
    """To the receipt, where they came from one."""
    return [] if held == share.id else [ui.button(text("meeting.look.back"), f"share:receipt:{held}")]


# What one can do besides


def more(text: ui.Words, side: Side, name: str, *, chosen: bool, message_id: int | None) -> ui.Card:
    """`chosen`: they would show who they are. `message_id`: the message they came from, if any."""
    handle = side.handle
    told = [text("meeting.more.text" if side.talk.is_open else "meeting.more.over", name=name)]
    buttons = []
    if side.talk.is_open:
        told.append(text("meeting.more.any_hour" if side.any_hour else "meeting.more.quiet"))
        told += [text("meeting.more.chosen")] if chosen else []
        buttons = [
            ui.button(text("meeting.more.hide"), f"meet:hide:{handle}")
            if chosen
            else ui.button(text("meeting.more.show"), f"meet:show:{handle}"),
            ui.button(text("meeting.more.not_at_night"), f"meet:hours:{handle}:own")
            if side.any_hour
            else ui.button(text("meeting.more.at_any_hour"), f"meet:hours:{handle}:any"),
        ]
    return ui.Card(
        items.TextDisplay("\n".join(told)),
        *ui.rows(
            *buttons,
            ui.button(text("meeting.more.block"), f"meet:block:{handle}"),
            ui.button(text("meeting.more.report"), f"meet:report:{handle}:{message_id or ''}"),
            ui.help_button(text),
        ),
    )


def asking(text: ui.Words, said: str, yes: str, custom_id: str, handle: str) -> ui.Card:
    return ui.Card(
        items.TextDisplay(said),
        ui.row(
            ui.button(yes, custom_id, discord.ButtonStyle.primary),
            ui.button(text("meeting.show.no"), f"meet:hide:{handle}"),
            ui.help_button(text),
        ),
    )


# For facilitators


def report(text: ui.Words, circle: Circle, report: Report) -> ui.Card:
    told = [
        text("meeting.report_card.text", circle=circle.name),
        text(
            "meeting.report_card.kind",
            kind=text(f"report.kinds.{report.kind}"),
            words=quoted(texts.posted(report.words)),
        ),
    ]
    if report.message:
        told.append(text("meeting.report_card.message", message=quoted(texts.posted(report.message))))
    return _report(text, report.id, [*told, text("meeting.report_card.who")])


def _report(text: ui.Words, report_id: str, told: Sequence[str]) -> ui.Card:
    return ui.Card(
        items.TextDisplay("\n".join(told)),
        ui.row(ui.button(text("meeting.report_card.pause"), f"meet:pause:{report_id}")),
    )


def report_paused(text: ui.Words, message: discord.Message, report_id: str, number: int) -> ui.Card:
    """The report's card as it stands, and what came of it: the bot keeps none of its words."""
    shown = [each.content for each in message.components if isinstance(each, discord.TextDisplay)]
    return _report(text, report_id, [*shown, text("meeting.report_card.is_paused", number=number)])
