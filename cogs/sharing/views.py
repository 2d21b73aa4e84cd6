"""What only the person themselves sees: preview, receipt, and their words handed back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui as items

from bot.circles.models import Circle
from bot.sharing.identifying.finding import Kind
from bot.sharing.images.models import Image
from bot.sharing.models import UNSENT, Body, Draft, Receipt, Share, State, Wish
from bot.sharing.rules import promises
from bot.sharing.rules.models import Rules
from cogs import ui
from cogs.sharing import image_views, looking, posts
from cogs.sharing.looking import Look

CIRCLES_SHOWN = 25  # options of a select
LEFT = "left"  # at the end of a custom_id: what was found is to be left as it is
FOUND_SHOWN = 4  # at the most; what is found beyond that is shown once these are seen to
CHARACTERS_MOST, COMPONENTS_MOST = 4000, 40
STORED_MOST = 10_170  # bytes; above it Discord answers with a bare error (discord-api-docs#8554)
EXCERPT = 20  # characters
TAKEN_OUT = (
    Kind.EMOJI,
    Kind.TRACES,
)  # what is found of these is taken out, all else gets a word in its place


def note(text: ui.Words, said: str) -> ui.Card:
    return ui.Card(items.TextDisplay(said), ui.row(ui.help_button(text)))


def preview(
    text: ui.Words,
    post: ui.Words,
    handle: str,
    draft: Draft,
    circle: Circle,
    *,
    rules: Rules,
    more: Sequence[str] = (),
    look: Look | None = None,
    image: Image | None = None,
    known: bool = False,
) -> ui.Card:
    """`text` is in the person's language, `post` in the circle's: what is shown of the post is the post.

    `more` is said below it, beside who could know; `look` tells what in it could give its writer away: as
    much of that as there is room for, at least one. `known`: their name was put on the share,
    so it is no secret who answers in the same voice.
    """
    look = look or Look()
    crowd = [] if look.crowd is None else looking.told(text, look.crowd)
    told = [f"-# {promises.you(text, rules)}", *crowd, *more]
    if known:
        told = [f"-# {text('step.same_voice.preview')}", *more]
    for most in range(FOUND_SHOWN, -1, -1):
        hint = [text("share.preview.limits")] if most else []  # as the last of what there is no room for
        card = ui.Card(
            *_post(text, post, draft, circle, image),
            *([] if image is None else _beside(text, handle, draft, image, look)),
            *([] if look.left else _found(text, post, handle, look.found, max(1, most))),
            items.TextDisplay("\n".join([*told, *hint])),
            *([] if draft.wish is None else [_wish_row(text, handle, draft.wish, left=look.left)]),
            _preview_row(text, handle, draft, rules),
            files=posts.files_of(image),
        )
        if fits(card):
            break
    return card


def _post(
    text: ui.Words, post: ui.Words, draft: Draft, circle: Circle, image: Image | None
) -> list[items.Item[Any]]:
    """It as it would stand, and where."""
    assert draft.name is not None
    if draft.is_answer:
        heading = text("share.preview.answer", channel=f"<#{draft.thread_id}>")
        shown = posts.answer_items(
            post, id=draft.id, name=draft.name, as_author=draft.as_author, words=draft.body.text
        )
    else:
        assert draft.wish is not None
        heading = text("share.preview.share", channel=f"<#{circle.sharing_channel_id}>")
        shown = posts.share_items(
            post, id=draft.id, name=draft.name, wish=draft.wish, body=draft.body, image=image
        )
    return [items.TextDisplay(heading), *shown]


def _beside(text: ui.Words, handle: str, draft: Draft, image: Image, look: Look) -> list[items.Item[Any]]:
    return image_views.beside(text, handle, draft, image, excerpt(look.described))


def fits(card: ui.Card) -> bool:
    """Whether Discord takes it: it counts characters, components, and what it has to store."""
    shown = [item.content for item in card.walk_children() if isinstance(item, items.TextDisplay)]
    stored = sum(len(words.encode()) + 12 for words in shown)
    return (
        card.content_length() <= CHARACTERS_MOST
        and card.total_children_count <= COMPONENTS_MOST
        and stored <= STORED_MOST
    )


def _found(
    text: ui.Words, post: ui.Words, handle: str, found: Mapping[Kind, str], most: int
) -> list[items.Item[Any]]:
    """What could tell who wrote it, each with a way to mend it; or all of it left as it is."""
    if not found:
        return []
    shown = [
        items.Section[Any](
            items.TextDisplay(text(f"share.found.{kind}", written=excerpt(written))),
            accessory=ui.button(_mending(text, post, kind), f"share:mend:{handle}:{kind}"),
        )
        for kind, written in list(found.items())[:most]
    ]
    told = "share.found.title" if len(found) <= most else "share.found.title_more"
    leave = ui.row(ui.button(text("share.found.leave"), f"share:leave:{handle}"))
    return [items.TextDisplay(text(told)), *shown, leave]


def _mending(text: ui.Words, post: ui.Words, kind: Kind) -> str:
    word = instead(post, kind)
    return text("share.found.say", word=word) if word else text("share.found.take_out")


def instead(post: ui.Words, kind: Kind) -> str:
    """What is written for it where it is mended, in the circle's language; empty where it is taken out."""
    return "" if kind in TAKEN_OUT else post(f"share.found_instead.{kind}")


