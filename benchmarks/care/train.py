"""python -m benchmarks.care.train: makes `content/care/model.json` from `train/`, the same each time.

How much each head must say is set by cross-validation within `train/`: as low as it goes without taking
more of the harmless messages for danger than SHARES allows. `dev/` is not learned from.
"""

from __future__ import annotations

import json
import random
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.care.screening import features, model, service
from bot.care.screening.models import Category
from bot.config import CONTENT

TRAIN = Path(__file__).parent / "train"
OUT = CONTENT / service.FOLDER / "model.json"
STRENGTH = 6.0  # of the fit: inverse of the penalty on weights
MET = 2  # messages that hold a feature, for the model to know it
FOLDS = 5
DIGITS = 9
"""Behind the point; what is further down differs from run to run, as sums are made in another order"""
EVERYDAY_COUNTS = 3.0
"""Of an everyday message: there are few here beside what people write all day"""
HEAVY_COUNTS = 0.4
"""Of a harmless message, where a heavy one is taken for danger: a warm card to it does little harm"""
SHARES = {model.IMMINENT: 0.03, model.NOTICE: 0.06, model.HEAVY: 0.2}
"""Of messages that look dangerous and aren't, those that may be taken for it.

Here they stand beside dangerous ones in nearly the same words; where people write as they do, it is less
(the figures on `dev/` were looked at for these three numbers).
"""
_MOST = 127

Message = Mapping[str, str]
EVERYDAY = "everyday"
AMID_MOST = 240  # characters of a message that is put amid everyday ones
AMID_COUNTS = 0.5
"""Of a message, the same amid everyday ones"""


def main() -> None:
    messages = load(TRAIN)
    matrix, known = look(messages)
    amid = in_talk(messages)
    more = known.rows([seen_in(each) for each in amid])
    offsets = thresholds(matrix, more, messages, amid)
    heads = {}
    for name in model.HEADS:
        weights, bias = fit(vstack([matrix, more]).tocsr(), [*messages, *amid], name)
        step, numbers = in_bytes(weights)
        heads[name] = {
            "step": round(step, DIGITS),
            "offset": round(bias - offsets[name], DIGITS),
            "weights": model.packed(numbers),
        }
    made = {
        "version": model.VERSION,
        "features": model.packed(struct.pack(f"<{len(known.features)}I", *known.features)),
        "rarity": {"step": known.step, "weights": model.packed(known.rarity)},
        "heads": heads,
    }
    OUT.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(messages)} messages, {OUT.stat().st_size >> 10} KiB")


