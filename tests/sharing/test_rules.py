"""A circle's rules: who changes them, what that does to what is there already, and the card that tells them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Actor, Circle
from bot.contacts.models import Contact
from bot.errors import UserError
from bot.outbox.models import Action, Priority
from bot.sharing.models import LINK_DAYS, OPEN_DAYS, Share
from bot.sharing.rules.models import PRESETS, Leaving, Preset, Review, Rules, preset_of
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, Desk, FakeDiscord, share_of

BEN = Actor(user_id=7, role_ids=frozenset({21}), manages_server=False)
SAM = Actor(user_id=8, role_ids=frozenset(), manages_server=False)
DAY = timedelta(days=1)


async def links(app: App, table: str = "shares") -> list[int]:
    return [row["link_days"] for row in await app.db.all(f"SELECT link_days FROM {table}")]


async def days_pass(app: App, clock: FixedClock, desk: Desk, days: int) -> None:
    """Each of them with its ticks, as in a bot that runs."""
    for _ in range(days):
        clock.advance(DAY)
        await app.tick()
        await desk.settle()


# Who, and what is noted of it


async def test_only_facilitators_change_the_rules_and_each_change_is_counted(
    app: App, circle: Circle
) -> None:
    rules = app.sharing.rules
    with pytest.raises(UserError, match="facilitators_only"):
        await rules.change(SAM, circle, review=Review.ALL)
    with pytest.raises(UserError, match="facilitators_only"):
        await rules.post_card(SAM, circle)
    assert await rules.of(circle.id) == Rules()
    await rules.change(BEN, circle, review=Review.ALL, votes=2)
    await rules.change(BEN, circle, review=Review.ALL)
    assert await rules.of(circle.id) == Rules(review=Review.ALL, votes=2)
    assert await app.audit.counts(circle.id) == {"share.rules_changed": 1}


@pytest.mark.parametrize("preset", Preset)
async def test_a_preset_is_known_again_whatever_else_was_chosen(
    preset: Preset, app: App, circle: Circle
) -> None:
    await app.sharing.rules.change(BEN, circle, images=True, unanswered_hours=3)
    rules = await app.sharing.rules.change(BEN, circle, **PRESETS[preset])
    assert preset_of(rules) is preset
    assert rules.images
    assert preset_of(await app.sharing.rules.change(BEN, circle, votes=2)) is None


def test_a_circle_nobody_changed_is_open() -> None:
    assert preset_of(Rules()) is Preset.OPEN


# How long links live


async def test_fewer_days_hold_for_what_is_there_and_more_days_do_not(
    app: App, circle: Circle, desk: Desk
) -> None:
    rules = app.sharing.rules
    await desk.answer(share_of(await desk.share()), NOOR)
    assert not await rules.would_shorten(circle.id, 30)
    assert await rules.would_shorten(circle.id, 14)
    await rules.change(BEN, circle, link_days=14)
    assert (await links(app), await links(app, "answers")) == ([14], [14])
    assert not await rules.would_shorten(circle.id, 14)
    await rules.change(BEN, circle, link_days=30)
    await desk.share(NOOR)
    assert sorted(await links(app)) == [14, 30]
    assert await links(app, "answers") == [14]


@pytest.mark.anonymity
async def test_that_something_waits_does_not_show_in_whether_one_is_asked(
    app: App, circle: Circle, desk: Desk
) -> None:
    await app.sharing.rules.change(BEN, circle, review=Review.ALL)
    await desk.share()
    assert not await app.sharing.rules.would_shorten(circle.id, 0)
    await app.sharing.rules.change(BEN, circle, link_days=0)
    assert await links(app) == [0], "it holds for it all the same"


async def test_another_circles_links_are_not_touched(app: App, circle: Circle, desk: Desk) -> None:
    await desk.share()
    other = replace(circle, id="c2", name="Garden", channel_id=41, sharing_channel_id=42)
    async with app.db.transaction() as tx:
        await circles_store.insert(tx, other)
    assert not await app.sharing.rules.would_shorten(other.id, 0)
    await app.sharing.rules.change(BEN, other, link_days=0)
    assert await links(app) == [30]


@pytest.mark.anonymity
@pytest.mark.parametrize("days", [0, 7, 14, 30])
async def test_all_that_leads_to_an_author_is_erased_on_the_day_that_was_told(
    app: App, clock: FixedClock, circle: Circle, desk: Desk, days: int
) -> None:
    await app.sharing.rules.change(BEN, circle, link_days=days)
    receipt = await desk.share()
    share = share_of(receipt)
    await keep_contact(app, share)
    await days_pass(app, clock, desk, OPEN_DAYS.days + days - 1)
    assert share_of(await app.sharing.receipt(receipt.secret)).author == share.author
    assert await app.sharing.mine(MAYA)
    assert await desk.count("contacts") == 1

    before = await file_writings(app)
    await days_pass(app, clock, desk, 1)
    assert await file_writings(app) > before, "not even a moved row's copy stays in the file"
    rows = await app.db.all("SELECT author, pausing FROM shares")
    assert [value for row in rows for value in row if value] == []
    assert await app.sharing.mine(MAYA) == []
    assert (await desk.count("receipts"), await desk.count("contacts"), await desk.count("nods")) == (0, 0, 0)
    with pytest.raises(UserError, match="receipt_gone"):
        await app.sharing.receipt(receipt.secret)
    await days_pass(app, clock, desk, 1)
    assert await desk.count("shares") == 0


async def test_a_share_of_no_link_days_still_loses_its_buttons(
    app: App, clock: FixedClock, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    await app.sharing.rules.change(BEN, circle, link_days=0)
    share = share_of(await desk.share())
    await days_pass(app, clock, desk, OPEN_DAYS.days)
    assert discord.kinds[-1] == "share.nods"
    assert await app.sharing.shares.to_post(share.id) is not None, "it takes its row to draw it"


@pytest.mark.anonymity
async def test_after_a_long_time_off_links_go_at_once_and_the_card_still_rests(
    app: App, clock: FixedClock, desk: Desk, discord: FakeDiscord
) -> None:
    await desk.share()
    clock.advance(timedelta(days=200))
    await app.tick()
    await desk.settle()
    assert discord.kinds[-1] == "share.nods"
    [row] = await app.db.all("SELECT author, state FROM shares")
    assert (row["author"], row["state"]) == (None, "closed")
    await days_pass(app, clock, desk, 1)
    assert await desk.count("shares") == 0


@pytest.mark.anonymity
async def test_what_is_past_the_shorter_life_is_erased_with_the_next_tick(
    app: App, clock: FixedClock, circle: Circle, desk: Desk
) -> None:
    await desk.share()
    await days_pass(app, clock, desk, OPEN_DAYS.days + 8)
    assert await app.sharing.mine(MAYA)
    await app.sharing.rules.change(BEN, circle, link_days=7)
    await app.tick()
    assert await desk.count("shares") == 0
    assert await desk.count("receipts") == 0


async def test_what_was_never_posted_is_not_let_go_the_sooner(
    app: App, clock: FixedClock, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    await app.sharing.rules.change(BEN, circle, link_days=0)
    discord.refuse["share.post"] = "no_access"
    receipt = await desk.share()
    await days_pass(app, clock, desk, (OPEN_DAYS + LINK_DAYS).days - 1)
    assert (await app.sharing.receipt(receipt.secret)).body is not None
    await days_pass(app, clock, desk, 1)
    assert await desk.count("shares") == 0


async def test_answers_and_their_voices_go_as_long_after_their_own_day(
    app: App, clock: FixedClock, circle: Circle, desk: Desk
) -> None:
    await app.sharing.rules.change(BEN, circle, link_days=7)
    share = share_of(await desk.share())
    await days_pass(app, clock, desk, 10)
    await desk.answer(share, NOOR)
    await days_pass(app, clock, desk, 36)
    assert (await desk.count("answers"), await desk.count("voices")) == (1, 1)
    await days_pass(app, clock, desk, 1)
    assert (await desk.count("answers"), await desk.count("voices")) == (0, 0)


async def keep_contact(app: App, share: Share) -> None:
    async with app.db.transaction() as tx:
        until = share.day + OPEN_DAYS + LINK_DAYS
        await app.contacts.keep(tx, "share.anything", share.id, Contact(MAYA, 99, "en"), until=until)


async def file_writings(app: App) -> int:
    """Grows each time the whole file is written anew (SQLite: VACUUM counts the schema on)."""
    [row] = await app.db.all("PRAGMA schema_version")
    return int(row[0])


# The card in the sharing channel


async def welcome(app: App, circle: Circle, desk: Desk) -> None:
    async with app.db.transaction() as tx:
        await app.outbox.enqueue(
            tx,
            kind="share.welcome",
            reference=circle.id,
            channel_id=circle.sharing_channel_id,
            priority=Priority.ANSWER,
        )
    await desk.settle()


async def test_the_card_is_edited_where_it_stands_once_for_many_changes(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    await welcome(app, circle, desk)
    assert discord.done == [("share.welcome", Action.SEND, 12)]
    await app.sharing.rules.change(BEN, circle, review=Review.ALL)
    await app.sharing.rules.change(BEN, circle, leaving=Leaving.HOUR)
    await desk.settle()
    assert discord.done[1:] == [("share.welcome", Action.EDIT, 12)]


async def test_without_a_card_nothing_is_sent(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    await app.sharing.rules.change(BEN, circle, review=Review.ALL)
    await desk.settle()
    assert discord.done == []


async def test_a_new_card_takes_the_place_of_the_old(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    await welcome(app, circle, desk)
    await app.sharing.rules.change(BEN, circle, votes=2, review=Review.ALL)
    await desk.settle()
    discord.done.clear()
    await app.sharing.rules.post_card(BEN, circle)
    await app.sharing.rules.post_card(BEN, circle)
    await desk.settle()
    assert sorted(discord.done) == [
        ("share.welcome", Action.EDIT, 12),
        ("share.welcome", Action.SEND, 12),
        ("share.welcome_gone", Action.DELETE, 12),
    ]
    assert (await app.sharing.rules.of(circle.id)).votes == 2, "where the card stands changes no rule"


async def test_where_the_sharing_channel_moves_the_card_in_the_old_one_goes(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    await welcome(app, circle, desk)
    moved = replace(circle, sharing_channel_id=42)
    async with app.db.transaction() as tx:
        await circles_store.change(tx, moved)
    await welcome(app, moved, desk)
    assert discord.done[1:] == [
        ("share.welcome", Action.SEND, 42),
        ("share.welcome_gone", Action.DELETE, 12),
    ]
    await app.sharing.rules.change(BEN, moved, review=Review.ALL)
    await desk.settle()
    assert discord.done[-1] == ("share.welcome", Action.EDIT, 42)


async def test_a_card_that_cannot_be_sent_is_told_to_facilitators_and_tried_on_demand(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    discord.refuse["share.welcome"] = "no_access"
    await welcome(app, circle, desk)
    assert discord.kinds == ["circle.notice"]
    assert await desk.count("outbox") == 0
    discord.refuse.clear()
    await app.sharing.rules.post_card(BEN, circle)
    await desk.settle()
    assert discord.kinds[-1] == "share.welcome"
