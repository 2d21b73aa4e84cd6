"""How many school years an English text asks for: the Flesch-Kincaid grade, for texts of a few sentences."""

import re

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+")


def grade(text: str) -> float:
    """The United States school grade of a text; 8 reads easily at about 13 years, below 0 is very easy.

    Kincaid et al. 1975: 0.39 words per sentence + 11.8 syllables per word - 15.59. As in Flesch's own
    counting, a colon or semicolon ends a unit of speech like a full stop does. Syllables are estimated from
    the spelling, so the figure is good to about one grade.
    """
    plain = text.lower().replace("’", "'")
    sentences = [part for part in re.split(r"[.!?:;…]+", plain) if _WORD.search(part)]
    words = _WORD.findall(plain)
    if not words:
        return 0.0
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    word = re.sub(r"'(?:s|d|ll|ve|re|m|t)$", "", word)
    count = len(re.findall(r"[aeiouy]+", word))
    silent_e = re.search(r"[^aeiouyl]e$|[aeiouy]le$|[^aeioutd]ed$|[^aeiouscxzgh]es$", word)
    return max(1, count - 1 if silent_e else count)
