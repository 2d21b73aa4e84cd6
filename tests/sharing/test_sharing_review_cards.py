"""What facilitators are shown, and authors are told: within Discord's limits at the very longest."""

from __future__ import annotations

from datetime import date

import pytest

from bot.circles.models import Circle
from bot.sharing import text
from bot.sharing.models import Body, Receipt, State
from bot.sharing.review.models import WORDS_MAX, Decided, Decision, Queue, Reading, Reason, Told
from cogs import ui
from cogs.sharing import review_views, views
from tests.conftest import MONDAY_NOON
from tests.privacy.test_privacy_cards import told
from tests.sharing.test_sharing_cards import HANDLE, LOCALES, LONGEST, share, words

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", [State.REVIEWING, State.HELD])
@pytest.mark.parametrize("spoiler", [True, False])
async def test_the_longest_share_can_be_read(
    circle: Circle, locale: str, state: State, spoiler: bool
) -> None:
    read = Reading(share(state=state, spoiler=spoiler), LONGEST, votes=1, needed=2)
    shown = told(review_views.reading(words(locale), words(locale), circle, read))
    assert LONGEST.text in shown
    assert LONGEST.note in shown


@pytest.mark.parametrize("locale", LOCALES)
async def test_however_much_was_decided_a_page_of_it_fits(circle: Circle, locale: str) -> None:
    found = [Decided(share(), decision, TODAY) for decision in Decision for _ in range(5)]
    for page in (0, 1, 2, 9):
        assert "Undo" in told_labels(review_views.decided(words(locale), circle, found, page))


def told_labels(card: ui.Card) -> list[str]:
    told(card)
    return [getattr(each, "label", "") for each in card.walk_children()]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reason", Reason)
async def test_a_receipt_holds_every_reason_and_the_longest_words_of_facilitators(
    circle: Circle, locale: str, reason: Reason
) -> None:
    posted = share(state=State.RETURNED, reason=reason)
    held = Receipt(HANDLE, "7Q2M-X4TP-9D0K", posted, Body("w"))
    said = Told(reason, "\n" * 200 + "w" * (WORDS_MAX - 200), TODAY, again=True, closed=True)
    lines = review_views.told_lines(words(locale), posted, said)
    buttons = review_views.told_buttons(words(locale), posted, HANDLE, said)
    assert told(views.receipt(words(locale), held, circle, more=lines, buttons=buttons))


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_ends_of_the_queue_and_every_notice_have_words(circle: Circle, locale: str) -> None:
    for waiting in (True, False):
        for seen in (True, False):
            for held in (True, False):
                queue = Queue(waiting=waiting, held=not waiting)
                assert told(
                    review_views.nothing(words(locale), circle, queue, MONDAY_NOON, held=held, seen=seen)
                )
    for what in ("new", "waits", "held", "asked"):
        assert "Harbour" in told(review_views.notice(words(locale), circle, what))


@pytest.mark.parametrize("locale", LOCALES)
async def test_words_below_a_preview_leave_room_for_the_longest_share(locale: str) -> None:
    for which in ("all", "first"):
        assert text.length(words(locale)(f"review.preview.{which}")) <= 250
