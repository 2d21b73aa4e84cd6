"""What the author of a waiting share is shown fits, at the longest, and keeps to what is true."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bot import content
from bot.circles.models import Circle
from bot.config import CONTENT
from bot.sharing import names, text
from bot.sharing.models import Body, Draft, Receipt, Share, State, Wish
from bot.sharing.rules.models import Leaving, Rules
from bot.sharing.waiting.models import Outlook, Rest
from cogs import ui
from cogs.sharing import outlook, views

WORDS = content.load(CONTENT)
HANDLE = "a" * 32
EVENING = datetime(2026, 3, 2, 20, tzinfo=ZoneInfo("Europe/Berlin"))
WAITING = Share(
    id="b" * 32,
    circle_id="c1",
    state=State.WAITING,
    name="x" * names.LONGEST,
    wish=Wish.EXPERIENCE,
    author=None,
    channel_id=10**19,
    message_id=None,
    thread_id=None,
    nods_counted=0,
    day=date(2026, 3, 2),
)


def say(locale: str) -> ui.Words:
    return ui.words(WORDS, locale)


def looking_out(leaving: Leaving, as_circle: Leaving = Leaving.AUTHORS, rest: Rest | None = None) -> Outlook:
    return Outlook(
        leaving=leaving,
        as_circle=as_circle,
        usually=timedelta(hours=24),
        authors=100,
        opens_at=EVENING,
        latest=EVENING + timedelta(days=7),
        rest=rest,
    )


def fits(card: ui.Card) -> bool:
    return card.content_length() <= 4000 and card._total_children <= 40


@pytest.mark.parametrize("locale", WORDS.locales)
@pytest.mark.parametrize("leaving", list(Leaving))
def test_below_the_longest_share_there_is_room_for_how_it_is_posted(
    locale: str, leaving: Leaving, circle: Circle
) -> None:
    longest = Body("w" * text.TEXT_MAX, "n" * text.NOTE_MAX)
    draft = Draft(longest, id="d" * 32, name="x" * names.LONGEST, wish=Wish.QUESTIONS, circle_id="c1")
    line = outlook.before(say(locale), looking_out(leaving))
    assert len(line) <= 250
    more = [line, say(locale)("share.preview.dm"), say(locale)("share.dm.without_files")]
    assert fits(views.preview(say(locale), say(locale), HANDLE, draft, circle, rules=Rules(), more=more))


@pytest.mark.parametrize("locale", WORDS.locales)
def test_the_receipt_and_the_choice_fit_in_any_case(locale: str, circle: Circle) -> None:
    modes = [Leaving.HELD, Leaving.HOUR, Leaving.AUTHORS]
    for leaving, as_circle, rest in product(modes, modes, (None, *Rest)):
        found = looking_out(leaving, as_circle, rest)
        held = Receipt(HANDLE, "7Q2M-X4TP-9D0K", WAITING, None)
        assert fits(views.receipt(say(locale), held, circle, more=outlook.told(say(locale), found)))
        assert fits(outlook.choices(say(locale), HANDLE, WAITING, found))


@pytest.mark.parametrize(
    ("usually", "said"),
    [
        (timedelta(minutes=3), "3 minutes"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=2, minutes=1), "3 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=49), "3 days"),
    ],
)
def test_a_while_is_never_told_shorter_than_it_is(usually: timedelta, said: str) -> None:
    assert outlook._within(say("en"), usually) == said
