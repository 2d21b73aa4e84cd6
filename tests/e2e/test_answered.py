"""Answers by name: the bot sees that there are some, without an intent, and without a word of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import discord

from cogs.sharing.answered import person
from sandbox.people import Person, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage


@dataclass
class Said:
    """What is looked at of a message (Discord: Message Structure)."""

    type: discord.MessageType
    author_is_bot: bool
    webhook_id: int | None = None
    application_id: int | None = None

    @property
    def author(self) -> SimpleNamespace:
        return SimpleNamespace(id=9, bot=self.author_is_bot)


STORY = "I told nobody that I slept in the car that winter."
A_WHILE = timedelta(minutes=11)


async def shared(stage: Stage, person: Person) -> tuple[str, Seen]:
    """A share that stands: its id, and its post."""
    form = await person.slash("/share", channel="circle")
    await person.click("Post", on=await person.submit(form, {"text": STORY}))
    await stage.settle()
    [row] = await stage.app.db.all("SELECT id FROM shares")
    return row["id"], person.sees("sharing")[-1]


async def test_an_answer_typed_in_the_thread_is_noticed_within_a_while(stage: Stage) -> None:
    await stage.make_circle()
    share_id, post = await shared(stage, stage.person("maya"))
    assert post.thread is not None
    await stage.pass_time(A_WHILE)
    assert not await stage.app.sharing.answered.first(share_id)
    await stage.person("noor").say(post.thread, "So did I, once.")
    await stage.pass_time(A_WHILE)
    assert await stage.app.sharing.answered.first(share_id)


async def test_the_author_in_the_same_voice_and_the_bot_are_not_taken_for_people(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    share_id, post = await shared(stage, maya)
    await maya.click("Post", on=await maya.submit(await maya.click("Answer", on=post), {"text": "One more."}))
    await stage.pass_time(A_WHILE)
    assert not await stage.app.sharing.answered.first(share_id)


async def test_answers_by_name_are_noticed_after_a_restart_too(stage: Stage) -> None:
    await stage.make_circle()
    share_id, post = await shared(stage, stage.person("maya"))
    assert post.thread is not None
    await stage.settle()
    await stage.stop_bot()
    await stage.person("noor").say(post.thread, "So did I, once.")
    await stage.start_bot()
    await stage.pass_time(timedelta(minutes=1))
    assert await stage.app.sharing.answered.first(share_id)


def test_who_speaks_through_a_webhook_is_a_person_and_another_bot_is_none() -> None:
    """As PluralKit lets people do; a command's answer carries a webhook's id as well, its application's."""
    webhook, app, people = 7, 8, discord.MessageType.default
    said = [
        Said(people, author_is_bot=True, webhook_id=webhook, application_id=app),
        Said(people, author_is_bot=True, webhook_id=webhook, application_id=None),
        Said(discord.MessageType.reply, author_is_bot=False),
        Said(people, author_is_bot=True, webhook_id=app, application_id=app),
        Said(people, author_is_bot=True, application_id=app),
        Said(discord.MessageType.thread_starter_message, author_is_bot=False),
        Said(discord.MessageType.channel_name_change, author_is_bot=False),
    ]
    assert [person(cast(discord.Message, each)) for each in said] == [9, 9, 9, None, None, None, None]


async def test_a_thread_that_is_gone_or_closed_to_the_bot_troubles_nobody(stage: Stage) -> None:
    await stage.make_circle()
    share_id, _ = await shared(stage, stage.person("maya"))
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.VIEW_CHANNEL, channel)
    await stage.pass_time(A_WHILE)
    assert not await stage.app.sharing.answered.first(share_id)
    assert await stage.app.db.all("SELECT 1 FROM outbox") == []
