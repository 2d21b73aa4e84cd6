from __future__ import annotations

from bot.checkins.models import Display
from bot.circles.models import Circle
from bot.schedules.models import Glimpse
from cogs import ui
from cogs.checkins import posts, views


class CheckInCog(ui.Cog, name="checkins"):
    @ui.on_press("checkin:open")
    async def open_form(self, interaction: ui.Interaction, checkin_id: str) -> None:
        earlier = await self.app.checkins.mine(checkin_id, interaction.user.id)
        await ui.open_form(interaction, views.form(self.words(interaction), checkin_id, earlier))

    @ui.on_submit("checkin:form")
    async def check_in(self, interaction: ui.Interaction, checkin_id: str, *, values: ui.Values) -> None:
        answer = views.read(values)
        text = self.words(interaction)
        try:
            visit = await self.app.checkins.check_in(checkin_id, interaction.user.id, answer)
        except Exception:
            if answer.words is not None:
                await ui.answer(interaction, views.handed_back(text, answer.words))
            raise
        if answer.words is None:
            key = "checkin.private.here" if answer.empty else "checkin.private.answered"
            await ui.answer(interaction, views.thanks(text, key, visit))
        else:
            await ui.answer(interaction, views.choice(text, visit))
            interaction.client.dispatch("written", interaction, answer.words)
        _tell(interaction, visit.circle)

    @ui.on_press("checkin:here")
    async def here(self, interaction: ui.Interaction, checkin_id: str) -> None:
        visit = await self.app.checkins.here(checkin_id, interaction.user.id)
        await ui.answer(interaction, views.thanks(self.words(interaction), "checkin.private.here", visit))
        _tell(interaction, visit.circle)

    @ui.on_press("checkin:pass")
    async def pass_by(self, interaction: ui.Interaction, checkin_id: str) -> None:
        visit = await self.app.checkins.pass_by(checkin_id, interaction.user.id)
        await ui.answer(interaction, views.thanks(self.words(interaction), "checkin.private.passed", visit))
        _tell(interaction, visit.circle)

    @ui.on_press("checkin:show")
    async def show(self, interaction: ui.Interaction, checkin_id: str, version: str, display: str) -> None:
        visit = await self.app.checkins.show(
            checkin_id,
            interaction.user.id,
            version,
            Display(display),
            name=interaction.user.display_name,
        )
        await ui.replace(interaction, views.choice(self.words(interaction), visit))

    @ui.on_press("checkin:take_back")
    async def take_back(self, interaction: ui.Interaction, checkin_id: str) -> None:
        await self.app.checkins.take_back(checkin_id, interaction.user.id)
        await ui.replace(interaction, views.taken_back(self.words(interaction), "checkin.take_back.done"))

    @ui.on_press("checkin:unsay")
    async def take_back_words(self, interaction: ui.Interaction, words_id: str, mark: str) -> None:
        assert interaction.message is not None
        await self.app.checkins.take_back_words(
            words_id,
            mark,
            interaction.user.id,
            channel_id=interaction.message.channel.id,
            message_id=interaction.message.id,
        )
        await ui.answer(
            interaction, views.taken_back(self.words(interaction), "checkin.take_back.words_done")
        )

    @ui.renders("checkin.card")
    async def card(self, checkin_id: str) -> ui.Card | None:
        found = await self.app.checkins.card(checkin_id)
        if found is None:
            return None
        checkin, present = found
        return posts.card(self._in(checkin.locale), checkin, present)

    @ui.renders("glimpse.check_in")
    async def glimpse(self, glimpse: Glimpse) -> ui.Card:
        """The card as it would be posted then."""
        checkin = self.app.checkins.glimpse(glimpse)
        return posts.card(self._in(checkin.locale), checkin, present=0)

    @ui.renders("checkin.thread")
    async def thread(self, checkin_id: str) -> ui.Thread | None:
        checkin = await self.app.checkins.get(checkin_id)
        return None if checkin is None else ui.Thread(self._in(checkin.locale)("checkin.words.thread"))

    @ui.renders("checkin.words")
    async def named_words(self, words_id: str) -> ui.Card | None:
        shown = await self.app.checkins.shown_words(words_id)
        return None if shown is None else posts.named_words(self._in(shown.locale), shown)

    @ui.renders("checkin.summary")
    async def summary(self, reference: str) -> ui.Card | None:
        page = await self.app.checkins.page(reference)
        return None if page is None else posts.summary_page(self._in(page.locale), page)

    def _in(self, locale: str) -> ui.Words:
        return ui.words(self.app.content, locale)


def _tell(interaction: ui.Interaction, circle: Circle) -> None:
    """Participation asks, once and privately, whether someone wants to be logged by name."""
    interaction.client.dispatch("presence", interaction, circle)
