"""python -m benchmarks.care.train: makes `content/care/model.json` from `train/`, the same each time.

How much each head must say is set by cross-validation within `train/`: as low as it goes without taking
more of the harmless messages for danger than SHARES allows. `dev/` is not read.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
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
HEAVY_COUNTS = 0.4
"""Of a harmless message, where a heavy one is taken for danger: a warm card to it does little harm"""
SHARES = {model.IMMINENT: 0.012, model.NOTICE: 0.06, model.HEAVY: 0.15}
"""Of messages that look dangerous and aren't, those that may be taken for it"""
_MOST = 127

Message = Mapping[str, str]
Vector = dict[int, float]


def main() -> None:
    messages = load(TRAIN)
    vectors, known = look(messages)
    matrix = in_rows(vectors)
    offsets = thresholds(matrix, messages)
    heads = {}
    for name in model.HEADS:
        weights, bias = fit(matrix, messages, name)
        step, numbers = in_bytes(weights)
        heads[name] = {"step": step, "offset": bias - offsets[name], "weights": model.packed(numbers)}
    made = {"version": model.VERSION, **known, "heads": heads}
    OUT.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(messages)} messages, {OUT.stat().st_size >> 10} KiB")


def load(folder: Path) -> list[Message]:
    """By file and line, so that the same files give the same model."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").split("\n")]
    return [json.loads(line) for line in lines if line.strip()]


def look(messages: Sequence[Message]) -> tuple[list[Vector], dict[str, object]]:
    """What the model sees of each; and of the file, which features it knows and how rare each is."""
    seen = [seen_in(each) for each in messages]
    held = Counter(
        feature for blocks in seen for feature in {each for counts, _, _ in blocks for each in counts}
    )
    known = sorted(feature for feature, times in held.items() if times >= MET)
    step, numbers = in_bytes(np.log((1 + len(seen)) / (1 + np.array([held[each] for each in known]))) + 1)
    rarity = np.frombuffer(numbers, np.int8) * step
    places = {feature: place for place, feature in enumerate(known)}
    vectors = [features.vector(blocks, places, rarity) for blocks in seen]
    packed = model.packed(struct.pack(f"<{len(known)}I", *known))
    return vectors, {"features": packed, "rarity": {"step": step, "weights": model.packed(numbers)}}


LEXICON, RULES = service.read(CONTENT)


def seen_in(message: Message) -> tuple[features.Block, ...]:
    reading = LEXICON.read(message["text"])
    return features.blocks(reading, RULES.hits(reading))


def in_rows(vectors: Sequence[Vector]) -> csr_matrix:
    ends = np.cumsum([0, *(len(vector) for vector in vectors)])
    columns = [number for vector in vectors for number in vector]
    values = [value for vector in vectors for value in vector.values()]
    return csr_matrix((values, columns, ends), shape=(len(vectors), 1 + max(columns)))


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
    if head in set(Category):  # asked only of what was noticed: which danger it is, not whether
        counts = np.where(np.isin(labels, ["imminent", "risk"]), 1.0, 0.2)
    found = LogisticRegression(
        C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=0, max_iter=1000
    ).fit(matrix, wanted, sample_weight=counts)
    return found.coef_[0], float(found.intercept_[0])


def thresholds(matrix: csr_matrix, messages: Sequence[Message]) -> dict[str, float]:
    """For each head, the score from which it holds; for a category, where either answer is as likely."""
    found = dict.fromkeys(model.HEADS, 0.0)
    kinds = [f"{each['label']} {each['stratum']} {each['locale']}" for each in messages]
    hard = np.array([each["label"] == "harmless" and each["stratum"] == "hard" for each in messages])
    for head, share in SHARES.items():
        scores = np.zeros(len(messages))
        for learn, judge in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(matrix, kinds):
            weights, bias = fit(matrix[learn], [messages[each] for each in learn], head)
            scores[judge] = matrix[judge] @ weights + bias
        found[head] = float(np.quantile(scores[hard], 1 - share))
        print(f"{head}: {np.mean(scores[holds(messages, head)] >= found[head]):.2f} found within train")
    return found


def in_bytes(numbers: np.ndarray) -> tuple[float, bytes]:
    step = float(np.abs(numbers).max() / _MOST)
    return step, np.rint(numbers / step).astype(np.int8).tobytes()


if __name__ == "__main__":
    main()
