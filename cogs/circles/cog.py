from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.circles.models import Circle, Draft, Place
from bot.circles.permissions import lacking
from bot.circles.zones import Found, city
from bot.client import TowardsBot
from bot.errors import UserError
from cogs import ui
from cogs.circles import posts, server, views
from cogs.circles.panel import Panel, details_form


class CirclesCog(ui.Cog, name="circles"):
    def __init__(self, bot: TowardsBot) -> None:
        super().__init__(bot)
        self._making: set[int] = set()  # servers in which channels are being created this moment

    # A server is joined or left

    @commands.Cog.listener("on_guild_join")
    @commands.Cog.listener("on_guild_available")
    async def arrive(self, guild: discord.Guild) -> None:
        if channel := server.hello_channel(guild):
            await self.app.circles.greet(guild.id, channel.id)

    @commands.Cog.listener("on_guild_remove")
    async def leave(self, guild: discord.Guild) -> None:
        await self.app.circles.leave(guild.id)

    @commands.Cog.listener("on_ready")
    async def reconcile(self) -> None:
        # A server that is merely unavailable is among them.
        await self.app.circles.leave_all_but([guild.id for guild in self.bot.guilds])

    # Setting up

    @app_commands.command(
        name="setup", description="Set up a circle in this server: about two minutes, from defaults"
    )
    @app_commands.describe(time_zone="Your city or country: schedules mean its clock")
    @app_commands.rename(time_zone="time-zone")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def set_up(
        self, interaction: ui.Interaction, time_zone: app_commands.Range[str, 1, 60] | None = None
    ) -> None:
        draft = await self._begin(interaction)
        await ui.answer(interaction, (await self._with_zone(interaction, draft, time_zone)).card())

    @set_up.autocomplete("time_zone")
    async def zones(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        showing = self._showing(interaction)
        return [
            app_commands.Choice(name=showing.zone_label(found), value=found.zone)
            for found in self.app.zones.search(typed)
        ]

    @ui.on_press("circle:setup")
    async def set_up_by_button(self, interaction: ui.Interaction) -> None:
        await ui.answer(interaction, (await self._panel(interaction, await self._begin(interaction))).card())

    @ui.on_press("circle:change")
    async def change(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self._circle(interaction, circle_id)
        draft = await self.app.setup.begin_change(ui.actor(interaction), circle)
        await self._show(interaction, draft)

    @ui.on_press("circle:place")
    async def choose_channel(self, interaction: ui.Interaction, place: str) -> None:
        channels = {Place(place): int(id) for id in ui.chosen(interaction)}
        await self._show(interaction, await self._choose(interaction, channels=channels))

    @ui.on_press("circle:role")
    async def choose_role(self, interaction: ui.Interaction) -> None:
        [role_id] = ui.chosen(interaction)
        await self._show(interaction, await self._choose(interaction, role_id=int(role_id)))

    @ui.on_press("circle:zone")
    async def choose_zone(self, interaction: ui.Interaction) -> None:
        [zone] = ui.chosen(interaction)
        await self._show(interaction, await self._choose(interaction, zone=zone))

    @ui.on_press("circle:details")
    async def ask_details(self, interaction: ui.Interaction) -> None:
        await ui.open_form(
            interaction, details_form(self._showing(interaction), await self._draft(interaction))
        )

    @ui.on_submit("circle:details")
    async def keep_details(self, interaction: ui.Interaction, *, values: ui.Values) -> None:
        [locale] = values["locale"]
        draft = await self._choose(interaction, name=values["name"], locale=locale)
        await ui.replace(interaction, (await self._with_zone(interaction, draft, values["zone"])).card())

    @ui.on_press("circle:make")
    async def make_missing(self, interaction: ui.Interaction) -> None:
        guild, person, draft = _guild(interaction), interaction.user, await self._draft(interaction)
        assert isinstance(person, discord.Member)
        if guild.id in self._making:
            raise UserError("circle.errors.being_made")
        self._making.add(guild.id)
        try:
            await interaction.response.defer()
            circles = await self.app.circles.of_guild(guild.id)
            keep = partial(self._choose, interaction)
            making = server.Making(
                guild, person, circles, self.words(interaction), self._server_words(guild), keep
            )
            draft = await making.complete(draft)
        finally:
            self._making.discard(guild.id)
        await self._show(interaction, draft, remarks=making.remarks)

    @ui.on_press("circle:panel")
    async def check_again(self, interaction: ui.Interaction) -> None:
        await self._show(interaction, await self._draft(interaction))

    @ui.on_press("circle:review")
    async def review(self, interaction: ui.Interaction) -> None:
        draft = await self._draft(interaction)
        findings = await self._findings(interaction, draft)
        if draft.unchosen() or findings.in_the_way:
            await self._show(interaction, draft)
        else:
            care = await self.app.care.cases.rules.of(draft.circle_id or "")
            await ui.replace(interaction, views.review(self._showing(interaction), draft, findings, care))

    @ui.on_press("circle:save")
    async def save(self, interaction: ui.Interaction) -> None:
        guild, draft = _guild(interaction), await self._draft(interaction)
        allowed = server.allowed(guild, draft.channels.values())
        circle = await self.app.setup.save(ui.actor(interaction), guild.id, allowed)
        card = views.saved(self.words(interaction), circle, new=draft.circle_id is None)
        await ui.replace(interaction, card)

    @ui.on_press("circle:aside")
    async def put_aside(self, interaction: ui.Interaction) -> None:
        await self.app.setup.put_aside(ui.actor(interaction), _guild(interaction).id)
        await ui.replace(interaction, ui.note(self.words(interaction)("circle.aside")))

    # Looking at a circle, and ending it

    @app_commands.command(
        name="circle", description="This circle's settings: channels, facilitators, time zone"
    )
    @app_commands.describe(name="Which circle, if there is more than one here")
    @app_commands.guild_only()
    async def look(self, interaction: ui.Interaction, name: str | None = None) -> None:
        circle = await self.circle_here(interaction, name)
        await ui.answer(interaction, await self._circle_card(interaction, circle))

    @look.autocomplete("name")
    async def names(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        circles = await self.app.circles.of_guild(_guild(interaction).id)
        fitting = [circle for circle in circles if typed.casefold() in circle.name.casefold()]
        return [app_commands.Choice(name=circle.name, value=circle.id) for circle in fitting[:25]]

    @ui.on_press("circle:show")
    async def show(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self._circle(interaction, circle_id)
        await ui.replace(interaction, await self._circle_card(interaction, circle))

    @ui.on_press("circle:close")
    async def ask_to_close(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self._circle(interaction, circle_id)
        circle.require_facilitator(ui.actor(interaction))
        await ui.replace(interaction, views.closing(self.words(interaction), circle))

    @ui.on_press("circle:end")
    async def close(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self._circle(interaction, circle_id)
        await self.app.circles.close(ui.actor(interaction), circle)
        text = self.words(interaction)
        await ui.replace(interaction, ui.note(text("circle.closing.done", circle=circle.name)))

    async def _circle(self, interaction: ui.Interaction, circle_id: str) -> Circle:
        circle = await self.app.circles.get(circle_id)
        if circle.guild_id != interaction.guild_id:
            raise UserError("common.errors.circle_gone")
        return circle

    # What is posted

    @ui.renders("circle.hello")
    async def hello(self, reference: str) -> ui.Card | None:
        guild = self.bot.get_guild(int(reference))
        if guild is None:
            return None
        return posts.hello(self._server_words(guild))

    @ui.renders("circle.notice")
    async def notice(self, reference: str) -> ui.Card | None:
        notice = await self.app.circles.notice(reference)
        return None if notice is None else posts.notice(self.circle_words(notice.circle), notice)

    @ui.renders("circle.closed")
    async def closed(self, reference: str) -> ui.Card | None:
        circle = await self.app.circles.even_closed(reference)
        return None if circle is None else posts.closed(self.circle_words(circle), circle)

    # The panel, from draft to card

    async def _begin(self, interaction: ui.Interaction) -> Draft:
        guild = _guild(interaction)
        circles = await self.app.circles.of_guild(guild.id)
        locales, text = self.app.content.locales, self._server_words(guild)
        suggested = server.suggested(guild, interaction.user.id, circles, locales, text)
        return await self.app.setup.begin(ui.actor(interaction), suggested)

    async def _draft(self, interaction: ui.Interaction) -> Draft:
        return await self.app.setup.draft(ui.actor(interaction), _guild(interaction).id)

    async def _choose(self, interaction: ui.Interaction, **chosen: Any) -> Draft:
        return await self.app.setup.choose(ui.actor(interaction), _guild(interaction).id, **chosen)

    async def _with_zone(self, interaction: ui.Interaction, draft: Draft, typed: str | None) -> Panel:
        """The panel with the time zone that was typed; where it could be several, they are offered."""
        text = self.words(interaction)
        if not typed or (draft.zone is not None and typed in (draft.zone, city(draft.zone))):
            return await self._panel(interaction, draft)
        if zone := self.app.zones.resolve(typed):
            return await self._panel(interaction, await self._choose(interaction, zone=zone))
        found = self.app.zones.search(typed)
        remark = text("circle.zone_several" if found else "circle.zone_none", typed=typed)
        return await self._panel(interaction, draft, zones=found, remarks=[remark])

    async def _show(self, interaction: ui.Interaction, draft: Draft, *, remarks: Sequence[str] = ()) -> None:
        panel = await self._panel(interaction, draft, remarks=remarks)
        await ui.replace(interaction, panel.card())

    async def _panel(
        self,
        interaction: ui.Interaction,
        draft: Draft,
        *,
        zones: Sequence[Found] = (),
        remarks: Sequence[str] = (),
    ) -> Panel:
        findings = await self._findings(interaction, draft)
        return Panel(self._showing(interaction), draft, findings, zones, remarks)

    async def _findings(self, interaction: ui.Interaction, draft: Draft) -> views.Findings:
        text = self.words(interaction)
        faults = [text(fault.key, **fault.params) for fault in await self.app.setup.faults(draft)]
        return self._found(interaction, draft.channels, draft.facilitator_role_id, faults)

    def _found(
        self,
        interaction: ui.Interaction,
        channels: Mapping[Place, int],
        role_id: int | None,
        faults: Sequence[str] = (),
    ) -> views.Findings:
        guild, text = _guild(interaction), self.words(interaction)
        warnings = []
        facilitators = channels.get(Place.FACILITATORS)
        if facilitators is not None and server.open_to_everyone(guild, facilitators):
            warnings.append(text("circle.warning.open", channel=f"<#{facilitators}>"))
        if facilitators is not None and role_id and server.closed_to(guild, facilitators, role_id):
            warnings.append(
                text("circle.warning.closed", channel=f"<#{facilitators}>", role=f"<@&{role_id}>")
            )
        return views.Findings(faults, lacking(channels, server.allowed(guild, channels.values())), warnings)

    async def _circle_card(self, interaction: ui.Interaction, circle: Circle) -> ui.Card:
        findings = None
        if circle.is_facilitator(ui.actor(interaction)):
            findings = self._found(interaction, circle.channels, circle.facilitator_role_id)
        rules = await self.app.sharing.rules.of(circle.id)
        fared = await self.app.listeners.fared(circle)
        return views.circle_card(self._showing(interaction), circle, rules, findings, fared)

    def _server_words(self, guild: discord.Guild) -> ui.Words:
        """Content in the server's language: for what everyone sees before there is a circle."""
        return ui.words(self.app.content, str(guild.preferred_locale))

    def _showing(self, interaction: ui.Interaction) -> views.Showing:
        content = self.app.content
        return views.Showing(
            self.words(interaction),
            self.app.clock.now(),
            {locale: content.text("circle.language_name", locale) for locale in content.locales},
        )


def _guild(interaction: ui.Interaction) -> discord.Guild:
    if interaction.guild is None:
        raise UserError("common.errors.in_a_server_only")
    return interaction.guild
