from __future__ import annotations

from bot.care.cases.alerts import ALERT
from bot.care.cases.card import CARD
from bot.care.cases.models import FACILITATOR, Noted, Shown, State
from bot.care.cases.service import WORD
from bot.circles.models import Circle
from bot.errors import UserError
from bot.relay.models import MESSAGE, Side
from cogs import ui
from cogs.care import cards, case_views, people
from cogs.care.asking import Asking, language_of, noted_from

TOLD = frozenset({"cases.errors.closed_dms", "cases.errors.later"})
"""Errors that come with lines: nobody can reach them this way, so there is another"""


class CasesCog(Asking, name="cases"):
    """From asking for a facilitator to the end of the talk with one.

    What the two write to each other is not screened: the one who could be in danger has a person there, and
    a card beside each message would stand between them. *Need someone now?* is on every one.
    """

    # Asking. `category` and `tier` come from a card, or are empty.

    @ui.on_press("care:reach")
    async def reach(self, interaction: ui.Interaction, category: str = "", tier: str = "") -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self.begin_to_ask(interaction, category, tier)

    @ui.on_press("care:reach_in")
    async def choose(self, interaction: ui.Interaction, category: str = "", tier: str = "") -> None:
        await interaction.response.defer()
        circle = await self.app.circles.get(ui.chosen(interaction)[0])
        await self.show_ask(interaction, circle, category, tier)

    @ui.on_press("care:ask")
    async def ask(
        self, interaction: ui.Interaction, circle_id: str, category: str = "", tier: str = ""
    ) -> None:
        await self._ask(interaction, circle_id, noted_from(category, tier))

    @ui.on_press("care:ask_in")
    async def ask_in(
        self, interaction: ui.Interaction, circle_id: str, category: str = "", tier: str = ""
    ) -> None:
        language = language_of(str(interaction.locale))
        await self._ask(interaction, circle_id, noted_from(category, tier, language))

    async def _ask(self, interaction: ui.Interaction, circle_id: str, noted: Noted) -> None:
        await interaction.response.defer()
        user_id, text, cases = interaction.user.id, self.words(interaction), self.app.care.cases
        circle = await self.app.circles.get(circle_id)
        await people.require_in(self.bot, circle, user_id)
        if waiting := await cases.waiting_of(circle, user_id):
            told = text("cases.asked.already", number=waiting.number)
            await ui.replace(interaction, case_views.stands(text, told, waiting))
            return
        if talk := await cases.talk_of(circle, user_id):
            await ui.replace(interaction, case_views.said(text, text("cases.asked.talking", number=talk)))
            return
        seen = await self.seen(text, user_id, noted)
        try:
            contact, message = await people.reach(interaction, text("cases.hello.writer"))
        except UserError as error:
            if error.key not in TOLD:
                raise
            await ui.replace(interaction, cards.line_card(seen, text(error.key)))
            return
        try:
            case = await cases.ask(circle, contact, noted)
        except UserError:
            await people.change(message, ui.note(text("cases.hello.not_asked")))
            raise
        on_duty = await people.is_anybody_on_duty(self.bot, circle)
        await people.change(message, case_views.asked(seen, circle, case, on_duty=on_duty))
        told = text("cases.asked.dm", number=case.number)
        await ui.replace(interaction, case_views.stands(text, told, case))

    @ui.on_press("care:withdraw")
    async def withdraw(self, interaction: ui.Interaction, case_id: str) -> None:
        await self.app.care.cases.withdraw(case_id, interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, case_views.again(text, text("cases.asked.ended")))

    @ui.renders(WORD)
    async def render_word(self, reference: str) -> ui.Direct | None:
        """At any hour: they asked for a person, and are told that none has come yet."""
        found = await self.app.care.cases.word(reference)
        if found is None:
            return None
        word, shown, contact = found
        text = ui.words(self.app.content, contact.locale)
        seen = await self.seen(text, contact.user_id, shown.case.noted)
        on_duty = await people.is_anybody_on_duty(self.bot, shown.circle)
        return ui.Direct(contact.channel_id, case_views.word(seen, word, shown.case, on_duty=on_duty))

    # Facilitators

    @ui.renders(CARD)
    async def render_card(self, case_id: str) -> ui.Card | None:
        shown = await self.app.care.cases.shown(case_id)
        return None if shown is None else case_views.case_card(self.circle_words(shown.circle), shown)

    @ui.renders(ALERT)
    async def render_alert(self, circle_id: str) -> ui.Card:
        circle = await self.app.circles.get(circle_id)
        return case_views.alert(self.circle_words(circle), circle)

    @ui.renders("case.duty")
    async def render_duty(self, reference: str) -> ui.Direct | None:
        cases = self.app.care.cases
        contact, shown = await cases.duty.contact(reference), await cases.shown(reference.split(":")[0])
        if contact is None or shown is None or shown.case.state is not State.OPEN:
            return None
        if not await self._facilitates(shown.circle, contact.user_id):
            await cases.duty.end(shown.circle.id, contact.user_id)
            return None
        text = ui.words(self.app.content, contact.locale)
        return ui.Direct(contact.channel_id, case_views.duty_card(text, shown))

    @ui.on_press("care:take")
    async def take(self, interaction: ui.Interaction, case_id: str) -> None:
        """In the facilitators' channel, or in private to who is on duty."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        cases, text = self.app.care.cases, self.words(interaction)
        circle = (await cases.waiting(case_id, interaction.user.id)).circle
        actor = await people.actor(self.bot, circle, interaction.user.id)
        circle.require_facilitator(actor)
        contact, message = await people.reach(interaction, text("cases.hello.facilitator"))
        try:
            case = await cases.take(actor, case_id, contact)
        except UserError as error:
            if error.key != "cases.errors.yours":  # pressed twice: it is being shown in the other message
                await people.change(message, ui.note(text("cases.hello.quicker")))
            raise
        told = text("cases.card.taken_said", number=case.number)
        await ui.replace(interaction, case_views.said(text, told))

    @ui.on_press("care:not_now")
    async def not_now(self, interaction: ui.Interaction) -> None:
        text = self.words(interaction)
        await ui.answer(interaction, case_views.said(text, text("cases.card.not_now_said")))

    # The two. Every handle works for the one person it was made for.

    @ui.renders("case.letter")
    async def render_letter(self, letter_id: str) -> ui.Direct | None:
        parcel = await self.app.relay.to_deliver(letter_id)
        if parcel is None:
            return None
        side = parcel.side
        if side.name == FACILITATOR and side.talk.is_open and parcel.what == MESSAGE:
            shown = await self.app.care.cases.case_of(side)
            if not await self._facilitates(shown.circle, parcel.contact.user_id):
                await self.app.care.cases.hand_on(side.handle, parcel.contact.user_id)
                return None  # it goes back to who wrote it
        text = ui.words(self.app.content, parcel.contact.locale)
        return ui.Direct(parcel.contact.channel_id, case_views.letter(text, parcel))

    @ui.on_press("care:write")
    async def write(self, interaction: ui.Interaction, handle: str) -> None:
        side, shown = await self._mine(interaction, handle)
        text = self.words(interaction)
        await ui.open_form(interaction, case_views.writing(text, side, _other_name(text, side, shown)))

    @ui.on_submit("care:write")
    async def written(self, interaction: ui.Interaction, handle: str, *, values: ui.Values) -> None:
        words, text = str(values.get("text") or ""), self.words(interaction)
        try:
            await self._mine(interaction, handle)
            side = await self.app.care.cases.write(handle, interaction.user.id, words)
        except Exception as error:  # the form is gone: whatever it was, the words are not to go with it
            await ui.report(interaction, error)
            await ui.answer(interaction, case_views.handed_back(text, text("cases.talk_form.kept"), words))
            return
        await ui.answer(interaction, case_views.sent(text, side, words))

    @ui.on_press("care:from_draft")
    async def from_draft(self, interaction: ui.Interaction, handle: str, draft: str) -> None:
        """What they wrote straight into the chat is for the other."""
        await interaction.response.defer()
        user_id, sharing = interaction.user.id, self.app.sharing
        await self._mine(interaction, handle)
        words = (await sharing.drafts.read(draft, user_id)).body.text
        side = await self.app.care.cases.write(handle, user_id, words)
        await sharing.let_go(draft, user_id)
        await ui.replace(interaction, case_views.sent(self.words(interaction), side, words))

    @ui.on_press("care:end")
    async def end(self, interaction: ui.Interaction, handle: str) -> None:
        side = await self.app.care.cases.end(handle, interaction.user.id)
        text = self.words(interaction)
        told = text("cases.talk.you_ended")
        card = case_views.said if side.name == FACILITATOR else case_views.again
        await ui.answer(interaction, card(text, told))

    @ui.on_press("care:hand_on")
    async def hand_on(self, interaction: ui.Interaction, handle: str) -> None:
        await self.app.care.cases.hand_on(handle, interaction.user.id)
        text = self.words(interaction)
        await ui.answer(interaction, case_views.said(text, text("cases.talk.you_handed_on")))

    async def _mine(self, interaction: ui.Interaction, handle: str) -> tuple[Side, Shown]:
        """Their side. A facilitator who has lost the role hands it on: raises UserError, telling so."""
        cases, user_id = self.app.care.cases, interaction.user.id
        side = await cases.side(handle, user_id)
        shown = await cases.case_of(side)
        if side.name == FACILITATOR and not await self._facilitates(shown.circle, user_id):
            await cases.hand_on(handle, user_id)
            raise UserError("cases.errors.lost_role")
        return side, shown

    async def _facilitates(self, circle: Circle, user_id: int) -> bool:
        return circle.is_facilitator(await people.actor(self.bot, circle, user_id))


def _other_name(text: ui.Words, side: Side, shown: Shown) -> str:
    return str(shown.case.number) if side.name == FACILITATOR else text("cases.talk.facilitator")
