from __future__ import annotations

import csv
import io
from datetime import date

from bot.participation.models import Act, Figure, Log, Named
from bot.participation.tables import FIGURES, NAMES, figures_csv, names_csv

MONDAY = date(2026, 3, 2)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_tables_have_the_columns_that_are_documented() -> None:
    log = Log(
        (Figure(MONDAY, MONDAY, Act.CHECKED_IN, 6),), (Named(MONDAY, 'Maya, the "first"', 1, Act.HERE),)
    )
    assert [list(row.values()) for row in read(figures_csv(log))] == [
        ["2026-03-02", "2026-03-02", "checked_in", "6"]
    ]
    assert tuple(read(figures_csv(log))[0]) == FIGURES
    assert [list(row.values()) for row in read(names_csv(log))] == [
        ["2026-03-02", 'Maya, the "first"', "here"]
    ]
    assert tuple(read(names_csv(log))[0]) == NAMES


def test_an_empty_log_is_a_table_without_rows() -> None:
    assert read(figures_csv(Log((), ()))) == []
    assert names_csv(Log((), ())) == "day,name,act\r\n"


def test_a_name_that_a_spreadsheet_would_run_as_a_formula_is_only_a_name() -> None:
    log = Log((), (Named(MONDAY, "=HYPERLINK(A1)", 1, Act.HERE),))
    assert read(names_csv(log))[0]["name"] == "'=HYPERLINK(A1)"
