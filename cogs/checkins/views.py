"""What only the person sees: the form, and the answer to each press."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui as items
from discord.utils import escape_mentions, format_dt

from bot.checkins.models import STEPS, WORDS_MAX, Answer, Display, Scale, Weather, words_in
from bot.checkins.service import Visit
from bot.checkins.summary import crowd
from cogs import ui

WEATHER = "weather"
WORDS = "words"


def form(text: ui.Words, checkin_id: str, earlier: Answer | None) -> ui.Form:
    """The one form, filled with what the person answered before."""
    answer = earlier or Answer({})
    return ui.Form(
        text("checkin.form.title"),
        f"checkin:form:{checkin_id}",
        *(_scale(text, scale, answer.scales.get(scale)) for scale in Scale),
        _weather(text, answer.weather),
        items.Label(
            text=text("checkin.form.words"),
            description=text("checkin.form.words_description", limit=WORDS_MAX),
            component=items.TextInput[Any](
                custom_id=WORDS,
                style=discord.TextStyle.paragraph,
                default=answer.words,
                required=False,
                max_length=WORDS_MAX,
            ),
        ),
    )


def read(values: ui.Values) -> Answer:
    """What was entered. Whatever the form does not offer counts as left empty."""
    steps = {str(step): step for step in STEPS}
    weathers = values.get(WEATHER) or []
    return Answer(
        scales={scale: steps[values[scale]] for scale in Scale if values.get(scale) in steps},
        weather=next((weather for weather in Weather if weather in weathers), None),
        words=words_in(values.get(WORDS)),
    )


def thanks(text: ui.Words, key: str, visit: Visit) -> ui.Card:
    """The answer to *I'm here*, *Pass*, and a check-in without words."""
    said = [text(key)]
    if visit.answer is not None and key != "checkin.private.answered":
        said.append(text("checkin.private.earlier_stays"))
    return ui.Card(
        items.TextDisplay("\n".join(said)),
        items.TextDisplay(_again(text, visit)),
        ui.row(_take_back(text, visit), ui.help_button(text)),
    )


def choice(text: ui.Words, visit: Visit) -> ui.Card:
    """Words were written: how they are shown, to be chosen, and what was chosen."""
    answer = visit.answer
    assert answer is not None
    assert answer.words is not None
    company = _company(text, visit.present)
    if answer.display is None:
        said = [text("checkin.private.answered"), text("checkin.private.choose")]
    else:
        said = [text(f"checkin.chosen.{answer.display}", company=company)]
    ways = [
        text(f"checkin.private.{display}", company=company)
        for display in Display
        if display is not answer.display
    ]
    return ui.Card(
        items.TextDisplay("\n".join(said)),
        items.Container(
            items.TextDisplay(text("checkin.private.your_words")),
            items.TextDisplay(escape_mentions(answer.words)),
        ),
        items.TextDisplay("\n".join(ways)),
        ui.row(*(_show(text, visit, display, answer.display) for display in Display)),
        items.TextDisplay(_again(text, visit)),
        ui.row(_take_back(text, visit), ui.help_button(text)),
    )


def taken_back(text: ui.Words, key: str) -> ui.Card:
    return ui.Card(items.TextDisplay(text(key)), ui.row(ui.help_button(text)))


def handed_back(text: ui.Words, words: str) -> ui.Card:
    """An answer that can't be taken loses no word; why it can't is told after this."""
    return ui.Card(
        items.TextDisplay(text("checkin.private.handed_back")),
        items.Container(items.TextDisplay(escape_mentions(words[:3000]))),
        ui.row(ui.help_button(text)),
    )


def _scale(text: ui.Words, scale: Scale, chosen: int | None) -> items.Label[Any]:
    return items.Label(
        text=text(f"checkin.scales.{scale}"),
        description=text("checkin.form.description"),
        component=items.RadioGroup[Any](
            custom_id=scale,
            required=False,
            options=[
                discord.RadioGroupOption(
                    label=text(f"checkin.steps.{step}"), value=str(step), default=step == chosen
                )
                for step in STEPS
            ],
        ),
    )


def _weather(text: ui.Words, chosen: Weather | None) -> items.Label[Any]:
    return items.Label(
        text=text("checkin.form.weather"),
        component=items.Select[Any](
            custom_id=WEATHER,
            required=False,
            min_values=0,
            placeholder=text("checkin.form.weather_placeholder"),
            options=[
                discord.SelectOption(
                    label=text(f"checkin.weathers.{weather}"), value=weather, default=weather is chosen
                )
                for weather in Weather
            ],
        ),
    )


def _company(text: ui.Words, present: int) -> str:
    """How many there are to be one of: what someone needs to know who would rather not be recognised."""
    said = crowd(present)
    return text("checkin.private.few_here" if said == "some" else f"checkin.here.{said}")


def _show(text: ui.Words, visit: Visit, display: Display, chosen: Display | None) -> items.Button[Any]:
    return ui.button(
        text(f"checkin.show.{display}"),
        f"checkin:show:{visit.checkin.id}:{visit.version}:{display}",
        disabled=display is chosen,
    )


def _take_back(text: ui.Words, visit: Visit) -> items.Button[Any]:
    return ui.button(text("checkin.take_back.button"), f"checkin:take_back:{visit.checkin.id}")


def _again(text: ui.Words, visit: Visit) -> str:
    return text("checkin.private.again", how_long=format_dt(visit.checkin.closes_at, "R"))
