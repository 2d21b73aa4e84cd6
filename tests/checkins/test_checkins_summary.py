from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.closing import PAGE_CHARACTERS, PAGE_WORDS, paginate
from bot.checkins.models import STEPS, WORDS_MAX, Answer, Display, Scale, Weather, pack, unpack, words_in
from bot.checkins.summary import Figure, Summary, crowd, summarise
from bot.participation.guard import SMALLEST_GROUP

ANSWERS = st.builds(
    Answer,
    scales=st.dictionaries(st.sampled_from(list(Scale)), st.sampled_from(STEPS)),
    weather=st.none() | st.sampled_from(list(Weather)),
    words=st.none() | st.text(min_size=1, max_size=WORDS_MAX),
    display=st.none() | st.sampled_from(list(Display)),
)


@given(st.lists(ANSWERS, max_size=12), st.integers(0, 12))
def test_no_figure_is_about_fewer_than_five_people(answers: list[Answer], without_answer: int) -> None:
    present = len(answers) + without_answer
    summary = summarise(present, answers)
    assert (summary.present is None) == (present < SMALLEST_GROUP)
    for figure in summary.figures:
        assert figure.answered == sum(figure.scale in answer.scales for answer in answers) >= SMALLEST_GROUP
        assert 1 <= figure.step <= 5
        assert figure.spread in ("close", "varied", "wide")
    if summary.weathers:
        assert sum(answer.weather is not None for answer in answers) >= SMALLEST_GROUP


@given(st.lists(ANSWERS, max_size=4))
def test_four_people_leave_nothing_behind(answers: list[Answer]) -> None:
    assert summarise(len(answers), answers) == Summary(None, (), ())


def test_each_scale_is_guarded_by_its_own_number_of_answers() -> None:
    answers = [Answer({Scale.OTHERS: 4})] * 5 + [Answer({Scale.MYSELF: 2})] * 4
    assert [figure.scale for figure in summarise(9, answers).figures] == [Scale.OTHERS]


def test_weathers_are_named_once_and_in_the_forms_order_whoever_chose_them() -> None:
    answers = [Answer({}, weather) for weather in (Weather.STORMY, Weather.SUNNY, *[Weather.FOGGY] * 3)]
    assert summarise(5, answers).weathers == (Weather.SUNNY, Weather.FOGGY, Weather.STORMY)


@pytest.mark.parametrize(
    ("steps", "step", "spread"),
    [
        ([3, 3, 3, 3, 3], 3, "close"),
        ([4, 4, 5, 4, 5], 4, "close"),
        ([1, 2, 3, 4, 5], 3, "wide"),
        ([2, 3, 4, 3, 5], 3, "varied"),
        ([1, 1, 5, 5, 5, 1], 3, "wide"),
        ([5, 5, 5, 5, 5], 5, "close"),
        ([3, 4, 3, 4, 3, 4], 4, "close"),
    ],
)
def test_a_scale_comes_to_a_middle_and_a_spread(steps: list[int], step: int, spread: str) -> None:
    (figure,) = summarise(len(steps), [Answer({Scale.OTHERS: step}) for step in steps]).figures
    assert (figure.step, figure.spread) == (step, spread)


def test_a_figure_of_equal_answers_survives_rounding_errors() -> None:
    assert Figure(Scale.OTHERS, 7, 21, 63).spread == "close"


@given(st.integers(0, 500))
def test_how_many_are_here_is_never_said_exactly_under_five_or_over_twelve(present: int) -> None:
    said = crowd(present)
    if present == 0:
        assert said == "nobody"
    elif present < 5:
        assert said == "some"
    elif present <= 12:
        assert said == str(present)
    else:
        assert int(said.removeprefix("over_")) < present


@given(st.lists(st.text(min_size=1, max_size=WORDS_MAX), max_size=40))
def test_words_fit_their_messages_and_none_is_lost(words: list[str]) -> None:
    pages = paginate(words)
    assert [text for page in pages for text in page] == words
    assert all(pages) or pages == [[]]
    for page in pages:
        assert len(page) <= PAGE_WORDS
        assert sum(map(len, page)) <= PAGE_CHARACTERS


@given(ANSWERS)
def test_an_answer_is_packed_whole_and_its_size_tells_little(answer: Answer) -> None:
    packed = pack(answer)
    assert unpack(packed) == answer
    assert len(packed.encode()) in (1024, 2048, 4096, 8192)


@pytest.mark.parametrize("text", [None, "", "  \n ", "\u200b", "\u200b \u2060"])
def test_what_nobody_could_see_is_not_words(text: str | None) -> None:
    assert words_in(text) is None


def test_words_lose_only_the_space_around_them() -> None:
    assert words_in("\n  tired,\n\n but here ") == "tired,\n\n but here"


def test_an_unchanged_text_stays_shown_as_chosen_and_a_changed_one_is_asked_about_anew() -> None:
    earlier = Answer({}, words="tired", display=Display.BY_NAME)
    assert Answer({Scale.OTHERS: 2}, words="tired").following(earlier).display is Display.BY_NAME
    assert Answer({}, words="tired, but here").following(earlier).display is None
    assert Answer({}).following(earlier).display is None
    assert Answer({}, words="tired").following(None).display is None
