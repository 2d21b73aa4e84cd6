"""What every door shares: cards, forms, handlers found by custom_id, and the one way errors are told.

A card is only a picture: it never listens. Presses and submitted forms find their handler by custom_id
(`feature:verb:arguments`), so what was shown before a restart works after it, and nothing is kept in memory.
"""

from __future__ import annotations

import inspect
import io
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import aiohttp
import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.client import TowardsBot
from bot.contacts.models import Contact
from bot.content import Content
from bot.errors import HELP, Said, UserError
from bot.outbox.models import TryLater

log = logging.getLogger(__name__)

Interaction = discord.Interaction[TowardsBot]
Words = Callable[..., str]
"""words(key, **params): content in one language"""
Values = Mapping[str, Any]
"""A submitted form: custom_id -> text, list of chosen values, one chosen value, or yes/no"""
Handler = Callable[..., Awaitable[Any]]
_H = TypeVar("_H", bound=Handler)

ACCENT = discord.Colour(0x6B8F9C)


def on_press(route: str) -> Callable[[_H], _H]:
    """The method answers buttons and selects whose custom_id is `route` or begins with `route:`.

    It is called with the interaction and what follows the route, split at colons.
    """
    return _mark("press", route)


def on_submit(route: str) -> Callable[[_H], _H]:
    """The method answers forms: called as for a press, with `values=` what was entered."""
    return _mark("submit", route)


def renders(kind: str) -> Callable[[_H], _H]:
    """The method renders an outbox item: reference -> Card, Thread or Direct; None: nothing is to be sent."""
    return _mark("render", kind)


def _mark(what: str, name: str) -> Callable[[_H], _H]:
    def mark(method: _H) -> _H:
        method.__dict__.setdefault("towards_handles", []).append((what, name))
        return method

    return mark


class Cog(commands.Cog):
    def __init__(self, bot: TowardsBot) -> None:
        self.bot = bot
        self.handlers: dict[tuple[str, str], Handler] = {
            key: method
            for _, method in inspect.getmembers(self, inspect.iscoroutinefunction)
            for key in getattr(method, "towards_handles", ())
        }

    @property
    def app(self) -> App:
        return self.bot.app

    def words(self, interaction: Interaction) -> Words:
        """Content in the person's own language: for private answers."""
        return words(self.app.content, str(interaction.locale))

    def circle_words(self, circle: Circle) -> Words:
        """Content in the circle's language: for posts, which everyone reads."""
        return words(self.app.content, circle.locale)

    async def direct(
        self, purpose: str, reference: str, zone: ZoneInfo, build: Callable[[Words], Card | None]
    ) -> Direct | None:
        """A card for whoever asked to be reached for this, in their language; None where nobody is to be.

        Raises TryLater while their quiet hours last. `zone` is the circle's, for who did not tell their own.
        """
        contact = await self.app.contacts.find(purpose, reference)
        if contact is None:
            return None
        now = self.app.clock.now()
        at = await self.app.reminders.reach.may_reach(contact.user_id, now, zone)
        if at is None:
            return None
        if at > now:
            raise TryLater(at - now)
        card = build(words(self.app.content, contact.locale))
        return None if card is None else Direct(contact.channel_id, card)

    async def circle_here(self, interaction: Interaction, named: str | None = None) -> Circle:
        """The circle a command is about. Raises UserError outside a server, or where it isn't clear."""
        if interaction.guild_id is None:
            raise UserError("common.errors.in_a_server_only")
        channel = interaction.channel
        near = [interaction.channel_id, channel.parent_id if isinstance(channel, discord.Thread) else None]
        return await self.app.circles.here(interaction.guild_id, [id for id in near if id is not None], named)


def words(content: Content, locale: str) -> Words:
    def text(key: str, **params: object) -> str:
        return content.text(key, locale, **params)

    return text


