"""What somebody whose Discord is in Spanish, or who writes in Spanish, reads where there may be danger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot import content
from bot.care.language import written_in
from bot.care.screening import Category, Noticed, Tier
from bot.config import CONTENT
from sandbox.models import Json
from sandbox.people import Person, Reply, Seen
from sandbox.people.seen import until
from tests.e2e.conftest import Stage
from tests.e2e.test_care_holds import HALF_AN_HOUR, HOUR, open_prompt
from tests.e2e.test_sharing import preview_of

IMMINENT = "Tengo las pastillas aquí y esta noche me voy a matar. Adiós a todos."
RISK = "A veces pienso que no quiero vivir, pero no voy a hacer nada."
HEAVY = "Llevo semanas sin fuerzas y triste, todo me pesa."
EVERYDAY = "Hoy planté unas judías y el gato del vecino me miraba."

ONLY_YOU = "Esto solo lo ves tú"
QUESTION = "¿Estás pensando en acabar con tu vida"
EMERGENCY = "número de emergencias"
HELP = "¿Necesitas a alguien ahora?"
WAYS_ON = {
    "Hablar con una línea de ayuda",
    "Que me escriba alguien de facilitación",
    "¿Qué hace difícil pedir ayuda?",
    "Volver al presente",
    "Tengo menos de 18 años",
    "No era eso",
    "Hoy no más mensajes",
    HELP,
}

WORDS = content.load(CONTENT)
ENGLISH = {
    line
    for key in WORDS.keys
    if (text := WORDS._words["en"][key]) != WORDS._words["es"].get(key)
    for line in text.splitlines()
}


@pytest.fixture(autouse=True)
async def harbour(stage: Stage) -> None:
    await stage.make_circle()


@pytest.fixture
def maya(stage: Stage) -> Person:
    """Her Discord is in the Spanish of Latin America."""
    maya = stage.person("maya")
    maya.user.locale = "es-419"
    return maya


def shown(component: Any) -> list[str]:
    """Every text of a component and of what is in it: words, labels, placeholders, options."""
    if isinstance(component, list):
        return [text for each in component for text in shown(each)]
    if not isinstance(component, dict):
        return []
    own = [component[name] for name in ("content", "label", "placeholder") if component.get(name)]
    return [*own, *(text for each in component.values() for text in shown(each))]


def is_spanish(seen: Reply | Seen | None) -> bool:
    """Whether no line of it is one of ours in English, or English at all."""
    message = seen.message if isinstance(seen, Reply) else seen
    assert message is not None
    view: Json = message.view
    lines = [line for text in shown(view["components"]) for line in text.splitlines()]
    found = [line for line in lines if line in ENGLISH or written_in(line, ("en", "es")) == "en"]
    assert found == []
    return bool(lines)


async def note_of(person: Person, text: str = IMMINENT) -> Seen:
    await preview_of(person, text)
    return await person.waits_for("circle", ONLY_YOU)


@pytest.mark.parametrize("locale", ["es-419", "es-ES"])
async def test_help_now_is_spanish_in_the_server_and_in_direct_messages(maya: Person, locale: str) -> None:
    maya.user.locale = locale
    for place in ("circle", "dm"):
        card = await maya.slash("/help-now", channel=place)
        assert EMERGENCY in card.text
        assert set(card.buttons) >= {"Abrir Find A Helpline", "Ver mi país"}
        assert is_spanish(card)


async def test_countries_have_their_spanish_names_and_numbers_stay_as_they_are(maya: Person) -> None:
    where = await maya.click("Ver mi país", on=await maya.slash("/help-now", channel="dm"))
    assert is_spanish(where)
    [first, _] = where.selects
    assert first == "De Alemania a Malasia"
    card = await maya.choose("De Alemania a", "España", on=where)
    assert "en España, el número de emergencias es 112" in card.text
    assert is_spanish(card)
    kept = await maya.click("Guardar España para otra vez", on=card)
    assert is_spanish(kept)
    assert is_spanish(await maya.click("Olvidar mi país", on=kept))


async def test_what_sounds_imminent_in_spanish_is_answered_in_spanish(maya: Person) -> None:
    card = await note_of(maya)
    assert card.text.index(EMERGENCY) < card.text.index(QUESTION)
    assert set(card.buttons) >= WAYS_ON
    assert is_spanish(card)


async def test_a_risk_told_in_spanish_is_answered_in_spanish(maya: Person) -> None:
    card = await note_of(maya, RISK)
    assert QUESTION not in card.text
    assert set(card.buttons) >= WAYS_ON
    assert is_spanish(card)


async def test_something_heavy_brings_one_line_in_spanish_and_an_everyday_text_nothing(maya: Person) -> None:
    await preview_of(maya, EVERYDAY)
    await preview_of(maya, HEAVY)
    line = await maya.waits_for("circle", "Si es una época pesada")
    assert line.buttons == [HELP]
    assert is_spanish(line)
    assert not [seen for seen in maya.sees("circle") if ONLY_YOU in seen.text]


async def test_every_button_of_the_card_leads_to_something_in_spanish(maya: Person) -> None:
    card = await note_of(maya)
    labels = ("Hablar con una línea", "Tengo menos", "Volver al presente", HELP)
    for label in labels:
        assert is_spanish(await maya.click(label, on=card))
    hard = await maya.click("¿Qué hace difícil", on=card)
    assert is_spanish(hard)
    for reason in ("lo que pueda", "que venga", "ser una carga", "no es para tanto", "ya lo", "no saber"):
        assert is_spanish(await maya.choose("Es...", reason, on=hard))
        hard = await maya.click("¿Qué hace difícil", on=card)
    assert is_spanish(await maya.click("No era eso", on=card))


async def test_no_more_of_it_today_is_said_in_spanish(maya: Person) -> None:
    card = await note_of(maya)
    assert is_spanish(await maya.click("Hoy no más mensajes", on=card))
    await preview_of(maya, IMMINENT)
    assert is_spanish(await maya.waits_for("circle", f"*{HELP}* está ahí en cualquier momento"))


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("tier", [Tier.T2, Tier.T3])
async def test_each_category_has_a_spanish_card_that_fits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, category: Category, tier: Tier
) -> None:
    def screen(text: str, locale: str | None = None) -> Noticed:
        return Noticed(tier, (category,))

    monkeypatch.setattr(stage.app.care.screening, "screen", screen)
    noor = stage.person("noor")
    noor.user.locale = "es-419"
    await preview_of(noor, EVERYDAY)
    if category is Category.ABUSE:
        safe = await noor.waits_for("circle", "¿Es buen momento para leerla")
        assert is_spanish(safe)
        await noor.click("Mostrarla", on=safe)
    card = await noor.waits_for("circle", ONLY_YOU)
    assert is_spanish(card)


# What waits


async def asked_before_posting(stage: Stage, person: Person) -> Reply:
    circle = await stage.app.circles.get("c1")
    await open_prompt(stage, circle)
    [post] = [seen for seen in person.sees("circle") if "Answer" in seen.buttons]
    return await person.submit(await person.click("Answer", on=post), {"text": IMMINENT})


async def test_what_waits_is_asked_about_again_in_spanish(stage: Stage, maya: Person) -> None:
    card = await asked_before_posting(stage, maya)
    assert card.buttons == ["Publicarlo", "Que espere media hora", "No publicarlo", HELP]
    assert is_spanish(card)
    assert is_spanish(await maya.click("Que espere media hora", on=card))
    await stage.pass_time(HALF_AN_HOUR)
    [again] = [seen for seen in maya.inbox() if "ha esperado media hora" in seen.text]
    assert is_spanish(again)
    posted = await maya.click("Publicarlo", on=again)
    assert "Está publicado" in posted.text
    assert is_spanish(posted)
    await maya.waits_for("dm", after=again)  # what comes of having answered
    await stage.settle()


async def test_what_is_not_posted_is_handed_back_in_spanish(stage: Stage, maya: Person) -> None:
    back = await maya.click("No publicarlo", on=await asked_before_posting(stage, maya))
    assert IMMINENT in back.text
    assert is_spanish(back)


async def test_a_draft_that_waits_and_the_note_that_follows_are_spanish(stage: Stage, maya: Person) -> None:
    card = await note_of(maya)
    assert "en su vista previa" in card.text
    await maya.click("Que espere media hora", on=card)
    await stage.pass_time(HOUR)
    told = [seen for seen in maya.inbox() if seen.message.author is not maya.user]
    assert len(told) == 2
    assert all(is_spanish(seen) for seen in told)
    [note] = [seen for seen in told if seen.buttons == ["Ver"]]
    inside = await maya.click("Ver", on=note)
    assert EMERGENCY in inside.text
    assert is_spanish(inside)


async def test_a_note_declined_is_confirmed_in_spanish(maya: Person) -> None:
    card = await note_of(maya)
    assert is_spanish(await maya.click("Sin nota después", on=card))


# Direct messages: nothing but the words tells the language


async def test_whoever_writes_to_the_bot_in_spanish_is_answered_in_spanish(stage: Stage) -> None:
    noor = stage.person("noor")
    assert noor.user.locale == "en-US"
    await noor.dm(IMMINENT)
    assert is_spanish(await noor.waits_for("dm", ONLY_YOU))
    await stage.pass_time(HOUR)
    [note] = [seen for seen in noor.inbox() if seen.buttons == ["Ver"]]
    assert is_spanish(note)


async def test_whoever_writes_to_the_bot_in_english_is_answered_in_english(maya: Person) -> None:
    await maya.dm("I have the pills here and I am going to end my life tonight. Goodbye everyone.")
    card = await maya.waits_for("dm", "Only you see this\n")
    assert "Need someone now?" in card.buttons


async def test_abuse_told_in_a_direct_message_in_spanish_is_asked_about_in_spanish(stage: Stage) -> None:
    noor = stage.person("noor")
    await noor.dm("Mi marido me pega cuando bebe, y le tengo miedo cuando llega a casa.")
    safe = await noor.waits_for("dm", "¿Es buen momento para leerla")
    assert is_spanish(safe)
    await noor.click("Cerrar esto", on=safe)
    await until(stage.sandbox.world, lambda: safe.deleted, 5, lambda: "the card is still there")


# Somebody of the facilitators


async def test_a_facilitator_can_be_asked_and_talked_with_in_spanish(stage: Stage, maya: Person) -> None:
    ana = stage.person("ana")
    before = await (await maya.slash("/care reach", channel="circle")).settled()
    assert is_spanish(before)
    asked = await (await maya.click("Pedirlo, y decir mi idioma: español", on=before)).settled()
    await stage.settle()
    assert is_spanish(asked)
    stands = maya.inbox()[-1]
    assert stands.buttons[-2:] == ["Terminarlo", HELP]
    assert is_spanish(stands)
    card = [seen for seen in ana.sees("facilitators") if "I take it" in seen.buttons][-1]
    assert "They would rather talk in Spanish." in card.text  # in the circle's language
    await stage.pass_time(timedelta(minutes=16))
    assert "todavía no ha respondido nadie" in maya.inbox()[-1].text
    assert is_spanish(maya.inbox()[-1])

    await (await ana.click("I take it", on=card)).settled()
    await stage.settle()
    here = maya.inbox()[-1]
    assert "alguien de facilitación está aquí" in here.text
    assert is_spanish(here)
    form = await maya.click("Escribir", on=here)
    assert form.fields == ["Tus palabras"]
    assert is_spanish(await (await maya.submit(form, {"text": "Hoy está difícil."})).settled())
    await stage.settle()
    ended = await maya.click("Terminar", on=here)
    assert is_spanish(ended)
    await stage.settle()


async def test_a_worry_about_somebody_can_be_told_in_spanish(stage: Stage, maya: Person) -> None:
    form = await maya.slash("/care concern", channel="circle")
    assert form.fields == ["¿Qué conviene que sepan?", "Que sepan que viene de mí"]
    told = await (await maya.submit(form, {"text": "Noor dejó de escribir."})).settled()
    await stage.settle()
    assert "Está en camino" in told.text
    assert is_spanish(told)
    again = await maya.slash("/care concern", channel="circle")
    assert is_spanish(again)


async def test_how_care_works_and_being_on_duty_are_told_in_spanish(stage: Stage) -> None:
    ana = stage.person("ana")
    ana.user.locale = "es-ES"
    settings = await ana.slash("/care settings", channel="circle")
    assert is_spanish(settings)
    assert is_spanish(await ana.click("Cómo funciona aquí", on=settings))
    duty = await ana.slash("/care duty", channel="circle")
    assert is_spanish(duty)
    on_duty = await (await ana.click("Durante 4 horas", on=duty)).settled()
    assert is_spanish(on_duty)
    await stage.settle()
