"""The doors of anonymous sharing. Nothing here tells anybody but the person themselves who they are."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs.sharing.answered import AnsweredCog
from cogs.sharing.answers import AnswersCog
from cogs.sharing.cog import SharingCog
from cogs.sharing.direct import DirectCog
from cogs.sharing.group import SharingGroup
from cogs.sharing.images import ImagesCog
from cogs.sharing.meetings.drafts import MeetingDraftsCog
from cogs.sharing.meetings.offering import OfferingCog
from cogs.sharing.meetings.talking import TalkingCog
from cogs.sharing.mine import MineCog
from cogs.sharing.more import MoreCog
from cogs.sharing.noting import NotingCog
from cogs.sharing.pausing import PausingCog
from cogs.sharing.reports import ReportsCog
from cogs.sharing.review import ReviewCog
from cogs.sharing.settings import SettingsCog
from cogs.sharing.stepping import SteppingCog
from cogs.sharing.told import ToldCog
from cogs.sharing.waiting import WaitingCog


async def setup(bot: TowardsBot) -> None:
    sharing = SharingCog(bot)
    await bot.add_cog(sharing)
    await bot.add_cog(WaitingCog(bot, sharing.show_receipt))
    await bot.add_cog(AnswersCog(bot))
    await bot.add_cog(AnsweredCog(bot))
    await bot.add_cog(DirectCog(bot))
    await bot.add_cog(ImagesCog(bot))
    await bot.add_cog(MineCog(bot))
    await bot.add_cog(OfferingCog(bot))
    await bot.add_cog(TalkingCog(bot))
    await bot.add_cog(MeetingDraftsCog(bot))
    await bot.add_cog(MoreCog(bot))
    await bot.add_cog(ReportsCog(bot))
    await bot.add_cog(PausingCog(bot))
    await bot.add_cog(ReviewCog(bot))
    await bot.add_cog(ToldCog(bot))
    await bot.add_cog(NotingCog(bot))
    await bot.add_cog(SteppingCog(bot))
    await bot.add_cog(SharingGroup(bot))
    await bot.add_cog(SettingsCog(bot))