def actor(interaction: Interaction) -> Actor:
    """Who is asking, as permission checks see them."""
    member = interaction.user
    roles = member.roles if isinstance(member, discord.Member) else []
    return Actor(
        user_id=member.id,
        role_ids=frozenset(role.id for role in roles),
        manages_server=interaction.guild_id is not None and interaction.permissions.manage_guild,
    )


def find_handler(cogs: Iterable[commands.Cog], what: str, name: str) -> tuple[Handler, list[str]] | None:
    """The handler whose route is the longest beginning of `name`, and the rest of it split at colons."""
    parts = name.split(":")
    for length in range(len(parts), 0, -1):
        route = ":".join(parts[:length])
        for cog in cogs:
            if isinstance(cog, Cog) and (handler := cog.handlers.get((what, route))):
                return handler, parts[length:]
    return None


class Card(ui.LayoutView):
    """A message's content. Give it items; it never waits for anything.

    `files` go with it, by the names under which its items show them (`attachment://name`). `keeps` are ids of
    files that the message has already, and that stay when this card takes the place of another.
    """

    def __init__(
        self, *items: ui.Item[Any], files: Mapping[str, bytes] | None = None, keeps: Iterable[int] = ()
    ) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)
        self.files = dict(files or {})
        self.keeps = tuple(keeps)
        self.stop()  # so that discord.py keeps no copy of it

    def uploads(self) -> list[discord.File]:
        """Its files, to be sent once."""
        return [discord.File(io.BytesIO(data), name) for name, data in self.files.items()]


class Form(ui.Modal):
    """A form of at most five `Label`s (or TextDisplays). Its custom_id leads back to `on_submit`."""

    def __init__(self, title: str, custom_id: str, *items: ui.Item[Any]) -> None:
        super().__init__(title=title, custom_id=custom_id, timeout=None)
        for item in items:
            self.add_item(item)
        self.stop()


class Thread:
    """What renders an outbox item of action `thread`."""

    def __init__(self, name: str, *, auto_archive_minutes: Literal[60, 1440, 4320, 10080] = 4320) -> None:
        self.name = name
        self.auto_archive_minutes: Literal[60, 1440, 4320, 10080] = auto_archive_minutes


class Direct:
    """What renders an outbox item that goes to one person: whom it is for is looked up when it leaves."""

    def __init__(self, channel_id: int, card: Card) -> None:
        self.channel_id = channel_id
        self.card = card


def note(text: str) -> Card:
    """A card of nothing but words."""
    return Card(ui.TextDisplay(text))


def button(
    label: str,
    custom_id: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    disabled: bool = False,
    emoji: str | None = None,
) -> ui.Button[Any]:
    return ui.Button(label=label, custom_id=custom_id, style=style, disabled=disabled, emoji=emoji)


def help_button(words: Words) -> ui.Button[Any]:
    """ "Need someone now?": belongs on every private answer, check-in and share preview."""
    return button(words("care.button"), "care:now")


def hold_buttons(words: Words, id: str) -> list[ui.Button[Any]]:
    """What a writer can do with words that are held and not posted yet."""
    return [
        button(words("holds.post"), f"care:hold_post:{id}"),
        button(words("holds.wait"), f"care:hold_wait:{id}"),
        button(words("holds.drop"), f"care:hold_drop:{id}"),
    ]


def row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    return ui.ActionRow(*items)


def rows(*items: ui.Item[Any]) -> list[ui.ActionRow[Any]]:
    """As many rows as it takes: Discord lets one hold five buttons."""
    return [ui.ActionRow(*items[start : start + 5]) for start in range(0, len(items), 5)]


def chosen(interaction: Interaction) -> list[str]:
    """What was chosen in the select that was used."""
    data: Mapping[str, Any] = interaction.data or {}
    return list(data.get("values", []))


async def answer(interaction: Interaction, card: Card) -> None:
    """Answer the person privately; a further message where there was an answer already."""
    if interaction.response.is_done():
        await interaction.followup.send(view=card, ephemeral=True, files=card.uploads())
    else:
        await interaction.response.send_message(view=card, ephemeral=True, files=card.uploads())


