"""Screening: is there danger in a message? One look, on this machine, of which nothing is kept."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from bot.care.screening import features, model
from bot.care.screening.lexicon import Lexicon
from bot.care.screening.model import Model
from bot.care.screening.models import NOTHING, Category, Noticed, Tier
from bot.care.screening.rules import Hit, Rules, build
from bot.care.screening.spelling import Spelling
from bot.errors import StartError

log = logging.getLogger(__name__)

FOLDER = "care"
"""Of the content folder"""
_MODEL, _RULES, _SPELLING = "model.json", "rules.toml", "spelling.toml"
_CATEGORIES_MOST = 3
_SENTENCE_LEAST = 3
"""Words; with fewer the model, which has learned from sentences, is unsure at most: "no", "i can't" """
_UNSUPPORTED_LEAST = 8
"""The same where no rule says anything of it: "look at the end" """


class Screening:
    """Made once (`Screening.open`), and good for any number of messages."""

    def __init__(self, lexicon: Lexicon, rules: Rules, model: Model | None) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._model = model

    @classmethod
    def open(cls, content: Path) -> Screening:
        """What of the content folder can be used; the log tells once what can't. Never raises.

        Without the model it works by rules alone, without the rules by the model alone.
        """
        folder = content / FOLDER
        return _opened(folder, tuple(_stamp(folder / name) for name in (_MODEL, _RULES, _SPELLING)))

    def screen(self, text: str, locale: str | None = None) -> Noticed:
        """What is noticed in a text; the same for the same text. Never raises, and logs no word of it.

        `locale` is where it was written, if known; both languages are looked for anyway, as people mix them.
        """
        try:
            return self._screen(text)
        except Exception as error:
            # Help must not depend on this. The type alone: an exception's message can quote the text.
            log.error("a text could not be screened: %s", type(error).__name__)
            return Noticed(Tier.T1, (), ("screening:failed",))

    def _screen(self, text: str) -> Noticed:
        reading = self._lexicon.read(text)
        if not reading.words:
            return NOTHING
        hits = self._rules.hits(reading)
        sure = (hit for hit in hits if self._model is None or (hit.rule.sure and not hit.lowered))
        tier = max((hit.tier for hit in sure), default=Tier.T0)
        reasons: list[str] = []
        scores: Mapping[str, float] = {}
        if self._model is not None:
            blocks = features.blocks(reading, hits)
            vector = features.vector(blocks, self._model.places, self._model.rarity)
            short = len(reading.words) < (_SENTENCE_LEAST if hits else _UNSUPPORTED_LEAST)
            tier, told, scores = self._judged(vector, tier, short=short)
            reasons += told
        reasons[:0] = (
            [f"rule:{hit.rule.code}" for hit in hits if hit.tier >= min(tier, Tier.T2)] if tier else []
        )
        return Noticed(tier, _categories(hits, scores) if tier >= Tier.T2 else (), tuple(reasons))

    def _judged(
        self, vector: features.Vector, tier: Tier, *, short: bool
    ) -> tuple[Tier, list[str], Mapping[str, float]]:
        """The tier that rules gave or the model's, whichever is higher; why; each category's score."""
        assert self._model is not None
        heads = self._model.heads
        told = []
        for name, gives in ((model.IMMINENT, Tier.T3), (model.NOTICE, Tier.T2), (model.HEAVY, Tier.T1)):
            if short and name == model.HEAVY:
                continue  # "lol" is heavy to it as easily as not
            if heads[name].score(vector) >= 0:
                tier = max(tier, min(gives, Tier.T1) if short else gives)
                told.append(f"model:{name}")
        if tier < Tier.T2:
            return tier, told, {}
        return tier, told, {category: heads[category].score(vector) for category in Category}


def _categories(hits: Iterable[Hit], scores: Mapping[str, float]) -> tuple[Category, ...]:
    """The most likely first: those that the model or a rule names, at least one."""
    by_rule = {hit.rule.category: hit.tier for hit in hits if hit.tier >= Tier.T2}
    ranked = sorted(Category, key=lambda each: (-scores.get(each, 0.0), -by_rule.get(each, 0), each))
    named = [each for each in ranked if scores.get(each, -1.0) >= 0 or (not scores and each in by_rule)]
    return tuple((named or ranked[:1])[:_CATEGORIES_MOST])


@lru_cache(maxsize=2)
def _opened(folder: Path, stamps: tuple[tuple[int, int] | None, ...]) -> Screening:
    """Shared by all who open the files as they stand (`stamps`): it takes a while, and never changes."""
    try:
        lexicon, rules = _rules(folder)
    except (OSError, ValueError) as error:
        log.error("screening works without its rules (rules:missing): %s", type(error).__name__)
        lexicon, rules = Lexicon({}, Spelling({}, (), ())), Rules((), ())
    try:
        return Screening(lexicon, rules, model.load(folder / _MODEL))
    except (OSError, ValueError) as error:
        log.error("screening works by rules alone (model:missing): %s", type(error).__name__)
        return Screening(lexicon, rules, None)


def _stamp(path: Path) -> tuple[int, int] | None:
    """What tells two states of a file apart; None where it isn't there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def check(content: Path) -> None:
    """Raises StartError saying what of `content/care/` can't be used."""
    folder = content / FOLDER
    try:
        _rules(folder)
    except (OSError, ValueError) as error:
        raise StartError(f"The rules of screening in {folder} can't be used: {error}") from None
    try:
        model.load(folder / _MODEL)
    except (OSError, ValueError) as error:
        raise StartError(f"{folder / _MODEL} can't be used: {error}") from None


def read(content: Path) -> tuple[Lexicon, Rules]:
    """Only what reads a message: the model is trained on what they find. Raises OSError, ValueError."""
    return _rules(content / FOLDER)


def _rules(folder: Path) -> tuple[Lexicon, Rules]:
    data = tomllib.loads((folder / _RULES).read_text(encoding="utf-8"))
    spelling = tomllib.loads((folder / _SPELLING).read_text(encoding="utf-8"))
    instead, guess = spelling.get("instead"), spelling.get("guess")
    if not isinstance(instead, dict) or not all(isinstance(meant, str) for meant in instead.values()):
        raise ValueError(f"{_SPELLING} needs an [instead] of words")
    if not isinstance(guess, list) or not all(isinstance(word, str) for word in guess):
        raise ValueError(f"{_SPELLING} needs a list of words to `guess`")
    rules, lists = build(data)
    return Lexicon(lists, Spelling(instead, _words(lists, instead), guess)), rules


def _words(lists: Mapping[str, Iterable[str]], instead: Mapping[str, str]) -> set[str]:
    entries = [*(entry for entries in lists.values() for entry in entries), *instead.values()]
    return {word.removesuffix("*") for entry in entries for word in entry.split()}
