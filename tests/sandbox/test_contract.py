"""The judge that the tests over the wire rely on."""

from __future__ import annotations

from typing import Any

import pytest

from tests import contract


@pytest.fixture(autouse=True)
def _judge() -> None:
    contract.require()


def sent(request: dict[str, Any], response: object = None) -> dict[str, Any]:
    return {
        "method": "POST",
        "path": "/api/v10/channels/1/messages",
        "request": request,
        "status": 403,
        "response": response,
    }


def test_a_body_against_discords_document_is_named() -> None:
    complaints = contract.violations([sent({"content": 5}), sent({"content": 5})])
    assert len(complaints) == 1
    assert complaints[0].startswith("POST /channels/{channel_id}/messages request")


def test_a_path_that_discord_has_not_is_named() -> None:
    assert contract.violations([sent({}) | {"path": "/api/v10/teapots"}]) == [
        "no such path: /api/v10/teapots"
    ]


def test_an_answer_that_lacks_a_field_is_named() -> None:
    answered = sent({"content": "hello"}, {"id": "1"}) | {"status": 200}
    assert contract.violations([answered]) != []


def test_discord_pys_own_departures_are_let_pass() -> None:
    reply = {"content": "x", "message_reference": {"message_id": 10**18}, "attachments": [{"id": 0}]}
    assert contract.violations([sent(reply)]) == []


def test_where_the_judge_is_missing_ci_fails_and_others_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "TOOL", contract.TOOL.with_name("gone.py"))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        contract.require()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        contract.require()
