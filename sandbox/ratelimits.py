"""Rate limits as Discord answers them: a bucket for each route and top-level resource, and 50 a second.

Numbers that Discord documents are Discord's (topics/rate-limits). It publishes none for single routes: those
below are what its headers are reported to say, and a well-made client only believes the headers.
"""

from __future__ import annotations

import hashlib
import math
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Rule:
    """`limit` requests in each window of `per` seconds, the window starting with its first request."""

    limit: int
    per: float


_CHANNEL, _MESSAGE = "/channels/:id", "/channels/:id/messages/:id"
_WEBHOOK = "/webhooks/:id/:token"

# (method, route) -> rule. Observed, not documented: see the issues of discord-api-docs named in each comment.
ROUTES: Final[Mapping[tuple[str, str], Rule]] = {
    ("POST", f"{_CHANNEL}/messages"): Rule(5, 5),
    ("PATCH", _MESSAGE): Rule(5, 5),
    ("DELETE", _MESSAGE): Rule(5, 1),
    ("POST", f"{_CHANNEL}/typing"): Rule(5, 5),
    ("PUT", f"{_MESSAGE}/reactions/:emoji/@me"): Rule(1, 0.25),
    ("DELETE", f"{_MESSAGE}/reactions/:emoji/@me"): Rule(1, 0.25),
    ("POST", _WEBHOOK): Rule(5, 2),  # discord-api-docs#367
}
DEFAULT: Final = Rule(50, 1)
# A channel's or thread's name and topic: two changes in ten minutes, told only by the 429 (a "sub-limit").
RENAMES: Final = Rule(2, 600)
GLOBAL: Final = Rule(50, 1)
# How a server whose limits are switched off must look: without headers discord.py sends one at a time.
_UNLIMITED: Final = Rule(1000, 1)


@dataclass(frozen=True)
class Limits:
    """Which limits hold. `speed` 10 makes every window a tenth as long; `enforced` False refuses nothing."""

    enforced: bool = True
    speed: float = 1.0
    overall: Rule = GLOBAL
    renames: Rule = RENAMES
    routes: Mapping[tuple[str, str], Rule] = field(default_factory=lambda: ROUTES)


@dataclass
class Counts:
    """What was answered since the start; `invalid` is what leads to a ban by address (401, 403, 429)."""

    requests: int = 0
    refused_by_bucket: int = 0
    refused_by_global: int = 0
    invalid: int = 0

    @property
    def refused(self) -> int:
        return self.refused_by_bucket + self.refused_by_global


@dataclass(frozen=True)
class Verdict:
    """Headers for the answer and, for a request over a limit, the body of the 429 to give instead."""

    headers: Mapping[str, str]
    body: Mapping[str, Any] | None = None

    @property
    def refused(self) -> bool:
        return self.body is not None


@dataclass
class _Window:
    ends: float = -math.inf
    used: int = 0


