"""Each rule is shown failing on a bad example, and the prompts we ship keep them all."""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from bot.prompts import library, lint
from bot.prompts.lint import lint_prompts
from bot.prompts.wording import WORDINGS

CONTENT = Path(__file__).resolve().parents[2] / "content"
DECK = "en/prompts/some.toml"

HEAD: dict[str, Any] = {"title": "Some", "description": "Some small prompts.", "attended": True}
PROMPT: dict[str, Any] = {
    "id": "a-tree",
    "concept": "connection",
    "depth": 3,
    "kind": "share",
    "text": "Is there a tree that was good company lately? You might tell its colour, as lightly or "
    "as little as you like, or nothing.",
    "gentler": "If this hour were a leaf, what might it look like?",
    "gentler_depth": 0,
    "content_note": "mentions trees",
    "may_stir": "Missing a garden.",
    "kind_response": "I can see that tree. Thank you.",
    "avoid": "Asking everyone where the tree stands.",
    "closing": "You might look out of a window for one breath.",
    "other_doors": ["image", "quiet"],
    "sources": ["a-book"],
    "lived_experience_review": "awaited",
}
OTHER = PROMPT | {
    "id": "a-cup",
    "depth": 0,
    "text": "What might be warm in your hands now? Tea or sunlight, perhaps.",
    "gentler": None,
    "gentler_depth": None,
    "content_note": None,
}
ASK = "You might leave that out, as light as you like."


def toml(fields: dict[str, Any]) -> str:
    return "".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in fields.items()
        if value is not None
    )


def write(
    content: Path, changed: dict[str, Any], head: dict[str, Any], other: dict[str, Any], locale: str = "en"
) -> Path:
    (content / locale / "prompts").mkdir(parents=True)
    source = {"id": "a-book", "author": "A", "title": "B", "read": "full"}
    concept = {"id": "connection", "name": "C", "sentence": "S.", "sources": ["a-book"]}
    tables = [HEAD | head, PROMPT | changed, OTHER | other]
    deck = "\n[[prompt]]\n".join(toml(table) for table in tables)
    (content / "sources.toml").write_text("[[source]]\n" + toml(source), encoding="utf-8")
    (content / "concepts.toml").write_text("[[concept]]\n" + toml(concept), encoding="utf-8")
    (content / locale / "prompts" / "some.toml").write_text(deck, encoding="utf-8")
    return content


def test_the_prompts_we_ship_have_no_finding() -> None:
    assert [str(finding) for finding in lint_prompts(CONTENT)] == []


def test_the_good_example_has_no_finding(tmp_path: Path) -> None:
    assert lint_prompts(write(tmp_path, {}, {}, {})) == []


