"""Words an invitation does not use, each with the reason: what the linter looks for in English texts."""

import re
from typing import NamedTuple


class Wording(NamedTuple):
    rule: str
    pattern: re.Pattern[str]
    reason: str
    """Ends the sentence that begins with the words found."""
    from_the_bot: bool = False
    """Whether the rule is only for what the bot says, and not for a facilitator's own reply."""


def _wording(rule: str, reason: str, *alternatives: str, from_the_bot: bool = False) -> Wording:
    pattern = re.compile(rf"(?<![\w'])(?:{'|'.join(alternatives)})(?![\w'])", re.IGNORECASE)
    return Wording(rule, pattern, reason, from_the_bot)


_YOUR = r"(?:your|their|his|her)(?: \w+)?"

WORDINGS = (
    _wording(
        "pressure",
        "presses, and an invitation leaves the door where it is",
        r"should(?:n't|'ve)?",
        r"must(?:n't)?",
        r"ha(?:ve|s|d|ving) to",
        r"need(?:s|ed|ing)? to (?:share|tell|talk|speak)",
        r"(?:be|being|been) (?:\w+ )?(?:honest|brave|vulnerable)",
        r"open(?:s|ed|ing)? up",
        r"confess(?:es|ed|ing|ions?)?",
        r"admit(?:s|ted|ting)?",
        r"admissions?",
        r"(?:dig|digs|digging|dug) deep(?:er)?",
        r"let(?:ting)? (?:it|them|that) (?:all )?out",
        r"no filters?",
        r"comfort zones?",
        r"get(?:ting)? (?:close|closer)",
    ),
    _wording(
        "protection",
        "treats a way of staying safe as something to tear down",
        r"(?:drop|lower|tear|take|let|break)(?:s|ing)?(?: down| off| through)?"
        r" (?:your|the|that|those|these|our|a)(?: \w+)? (?:walls?|guard|masks?|armou?r|shell)(?: down)?",
        r"let(?:ting)? (?:your|the) guard down",
        r"push(?:es|ed|ing)? (?:people|others) away",
    ),
    _wording(
        "everyone",
        "speaks for those it may not fit",
        r"everyone(?:'s)?",
        r"everybody(?:'s)?",
        r"all of us",
        r"we all",
    ),
    _wording(
        "extreme",
        "asks for the extreme, where the small is enough",
        r"deepest",
        r"worst",
        r"darkest",
        r"big(?:gest)? regrets?",
        r"hardest",
        r"most (?:painful|shameful|difficult)",
    ),
    _wording(
        "label",
        "judges people or their ways",
        r"toxic(?:ity|ally)?",
        r"trauma[- ]?bond(?:s|ed|ing)?",
        r"(?:un)?health(?:y|ier) (?:you|self|version\w*|vs\.?|versus|or)",
        r"unhealthy",
    ),
    _wording(
        "warning",
        "styles a choice as a danger, and such warnings raise unease",
        r"trigger(?:s|ed|ing)?(?: warnings?)?",
        r"content warnings?",
    ),
    _wording(
        "why",
        "asks for reasons, which can sound like blame: ask what it was like",
        r"why",
        from_the_bot=True,
    ),
    _wording(
        "comparison",
        "compares or ranks people",
        r"who here",
        r"rank(?:s|ed|ing)?",
        r"rate (?:your|how|yourself|it|this)",
        r"scores?",
        r"out of (?:ten|10|five|5)",
        r"(?:on )?a scale",
        r"compar(?:e|es|ed|ing|isons?)",
        r"best answers?",
    ),
    _wording(
        "presumption",
        "takes for granted what a person may not have",
        rf"{_YOUR} (?:mothers?|fathers?|mum|mom|dad|parents?|famil(?:y|ies)|siblings?|brothers?|sisters?)",
        rf"{_YOUR} (?:partner|spouse|husband|wife|boyfriend|girlfriend|child|children|kids|best friend)",
        rf"{_YOUR} (?:faith|god|religion|recovery|healing|journey)",
    ),
    _wording(
        "forced-good",
        "asks for a feeling or an outcome that nobody owes",
        r"grateful",
        r"gratitude",
        r"thankful(?:ness)?",
        r"bless(?:ed|ings?)",
        r"silver linings?",
        r"bright side",
        r"forg(?:ive|ives|ave|iving|iven|iveness)",
        r"reconcil(?:e|es|ed|ing|iation)",
        r"for a reason",
        r"love yourself",
        r"(?:be|being|stay|staying) (?:strong|tough|positive)",
        r"move on",
        r"get over (?:it|that|them)",
    ),
    _wording(
        "past-hurt",
        "asks after grave hurt, which members may bring themselves and no prompt requests",
        r"traum(?:a|as|atic|atised|atized)",
        r"suicid(?:e|al)",
        r"self-?\s?harm(?:s|ed|ing)?",
        r"abus(?:e|es|ed|ive|ers?|ing)",
        r"assault(?:s|ed|ing)?",
        r"violen(?:ce|t)",
        r"childhood",
        r"growing up",
        r"as a child",
        r"hurt(?:s|ing)? you",
        r"betray(?:s|ed|al|ing)?",
    ),
    _wording(
        "shame-content",
        "asks what shame is about, where only what loosens it is anyone’s to ask",
        r"ashamed(?: \w+)? (?:of|about)",
        r"embarrassed (?:of|about|by)",
        r"guilty (?:of|about)",
        r"(?:you|you're|are) hid(?:e|ing)",
        rf"{_YOUR} (?:shame|secrets?)",
    ),
    _wording(
        "identifying",
        "asks for something that could tell who a person is",
        r"where (?:do |did )?you (?:live|lived|work|worked|grew|grow|are from|come from|study|went)",
        r"where are you from",
        r"(?:home ?town|post ?code|zip code|address|phone number|e-?mails?|user ?names?|birthdays?)",
        rf"{_YOUR} (?:city|town|village|country|street|neighbou?rhood|school|university|college|church)",
        rf"{_YOUR} (?:job|work|workplace|profession|career|office|boss|employer|manager|company)",
        rf"{_YOUR} (?:co-?workers?|colleagues?|class ?mates?|room ?mates?)",
        r"at (?:work|school|church|the office|college|university)",
        r"for a living",
        r"diagnos(?:is|es|ed|e|tic)",
        r"(?:disorders?|symptoms?|psychiatrists?|therapists?)",
        r"medic(?:ation|ations|ine|ines|ated)",
        r"(?:meds|pills?|doses?|dosage|prescri(?:bed|ptions?))",
        r"how old",
        rf"{_YOUR} age",
        r"years old",
        r"when (?:were )?you (?:were )?born",
        r"(?:your|their|his|her|real|full|first|last) names?",
        r"names? (?:of|the person|a person|someone|somebody|who|them|him|her|people)",
        r"who (?:was|were|is) (?:it|they|he|she|there|that|this)",
    ),
    _wording(
        "first-person",
        "gives the bot a self, and the bot does not feel, understand or care",
        r"i(?:'m|'ve|'ll|'d)?",
        r"me",
        r"my(?:self)?",
        r"mine",
        r"we(?:'re|'ve|'ll|'d)?",
        r"us",
        r"ours?(?:elves)?",
        from_the_bot=True,
    ),
)


def without_quotations(text: str) -> str:
    """The text without what stands in “quotation marks”: words a person might say, not the bot's."""
    return re.sub(r"“[^”]*”", "“”", text)