class RateLimiter:
    """Judges each request as it comes; the caller gives the verdict's headers, or its 429.

    `clock` is monotonic seconds, `epoch` seconds since 1970 (for X-RateLimit-Reset only). `applications` are
    the ids of all bots' applications, by which interaction webhooks are told from others; it may grow later.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        applications: Collection[int] = (),
        clock: Callable[[], float] = time.monotonic,
        epoch: Callable[[], float] = time.time,
    ) -> None:
        self.limits = limits or Limits()
        self.counts = Counts()
        self._applications = applications
        self._clock, self._epoch = clock, epoch
        self._windows: dict[tuple[str, ...], _Window] = {}

    def check(self, method: str, path: str, caller: str, body: object = None) -> Verdict:
        """Count one request and judge it.

        `path` may begin with /api/v10. `caller` is the token, or the address when there is none. `body` is
        the decoded JSON body, which tells a renaming. A refused request uses up nothing of the limit it met.
        """
        self.counts.requests += 1
        path = re.sub(r"^/api(/v\d+)?", "", path.split("?")[0])
        if is_callback(path):
            return Verdict({})
        if not self._is_interaction_webhook(path):
            wait = self._over(("global", caller), self.limits.overall)
            if wait:
                self.counts.refused_by_global += 1
                headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
                return _refusal(wait, headers, whole=True)
        return self._check_route(method, path, caller, body)

    def answered(self, status: int, scope: str = "user") -> None:
        """Note an answer's status: for 10,000 invalid ones in ten minutes Discord bans an address."""
        if status in (401, 403) or (status == 429 and scope != "shared"):
            self.counts.invalid += 1

    def forget(self) -> None:
        """Start all windows and counts afresh."""
        self._windows.clear()
        self.counts = Counts()

    def _check_route(self, method: str, path: str, caller: str, body: object) -> Verdict:
        route, resource = route_of(path)
        renames = (
            method == "PATCH"
            and route == _CHANNEL
            and isinstance(body, dict)
            and {"name", "topic"} & set(body)
        )
        rule = self.limits.routes.get((method, route), DEFAULT) if self.limits.enforced else _UNLIMITED
        key = (method, route, resource, caller)
        wait = self._over(key, rule)
        headers = self._headers(key, rule)
        if not wait and renames:
            wait = self._over(("renames", resource, caller), self.limits.renames)
        if wait:
            self.counts.refused_by_bucket += 1
            return _refusal(wait, headers | {"X-RateLimit-Scope": "user"}, whole=False)
        return Verdict(headers)

    def _over(self, key: tuple[str, ...], rule: Rule) -> float:
        """Take one from the window; 0 if there was one, else the seconds until there is again."""
        now = self._clock()
        if len(self._windows) > 10_000:
            self._windows = {key: window for key, window in self._windows.items() if window.ends > now}
        window = self._windows.setdefault(key, _Window())
        if now >= window.ends:
            window.ends, window.used = now + rule.per / self.limits.speed, 0
        if window.used >= rule.limit and self.limits.enforced:
            return window.ends - now
        window.used += 1
        return 0

    def _headers(self, key: tuple[str, ...], rule: Rule) -> dict[str, str]:
        window = self._windows[key]
        left = max(0.0, window.ends - self._clock())
        method, route = key[:2]
        return {
            "X-RateLimit-Limit": str(rule.limit),
            "X-RateLimit-Remaining": str(max(0, rule.limit - window.used)),
            "X-RateLimit-Reset": f"{self._epoch() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(f"{method} {route}".encode()).hexdigest()[:32],
        }

    def _is_interaction_webhook(self, path: str) -> bool:
        found = re.match(r"/webhooks/(\d+)/[^/]+", path)
        return found is not None and int(found[1]) in self._applications


def is_callback(path: str) -> bool:
    """Whether the path answers an interaction, which no limit holds back."""
    return re.fullmatch(r"/interactions/\d+/[^/]+/callback", path) is not None


def route_of(path: str) -> tuple[str, str]:
    """The route with its ids taken out, and the top-level resource it is limited by ("" if none).

    >>> route_of("/channels/12/messages/34")
    ('/channels/:id/messages/:id', 'channels/12')
    """
    webhook = re.match(r"/(webhooks/\d+/[^/]+)", path)
    top = webhook or re.match(r"/((?:channels|guilds|webhooks)/\d+)", path)
    route = re.sub(r"^/(webhooks|interactions)/\d+/[^/]+", r"/\1/:id/:token", path)
    route = re.sub(r"/reactions/[^/]+", "/reactions/:emoji", route)
    return re.sub(r"/\d+(?=/|$)", "/:id", route), top[1] if top else ""


def _refusal(wait: float, headers: Mapping[str, str], *, whole: bool) -> Verdict:
    """A 429 that discord.py takes for Discord's own (it wants a Via header) and not for a ban by address."""
    body = {"message": "You are being rate limited.", "retry_after": round(wait, 3) or 0.001, "global": whole}
    return Verdict({**headers, "Retry-After": str(math.ceil(wait)), "Via": "1.1 sandbox"}, body)