# rule, field, bad value
BAD_PROMPTS: list[tuple[str, str, Any]] = [
    *(
        ("pressure", "text", f"{words} a tree, is there one you like? {ASK}")
        for words in (
            "You should see",
            "You shouldn’t skip",
            "You must name",
            "You have to see",
            "Having to see",
            "You might need to share",
            "Be honest about",
            "Being brave with",
            "Open up to",
            "Opening up to",
            "Confess to",
            "Admitting to",
            "Dig deep for",
            "Dug deeper for",
            "With no filter for",
        )
    ),
    ("pressure", "gentler", "Must it be a leaf, if you like?"),
    ("pressure", "kind_response", "You should rest now."),
    ("protection", "text", f"If you drop your walls by a tree, is there one? {ASK}"),
    ("protection", "text", f"If you take off that old mask, is there a tree? {ASK}"),
    ("everyone", "closing", "Everyone looks out of a window."),
    ("everyone", "text", f"As everybody likes trees, is there one? {ASK}"),
    ("extreme", "text", f"Is there a worst tree? {ASK}"),
    ("extreme", "text", f"Is there a tree of your biggest regrets? {ASK}"),
    ("extreme", "text", f"Is there a tree in your darkest wood? {ASK}"),
    ("extreme", "text", f"Is the deepest root there, if you like? {ASK}"),
    ("label", "text", f"Is there a toxic tree? {ASK}"),
    ("label", "text", f"Is there a tree with a trauma-bond? {ASK}"),
    ("label", "text", f"Is there a tree for the unhealthy you? {ASK}"),
    ("warning", "content_note", "trigger warning: trees"),
    ("warning", "text", f"Is there a tree that triggers you? {ASK}"),
    ("why", "text", f"Is there a tree you like, and why? {ASK}"),
    ("comparison", "text", f"Who here might like a tree, if you like? {ASK}"),
    ("comparison", "text", f"On a scale of trees, where might you be? {ASK}"),
    ("comparison", "text", f"What might be the score of a tree? {ASK}"),
    ("presumption", "text", f"Is there a tree your mother liked? {ASK}"),
    ("presumption", "text", f"Is there a tree from your own recovery? {ASK}"),
    ("forced-good", "text", f"Is there a tree you are grateful for? {ASK}"),
    ("forced-good", "text", f"Is there a silver lining on a tree? {ASK}"),
    ("forced-good", "text", f"Is there a tree you might forgive? {ASK}"),
    ("past-hurt", "text", f"Is there a tree from your childhood? {ASK}"),
    ("past-hurt", "text", f"Is there trauma in a tree? {ASK}"),
    ("past-hurt", "text", f"Is there a tree of those who hurt you? {ASK}"),
    ("shame-content", "text", f"Is there a tree you are ashamed of? {ASK}"),
    ("shame-content", "text", f"Is there a tree you hide behind? {ASK}"),
    *(
        ("identifying", "text", f"If you like, {asked}? {ASK}")
        for asked in (
            "where do you live",
            "where are you from",
            "what tree stands in your home town",
            "what is your job",
            "what do your colleagues say",
            "what do you do for a living",
            "what tree is there at work",
            "what was the diagnosis",
            "which medication helps",
            "how old is that tree",
            "what is your age",
            "what is their name",
            "can you name the person by the tree",
            "who was it by the tree",
        )
    ),
    *(
        ("first-person", "closing", words)
        for words in (
            "I feel with you.",
            "I’m here.",
            "It is good to hear me.",
            "We care.",
            "This is our tree.",
        )
    ),
    ("one-question", "text", f"Is there a tree you like. {ASK}"),
    ("one-question", "text", f"Is there a tree? Or might it be a bush? {ASK}"),
    ("one-question", "text", f"Is there a tree you like, and what was it like to sit there? {ASK}"),
    ("one-question", "gentler", "You might think of a leaf."),
    ("one-question", "closing", "Is it warm? Is it late?"),
    ("length", "text", f"Is there a tree? {ASK} " + "It is so. " * 25),
    ("length", "gentler", "Is there a leaf? " + "It is so. " * 25),
    (
        "grade",
        "text",
        f"Notwithstanding considerable vulnerability, might individuals appreciate vegetation? {ASK}",
    ),
    ("grade", "closing", "Considerable physiological relaxation necessitates uninterrupted contemplation."),
    ("invitation", "text", "Which tree is good company? Tell it all, as little as it is."),
    ("invitation", "gentler", "Which leaf is this hour?"),
    ("exit", "text", "Is there a tree that was good company lately?"),
    ("gentler", "gentler", None),
    ("gentler", "gentler_depth", None),
    ("gentler", "gentler_depth", 3),
    ("content-note", "content_note", None),
    ("content-note", "content_note", "mentions trees and shrubs and leaves and roots and bark"),
    ("content-note", "content_note", "caution, trees"),
    ("content-note", "content_note", "TREES"),
    ("content-note", "content_note", "mentions trees!"),
    ("doors", "other_doors", ["image"]),
    ("doors", "other_doors", ["quiet", "emoji"]),
    (
        "alike",
        "text",
        "What might be warm in your hands now, as light as you like? Tea or sunlight, perhaps.",
    ),
    *(
        ("required", field, "")
        for field in (
            "id",
            "text",
            "closing",
            "may_stir",
            "kind_response",
            "avoid",
            "lived_experience_review",
        )
    ),
    ("required", "sources", []),
    ("required", "closing", None),
    ("type", "text", 7),
    ("type", "sources", "a-book"),
    ("value", "depth", 4),
    ("value", "kind", "probe"),
    ("value", "other_doors", ["image", "poll"]),
    ("unknown-field", "mood", "fine"),
    ("unknown-id", "concept", "conection"),
    ("unknown-id", "sources", ["another-book"]),
]


