from __future__ import annotations

from cogs import ui


class CirclesCog(ui.Cog, name="circles"):
    @ui.renders("circle.notice")
    async def notice(self, reference: str) -> ui.Card | None:
        notice = await self.app.circles.notice(reference)
        if notice is None:
            return None
        text = self.circle_words(notice.circle)
        body = text(notice.key, **notice.params)
        return ui.note(text("circle.notice.text", circle=notice.circle.name, notice=body))
