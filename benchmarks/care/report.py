"""python -m benchmarks.care.report: writes `docs/care-figures.md` from `dev/`, as the figures are."""

from __future__ import annotations

from pathlib import Path

from bot.care.commands import judged
from bot.care.screening import Screening, figures
from bot.config import CONTENT

HERE = Path(__file__).parent
OUT = CONTENT.parent / "docs" / "care-figures.md"
_BEFORE = """# How well danger is noticed

Made by `make care-report`; not written by hand.

Screening reads a text as it is written and puts it in a tier: from T2 on it counts as noticed, T3 is danger
within hours. It misses much. That is why "Need someone now?" stands on every private answer, check-in and
preview: the button is what people are meant to find help by, screening comes second.

The figures are shares of {count} messages of the development split (`benchmarks/care/dev/`), which were
written for this by others than those it learns from ({train} messages, `benchmarks/care/train/`), in other
voices. The rules and the model have not learned from them; but they are no longer quite new to it: how much
the model must see before it speaks, and how much everyday messages count in its learning, were set with a
look at these figures (never at a message), and of the kinds that did badly here (shame, advice, recovery,
fear for somebody else) more were written for it to learn from. None of them is anyone's message. In brackets
are 95 % intervals (Wilson). People write otherwise than any set, so expect less.

For `imminent` and `risk` the share noticed should be high, for `harmless` low; a `heavy` message (hard
feelings without danger) may be answered by a line more, and by a card where it comes close. `direct` says
it in so many words, `hard` doesn't; harmless and `hard` looks like danger and is none. "Category named" is of
those noticed.

"""


def main() -> None:
    found = judged(Screening.open(CONTENT), sorted((HERE / "dev").glob("*.jsonl")))
    train = sum(path.read_text("utf-8").count("\n") for path in (HERE / "train").glob("*.jsonl"))
    head, *rows = figures.table(found)
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(f"{_BEFORE.format(count=len(found), train=train)}{table}\n", encoding="utf-8")
    print(f"{OUT.relative_to(CONTENT.parent)}: {len(found)} messages")


if __name__ == "__main__":
    main()
