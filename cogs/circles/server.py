"""The Discord server around a circle: what it offers, what the bot may do there, making what is missing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import discord

from bot.circles.fitting import fitting, free_name
from bot.circles.models import Circle, Draft, Place
from bot.circles.permissions import NEEDS
from cogs import ui

log = logging.getLogger(__name__)

PERMISSIONS = {need.permission for need in NEEDS}


def hello_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Where a hello belongs: the system channel, else the first text channel the bot may write in."""
    return next(
        (channel for channel in (guild.system_channel, *guild.text_channels) if _may_write(channel)), None
    )


def _may_write(channel: discord.TextChannel | None) -> bool:
    if channel is None:
        return False
    granted = channel.permissions_for(channel.guild.me)
    return granted.view_channel and granted.send_messages


def allowed(guild: discord.Guild, channel_ids: Iterable[int]) -> dict[int, set[str]]:
    """What the bot may do in each of the channels that still exist."""
    found = {}
    for id in channel_ids:
        if (channel := guild.get_channel(id)) is not None:
            granted = channel.permissions_for(guild.me)
            found[id] = {name for name in PERMISSIONS if getattr(granted, name)}
    return found


def open_to_everyone(guild: discord.Guild, channel_id: int) -> bool:
    channel = guild.get_channel(channel_id)
    return channel is not None and channel.permissions_for(guild.default_role).view_channel


def closed_to(guild: discord.Guild, channel_id: int, role_id: int) -> bool:
    channel, role = guild.get_channel(channel_id), guild.get_role(role_id)
    return channel is not None and role is not None and not channel.permissions_for(role).view_channel


def fitting_channels(guild: discord.Guild, circles: list[Circle], text: ui.Words) -> dict[Place, int]:
    """Channels that fit by their names and that no circle uses."""
    taken = {id for circle in circles for id in circle.channels.values()}
    names = {channel.id: channel.name for channel in guild.text_channels if channel.id not in taken}
    found = {place: fitting(names, text(f"circle.fits.{place}").split(", ")) for place in Place}
    return {place: id for place, id in found.items() if id is not None}


def fitting_role(guild: discord.Guild, text: ui.Words) -> int | None:
    names = {role.id: role.name for role in guild.roles if not role.managed and not role.is_default()}
    return fitting(names, text("circle.fits.role").split(", "))


def suggested(
    guild: discord.Guild, person_id: int, circles: list[Circle], locales: list[str], text: ui.Words
) -> Draft:
    """A circle as this server would probably have it."""
    locale = str(guild.preferred_locale)
    return Draft(
        guild_id=guild.id,
        user_id=person_id,
        circle_id=None,
        name=text("circle.another_name", number=len(circles) + 1),
        channels=fitting_channels(guild, circles, text),
        facilitator_role_id=fitting_role(guild, text),
        zone=None,
        locale=next((known for known in (locale, locale.split("-")[0]) if known in locales), "en"),
    ).named("" if circles else guild.name)


@dataclass
class Making:
    """Makes the role and channels a draft lacks; each is kept as soon as it exists."""

    guild: discord.Guild
    person: discord.Member
    circles: list[Circle]
    """Those the server has already"""
    text: ui.Words
    """In the person's language: what is told to them"""
    server_text: ui.Words
    """In the server's language: what things are called"""
    keep: Callable[..., Awaitable[Draft]]
    """choose(role_id=... or channels=...): the draft with it"""
    remarks: list[str] = field(default_factory=list)
    """What was made, and what could not be, in words"""

    async def complete(self, draft: Draft) -> Draft:
        try:
            draft = await self._found(draft)
            draft = await self._role(draft)
            for place in Place:
                draft = await self._channel(draft, place)
        except discord.HTTPException as error:
            if error.status >= 500:
                raise
            log.warning("making what a circle lacks was refused: %s", error.code)
            self.remarks.append(self.text("circle.make.refused"))
        if not self.remarks:
            self.remarks.append(self.text("circle.make.nothing_missing"))
        return draft

    async def _found(self, draft: Draft) -> Draft:
        """What exists need not be made: also what was made a moment ago, when Discord's answer got lost."""
        channels = fitting_channels(self.guild, self.circles, self.server_text)
        new = {
            place: id
            for place, id in channels.items()
            if place not in draft.channels and id not in draft.channels.values()
        }
        role_id = draft.facilitator_role_id or fitting_role(self.guild, self.server_text)
        self.remarks += [self.text("circle.make.channel_found", channel=f"<#{id}>") for id in new.values()]
        if role_id != draft.facilitator_role_id:
            self.remarks.append(self.text("circle.make.role_found", role=f"<@&{role_id}>"))
        return await self.keep(channels=new, role_id=role_id)

    async def _role(self, draft: Draft) -> Draft:
        if draft.facilitator_role_id is not None:
            return draft
        if not self.guild.me.guild_permissions.manage_roles:
            self.remarks.append(self.text("circle.make.no_manage_roles"))
            return draft
        role = await self.guild.create_role(name=self.server_text("circle.make.role"), reason=self._reason)
        draft = await self.keep(role_id=role.id)
        self.remarks.append(self.text("circle.make.role_made", role=role.mention))
        await self.person.add_roles(role, reason=self._reason)
        return draft

    async def _channel(self, draft: Draft, place: Place) -> Draft:
        if place in draft.channels:
            return draft
        if not self.guild.me.guild_permissions.manage_channels:
            self._once(self.text("circle.make.no_manage_channels"))
            return draft
        if place is Place.FACILITATORS and draft.facilitator_role_id is None:
            self.remarks.append(self.text("circle.make.role_first"))
            return draft
        name = free_name(
            self.server_text(f"circle.make.{place}"), [channel.name for channel in self.guild.channels]
        )
        channel = await self.guild.create_text_channel(
            name, overwrites=self._overwrites(draft, place), reason=self._reason
        )
        self.remarks.append(self.text("circle.make.channel_made", channel=channel.mention))
        return await self.keep(channels={place: channel.id})

    def _overwrites(
        self, draft: Draft, place: Place
    ) -> dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite]:
        """The bot may do its work there; into the facilitators' channel only they and the bot look."""
        held = self.guild.me.guild_permissions  # Discord lets nobody give away what they don't hold
        own = discord.PermissionOverwrite(
            **{
                need.permission: True
                for need in NEEDS
                if need.place is place and getattr(held, need.permission)
            }
        )
        if place is not Place.FACILITATORS:
            return {self.guild.me: own}
        assert draft.facilitator_role_id is not None
        return {
            self.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            discord.Object(draft.facilitator_role_id, type=discord.Role): discord.PermissionOverwrite(
                view_channel=True
            ),
            self.guild.me: own,
        }

    def _once(self, remark: str) -> None:
        if remark not in self.remarks:
            self.remarks.append(remark)

    @property
    def _reason(self) -> str:
        return self.server_text("circle.make.reason")