def excerpt(written: str) -> str:
    """As it is written, on one line and without markdown: what is found can be anything."""
    line = " ".join(written.replace("`", "'").split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def _wish_row(text: ui.Words, handle: str, wish: Wish, *, left: bool) -> items.ActionRow[Any]:
    options = [
        discord.SelectOption(
            label=text(f"share.wish.{each}"),
            value=each,
            description=text(f"share.wish_hint.{each}"),
            default=each is wish,
        )
        for each in Wish
    ]
    return ui.row(
        items.Select(
            custom_id=f"share:wish:{handle}" + (f":{LEFT}" if left else ""),
            placeholder=text("share.preview.wish"),
            options=options,
        )
    )


def _preview_row(text: ui.Words, handle: str, draft: Draft, rules: Rules) -> items.ActionRow[Any]:
    note = ui.button(text("share.preview.note"), f"share:note:{handle}")
    return ui.row(
        ui.button(
            text("share.preview.post"),
            f"share:post:{handle}:{promises.mark(rules, is_answer=draft.is_answer)}",
            discord.ButtonStyle.success,
        ),
        ui.button(text("share.preview.edit"), f"share:edit:{handle}"),
        *([] if draft.is_answer else [note]),
        ui.button(text("share.preview.let_go"), f"share:let_go:{handle}"),
        ui.help_button(text),
    )


def choose_circle(
    text: ui.Words, handle: str, circles: Sequence[Circle], rules: Rules, *, more: Sequence[str] = ()
) -> ui.Card:
    """`rules`: of these circles' those under which a link lives longest. `more` is said besides."""
    return ui.Card(
        *_circles(text, "share.choose.text", f"share:circle:{handle}", circles),
        items.TextDisplay("\n".join([f"-# {promises.you(text, rules, at_most=True)}", *more])),
        ui.row(ui.button(text("share.preview.let_go"), f"share:let_go:{handle}"), ui.help_button(text)),
    )


def _circles(
    text: ui.Words, key: str, custom_id: str, circles: Sequence[Circle]
) -> tuple[items.Item[Any], items.Item[Any]]:
    options = [discord.SelectOption(label=circle.name, value=circle.id) for circle in circles[:CIRCLES_SHOWN]]
    more = "\n" + text("share.choose.more") if len(circles) > CIRCLES_SHOWN else ""
    select = items.Select[Any](
        custom_id=custom_id, placeholder=text("share.choose.placeholder"), options=options
    )
    return items.TextDisplay(text(key) + more), ui.row(select)


def too_long(text: ui.Words, told: str, message_id: int | None) -> ui.Card:
    """`message_id`: what was written, where it can be shared in two parts."""
    split = ui.button(text("share.split.button"), f"share:split:{message_id}")
    return ui.Card(items.TextDisplay(told), ui.row(*([split] if message_id else []), ui.help_button(text)))


def choose_circle_for_two(text: ui.Words, message_id: str, circles: Sequence[Circle]) -> ui.Card:
    return ui.Card(
        *_circles(text, "share.split.choose", f"share:split_for:{message_id}", circles),
        ui.row(ui.help_button(text)),
    )


def handed_back(text: ui.Words, said: str, body: Body, image: Image | None = None) -> ui.Card:
    """`said`, and below it the person's own words and image."""
    shown: list[items.Item[Any]] = [
        items.TextDisplay(words) for words in (body.note, body.text) if words.strip()
    ]
    if image is not None:
        shown.append(posts.gallery(image))
    return ui.Card(
        items.TextDisplay(said),
        *([items.Container(*shown)] if shown else []),
        ui.row(ui.help_button(text)),
        files=posts.files_of(image),
    )


def receipt(
    text: ui.Words,
    held: Receipt,
    circle: Circle | None,
    *,
    more: Sequence[str] = (),
    buttons: Sequence[items.Button[Any]] = (),
) -> ui.Card:
    """`more` is told of what becomes of it; `buttons` are for what can be done later."""
    posted = held.posted
    is_share = isinstance(posted, Share)
    told = [text(f"share.receipt.{posted.state}", **_where(held, circle)), *more]
    if posted.state is not State.RETURNED:
        before = posted.state in (*UNSENT, State.POSTING, State.STUCK)
        use = "share.receipt.use_before" if before else "share.receipt.use_share"
        told.append(text(use if is_share else "share.receipt.use"))
    if held.code is not None:
        told.append(text("share.receipt.code", code=held.code))
        returned = posted.state is State.RETURNED  # until when its words are kept is said above
        limits = "share.receipt.code_limits_returned" if returned else "share.receipt.code_limits"
        told.append(text(limits, **({} if returned else {"day": _forgotten_on(held)})))
    return ui.Card(
        items.TextDisplay("\n".join(told)),
        *ui.rows(*_receipt_buttons(text, held), *buttons, ui.help_button(text)),
    )


def _where(held: Receipt, circle: Circle | None) -> dict[str, str]:
    posted = held.posted
    channel = posted.channel_id if isinstance(posted, Share) else posted.thread_id
    guild = "@me" if circle is None else str(circle.guild_id)
    link = f"https://discord.com/channels/{guild}/{channel}/{posted.message_id}"
    return {"channel": f"<#{channel}>", "name": posted.name, "link": link}


def _forgotten_on(held: Receipt) -> str:
    return held.posted.forgotten_on.isoformat()


def _receipt_buttons(text: ui.Words, held: Receipt) -> list[items.Button[Any]]:
    posted, secret = held.posted, held.secret
    if posted.state is State.RETURNED:
        return []  # it was not posted: there is nothing to take back, but something to do about it
    buttons = [ui.button(text("share.receipt.take_back"), f"share:take_back:{secret}")]
    if posted.state is State.STUCK:
        buttons.append(ui.button(text("share.receipt.try_again"), f"share:try_again:{secret}"))
    elif posted.state in (State.REVIEWING, State.HELD, State.POSTING):
        buttons.append(ui.button(text("share.receipt.look"), f"share:receipt:{secret}"))
    elif posted.state is State.WAITING:
        buttons.append(ui.button(text("waiting.receipt.when"), f"share:when:{secret}"))
        buttons.append(ui.button(text("share.receipt.look"), f"share:receipt:{secret}"))
    elif isinstance(posted, Share) and posted.state not in UNSENT:
        buttons.append(ui.button(text("share.receipt.same_voice"), f"share:same_voice:{secret}"))
    return buttons


def ask_take_back(text: ui.Words, held: Receipt) -> ui.Card:
    kind = "share" if isinstance(held.posted, Share) else "answer"
    if held.posted.state in (*UNSENT, State.STUCK):
        kind = "unsent"
    return ui.Card(
        items.TextDisplay(text(f"share.take_back.{kind}")),
        ui.row(
            ui.button(
                text("share.take_back.yes"), f"share:take_back_now:{held.secret}", discord.ButtonStyle.danger
            ),
            ui.button(text("share.take_back.no"), f"share:receipt:{held.secret}"),
            ui.help_button(text),
        ),
    )


def taken_back(text: ui.Words, body: Body | None, image: Image | None = None) -> ui.Card:
    done = text("share.take_back.done")
    if body is None:
        return note(text, done)
    return handed_back(text, f"{done}\n{text('share.kept.text')}", body, image)
