"""Rate limits are told in headers and kept as Discord keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.ratelimits import Limits, RateLimiter, Rule, Verdict, route_of

# A busy machine is no failure.
PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)

SEND = "/api/v10/channels/1/messages"


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limiter(clock: Clock, limits: Limits | None = None, applications: set[int] | None = None) -> RateLimiter:
    return RateLimiter(limits, applications=applications or set(), clock=clock, epoch=lambda: 1_700_000_000.0)


def body(verdict: Verdict) -> Mapping[str, Any]:
    assert verdict.body is not None
    return verdict.body


def test_five_messages_in_five_seconds_and_the_sixth_waits(clock: Clock) -> None:
    limits = limiter(clock)
    answers = [limits.check("POST", SEND, "bot") for _ in range(6)]
    assert [answer.refused for answer in answers] == [False] * 5 + [True]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
    assert body(answers[5]) == {
        "message": "You are being rate limited.",
        "retry_after": 5.0,
        "global": False,
    }
    assert answers[5].headers["Retry-After"] == "5"
    assert answers[5].headers["Via"]
    assert answers[5].headers["X-RateLimit-Scope"] == "user"
    clock.now += 5
    assert not limits.check("POST", SEND, "bot").refused


def test_headers_tell_when_the_window_ends(clock: Clock) -> None:
    limits = limiter(clock)
    limits.check("POST", SEND, "bot")
    clock.now += 1.5
    headers = limits.check("POST", SEND, "bot").headers
    assert headers["X-RateLimit-Limit"] == "5"
    assert headers["X-RateLimit-Reset-After"] == "3.500"
    assert headers["X-RateLimit-Reset"] == "1700000003.500"


def test_each_channel_and_each_token_has_its_own_bucket_under_one_name(clock: Clock) -> None:
    limits = limiter(clock)
    for _ in range(5):
        first = limits.check("POST", SEND, "bot")
    other = limits.check("POST", "/channels/2/messages", "bot")
    assert not other.refused
    assert other.headers["X-RateLimit-Bucket"] == first.headers["X-RateLimit-Bucket"]
    assert not limits.check("POST", SEND, "another bot").refused
    assert (
        limits.check("GET", SEND, "bot").headers["X-RateLimit-Bucket"] != first.headers["X-RateLimit-Bucket"]
    )


def test_the_fifty_first_request_of_a_second_is_refused_whatever_its_channel(clock: Clock) -> None:
    limits = limiter(clock)
    answers = [limits.check("POST", f"/channels/{n}/messages", "bot") for n in range(51)]
    assert [answer.refused for answer in answers] == [False] * 50 + [True]
    assert body(answers[50])["global"] is True
    assert answers[50].headers["X-RateLimit-Global"] == "true"
    assert answers[50].headers["X-RateLimit-Scope"] == "global"
    assert "X-RateLimit-Bucket" not in answers[50].headers
    clock.now += 1
    assert not limits.check("POST", "/channels/99/messages", "bot").refused


def test_answers_to_interactions_are_outside_the_global_limit(clock: Clock) -> None:
    limits = limiter(clock, applications={77})
    for _ in range(50):
        limits.check("GET", "/users/@me", "bot")
    assert limits.check("GET", "/users/@me", "bot").refused
    assert limits.check("POST", "/interactions/5/token/callback", "bot") == Verdict({})
    assert not limits.check("PATCH", "/webhooks/77/token/messages/@original", "bot").refused
    assert limits.check("POST", "/webhooks/78/token", "bot").refused, "a plain webhook is not exempt"


def test_follow_ups_are_limited_as_webhooks_are(clock: Clock) -> None:
    limits = limiter(clock, applications={77})
    answers = [limits.check("POST", "/webhooks/77/one", "bot").refused for _ in range(6)]
    assert answers == [False] * 5 + [True]
    assert not limits.check("POST", "/webhooks/77/two", "bot").refused


def test_a_third_renaming_in_ten_minutes_is_refused_though_the_bucket_has_room(clock: Clock) -> None:
    limits = limiter(clock)
    renamed = [limits.check("PATCH", "/channels/1", "bot", {"name": name}) for name in "abc"]
    assert [answer.refused for answer in renamed] == [False, False, True]
    assert int(renamed[2].headers["X-RateLimit-Remaining"]) > 0
    assert body(renamed[2])["retry_after"] == 600
    assert not limits.check("PATCH", "/channels/1", "bot", {"archived": True}).refused


def test_limits_can_be_sped_up(clock: Clock) -> None:
    limits = limiter(clock, Limits(speed=100))
    answers = [limits.check("POST", SEND, "bot") for _ in range(6)]
    assert body(answers[5])["retry_after"] == pytest.approx(0.05)


def test_limits_can_be_switched_off_and_headers_still_let_a_client_send_at_once(clock: Clock) -> None:
    limits = limiter(clock, Limits(enforced=False))
    answers = [limits.check("POST", SEND, "bot") for _ in range(2000)]
    assert not any(answer.refused for answer in answers)
    assert answers[0].headers["X-RateLimit-Limit"] == "1000"
    assert limits.counts.refused == 0


def test_refusals_and_invalid_requests_are_counted(clock: Clock) -> None:
    limits = limiter(clock, Limits(overall=Rule(6, 1)))
    for _ in range(6):
        limits.check("POST", SEND, "bot")
    limits.check("POST", SEND, "bot")
    for status in (200, 401, 403, 404, 429):
        limits.answered(status)
    limits.answered(429, scope="shared")
    assert limits.counts.requests == 7
    assert (limits.counts.refused_by_bucket, limits.counts.refused_by_global) == (1, 1)
    assert limits.counts.invalid == 3
    limits.forget()
    assert limits.counts.requests == 0


@pytest.mark.parametrize(
    ("path", "route", "resource"),
    [
        ("/channels/1/messages/2", "/channels/:id/messages/:id", "channels/1"),
        ("/guilds/1/members/2/roles/3", "/guilds/:id/members/:id/roles/:id", "guilds/1"),
        (
            "/webhooks/1/tok-en/messages/@original",
            "/webhooks/:id/:token/messages/@original",
            "webhooks/1/tok-en",
        ),
        ("/webhooks/1", "/webhooks/:id", "webhooks/1"),
        (
            "/channels/1/messages/2/reactions/%F0%9F%8C%B1/@me",
            "/channels/:id/messages/:id/reactions/:emoji/@me",
            "channels/1",
        ),
        ("/users/@me/channels", "/users/@me/channels", ""),
    ],
)
def test_a_path_falls_into_its_route_and_resource(path: str, route: str, resource: str) -> None:
    assert route_of(path) == (route, resource)


@PATIENTLY
@given(st.lists(st.floats(0, 3), max_size=120))
def test_what_passes_is_what_a_plain_window_of_five_lets_pass(pauses: list[float]) -> None:
    clock = Clock()
    limits = limiter(clock)
    window_began, passed = -100.0, 0
    for pause in pauses:
        clock.now += pause
        if clock.now >= window_began + 5:
            window_began, passed = clock.now, 0
        verdict = limits.check("POST", SEND, "bot")
        assert verdict.refused == (passed == 5)
        if verdict.refused:
            assert 0 < body(verdict)["retry_after"] <= 5
        else:
            passed += 1