@pytest.mark.parametrize(("rule", "field", "value"), BAD_PROMPTS)
def test_a_rule_finds_its_bad_example(rule: str, field: str, value: Any, tmp_path: Path) -> None:
    findings = lint_prompts(write(tmp_path, {field: value}, {}, {}))
    assert rule in {finding.rule for finding in findings}, findings


BAD_DECKS = [
    ("attended", {}, {"attended": False}, {}),
    ("attended", {"depth": 2, "kind": "explore"}, {"attended": False}, {}),
    ("arrivals", {"gentler_depth": 1}, {}, {}),
    ("duplicate-id", {}, {}, {"id": "a-tree"}),
    ("alike", {}, {}, {"text": PROMPT["text"] + " Perhaps."}),
    ("gentler", {}, {}, {"gentler": "Is there a leaf?", "gentler_depth": 0}),
    ("pressure", {}, {"description": "You should read these."}, {}),
    ("required", {}, {"title": ""}, {}),
]


@pytest.mark.parametrize(("rule", "prompt", "head", "other"), BAD_DECKS)
def test_a_rule_finds_its_bad_deck(
    rule: str, prompt: dict[str, Any], head: dict[str, Any], other: dict[str, Any], tmp_path: Path
) -> None:
    findings = lint_prompts(write(tmp_path, prompt, head, other))
    assert rule in {finding.rule for finding in findings}, findings


def test_every_rule_has_a_bad_example() -> None:
    shown = {rule for rule, *_ in BAD_PROMPTS} | {rule for rule, *_ in BAD_DECKS}
    rules = {wording.rule for wording in WORDINGS}
    for module in (lint, library):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                at = {"Complaint": 1, "finding": 1, "Finding": 2}.get(name)
                rule = node.args[at] if at is not None and len(node.args) > at else None
                if isinstance(rule, ast.Constant):
                    rules.add(str(rule.value))
    assert rules - {"toml"} == shown  # "toml" is a file that can't be read: see the tests of the library


@pytest.mark.parametrize(
    ("field", "line"), [("text", 10), ("gentler", 11), ("kind_response", 15), ("closing", 17)]
)
def test_a_finding_names_file_line_rule_and_reason(field: str, line: int, tmp_path: Path) -> None:
    changed = {field: f"You should rest, if you like? {ASK}"}
    finding = next(one for one in lint_prompts(write(tmp_path, changed, {}, {})) if one.rule == "pressure")
    assert (finding.file, finding.line) == (DECK, line)
    assert finding.reason == "“should” presses, and an invitation leaves the door where it is."
    assert str(finding) == f"{DECK}:{line}: pressure: {finding.reason}"


@pytest.mark.parametrize(
    "words",
    [
        "You might say “I’d rather not”.",  # a person's words in quotation marks are not the bot's
        "A mustard jar, a shoulder or an admiral may do. It is admirable.",
        "A glass of water or a window is enough.",
    ],
)
def test_words_that_only_look_like_banned_ones_pass(words: str, tmp_path: Path) -> None:
    assert lint_prompts(write(tmp_path, {"closing": words}, {}, {})) == []


def test_a_facilitator_may_speak_in_the_first_person(tmp_path: Path) -> None:
    assert lint_prompts(write(tmp_path, {"kind_response": "I read this. We are glad."}, {}, {})) == []


def test_a_note_to_the_facilitator_may_say_what_to_avoid(tmp_path: Path) -> None:
    assert lint_prompts(write(tmp_path, {"avoid": "Asking for the worst, or saying “should”."}, {}, {})) == []


def test_rules_about_english_words_leave_other_languages_alone_and_the_rest_hold(tmp_path: Path) -> None:
    text = "Gibt es einen Baum, der in diesen Tagen gute Gesellschaft war? Me, us, so leise es geht."
    assert lint_prompts(write(tmp_path / "a", {"text": text}, {}, {}, locale="de")) == []
    findings = lint_prompts(write(tmp_path / "b", {"text": text + " Oder?"}, {}, {}, locale="de"))
    assert [finding.rule for finding in findings] == ["one-question"]


def test_a_folder_without_any_deck_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("", encoding="utf-8")
    (tmp_path / "concepts.toml").write_text("", encoding="utf-8")
    assert [finding.rule for finding in lint_prompts(tmp_path)] == ["required"]
