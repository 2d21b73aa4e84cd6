from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.client import TowardsBot
from bot.sharing.models import Receipt, Share, State
from bot.sharing.rules.models import Leaving
from cogs import ui
from cogs.sharing import outlook

ShowReceipt = Callable[[ui.Interaction, Receipt], Awaitable[None]]


class WaitingCog(ui.Cog, name="waiting shares"):
    """The author of a share that waits chooses when it is posted."""

    def __init__(self, bot: TowardsBot, show_receipt: ShowReceipt) -> None:
        super().__init__(bot)
        self._show_receipt = show_receipt

    @ui.on_press("share:when")
    async def when(self, interaction: ui.Interaction, secret: str) -> None:
        held = await self.app.sharing.receipt(secret)
        share = held.posted
        if isinstance(share, Share) and share.state is State.WAITING:
            found = await self.app.sharing.waiting.outlook(share.circle_id, share)
            if found.rest is None:
                card = outlook.choices(self.words(interaction), secret, share, found)
                await ui.replace(interaction, card)
                return
        await self._show_receipt(interaction, held)  # there is nothing to choose any more

    @ui.on_press("share:leaving")
    async def leaving(self, interaction: ui.Interaction, choice: str, secret: str) -> None:
        chosen = None if choice == outlook.AS_CIRCLE else Leaving(choice)
        held = await self.app.sharing.waiting.choose(secret, chosen)
        await self._show_receipt(interaction, held)
