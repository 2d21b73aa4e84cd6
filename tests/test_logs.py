from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot import logs

pytestmark = pytest.mark.anonymity


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.RedactingFormatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)


def test_a_traceback_names_places_and_types_but_no_message(output: io.StringIO) -> None:
    try:
        try:
            raise ValueError("words someone wrote")
        except ValueError as error:
            raise RuntimeError("more words") from error
    except RuntimeError:
        logging.getLogger("tests.logs").exception("reference ab12")
    told = output.getvalue()
    assert "words" not in told
    assert "builtins.RuntimeError()" in told
    assert "caused by\nbuiltins.ValueError()" in told
    assert "test_logs.py" in told


def test_ids_and_tokens_are_combed_out(output: io.StringIO) -> None:
    # made of parts, so that no scanner takes this file for one that holds a token
    token = ".".join(["M" * 24, "G" * 6, "x" * 30])
    logging.getLogger("tests.logs").warning(
        "user %d, token %s, webhook %s", 123456789012345678, token, "w" * 68
    )
    assert output.getvalue() == "WARNING user <id>, token <token>, webhook <token>\n"


def test_libraries_that_log_payloads_are_held_at_info() -> None:
    before = {name: logging.getLogger(name).level for name in (*logs.CHATTY, "")}
    handlers = logging.getLogger().handlers[:]
    try:
        logs.configure("DEBUG")
        assert all(logging.getLogger(name).level >= logging.INFO for name in logs.CHATTY)
    finally:
        logging.getLogger().handlers[:] = handlers
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
