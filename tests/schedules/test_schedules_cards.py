"""What is shown of schedules fits what Discord takes, also at its longest."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.client import TowardsBot
from bot.schedules.deciding import Question
from bot.schedules.drafts.models import OFTEN, Draft
from bot.schedules.models import (
    Change,
    Hold,
    Kind,
    Occurrence,
    OccurrenceState,
    Schedule,
    State,
)
from bot.schedules.recurrence import (
    EVERY_DAY,
    LAST,
    WEEK,
    WORKDAYS,
    Day,
    Days,
    Monthly,
    Once,
    Rule,
    Weekly,
    dump,
    next_slot,
    weekly,
)
from bot.schedules.trouble.models import Told, Trouble
from bot.schedules.words import KNOWN_REASONS, in_words, name_of, reason_in_words
from cogs import ui
from cogs.schedules import notices, panel, views
from cogs.schedules.cog import SchedulesCog
from cogs.schedules.making import MakingCog

FACILITATOR = Actor(user_id=7, role_ids=frozenset({21}), manages_server=False)
LONGEST = weekly(frozenset(WEEK) - {Day.SUN}, time(23, 59))


@pytest.fixture
def text(app: App) -> ui.Words:
    return ui.words(app.content, "en")


def components(card: ui.Card) -> list[dict[str, Any]]:
    return card.to_components()  # type: ignore[no-untyped-call, no-any-return]  # untyped in discord.py


def shown(card: ui.Card) -> str:
    """Every text and label on the card."""
    found: list[str] = []

    def walk(component: dict[str, Any]) -> None:
        found.extend(component[name] for name in ("content", "label") if name in component)
        for child in component.get("components", ()):
            walk(child)

    for component in components(card):
        walk(component)
    return "\n".join(found)


def custom_ids(card: ui.Card) -> list[str]:
    return [
        child["custom_id"]
        for component in components(card)
        for child in component.get("components", ())
        if "custom_id" in child
    ]


def a_schedule(app: App, circle: Circle, **changes: Any) -> Schedule:
    values: dict[str, Any] = {
        "id": "0123456789abcdef",
        "circle_id": circle.id,
        "kind": Kind.PROMPT,
        "rule": LONGEST,
        "window": timedelta(hours=72),
        "deck": "first-steps",
        "late_limit": timedelta(hours=1),
        "state": State.NEEDS_ATTENTION,
        "reason": "no_permission",
        "next": next_slot(LONGEST, circle.tz, app.clock.now()),
        "created_at": app.clock.now(),
    }
    return Schedule(**{**values, **changes})


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("tue", "Tuesdays 19:00"),
        ("thu tue", "Tuesdays and Thursdays 19:00"),
        ("mon wed sun", "Mondays, Wednesdays and Sundays 19:00"),
        ("mon tue wed thu fri", "Weekdays 19:00"),
        ("sat sun", "Weekends 19:00"),
        ("mon tue wed thu fri sat sun", "Every day 19:00"),
    ],
)
def test_a_rule_is_said_in_words(text: ui.Words, days: str, words: str) -> None:
    assert in_words(text, weekly(frozenset(Day(day) for day in days.split()), time(19, 0))) == words


def test_the_longest_name_fits_an_autocomplete_choice(app: App, circle: Circle, text: ui.Words) -> None:
    assert len(name_of(text, a_schedule(app, circle))) <= 100


def test_every_reason_has_words_and_an_unknown_one_too(text: ui.Words) -> None:
    assert len({reason_in_words(text, reason) for reason in (*KNOWN_REASONS, "never heard of")}) == 9


def a_draft(circle: Circle, **changes: Any) -> Draft:
    values: dict[str, Any] = {"kind": Kind.PROMPT, "deck": "tender", "rule": LONGEST}
    return Draft("0123456789abcdef", circle.id, 7, **{**values, **changes})


def showing(app: App, circle: Circle) -> views.Showing:
    return views.Showing(ui.words(app.content, "en"), circle, app.prompts.decks("en"))


def test_the_preview_says_what_would_come_when_and_that_nothing_is_saved(app: App, circle: Circle) -> None:
    draft = a_draft(circle)
    card = panel.draft_card(showing(app, circle), app.schedules, FACILITATOR, draft)
    said = shown(card)
    assert said.count(":F>") == said.count(":R>") == 5
    assert "Europe/Berlin" in said
    assert "<#11>" in said
    assert "Nothing is saved yet." in said
    assert "a facilitator is there" in said
    assert "up to 60 minutes late, or else skips it" in said
    about = f"c1:{draft.id}"
    assert custom_ids(card) == [
        f"schedule:save:{about}",
        f"schedule:see:{about}",
        f"schedule:not_now:{draft.id}",
    ]


def test_a_preview_of_what_ends_soon_says_which_is_the_last(app: App, circle: Circle) -> None:
    ends = Rule(Weekly(EVERY_DAY), (time(9),), until=date(2026, 3, 4))
    card = panel.draft_card(showing(app, circle), app.schedules, FACILITATOR, a_draft(circle, rule=ends))
    assert shown(card).count(":F>") == 2
    assert "the last of them" in shown(card)
    once = Rule(Once(date(2026, 3, 4)), (time(9),))
    card = panel.draft_card(showing(app, circle), app.schedules, FACILITATOR, a_draft(circle, rule=once))
    assert "It comes once" in shown(card)


@pytest.mark.parametrize("often", [None, *OFTEN])
def test_the_panel_is_a_card_and_a_form_that_discord_takes(
    app: App, circle: Circle, often: str | None
) -> None:
    draft = a_draft(
        circle, rule=None, often=often, days=frozenset({Day.TUE}), times="19:00", starts="2026-03-10"
    )
    card = panel.card(showing(app, circle), draft)
    assert len(shown(card)) <= 4000
    assert "Everything needed" in shown(card) if often else "how often" in shown(card)
    assert card.total_children_count <= 40
    text = ui.words(app.content, "en")
    assert len(panel.times_form(text, circle, draft).children) <= 5
    assert len(panel.edit_form(text, circle, a_draft(circle, window=timedelta(hours=1))).children) <= 5
    assert app.schedules.drafts.read(circle, draft.line()) if often else draft.unchosen() == ["often"]


def test_a_list_of_many_schedules_comes_on_several_cards_each_within_4000_characters(
    app: App, circle: Circle
) -> None:
    runways = {"0123456789abcdef": views.Runway(9, timedelta(weeks=3))}
    cards = views.overview(showing(app, circle), [a_schedule(app, circle)] * 23, runways, None)
    assert len(cards) == 3
    assert all(len(shown(card)) <= 4000 for card in cards)
    assert "Needs attention" in shown(cards[0])
    assert "9 prompts left, about 3 weeks." in shown(cards[0])
    resting = a_schedule(app, circle, state=State.PAUSED, reason=None, next=None, deck="gone-since")
    [card] = views.overview(showing(app, circle), [resting], {}, None)
    assert "Resting" in shown(card)
    assert "gone-since" in shown(card)


@pytest.mark.parametrize(
    ("runway", "said"),
    [
        (views.Runway(0, None), "they begin again"),
        (views.Runway(3, timedelta(days=3)), "less than two weeks"),
        (views.Runway(9, timedelta(days=20)), "about 3 weeks"),
    ],
)
def test_a_runway_is_told_in_weeks(app: App, circle: Circle, runway: views.Runway, said: str) -> None:
    [card] = views.overview(
        showing(app, circle), [a_schedule(app, circle)], {"0123456789abcdef": runway}, None
    )
    assert said in shown(card)


def test_a_hold_stands_above_the_list_with_the_button_that_lifts_it(app: App, circle: Circle) -> None:
    hold = Hold("h", circle.id, app.clock.now(), app.clock.now() + timedelta(days=3))
    first, _ = views.overview(showing(app, circle), [a_schedule(app, circle)], {}, hold)
    assert "is held" in shown(first)
    assert custom_ids(first) == ["schedule:lift:c1"]


def test_next_tells_everyone_what_comes_and_leaves_out_what_rests(
    app: App, circle: Circle, text: ui.Words
) -> None:
    schedule = a_schedule(app, circle)
    assert schedule.next is not None
    assert shown(views.coming(text, circle, [(schedule, schedule.next)])).count("Prompt:") == 1
    assert "Nothing is planned" in shown(views.coming(text, circle, []))


CHANGES = {
    "made": {},
    "moved": {"to": dump(LONGEST)},
    "changed": {"to": dump(LONGEST)},
    "paused": {"until": "2026-08-31"},
    "resumed": {},
    "removed": {},
    "skipped": {"at": 1772560800},
    "posted": {},
    "posted_late": {"at": 1772560800},
    "mirrored": {},
    "unmirrored": {},
    "held": {"until": "2026-08-31"},
    "lifted": {},
}


def a_change(app: App, circle: Circle, what: str, **more: Any) -> Change:
    about = {} if what in ("held", "lifted") else {"kind": "check_in", "rule": dump(LONGEST)}
    values = {"user_id": 7, "name": "Ana", "reason": "holiday"} | more
    return Change(circle.id, None, app.clock.now(), what, about | CHANGES[what], **values)


def test_the_log_says_each_kind_of_change_with_who_and_why(app: App, circle: Circle, text: ui.Words) -> None:
    said = shown(views.log(text, circle, [a_change(app, circle, what) for what in CHANGES]))
    assert said.count("**Ana**") == said.count(": holiday") == len(CHANGES)
    assert "until 2026-08-31" in said
    assert len(said) <= 4000


def test_the_log_at_its_longest_fits_one_message_and_breaks_no_layout(
    app: App, circle: Circle, text: ui.Words
) -> None:
    longest = a_change(app, circle, "moved", name="@everyone" + "n" * 23, reason="**" * 100)
    card = views.log(text, circle, [longest] * 15)
    assert len(shown(card)) <= 4000
    assert "@everyone" not in shown(card)
    nameless = views.log(text, circle, [a_change(app, circle, "made", name=None, reason=None)])
    assert "**A facilitator** made" in shown(nameless)


def a_question(app: App, circle: Circle, waiting: int) -> Question:
    now = app.clock.now()
    times = [
        Occurrence("f" * 16, "s", f"2026-03-0{n + 1}T19:00", now, now, OccurrenceState.ASKED)
        for n in range(waiting)
    ]
    return Question(circle, a_schedule(app, circle), times)


def test_a_question_names_the_oldest_time_in_its_buttons(app: App, circle: Circle, text: ui.Words) -> None:
    card = notices.question(text, a_question(app, circle, 3), "e" * 16)
    assert "missed 3 times" in shown(card)
    assert custom_ids(card)[0].endswith("2026-03-01T19:00")
    assert max(map(len, custom_ids(card))) <= 100 - 15
    assert custom_ids(notices.question(text, a_question(app, circle, 0), "e" * 16)) == []


def test_a_trouble_names_the_schedules_and_once_mended_has_no_button(
    app: App, circle: Circle, text: ui.Words
) -> None:
    told = Told(
        circle, Trouble("t" * 16, circle.id, "no_permission", True, 13), [a_schedule(app, circle)] * 13
    )
    card = notices.trouble(text, told)
    assert "Send Messages" in shown(card)
    assert "and 3 more" in shown(card)
    assert custom_ids(card) == [f"schedule:again:c1:{'t' * 16}"]
    assert custom_ids(notices.trouble(text, Told(circle, told.trouble, []))) == []


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (Weekly(frozenset({Day.TUE}), 2), "Every 2 weeks: Tuesdays 09:00 and 21:00 from 2026-03-03"),
        (Monthly(frozenset({1, 3}), frozenset({Day.SUN})), "1st and 3rd Sunday of the month 09:00 and 21:00"),
        (Monthly(frozenset({LAST}), EVERY_DAY), "last day of the month 09:00 and 21:00"),
        (Monthly(frozenset({LAST}), WORKDAYS), "last weekday of the month 09:00 and 21:00"),
        (Once(date(2026, 12, 1)), "once on 2026-12-01 09:00 and 21:00"),
    ],
)
def test_every_kind_of_rule_is_said_in_words(text: ui.Words, days: Days, words: str) -> None:
    since = date(2026, 3, 3) if isinstance(days, Weekly) else None
    assert in_words(text, Rule(days, (time(9), time(21)), since=since)) == words


def test_an_end_is_said_in_words(text: ui.Words) -> None:
    rule = Rule(Weekly(EVERY_DAY), (time(9),), date(2026, 3, 3), date(2026, 12, 20), 10)
    assert in_words(text, rule) == "Every day 09:00 from 2026-03-03 until 2026-12-20 for 10 times"


def test_every_answer_has_its_words(app: App, text: ui.Words) -> None:
    for key, params in (
        ("saved", {"when": "w"}),
        ("changed", {"when": "w"}),
        ("paused_until", {"when": "w"}),
        ("skipped", {"when": "w", "left_out": "t"}),
        ("skipped_last", {"left_out": "t"}),
        ("paused", {}),
        ("resumed", {"when": "w"}),
        ("removed", {}),
        ("run_now", {"channel": "c"}),
    ):
        assert text(f"schedule.answers.{key}", schedule="s", **params)


async def test_the_cog_loads_with_its_commands_and_answers(app: App) -> None:
    bot = TowardsBot(app)
    cog = SchedulesCog(bot)
    assert {command.qualified_name for command in cog.walk_app_commands()} == {
        "next",
        "schedule",
        "schedule check-in",
        "schedule prompt",
        "schedule list",
        "schedule new",
        "schedule edit",
        "schedule preview",
        "schedule log",
        "schedule skip",
        "schedule mirror",
        "hold",
        "schedule pause",
        "schedule resume",
        "schedule run-now",
        "schedule remove",
    }
    assert ("press", "schedule:save") in MakingCog(bot).handlers
    await bot.close()
