from __future__ import annotations

from bot.circles.models import Circle
from bot.sharing.models import Body
from cogs import ui
from cogs.sharing import pause_cards as cards
from cogs.sharing.desk import Desk


class PausingCog(Desk, name="pauses"):
    """Pauses, the paused person's question to the facilitators, and stopping sharing for everyone."""

    # The paused person: whoever presses is held against the pause's tag, so it is nobody else

    @ui.on_press("pause:ask")
    async def ask(self, interaction: ui.Interaction, pause_id: str) -> None:
        pause = await self.app.sharing.pausing.require_mine(pause_id, interaction.user.id)
        await ui.open_form(interaction, cards.ask_form(self.words(interaction), pause))

    @ui.on_submit("pause:ask_now")
    async def ask_now(self, interaction: ui.Interaction, pause_id: str, *, values: ui.Values) -> None:
        words = str(values["words"])

        async def work() -> None:
            await interaction.response.defer()  # opening direct messages can take a while
            direct = values.get("hear") == cards.DIRECT
            contact = await ui.contact_of(interaction) if direct else None
            await self.app.sharing.pausing.ask(pause_id, interaction.user.id, words, contact)
            key = "pause.ask_form.closed" if direct and contact is None else "pause.ask_form.done"
            await ui.replace(interaction, cards.said(self.words(interaction), key))

        await self.keeping(interaction, Body(words), work)

    @ui.on_press("pause:show")
    async def show(self, interaction: ui.Interaction, pause_id: str) -> None:
        error = await self.app.sharing.pausing.answer_for(pause_id, interaction.user.id)
        await ui.replace(interaction, ui.told(self.words(interaction), error))

    # Facilitators

    @ui.on_press("pause:lift")
    async def lift(self, interaction: ui.Interaction, pause_id: str) -> None:
        circle = await self._circle(interaction, pause_id)
        await self.app.sharing.pausing.lift(ui.actor(interaction), circle, pause_id)
        card = await self.render_card(pause_id)
        assert card is not None
        await ui.replace(interaction, card)

    @ui.on_press("pause:lift_listed")
    async def lift_listed(self, interaction: ui.Interaction, pause_id: str) -> None:
        circle, actor = await self._circle(interaction, pause_id), ui.actor(interaction)
        await self.app.sharing.pausing.lift(actor, circle, pause_id)
        pauses = await self.app.sharing.pausing.running(actor, circle)
        await ui.replace(interaction, cards.listed(self.words(interaction), circle, pauses))

    @ui.on_press("pause:answer")
    async def answer(self, interaction: ui.Interaction, what: str, pause_id: str) -> None:
        circle = await self._circle(interaction, pause_id)
        pause = await self.app.sharing.pausing.get(ui.actor(interaction), circle, pause_id)
        await ui.open_form(interaction, cards.answer_form(self.words(interaction), pause, what))

    @ui.on_submit("pause:answer_now")
    async def answer_now(
        self, interaction: ui.Interaction, what: str, pause_id: str, *, values: ui.Values
    ) -> None:
        words = str(values.get("words") or "")

        async def work() -> None:
            circle = await self._circle(interaction, pause_id)
            await self.app.sharing.pausing.answer(
                ui.actor(interaction), circle, pause_id, lift=what == "lift", reply=words
            )
            card = await self.render_appeal(pause_id)
            assert card is not None
            await ui.replace(interaction, card)

        await self.keeping(interaction, Body(words), work, looked_at=False)

    async def _circle(self, interaction: ui.Interaction, pause_id: str) -> Circle:
        """The pause's circle, if this is its server."""
        circle_id = await self.app.sharing.pausing.circle_of(pause_id)
        return await self.circle_here(interaction, circle_id)

    @ui.on_press("sharing:start")
    async def start(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self.circle_here(interaction, circle_id)
        await ui.replace(interaction, await turned(self, interaction, circle, stopped=False))

    # What is posted

    @ui.renders("pause.card")
    async def render_card(self, pause_id: str) -> ui.Card | None:
        shown = await self.app.sharing.pausing.shown(pause_id)
        if shown is None:
            return None
        pause, circle, runs = shown
        return cards.card(self.circle_words(circle), circle, pause, runs=runs)

    @ui.renders("pause.appeal")
    async def render_appeal(self, pause_id: str) -> ui.Card | None:
        shown = await self.app.sharing.pausing.shown(pause_id)
        if shown is None:
            return None
        pause, circle, runs = shown
        words = await self.app.sharing.pausing.appeal_of(pause_id)
        return cards.appeal(self.circle_words(circle), circle, pause, words, runs=runs)

    @ui.renders("pause.answer")
    async def render_answer(self, pause_id: str) -> ui.Direct | None:
        shown = await self.app.sharing.pausing.shown(pause_id)
        if shown is None:
            return None
        pause, circle, _ = shown
        return await self.direct(
            "pause.appeal", pause_id, circle.tz, lambda text: cards.there_is_an_answer(text, pause)
        )

    @ui.renders("share.rests")
    async def render_rests(self, circle_id: str) -> ui.Card:
        circle = await self.app.circles.get(circle_id)
        return ui.note(self.circle_words(circle)("pause.rests.text"))

    @ui.renders("share.goes_on")
    async def render_goes_on(self, circle_id: str) -> ui.Card:
        circle = await self.app.circles.get(circle_id)
        return ui.note(self.circle_words(circle)("pause.rests.goes_on"))


async def turned(cog: ui.Cog, interaction: ui.Interaction, circle: Circle, *, stopped: bool) -> ui.Card:
    """Stop sharing in the circle, or let it go on; what to tell the facilitator who did."""
    rules, text = cog.app.sharing.rules, cog.words(interaction)
    was = (await rules.of(circle.id)).stopped
    await rules.change(ui.actor(interaction), circle, stopped=stopped)
    what = "stopped" if stopped else "started"
    return cards.stopped(
        text, circle, f"pause.stop.already_{what}" if was == stopped else f"pause.stop.{what}"
    )
