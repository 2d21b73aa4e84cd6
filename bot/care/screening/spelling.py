"""A message as plain small words, however it was written.

Look-alikes, signs that show nothing, digits and signs for letters, words spaced out, run together or drawn
out, slang and what is written to slip past filters. Every step is linear in the length of the text. Nothing
of a text is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product

from bot.signs import INSTEAD, is_hidden, plain, readings

LONGEST = 4000
"""Signs of each end that are read where a text is longer than twice that"""
_FOREIGN_MOST = 300
"""Different signs beyond ASCII that are looked up in a text: no language of ours has more"""
_WORD_MOST = 40
"""Letters of a word that are looked at for other spellings"""
_BREAK, _COMMA, _QUOTE = ".", ",", '"'
MARKS = frozenset({_BREAK, "!", "?", _COMMA, _QUOTE, "(", ")"})
ENDINGS = frozenset({_BREAK, "!", "?"})
"""The marks that end a sentence"""

_NOT_WORDS = re.compile(r"https?://\S++|<(?:@[!&]?|#)\d{1,20}>|```|`|~~|\|\|")
_CUSTOM_EMOJI = re.compile(r"<a?:(\w{1,32}):\d{1,20}>")
_CHUNK = re.compile(r"\n|[ \t]{2,}+|[^\s]++")
_TOKEN = re.compile(r"[a-z0-9]++(?:['@$!|*#_.+-]{1,3}+[a-z0-9]++)*+|[^\W_]++|\S")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}+")
_RUNS = re.compile(r"((.)\2*+)")
_RUNS_MOST = 3
"""Letters drawn out in one word, of which each may be meant once or twice"""
_MASK = re.compile(r"[*#]")
_LETTERS = {sign: letters[0] for sign, letters in INSTEAD.items()}
_LEET = str.maketrans(_LETTERS | {"1": "i", "!": "i", "+": "t"})
_MARK_OF = {
    "\n": _BREAK,
    ".": _BREAK,
    ";": _BREAK,
    ":": _COMMA,
    "!": "!",
    "?": "?",
    ",": _COMMA,
    '"': _QUOTE,
    "(": "(",
    ")": ")",
    "-": _COMMA,
}
_STEMS = {"ca": "can", "wo": "will", "sha": "shall"}
_ENDS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would"}
_UNSEEN = frozenset("*_#~|'`^\\<>[]{}")
"""Markdown, and what else stands for no word where it stands alone"""
_QUOTES = "“”„«»‟″〝〞"
_APOSTROPHES = "‘’‛′ʼ`´"


class Spelling:
    """Reads words with the lists of `spelling.toml`.

    `instead` maps a word as written to the words it stands for; `known` are all words that rules look for, so
    that a disguised one is recognised; `guess` are the long ones that are recognised with a letter missing,
    added, swapped or wrong.
    """

    def __init__(self, instead: Mapping[str, str], known: Iterable[str], guess: Iterable[str]) -> None:
        self._instead = {written: tuple(meant.split()) for written, meant in instead.items()}
        self._known = frozenset(known) | frozenset(self._instead)
        self._parts = frozenset(word for word in self._known if len(word) > 1 or word in "ia")
        self._near = {near: word for word in guess for near in (*_one_less(word), *_swapped(word), word)}
        self._masked: dict[tuple[int, str], list[str]] = {}
        for word in sorted(set(guess) | {each for each in self._known if 3 <= len(each) <= 10}):
            self._masked.setdefault((len(word), word[0]), []).append(word)

    def words(self, text: str) -> list[str]:
        """Words and the marks between them (MARKS; each emoji is a word). Never raises."""
        if len(text) > 2 * LONGEST:
            text = f"{text[:LONGEST]}\n{text[-LONGEST:]}"
        text = _CUSTOM_EMOJI.sub(r" \1 ", _NOT_WORDS.sub(" ", _in_ascii(text).lower()))
        found: list[str] = []
        seen: dict[str, tuple[str, ...]] = {}
        for chunk in _spaced_out(_CHUNK.findall(text)):
            if chunk not in seen:
                seen[chunk] = tuple(self._chunk(chunk))
            found += seen[chunk]
        return _joined(found, self._instead)

    def _chunk(self, chunk: str) -> Iterable[str]:
        for token in _TOKEN.findall(chunk):
            if mark := _MARK_OF.get(token):
                yield mark
            elif token not in _UNSEEN:
                yield from (
                    self._instead.get(token, (token,)) if not token[0].isalnum() else self._token(token)
                )

    def _token(self, token: str) -> Iterable[str]:
        if token in self._instead:
            return self._instead[token]
        if token.isdecimal() or len(token) > _WORD_MOST:
            return self._run_together(token)
        if "'" in token:
            return self._contracted(token)
        if not token.isalpha():
            return self._disguised(token)
        return self._plain_word(token)

    def _contracted(self, token: str) -> Iterable[str]:
        for end, word in _ENDS.items():
            if token.endswith(end):
                stem = token.removesuffix(end)
                return [*self._token(_STEMS.get(stem, stem)), word] if stem else [word]
        if token.endswith("'s"):
            return [*self._token(token[:-2]), "s"]
        whole = token.replace("'", "")
        return self._token(whole) if whole in self._known else [each for each in token.split("'") if each]

    def _disguised(self, token: str) -> Iterable[str]:
        """With digits or signs in it."""
        parts = re.split(r"[_.\-]+", token)
        if len(parts) > 1:
            whole = "".join(parts)
            if all(len(part) == 1 for part in parts) or whole in self._known:
                return self._instead.get(whole) or self._run_together(whole)
            return [word for part in parts if part for word in self._token(part)]
        if _MASK.search(token):
            return self._unmasked(token)
        for letter in "il":
            read = token.replace("1", letter).translate(_LEET)
            if (word := self._drawn_in(read)) in self._known:
                return self._plain_word(word)
        inner = re.fullmatch(r"[a-z]++[0-9@$!|+]++[a-z]++.*", token)
        return self._plain_word(token.translate(_LEET)) if inner else [re.sub(r"[@$!|+]", "", token)]

    def _unmasked(self, token: str) -> Iterable[str]:
        """`s*icide`, `su**ide`, `f#ck`: the known word that fits; without the signs where none does."""
        for word in self._masked.get((len(token), token[0]), ()):
            if all(mask in "*#" or mask == sign for mask, sign in zip(token, word, strict=True)):
                return self._plain_word(word)
        return self._plain_word(re.sub(r"[*#@$!|+0-9]", "", token))

    def _plain_word(self, word: str) -> Iterable[str]:
        word = self._drawn_in(word)
        if word in self._instead:
            return self._instead[word]
        if word in self._known:
            return (word,)
        if len(word) >= 6 and (near := self._guessed(word)):
            return self._instead.get(near, (near,))
        return self._run_together(word)

    def _drawn_in(self, word: str) -> str:
        """`sooo` is so, `kiiiilll` kill: each letter once or twice, as a known word has it, else once."""
        if not _DRAWN_OUT.search(word):
            return word
        parts = [part[:2] if _DRAWN_OUT.match(part) else part for part, _ in _RUNS.findall(word)]
        runs = [at for at, part in enumerate(parts) if len(part) == 2][:_RUNS_MOST]
        for choice in product((2, 1), repeat=len(runs)):
            for at, length in zip(runs, choice, strict=True):
                parts[at] = parts[at][0] * length
            if "".join(parts) in self._known:
                return "".join(parts)
        return _DRAWN_OUT.sub(r"\1", word)

    def _guessed(self, word: str) -> str | None:
        if word in self._near:
            return self._near[word]
        if len(word) > 14:
            return None
        return next((self._near[near] for near in _one_less(word) if near in self._near), None)

    def _run_together(self, word: str) -> Iterable[str]:
        """`iwanttodie`: parted where known words make up the whole of a long word, as few as can be."""
        if not 8 <= len(word) <= _WORD_MOST or not word.isalpha():
            return (word,)
        best: list[tuple[str, ...] | None] = [(), *([None] * len(word))]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                before, part = best[start], word[start:end]
                if before is not None and part in self._parts:
                    now = best[end]
                    if now is None or len(before) + 1 < len(now):
                        best[end] = (*before, part)
        parts = best[-1]
        if parts is None or len(parts) * 2 > len(word):
            return (word,)
        return [each for part in parts for each in self._instead.get(part, (part,))]


def _in_ascii(text: str) -> str:
    """The text with each sign as it is read, as far as that is one of our letters."""
    if text.isascii():
        return text
    foreign = sorted({sign for sign in text if not sign.isascii()})
    return text.translate({ord(sign): _as_read(sign) for sign in foreign[:_FOREIGN_MOST]})


@lru_cache(maxsize=4096)
def _as_read(sign: str) -> str:
    if sign in _QUOTES:
        return '"'
    if sign in _APOSTROPHES:
        return "'"
    if sign == "…":
        return ". "
    if sign.isspace():
        return "\n" if unicodedata.category(sign) in ("Zl", "Zp") else " "
    if is_hidden(sign):
        return ""
    category = unicodedata.category(sign)
    simple = plain(sign)
    if simple and simple.isascii():
        return simple if category[0] in "LN" or simple.isalnum() else f" {simple} "
    letters = sorted(each for each in readings(sign) if len(each) == 1 and each.isascii() and each.isalpha())
    if letters:
        return letters[0]
    if category[0] == "L":
        return sign
    return " - " if category == "Pd" else f" {sign} "


def _spaced_out(chunks: list[str]) -> Iterable[str]:
    """Puts `s u i c i d e` together: three or more letters on their own, a single space between them."""
    run: list[str] = []
    for chunk in chunks:
        if len(chunk) == 1 and chunk.isalnum():
            run.append(chunk)
            continue
        yield from _one_or_each(run)
        run = []
        if not chunk.isspace() or chunk == "\n":
            yield chunk
    yield from _one_or_each(run)


def _one_or_each(run: list[str]) -> Iterable[str]:
    return ["".join(run)] if len(run) > 2 and not "".join(run).isdecimal() else run


def _joined(words: list[str], instead: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Pairs that stand for something else as well, such as `un alive`."""
    found: list[str] = []
    for word in words:
        pair = f"{found[-1]}{word}" if found and len(word) > 1 and len(found[-1]) > 1 else ""
        if pair in instead:
            found[-1:] = instead[pair]
        else:
            found.append(word)
    return found


def _one_less(word: str) -> Iterable[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _swapped(word: str) -> Iterable[str]:
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
