from __future__ import annotations

from bot.errors import UserError
from bot.meetings.models import OFFER
from bot.sharing.models import Body
from bot.sharing.reports.models import Kind
from cogs import ui
from cogs.sharing import membership
from cogs.sharing.meetings import drafts, forms, reaching, views
from cogs.sharing.views import note


class OfferingCog(drafts.Drafting, name="offers to talk"):
    """A reader offers to talk about a share; its author finds that on the receipt."""

    # The reader

    @ui.on_press("meet:offer")
    async def offer(self, interaction: ui.Interaction, share_id: str) -> None:
        share = await self.app.meetings.offers.may_offer(share_id, interaction.user.id)
        circle = await self.app.circles.get(share.circle_id)
        await membership.require(interaction, circle, circle.sharing_channel_id)
        form = forms.offer(self.words(interaction), f"meet:offer:{share_id}")
        await ui.open_form(interaction, form)

    @ui.on_submit("meet:offer")
    async def offered(self, interaction: ui.Interaction, share_id: str, *, values: ui.Values) -> None:
        words = str(values.get("text") or "")

        async def work() -> None:
            offer = await self.app.meetings.offers.begin(share_id, interaction.user.id, words)
            await interaction.response.defer(ephemeral=True, thinking=True)
            await self.take_up(interaction, drafts.OFFER, offer.id)

        await self.keeping(interaction, Body(words), work)

    @ui.on_press("meet:withdraw")
    async def withdraw(self, interaction: ui.Interaction, offer_id: str) -> None:
        await self.app.meetings.offers.take_back(offer_id, interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, note(text, text("meeting.offer.taken_back")))

    @ui.renders("meet.unmet")
    async def render_unmet(self, offer_id: str) -> ui.Direct | None:
        circle_id = await self.app.meetings.offers.circle_of(offer_id)
        circle = circle_id and await self.app.circles.even_closed(circle_id)
        if not circle:
            return None
        name = circle.name
        return await self.direct(
            OFFER, offer_id, circle.tz, lambda text: note(text, text("meeting.offer.unmet", circle=name))
        )

    # The author: `held` is the receipt's handle or code, or the share's id

    @ui.on_press("meet:look")
    async def look(self, interaction: ui.Interaction, held: str, offer_id: str = "") -> None:
        share = await self.app.meetings.offers.share_of(held, interaction.user.id)
        offers = await self.app.meetings.offers.of_share(share.id, interaction.user.id)
        if not offers:
            raise UserError("meeting.errors.offer_gone")
        place = next((place for place, each in enumerate(offers) if each.id == offer_id), 0)
        following = offers[(place + 1) % len(offers)].id if len(offers) > 1 else None
        card = views.look(self.words(interaction), held, share, offers[place], following)
        await ui.replace(interaction, card)

    @ui.on_press("meet:accept")
    async def accept(self, interaction: ui.Interaction, held: str, offer_id: str) -> None:
        user_id, text = interaction.user.id, self.words(interaction)
        share, offer = await self.app.meetings.offers.to_author(held, offer_id, user_id)
        await interaction.response.defer()
        contact = await reaching.contact(interaction, text("meeting.hello.text"))
        await self.app.meetings.offers.accept(held, offer_id, user_id, contact)
        said = text("meeting.look.accepted", name=offer.name, share=share.name)
        await ui.replace(interaction, views.done(text, said, held, share))

    @ui.on_press("meet:not_now")
    async def not_now(self, interaction: ui.Interaction, held: str, offer_id: str) -> None:
        share = await self.app.meetings.offers.not_now(held, offer_id, interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, views.done(text, text("meeting.look.set_aside"), held, share))

    @ui.on_press("meet:never")
    async def never(self, interaction: ui.Interaction, held: str, offer_id: str) -> None:
        user_id = interaction.user.id
        offers = self.app.meetings.offers
        share = await offers.not_now(held, offer_id, user_id, never_again=True)
        text = self.words(interaction)
        await ui.replace(interaction, views.done(text, text("meeting.look.apart"), held, share))

    @ui.on_press("meet:report_offer")
    async def report(self, interaction: ui.Interaction, held: str, offer_id: str) -> None:
        user_id = interaction.user.id
        _, offer = await self.app.meetings.offers.to_author(held, offer_id, user_id)
        form = forms.report(
            self.words(interaction), f"meet:report_offer:{held}:{offer_id}", with_message=bool(offer.words)
        )
        await ui.open_form(interaction, form)

    @ui.on_submit("meet:report_offer")
    async def reported(
        self, interaction: ui.Interaction, held: str, offer_id: str, *, values: ui.Values
    ) -> None:
        kind, words, included = Kind(values["kind"]), str(values.get("text") or ""), values.get("include")

        async def work() -> None:
            user_id, text = interaction.user.id, self.words(interaction)
            _, offer = await self.app.meetings.offers.to_author(held, offer_id, user_id)
            shown = offer.words if included else ""
            await self.app.meetings.reports.tell_of_offer(offer, user_id, kind, words, shown)
            await ui.answer(interaction, note(text, text("meeting.report_form.thanks")))

        await self.keeping(interaction, Body(words), work, looked_at=False)
