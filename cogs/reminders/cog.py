from __future__ import annotations

import logging
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.circles.models import Circle
from bot.errors import UserError
from bot.reminders.models import LONGEST_BEFORE, Asked
from bot.reminders.reading import read_until
from bot.schedules.reading import read_time
from cogs import ui
from cogs.reminders import views

log = logging.getLogger(__name__)

ANYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
IN_SERVERS = app_commands.AppInstallationType(guild=True, user=False)
CITY = "Your city or country, for your own clock. Nobody else is shown it."

UNKNOWN_MEMBER = 10007  # Discord: opcodes-and-status-codes
HOURS = range(6, 24)
SOON = ("tomorrow", "a week", "2 weeks", "a month")


class RemindersCog(ui.Cog, name="reminders"):
    remind = app_commands.Group(
        name="remind",
        description="Gentle reminders, if you like some. Only you see the answers.",
        allowed_contexts=ANYWHERE,
        allowed_installs=IN_SERVERS,
    )

    # Asking for it

    @remind.command(name="me", description="Be told by direct message, once, while something is open here")
    @app_commands.describe(
        what="Of what (both, if left out)",
        at="At an hour of your own, such as 19:00 or 7pm (when it opens, if left out)",
        hours_before="Or so many hours before it closes",
        city=CITY,
        circle="Which circle, if there is more than one here",
    )
    @app_commands.rename(hours_before="hours-before-closing")
    @app_commands.choices(
        what=[
            app_commands.Choice(name="Check-ins and prompts", value="both"),
            app_commands.Choice(name="Check-ins", value="check_ins"),
            app_commands.Choice(name="Prompts", value="prompts"),
        ]
    )
    async def me(
        self,
        interaction: ui.Interaction,
        what: str = "both",
        at: str | None = None,
        hours_before: app_commands.Range[int, 1, LONGEST_BEFORE] | None = None,
        city: str | None = None,
        circle: str | None = None,
    ) -> None:
        here = await self.circle_here(interaction, circle)
        asked = Asked(
            check_ins=what != "prompts",
            prompts=what != "check_ins",
            at=_time(at),
            hours_before=hours_before,
        )
        zone = self._zone(city)
        await interaction.response.defer(ephemeral=True, thinking=True)
        channel_id = await self._direct_messages(interaction, here)
        mine = await self.app.reminders.ask(
            here,
            interaction.user.id,
            asked,
            channel_id=channel_id,
            locale=str(interaction.locale),
            zone=zone,
        )
        await ui.answer(interaction, views.asked(self.words(interaction), mine, here, self.app.clock.now()))

    async def _direct_messages(self, interaction: ui.Interaction, circle: Circle) -> int:
        """Their direct messages with the bot. A first message there shows where reminders come, and proves
        that they can: Discord opens the channel even if nothing may be sent to it.
        """
        person = await self.app.reminders.reach.of(interaction.user.id)
        if person.channel_id is not None and person.closed_at is None:
            return person.channel_id
        hello = views.hello(self.words(interaction), circle)
        closed, later = "reminder.errors.closed", "reminder.errors.later"
        contact, _ = await ui.reach(interaction, hello, closed=closed, later=later)
        return contact.channel_id

    @remind.command(
        name="quiet", description="Hours in which nothing is sent to you: 22:00 to 08:00 at first"
    )
    @app_commands.describe(
        start="From, such as 22:00 or 10pm", end="To, such as 8am; the same as the start for none", city=CITY
    )
    @app_commands.rename(start="from", end="to")
    async def quiet(
        self,
        interaction: ui.Interaction,
        start: str | None = None,
        end: str | None = None,
        city: str | None = None,
    ) -> None:
        person = await self.app.reminders.reach.set_quiet(
            interaction.user.id, start=_time(start), end=_time(end), zone=self._zone(city)
        )
        await ui.answer(interaction, views.quiet(self.words(interaction), person))

    @remind.command(name="show", description="Your reminders, quiet hours and time away, and how to end them")
    async def show(self, interaction: ui.Interaction) -> None:
        mine = await self.app.reminders.mine(interaction.user.id)
        await ui.answer(interaction, views.mine(self.words(interaction), mine, self.app.clock.now()))

    # Ending it

    @ui.on_press("reminder:stop")
    async def stop(self, interaction: ui.Interaction, circle_id: str) -> None:
        await self.app.reminders.stop(circle_id, interaction.user.id)
        circle = await self.app.circles.even_closed(circle_id)
        text = self.words(interaction)
        done = text("reminder.stop.done", circle=circle.name if circle else "")
        await ui.replace(interaction, views.said(text, done))

    @ui.on_press("reminder:today")
    async def not_today(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self.app.circles.even_closed(circle_id)
        zone = circle.tz if circle else ZoneInfo("UTC")
        await self.app.reminders.reach.rest_today(interaction.user.id, zone)
        text = self.words(interaction)
        await ui.replace(interaction, views.said(text, text("reminder.away.today")))

    # Being away

    @app_commands.command(name="away", description="Nothing is sent to you until then, and nobody is told")
    @app_commands.describe(until="Such as Friday, 2 weeks, or 14 March; without it, until you say /back")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def away(self, interaction: ui.Interaction, until: str | None = None) -> None:
        reach, user_id = self.app.reminders.reach, interaction.user.id
        moment = None
        if until is not None:
            zone = (await reach.of(user_id)).tz(await self._zone_here(interaction))
            moment = read_until(until, self.app.clock.now(), zone)
            if moment is None:
                raise UserError("reminder.errors.until_unreadable")
        person = await reach.go_away(user_id, moment)
        await ui.answer(interaction, views.away(self.words(interaction), person))

    @app_commands.command(name="back", description="Let reminders come again, if you asked for some")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def back(self, interaction: ui.Interaction) -> None:
        await self.app.reminders.reach.come_back(interaction.user.id)
        text = self.words(interaction)
        await ui.answer(interaction, views.said(text, text("reminder.away.back")))

    # What is sent

    @ui.renders("reminder.dm")
    async def reminder(self, reminder_id: str) -> ui.Card | None:
        shown = await self.app.reminders.shown(reminder_id)
        guild = None if shown is None else self.bot.get_guild(shown.circle.guild_id)
        if shown is None or guild is None:
            return None
        try:
            member = await guild.fetch_member(shown.user_id)
        except discord.NotFound as error:
            if error.code == UNKNOWN_MEMBER:
                await self.app.reminders.left(reminder_id)
            return None
        channel = guild.get_channel(shown.occasion.channel_id)
        if channel is None or not channel.permissions_for(member).view_channel:
            return None  # the link would lead nowhere for them
        return views.reminder(ui.words(self.app.content, shown.locale), shown)

    @commands.Cog.listener()
    async def on_app_command_completion(self, interaction: ui.Interaction, command: Any) -> None:
        """Whose direct messages were found closed is told so in private, after the answer they came for."""
        reach = self.app.reminders.reach
        if not await reach.is_to_be_told(interaction.user.id):
            return
        text = self.words(interaction)
        await reach.told(interaction.user.id)  # first: two commands in a row are told once
        try:
            await ui.answer(interaction, views.said(text, text("reminder.found_closed")))
        except discord.HTTPException:
            log.warning("someone could not be told that reminders ended; they are told next time")
            await reach.not_told(interaction.user.id)

    # What is offered while someone types

    @me.autocomplete("at")
    @quiet.autocomplete("start")
    @quiet.autocomplete("end")
    async def offer_hours(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        hours = [f"{hour:02}:00" for hour in HOURS]
        return [app_commands.Choice(name=hour, value=hour) for hour in hours if hour.startswith(typed)]

    @me.autocomplete("city")
    @quiet.autocomplete("city")
    async def offer_zones(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        text = self.words(interaction)
        return [
            app_commands.Choice(
                name=text("reminder.zone_label", name=found.name, zone=found.zone)[:100], value=found.zone
            )
            for found in self.app.zones.search(typed)
        ]

    @me.autocomplete("circle")
    async def offer_circles(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        circles = await self.app.circles.of_guild(interaction.guild_id or 0)
        fitting = [circle for circle in circles if typed.casefold() in circle.name.casefold()]
        return [app_commands.Choice(name=circle.name, value=circle.id) for circle in fitting[:25]]

    @away.autocomplete("until")
    async def offer_days(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        text, now = self.words(interaction), self.app.clock.now()
        found = [
            app_commands.Choice(name=text(f"reminder.soon.{name.replace(' ', '_')}"), value=name)
            for name in SOON
            if name.startswith(typed.casefold())
        ]
        if not found and read_until(typed, now, ZoneInfo("UTC")) is not None:
            found = [app_commands.Choice(name=typed[:100], value=typed[:100])]
        return found

    # Reading what was entered

    def _zone(self, city: str | None) -> str | None:
        if city is None:
            return None
        zone = self.app.zones.resolve(city)
        if zone is None:
            raise UserError("reminder.errors.city_unknown")
        return zone

    async def _zone_here(self, interaction: ui.Interaction) -> ZoneInfo:
        """The clock of the circle they are in, for who did not tell their own."""
        try:
            return (await self.circle_here(interaction)).tz
        except UserError:
            return ZoneInfo("UTC")


def _time(typed: str | None) -> time | None:
    if typed is None:
        return None
    found = read_time(typed)
    if found is None:
        raise UserError("schedule.errors.time_unreadable")
    return found
