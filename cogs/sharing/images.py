from __future__ import annotations

from bot.errors import UserError
from cogs import ui
from cogs.sharing import image_views
from cogs.sharing.desk import Desk


class ImagesCog(Desk, name="images"):
    """What an author can do with the image of a share that is not posted yet."""

    @ui.on_press("image:out")
    async def out(self, interaction: ui.Interaction, handle: str) -> None:
        draft = await self.app.sharing.images.take_out(handle, interaction.user.id)
        await self.show_preview(interaction, handle, draft, ui.replace)

    @ui.on_press("image:describe")
    async def describe(self, interaction: ui.Interaction, handle: str) -> None:
        draft = await self.app.sharing.drafts.read(handle, interaction.user.id)
        image = await self.app.sharing.images.of_draft(draft.id)
        if image is None:
            raise UserError("image.errors.gone")
        form = image_views.describe_form(self.words(interaction), handle, image.description)
        await ui.open_form(interaction, form)

    @ui.on_submit("image:describe_write")
    async def describe_write(self, interaction: ui.Interaction, handle: str, *, values: ui.Values) -> None:
        said = str(values.get("description") or "")
        await self.app.sharing.images.describe(handle, interaction.user.id, said)
        draft = await self.app.sharing.drafts.read(handle, interaction.user.id)
        await self.show_preview(interaction, handle, draft, ui.replace)