async def replace(interaction: Interaction, card: Card) -> None:
    """Show the card in place of the private message whose button was pressed (or that was deferred)."""
    if interaction.response.is_done():
        await interaction.edit_original_response(view=card, attachments=card.uploads())
    else:
        await interaction.response.edit_message(view=card, attachments=card.uploads())


_CLOSED, _LATER = frozenset({50007, 50278}), 40003  # Discord: opcodes-and-status-codes


async def reach(
    interaction: Interaction, hello: Card, *, closed: str, later: str
) -> tuple[Contact, discord.Message]:
    """How to reach who asked for it, and the message there that shows them where: it proves that it can.

    (Discord opens the channel even if nothing may be sent to it.) Raises UserError `closed` or `later` where
    it can't.
    """
    try:
        channel = await interaction.user.create_dm()
        message = await channel.send(view=hello)
    except discord.RateLimited as error:
        raise UserError(later) from error
    except discord.HTTPException as error:
        if error.code in _CLOSED or error.code == _LATER:
            raise UserError(later if error.code == _LATER else closed) from error
        raise
    known = interaction.client.app.reminders.reach
    if await known.is_to_be_told(interaction.user.id):
        await known.told(interaction.user.id)  # they were found closed once, and are open now
    return Contact(interaction.user.id, channel.id, str(interaction.locale)), message


async def contact_of(interaction: Interaction) -> Contact | None:
    """How to reach them, nothing sent yet; None where Discord opens no direct messages."""
    try:
        channel = await interaction.user.create_dm()
    except discord.HTTPException:
        return None
    return Contact(interaction.user.id, channel.id, str(interaction.locale))


async def open_form(interaction: Interaction, form: Form) -> None:
    await interaction.response.send_modal(form)


def values_of(interaction: Interaction) -> Values:
    """What was entered in the form that was submitted (Discord: Modal Submit Data Structure)."""
    data: Mapping[str, Any] = interaction.data or {}
    found: dict[str, Any] = {}

    def walk(component: Mapping[str, Any]) -> None:
        if "custom_id" in component and ("value" in component or "values" in component):
            found[component["custom_id"]] = component.get("value", component.get("values"))
        for child in (*component.get("components", ()), component.get("component")):
            if child:
                walk(child)

    walk({"components": data.get("components", ())})
    return found


def told(text: Words, error: UserError) -> Card:
    """What went wrong, with what can be done about it: whoever is refused something may need someone, too."""
    message = say(text, error.key, error.params)
    offers = [HELP] if error.offer is None or error.offer == HELP else [error.offer, HELP]
    buttons = [button(text(offer.key), offer.custom_id) for offer in offers]
    return Card(ui.TextDisplay(message), row(*buttons))


def say(text: Words, key: str, params: Mapping[str, object]) -> str:
    """The words of a key; what is `Said` among its params is said in the same language."""
    return text(
        key,
        **{
            name: say(text, value.key, value.params) if isinstance(value, Said) else value
            for name, value in params.items()
        },
    )


async def on_command_error(interaction: Interaction, error: app_commands.AppCommandError) -> None:
    await report(interaction, error)


async def report(interaction: Interaction, error: BaseException) -> None:
    """Tell a person what went wrong and what to do; what was unforeseen gets a reference found in the log."""
    text = words(interaction.client.app.content, str(interaction.locale))
    if isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError) and error.__cause__:
        error = error.__cause__
    if isinstance(error, UserError):
        card = told(text, error)
    elif isinstance(error, app_commands.CheckFailure):
        card = note(text("common.errors.not_for_you"))
    else:
        reference = secrets.token_hex(4)
        log.error("reference %s: an interaction failed", reference, exc_info=error)
        card = note(text("common.errors.unexpected", reference=reference))
    try:
        await answer(interaction, card)
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        log.warning("an error could not be told to the person: the interaction is over")
