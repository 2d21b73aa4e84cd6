"""How long screening takes for a message, and what it adds to memory, beside a list of keywords."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.measure import MIB, quantile, table
from bot.care.screening import Screening
from bot.config import CONTENT

DEV = Path(__file__).parent / "care" / "dev"
LONGEST = 4000
KEYWORDS = (
    *("suicide", "suicidal", "kill myself", "end my life", "want to die", "self harm", "cutting", "overdose"),
    *(
        "hang myself",
        "goodbye forever",
        "suicidio",
        "suicidarme",
        "matarme",
        "quitarme la vida",
        "quiero morir",
    ),
)


async def run(folder: Path, *, messages: int = 656) -> None:
    before = _resident()
    started = time.perf_counter()
    screening = Screening.open(CONTENT)
    opened, memory = (time.perf_counter() - started) * 1000, _resident() - before
    screens: dict[str, Callable[[str], object]] = {
        "towards": screening.screen,
        "a list of keywords": lambda text: [word for word in KEYWORDS if word in text.lower()],
    }
    rows = []
    for kind, texts in _texts(messages).items():
        for name, screen in screens.items():
            took = _times(screen, texts)
            told = [f"{figure:.2f}" for figure in (quantile(took, 0.5), quantile(took, 0.95), max(took))]
            rows.append([f"{kind}: {name}", *told, len(took)])
    table("A message screened, ms of processor time", ["", "median", "p95", "max", "n"], rows)
    table("Screening opened", ["", "ms", "MiB"], [["towards", f"{opened:.0f}", f"{memory:.0f}"]])


def _texts(count: int) -> dict[str, list[str]]:
    chance = random.Random(0)
    lines = [line for path in sorted(DEV.glob("*.jsonl")) for line in path.read_text("utf-8").split("\n")]
    usual = [json.loads(line)["text"] for line in lines if line][:count]
    long = [" ".join(chance.choices(usual, k=100))[:LONGEST] for _ in range(max(1, count // 10))]
    hostile = [
        "a " * 2000,
        "😂" * LONGEST,
        "e" + "\u0301" * 3999,
        ".?!" * 1333,
        "k1ll*" * 800,
        "\u202eשלום" * 800,
    ]
    return {"development split": usual, f"{LONGEST} characters": long, "hostile": hostile}


def _times(screen: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    took = []
    for text in texts:
        started = time.process_time()
        screen(text)
        took.append((time.process_time() - started) * 1000)
    return took


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB
