from __future__ import annotations

from discord import app_commands

from bot.care.cases.concerns import KIND as CONCERN
from bot.circles.models import Circle
from bot.errors import UserError
from cogs import ui
from cogs.care import case_views, looking_views, people
from cogs.care.asking import Asking


class LookingAfterCog(Asking, name="looking after"):
    """/care: asking for a facilitator, telling them of a worry, and what facilitators decide and offer."""

    care = app_commands.Group(
        name="care",
        description="Being reached by a facilitator, worry about somebody, and how care works here",
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @care.command(name="reach", description="Have a facilitator reach you, without your name")
    async def ask(self, interaction: ui.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self.begin_to_ask(interaction)

    # Worry about somebody else

    @care.command(
        name="concern", description="Tell the facilitators, in private, that you worry about someone"
    )
    async def worry(self, interaction: ui.Interaction) -> None:
        await self.concern(interaction)

    @ui.on_press("care:concern")
    async def concern(self, interaction: ui.Interaction) -> None:
        await self.app.care.cases.concerns.check(interaction.user.id)
        circles, text = await self.circles(interaction), self.words(interaction)
        if len(circles) == 1:
            await ui.open_form(interaction, looking_views.concern_form(text, circles[0]))
            return
        card = case_views.which(text, text("cases.concern.which"), "care:concern_in", circles)
        await ui.answer(interaction, card)

    @ui.on_press("care:concern_in")
    async def concern_in(self, interaction: ui.Interaction) -> None:
        circle = await self.app.circles.get(ui.chosen(interaction)[0])
        await ui.open_form(interaction, looking_views.concern_form(self.words(interaction), circle))

    @ui.on_submit("care:concern")
    async def told(self, interaction: ui.Interaction, circle_id: str, *, values: ui.Values) -> None:
        words, user, text = str(values.get("text") or ""), interaction.user, self.words(interaction)
        by = f"{user.mention} (`{user.name}`)" if values.get("by") else None
        try:
            circle = await self.app.circles.get(circle_id)
            await people.require_in(self.bot, circle, user.id)
            if not people.can_tell(self.bot, circle):
                raise UserError("cases.errors.channel")
            await self.app.care.cases.concerns.tell(circle, user.id, words, by)
        except Exception as error:  # the form is gone: whatever it was, the words are not to go with it
            await ui.report(interaction, error)
            await ui.answer(interaction, case_views.handed_back(text, text("cases.concern.kept"), words))
            return
        told = text("cases.concern.thanks", circle=circle.name)
        await ui.answer(interaction, case_views.said(text, told))

    @ui.renders(CONCERN)
    async def render_concern(self, concern_id: str) -> ui.Card | None:
        found = await self.app.care.cases.concerns.shown(concern_id)
        return None if found is None else looking_views.concern_card(self.circle_words(found.circle), found)

    # Duty

    @care.command(name="duty", description="Be on duty: told in private when somebody asks for a facilitator")
    @app_commands.describe(circle="Which circle, if there is more than one here")
    async def duty(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        here = await self.circle_here(interaction, circle)
        here.require_facilitator(ui.actor(interaction))
        await ui.answer(interaction, await self._duty_card(interaction, here))

    async def _duty_card(self, interaction: ui.Interaction, circle: Circle) -> ui.Card:
        until = await self.app.care.cases.duty.until(circle, interaction.user.id)
        return looking_views.duty(self.words(interaction), circle, until)

    @ui.on_press("care:on_duty")
    async def on_duty(self, interaction: ui.Interaction, circle_id: str, hours: str) -> None:
        circle = await self._circle(interaction, circle_id)
        actor = ui.actor(interaction)
        circle.require_facilitator(actor)
        await interaction.response.defer()
        contact, _ = await people.reach(interaction, self.words(interaction)("cases.hello.duty"))
        await self.app.care.cases.duty.begin(actor, circle, contact, int(hours))
        await ui.replace(interaction, await self._duty_card(interaction, circle))

    @ui.on_press("care:off_duty")
    async def off_duty(self, interaction: ui.Interaction, circle_id: str) -> None:
        """By the card or, later, by a note in direct messages."""
        await self.app.care.cases.duty.end(circle_id, interaction.user.id)
        text = self.words(interaction)
        await ui.answer(interaction, case_views.said(text, text("cases.duty.ended")))

    # The policy

    @care.command(name="policy", description="How care works in this circle, and what never happens")
    @app_commands.describe(circle="Which circle, if there is more than one here")
    async def policy(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        await self._show_policy(interaction, await self.circle_here(interaction, circle))

    @ui.on_press("care:policy")
    async def read(self, interaction: ui.Interaction, circle_id: str) -> None:
        await self._show_policy(interaction, await self._circle(interaction, circle_id))

    async def _show_policy(self, interaction: ui.Interaction, circle: Circle) -> None:
        rules = await self.app.care.cases.rules.of(circle.id)
        facilitates = circle.is_facilitator(ui.actor(interaction))
        card = looking_views.policy(self.words(interaction), circle, rules, facilitates=facilitates)
        await ui.answer(interaction, card)

    @care.command(name="settings", description="Whether facilitators hear that somebody may be in danger")
    @app_commands.describe(circle="Which circle, if there is more than one here")
    async def settings(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        await self._show_settings(interaction, await self.circle_here(interaction, circle))

    @ui.on_press("care:settings")
    async def open_settings(self, interaction: ui.Interaction, circle_id: str) -> None:
        await self._show_settings(interaction, await self._circle(interaction, circle_id))

    async def _show_settings(self, interaction: ui.Interaction, circle: Circle) -> None:
        circle.require_facilitator(ui.actor(interaction))
        rules = await self.app.care.cases.rules.of(circle.id)
        await ui.answer(interaction, looking_views.settings(self.words(interaction), circle, rules))

    @ui.on_press("care:alert")
    async def turn(self, interaction: ui.Interaction, circle_id: str, turn: str) -> None:
        circle = await self._circle(interaction, circle_id)
        rules = await self.app.care.cases.rules.change(ui.actor(interaction), circle, alert=turn == "on")
        await ui.replace(interaction, looking_views.settings(self.words(interaction), circle, rules))

    async def _circle(self, interaction: ui.Interaction, circle_id: str) -> Circle:
        circle = await self.app.circles.get(circle_id)
        if circle.guild_id != interaction.guild_id:
            raise UserError("common.errors.circle_gone")
        return circle

    @duty.autocomplete("circle")
    @policy.autocomplete("circle")
    @settings.autocomplete("circle")
    async def offer_circles(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        circles = await self.app.circles.of_guild(interaction.guild_id or 0)
        fitting = [circle for circle in circles if typed.casefold() in circle.name.casefold()]
        return [app_commands.Choice(name=circle.name, value=circle.id) for circle in fitting[:25]]
