"""What a reader can do besides, with a share or an anonymous answer: private, one tap away from its post."""

from __future__ import annotations

from discord import ui as items

from bot.errors import UserError
from bot.sharing.models import State
from cogs import ui

ON_A_SHARE = (("meet:offer", "share.more.offer"), ("report:share", "share.more.report"))
"""(route, words): each is offered where a cog handles its route."""
ON_AN_ANSWER = (("report:answer", "share.more.report"),)


class MoreCog(ui.Cog, name="more on a share"):
    @ui.on_press("share:more")
    async def more(self, interaction: ui.Interaction, share_id: str) -> None:
        found = await self.app.sharing.shares.to_post(share_id)
        if found is None or found[0].state is not State.OPEN:
            raise UserError("share.errors.share_gone")
        await self._show(interaction, share_id, ON_A_SHARE)

    @ui.on_press("share:more_answer")
    async def more_answer(self, interaction: ui.Interaction, answer_id: str) -> None:
        found = await self.app.sharing.answers.to_post(answer_id)
        if found is None or found[0].state is not State.OPEN:
            raise UserError("share.errors.answer_gone")
        await self._show(interaction, answer_id, ON_AN_ANSWER)

    async def _show(self, interaction: ui.Interaction, id: str, ways: tuple[tuple[str, str], ...]) -> None:
        text, cogs = self.words(interaction), self.bot.cogs.values()
        offered = [
            ui.button(text(key), f"{route}:{id}")
            for route, key in ways
            if ui.find_handler(cogs, "press", route)
        ]
        card = ui.Card(items.TextDisplay(text("share.more.text")), *ui.rows(*offered, ui.help_button(text)))
        await ui.answer(interaction, card)
