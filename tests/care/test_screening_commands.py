"""`towards care`: what goes in and comes out, and what a table tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.care import commands
from bot.care.screening import Noticed, Screening, Tier, figures
from bot.care.screening.figures import Judged, Share
from bot.config import CONTENT
from bot.errors import StartError

SCREENING = Screening.open(CONTENT)


def screened(*lines: str) -> tuple[int, list[dict[str, object]], list[str]]:
    said: list[str] = []
    complaints: list[str] = []
    code = commands.screen(SCREENING, lines, said.append, complaints.append)
    return code, [json.loads(line) for line in said], complaints


def test_each_message_gets_a_line_with_tier_categories_and_reasons() -> None:
    code, said, complaints = screened(
        '{"id": "a", "text": "I\'m going to kill myself tonight", "locale": "en"}\n',
        "\n",
        '{"id": 7, "text": "lol", "locale": null, "more": 1}\n',
    )
    assert (code, complaints) == (0, [])
    assert [set(line) for line in said] == [{"id", "tier", "categories", "reasons"}] * 2
    assert (said[0]["id"], said[0]["tier"], said[0]["categories"]) == ("a", "T3", ["suicide"])
    assert said[1] == {"id": 7, "tier": "T0", "categories": [], "reasons": []}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nonsense", "line 1: it is no JSON"),
        ("[" * 100_000, "line 1: it is no JSON"),
        ("[1]", "line 1: it is no JSON object"),
        ('{"id": 1}', "line 1: there is no text"),
        ('{"id": 1, "text": 3}', "line 1: there is no text"),
        ('{"text": "hello"}', "line 1: there is no id"),
        ('{"id": 1, "text": "hello", "locale": 3}', "line 1: the locale is no text"),
    ],
)
def test_a_line_that_cant_be_read_is_told_and_the_next_is_read(line: str, told: str) -> None:
    code, said, complaints = screened(line, '{"id": "b", "text": "hello"}')
    assert complaints == [told]
    assert [each["id"] for each in said] == ["b"]
    assert code == 1


def test_the_command_reads_its_input_as_it_comes_with_bytes_that_are_no_text(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "bot", "care", "screen"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        input=b'{"id": 1, "text": "hol\xff\xfe"}\n{"id": 2, "text": "\\ud83d alone"}\n\xc3\n',
        capture_output=True,
        timeout=60,
    )
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [1, 2]
    assert result.stderr == b"towards: line 3: it is no JSON\n"
    assert result.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_evaluate_tells_shares_with_intervals(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    rows = [
        {"text": "I'm going to kill myself tonight", "label": "imminent", "category": "suicide"},
        {
            "text": "made soup\u2028and tea",
            "label": "harmless",
            "category": "everyday",
            "stratum": "everyday",
        },
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    head, *lines = commands.evaluate(SCREENING, [path])
    assert head.split() == ["noticed", "as", "T3", "category", "named", "of"]
    assert lines[0].startswith("imminent ")
    assert lines[0].count("1.00 (0.21 to 1.00)") == 3
    assert any(line.startswith("harmless, everyday") and "0.00 (0.00 to 0.79)" in line for line in lines)


@pytest.mark.parametrize("text", ["nonsense", '{"text": "a", "label": "bad"}', '{"label": "risk"}'])
def test_a_file_that_cant_be_judged_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(f"\n{text}\n")
    with pytest.raises(StartError, match=r"own\.jsonl, line 2: "):
        list(commands.evaluate(SCREENING, [path]))
    with pytest.raises(StartError, match="can't be read"):
        list(commands.evaluate(SCREENING, [tmp_path / "none.jsonl"]))


def test_wilsons_interval_is_as_published() -> None:
    low, high = Share(81, 263).interval()  # Newcombe, Stat. Med. 17 (1998), table I: .2553 to .3662
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert Share(0, 0).interval() == (0.0, 1.0)
    assert str(Share(0, 0)) == "-"


def test_the_categories_named_are_counted_among_those_noticed_only() -> None:
    missed = Judged("risk", "suicide", "hard", "en", Noticed(Tier.T1))
    noticed = Judged("risk", "suicide", "hard", "en", Noticed(Tier.T2))
    name, seen, most, named = next(iter(figures.rows([missed, noticed])))
    assert (name, seen, most, named) == ("risk", Share(1, 2), Share(0, 2), Share(0, 1))