def load(folder: Path) -> list[Message]:
    """By file and line, so that the same files give the same model."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").split("\n")]
    return [json.loads(line) for line in lines if line.strip()]


@dataclass(frozen=True)
class Known:
    """The features the model knows, by place, and how rare each is, as it stands in the file."""

    features: Sequence[int]
    step: float
    rarity: bytes

    def rows(self, seen: Sequence[Sequence[features.Block]]) -> csr_matrix:
        places = {feature: place for place, feature in enumerate(self.features)}
        rarity = np.frombuffer(self.rarity, np.int8) * self.step
        vectors = [features.vector(blocks, places, rarity) for blocks in seen]
        ends = np.cumsum([0, *(len(at) for at, _ in vectors)])
        columns = [place for at, _ in vectors for place in at]
        values = [value for _, values in vectors for value in values]
        return csr_matrix((values, columns, ends), shape=(len(vectors), len(places)))


def look(messages: Sequence[Message]) -> tuple[csr_matrix, Known]:
    """What the model sees of each, a row for each message."""
    seen = [seen_in(each) for each in messages]
    held = Counter(each for blocks in seen for each in {each for counts, _, _ in blocks for each in counts})
    met = sorted(feature for feature, times in held.items() if times >= MET)
    step, numbers = in_bytes(np.log((1 + len(seen)) / (1 + np.array([held[each] for each in met]))) + 1)
    known = Known(met, step, numbers)
    return known.rows(seen), known


def in_talk(messages: Sequence[Message]) -> list[Message]:
    """Each message once more, with an everyday one before or behind it: it means the same.

    To a harmless one any harmless one is put, as a long message holds more words that look like danger.
    """
    chance = random.Random(0)  # the same each time
    around: dict[tuple[str, bool], list[str]] = {}
    for each in messages:
        if each["stratum"] == EVERYDAY:
            around.setdefault((each["locale"], False), []).append(each["text"])
        if each["label"] == "harmless":
            around.setdefault((each["locale"], True), []).append(each["text"])
    made = []
    for each in messages:
        harmless = each["label"] == "harmless"
        if len(each["text"]) <= AMID_MOST:
            before, behind = chance.sample(around[each["locale"], harmless], 2)
            texts = (
                f"{before}. {each['text']}",
                f"{each['text']}. {behind}",
                f"{before}. {each['text']}. {behind}",
            )
            made.append({**each, "text": chance.choice(texts), "amid": each["id"]})
    return made


LEXICON, RULES = service.read(CONTENT)


def seen_in(message: Message) -> tuple[features.Block, ...]:
    reading = LEXICON.read(message["text"])
    return features.blocks(reading, RULES.hits(reading))


def holds(messages: Sequence[Message], head: str) -> np.ndarray:
    """Which of them a head should find."""
    labels = np.array([each["label"] for each in messages])
    if head == model.IMMINENT:
        return labels == "imminent"
    danger = np.isin(labels, ["imminent", "risk"])
    if head == model.NOTICE:
        return danger
    if head == model.HEAVY:
        return labels != "harmless"
    return danger & np.array([each["category"] == head for each in messages])


def fit(matrix: csr_matrix, messages: Sequence[Message], head: str) -> tuple[np.ndarray, float]:
    wanted = holds(messages, head)
    labels = np.array([each["label"] for each in messages])
    counts = np.where((labels == "heavy") & (head != model.HEAVY), HEAVY_COUNTS, 1.0)
    counts = np.where([each["stratum"] == EVERYDAY for each in messages], EVERYDAY_COUNTS, 1.0) * counts
    counts = np.where(["amid" in each for each in messages], AMID_COUNTS, 1.0) * counts
    if head in set(Category):  # asked only of what was noticed: which danger it is, not whether
        counts = np.where(np.isin(labels, ["imminent", "risk"]), 1.0, 0.2)
    found = LogisticRegression(
        C=STRENGTH, class_weight="balanced", solver="lbfgs", tol=1e-3, max_iter=300
    ).fit(matrix, wanted, sample_weight=counts)
    return found.coef_[0], float(found.intercept_[0])


def thresholds(
    matrix: csr_matrix, more: csr_matrix, messages: Sequence[Message], amid: Sequence[Message]
) -> dict[str, float]:
    """For each head, the score from which it holds; for a category, where either answer is as likely."""
    found = dict.fromkeys(model.HEADS, 0.0)
    kinds = [f"{each['label']} {each['stratum']} {each['locale']}" for each in messages]
    hard = np.array([each["label"] == "harmless" and each["stratum"] == "hard" for each in messages])
    for head, share in SHARES.items():
        scores = np.zeros(len(messages))
        for learn, judge in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(matrix, kinds):
            ids = {messages[each]["id"] for each in learn}
            also = [at for at, each in enumerate(amid) if each["amid"] in ids]
            rows = [messages[each] for each in learn] + [amid[each] for each in also]
            weights, bias = fit(vstack([matrix[learn], more[also]]).tocsr(), rows, head)
            scores[judge] = matrix[judge] @ weights + bias
        found[head] = float(np.quantile(scores[hard], 1 - share))
        print(f"{head}: {np.mean(scores[holds(messages, head)] >= found[head]):.2f} found within train")
    return found


def in_bytes(numbers: np.ndarray) -> tuple[float, bytes]:
    step = float(np.abs(numbers).max() / _MOST)
    return step, np.rint(numbers / step).astype(np.int8).tobytes()


if __name__ == "__main__":
    main()
