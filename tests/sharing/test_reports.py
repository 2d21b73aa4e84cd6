"""What members tell of a post and what facilitators do with it: once each, in one card, and by no name."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.errors import UserError
from bot.outbox.models import Action, Priority
from bot.sharing.models import REPORTS_AN_HOUR, Body, Receipt
from bot.sharing.reports.models import Kind, Report, State, What
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, STORY, Desk, FakeDiscord, share_of

BEN = Actor(700000000000000001, frozenset({21}), manages_server=False)
DAY = timedelta(days=1)
WORDS = "Look at the zinnia in it."


async def report_of(app: App, posted: Receipt) -> Report:
    row = await app.db.one("SELECT id FROM reports WHERE posted_id = :id", id=posted.posted.id)
    assert row is not None
    return await app.sharing.reports.get(row["id"])


async def told(
    app: App, posted: Receipt, by: int = NOOR, kind: Kind = Kind.ATTACK, words: str = ""
) -> Report:
    await app.sharing.reports.tell(What.SHARE, posted.posted.id, by, kind, words)
    return await report_of(app, posted)


# Telling


async def test_everyone_is_heard_once_about_a_post_and_not_about_their_own(app: App, desk: Desk) -> None:
    posted = await desk.share(MAYA)
    await told(app, posted)
    for person, key in ((NOOR, "report.errors.told_already"), (MAYA, "report.errors.own")):
        with pytest.raises(UserError) as refused:
            await told(app, posted, person)
        assert refused.value.key == key
    await told(app, posted, SAM)
    assert await desk.count("report_voices") == 2
    assert await desk.count("reports") == 1


async def test_what_is_told_waits_sealed_and_is_gone_with_the_decision(
    app: App, circle: Circle, desk: Desk
) -> None:
    report = await told(app, await desk.share(MAYA), words=WORDS)
    await desk.settle()
    [row] = await app.db.all("SELECT words FROM report_voices")
    assert b"zinnia" not in row["words"]
    shown = await app.sharing.reports.shown(report.id)
    assert shown is not None
    assert [voice.words for voice in shown.voices] == [WORDS]
    await app.sharing.reports.leave(BEN, circle, report.id)
    assert [row["words"] for row in await app.db.all("SELECT words FROM report_voices")] == [None]


async def test_there_is_a_limit_to_how_much_one_person_tells_in_an_hour(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    answers = []
    share = share_of(await desk.share(SAM))
    for _ in range(REPORTS_AN_HOUR + 1):
        answers.append(await desk.answer(share, MAYA))
    for answered in answers[:-1]:
        await app.sharing.reports.tell(What.ANSWER, answered.posted.id, NOOR, Kind.SELLING)
    with pytest.raises(UserError) as refused:
        await app.sharing.reports.tell(What.ANSWER, answers[-1].posted.id, NOOR, Kind.SELLING)
    assert refused.value.key == "share.errors.pace_report"
    clock.advance(timedelta(hours=1))
    await app.sharing.reports.tell(What.ANSWER, answers[-1].posted.id, NOOR, Kind.SELLING)


async def test_what_does_not_stand_cannot_be_told_of(
    app: App, desk: Desk, discord: FakeDiscord, clock: FixedClock
) -> None:
    discord.refuse["share.post"] = "no_permission"
    stuck, gone = await desk.share(MAYA), await desk.share(MAYA)
    await app.sharing.take_back(gone.secret)
    for posted in (stuck, gone):
        with pytest.raises(UserError) as refused:
            await told(app, posted)
        assert refused.value.key == "share.errors.share_gone"


async def test_harm_goes_before_everything_else(app: App, desk: Desk) -> None:
    posts = [await desk.share(MAYA, f"Story {number}.") for number in range(2)]
    await told(app, posts[0], kind=Kind.HARM)
    await told(app, posts[1], kind=Kind.OTHER)
    queued = await app.db.all("SELECT priority FROM outbox WHERE kind = 'report.card' ORDER BY seq")
    assert [row["priority"] for row in queued] == [Priority.SAFETY, Priority.ANSWER]


async def test_what_is_told_while_the_card_is_on_its_way_comes_to_stand_on_it(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    posted = await desk.share(MAYA)
    await told(app, posted)
    await told(app, posted, SAM)
    await desk.settle()
    assert [action for kind, action, _ in discord.done if kind == "report.card"] == [Action.SEND, Action.EDIT]


async def test_what_was_decided_before_the_card_was_heard_of_comes_to_stand_on_it(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    report = await told(app, await desk.share(MAYA))
    await app.sharing.reports.leave(BEN, circle, report.id)  # pressed on a card whose sending was cut off
    await desk.settle()
    assert [action for kind, action, _ in discord.done if kind == "report.card"] == [Action.SEND, Action.EDIT]


# Deciding


async def test_each_decision_is_made_once_and_counted(app: App, circle: Circle, desk: Desk) -> None:
    reports = app.sharing.reports
    down, hidden, left = [await told(app, await desk.share(MAYA, f"Story {n}.")) for n in range(3)]
    for _ in range(2):
        await reports.put_behind_spoiler(BEN, circle, hidden.id)
        await reports.leave(BEN, circle, left.id)
        await reports.take_down(BEN, circle, down.id, Kind.NAMES, Body(STORY))
    await reports.take_down(BEN, circle, left.id, Kind.NAMES, Body(STORY))
    assert [(await reports.get(each.id)).state for each in (down, hidden, left)] == [
        State.TAKEN_DOWN,
        State.SPOILER,
        State.NOTHING,
    ]
    assert await app.audit.counts(circle.id) == {
        "report.taken_down": 1,
        "report.spoiler": 1,
        "report.nothing": 1,
    }
    assert await app.audit.is_whole(circle.id)


async def test_only_facilitators_of_that_circle_decide(app: App, circle: Circle, desk: Desk) -> None:
    report, reports = await told(app, await desk.share(MAYA)), app.sharing.reports
    nobody = Actor(SAM, frozenset(), manages_server=False)
    for attempt in (
        reports.take_down(nobody, circle, report.id, Kind.NAMES, None),
        reports.put_behind_spoiler(nobody, circle, report.id),
        reports.leave(nobody, circle, report.id),
        reports.pause(nobody, circle, report.id, 7),
    ):
        with pytest.raises(UserError) as refused:
            await attempt
        assert refused.value.key == "common.errors.facilitators_only"


async def test_what_was_taken_down_comes_back_to_its_author_and_what_they_answered_stays(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    posted = await desk.share(MAYA)
    own = await desk.answer(share_of(posted), MAYA, "And another thing.")
    report = await told(app, posted)
    await app.sharing.reports.take_down(BEN, circle, report.id, Kind.NAMES, Body(STORY, "mentions cold"))
    await desk.settle()
    assert ("share.erase", Action.DELETE, circle.sharing_channel_id) in discord.done
    assert "report.gone" in discord.kinds
    [row] = await app.db.all("SELECT body FROM taken_down")
    assert STORY.encode() not in row["body"]
    for secret in (posted.secret, posted.code or ""):
        with pytest.raises(UserError) as seen:
            await app.sharing.enter_code(secret, MAYA) if "-" in secret else await app.sharing.receipt(secret)
        assert seen.value.key == "report.down.with_words"
        assert seen.value.params["words"] == f"mentions cold\n\n{STORY}"
        assert seen.value.params["day"] == "2026-03-16", "a day, as days left would be wrong tomorrow"
    [exported] = (await app.sharing.export(MAYA))["taken_down"]
    assert (exported["as"], exported["text"]) == (posted.posted.name, STORY)
    assert (await app.sharing.receipt(own.secret)).posted.message_id is not None
    await app.sharing.take_back(own.secret)


async def test_whoever_wrote_what_was_taken_down_can_still_be_paused(
    app: App, circle: Circle, desk: Desk
) -> None:
    report = await told(app, await desk.share(MAYA))
    await app.sharing.reports.take_down(BEN, circle, report.id, Kind.ATTACK, None)
    await app.sharing.reports.pause(BEN, circle, report.id, 7)
    with pytest.raises(UserError) as refused:
        await desk.draft(MAYA)
    assert refused.value.key == "pause.paused"


async def test_a_post_whose_author_took_it_back_cannot_be_taken_down_and_its_report_ends(
    app: App, circle: Circle, desk: Desk
) -> None:
    posted = await desk.share(MAYA)
    report = await told(app, posted, words=WORDS)
    await app.sharing.take_back(posted.secret)
    await app.sharing.reports.take_down(BEN, circle, report.id, Kind.NAMES, None)
    assert await desk.count("taken_down") == 0
    await app.tick()
    assert (await app.sharing.reports.get(report.id)).state is State.GONE
    assert [row["words"] for row in await app.db.all("SELECT words FROM report_voices")] == [None]


async def test_a_spoiler_that_discord_refuses_is_told_to_the_facilitators(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    report = await told(app, await desk.share(MAYA))
    await desk.settle()
    discord.refuse["report.spoiler"] = "no_permission"
    await app.sharing.reports.put_behind_spoiler(BEN, circle, report.id)
    await desk.settle()
    assert [row["key"] for row in await app.db.all("SELECT key FROM notices")] == [
        "report.notices.not_hidden"
    ]


# What is kept, and how long


async def test_after_their_days_words_reports_and_what_was_taken_down_are_gone(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    posted, other = await desk.share(MAYA), await desk.share(MAYA, "Other.")
    report = await told(app, posted)
    await told(app, other, words=WORDS)
    await app.sharing.reports.take_down(BEN, circle, report.id, Kind.ATTACK, Body(STORY))
    clock.advance(14 * DAY)
    await app.tick()
    assert [row["body"] for row in await app.db.all("SELECT body FROM taken_down")] == [None]
    with pytest.raises(UserError) as seen:
        await app.sharing.receipt(posted.secret)
    assert seen.value.key == "report.down.without_words"
    clock.advance(15 * DAY)
    await app.tick()
    left = await report_of(app, other)
    assert left.state is State.NOTHING
    assert [row["words"] for row in await app.db.all("SELECT words FROM report_voices")] == [None, None]
    clock.advance(DAY)
    await app.tick()
    assert await desk.count("reports") == await desk.count("report_voices") == 0
    clock.advance(30 * DAY)
    await app.tick()
    assert await desk.count("taken_down") == await desk.count("taken_down_receipts") == 0


async def test_who_told_and_erases_everything_leaves_what_it_was_about(
    app: App, circle: Circle, desk: Desk
) -> None:
    report = await told(app, await desk.share(MAYA), kind=Kind.HARM, words=WORDS)
    [before] = await app.db.all("SELECT reporter FROM report_voices")
    assert (await app.sharing.export(NOOR))["reports"] == [
        {"circle_id": circle.id, "day": "2026-03-02", "about": "harm", "words": WORDS}
    ]
    await app.privacy.erase(NOOR)
    [after] = await app.db.all("SELECT * FROM report_voices")
    assert after["words"] is None
    assert after["reporter"] != before["reporter"]
    shown = await app.sharing.reports.shown(report.id)
    assert shown is not None
    assert [(voice.kind, voice.words) for voice in shown.voices] == [(Kind.HARM, "")]
    assert (await app.sharing.export(NOOR))["reports"] == []


async def test_who_erases_everything_leaves_nothing_of_what_was_taken_down(
    app: App, circle: Circle, desk: Desk
) -> None:
    posted = await desk.share(MAYA)
    report = await told(app, posted)
    await app.sharing.reports.take_down(BEN, circle, report.id, Kind.ATTACK, Body(STORY))
    await app.privacy.erase(MAYA)
    assert await desk.count("taken_down") == await desk.count("taken_down_receipts") == 0
    with pytest.raises(UserError) as seen:
        await app.sharing.receipt(posted.secret)
    assert seen.value.key == "share.errors.receipt_gone"


TABLES = ("pauses", "reports", "report_voices", "taken_down", "taken_down_receipts")


@pytest.mark.anonymity
@pytest.mark.parametrize("table", TABLES)
async def test_rows_lie_in_the_order_of_random_keys(app: App, table: str) -> None:
    [kept] = [row for row in await app.db.all("PRAGMA table_list") if row["name"] == table]
    assert (kept["wr"], kept["strict"]) == (1, 1)
    [key] = [row for row in await app.db.all(f"PRAGMA table_info({table})") if row["pk"]]
    assert key["type"] == "TEXT"


@pytest.mark.anonymity
async def test_no_row_holds_a_person_or_a_time_of_day(app: App, circle: Circle, desk: Desk) -> None:
    share = await desk.share(MAYA)
    answered = await desk.answer(share_of(share), NOOR)
    await app.sharing.reports.tell(What.ANSWER, answered.posted.id, SAM, Kind.NAMES, WORDS)
    report = await told(app, share, SAM)
    await app.sharing.reports.pause(BEN, circle, report.id, 7)
    await app.sharing.reports.take_down(BEN, circle, report.id, Kind.ATTACK, Body(STORY))
    rows = [row for table in TABLES for row in await app.db.all(f"SELECT * FROM {table}")]
    values = list(itertools.chain.from_iterable(rows))
    assert len(values) > 30
    people = {MAYA, NOOR, SAM, BEN.user_id}
    assert (people | {str(person) for person in people}) & set(values) == set()
    assert [value for value in values if isinstance(value, str) and re.search(r"\d\d:\d\d", value)] == []


@pytest.mark.anonymity
async def test_two_posts_that_one_person_told_of_have_nothing_in_common(app: App, desk: Desk) -> None:
    for number in range(2):
        await told(app, await desk.share(MAYA, f"Story {number}."))
    tags = [row["reporter"] for row in await app.db.all("SELECT reporter FROM report_voices")]
    assert len(set(tags)) == 2
