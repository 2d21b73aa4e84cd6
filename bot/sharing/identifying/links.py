"""Links that tell who copied them, or lead to someone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

_LINK = re.compile(
    r"https?+://[^\s<>|]++"
    r"|\b(?:discord\.gg|discord(?:app)?\.com/invite|chat\.whatsapp\.com|t\.me)/[^\s<>|]++",
    re.IGNORECASE,
)
_AFTER = ".,;:!?)]}'\"*_~"
_INVITES = {"discord.gg", "chat.whatsapp.com", "discord.me", "guilded.gg"}
_DISCORD = {"discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"}
_PAGES = {
    *("instagram.com", "facebook.com", "x.com", "twitter.com", "tiktok.com", "threads.net", "linkedin.com"),
    *("github.com", "twitch.tv", "snapchat.com", "t.me", "wa.me", "reddit.com", "youtube.com", "vk.com"),
    *("pinterest.com", "tumblr.com", "steamcommunity.com", "ko-fi.com", "patreon.com", "paypal.me"),
}
_PEOPLES_FOLDERS = {"in", "u", "user", "users", "id", "profile", "add", "people", "c", "channel"}
_TRACES = {
    *("fbclid", "gclid", "dclid", "msclkid", "yclid", "igsh", "igshid", "si", "mc_eid", "mc_cid", "_ga"),
    *("ref", "referrer", "ref_src", "share", "shared_by", "share_id", "shareid", "invite", "invited_by"),
    *("token", "access_token", "auth", "key", "apikey", "api_key", "secret", "sig", "signature", "session"),
    *("sessionid", "sid", "user", "userid", "user_id", "uid", "username", "email", "mail", "password"),
    *("pwd", "account", "member", "customer", "usp", "s_cid", "ttclid", "twclid", "_t", "_r", "trk"),
}
_TOKEN = 24  # characters of letters and digits that nobody types


def find(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end): the whole link, or of one with traces only what tells of who copied it."""
    for found in _LINK.finditer(text):
        link = found[0].rstrip(_AFTER)
        start = found.start()
        try:
            parts = urlsplit(link if "://" in link else f"https://{link}")
        except ValueError:
            continue  # an unfinished address leads nowhere
        kind = _kind(parts)
        if kind:
            yield kind, start, start + len(link)
        else:
            yield from (("traces", start + begin, start + end) for begin, end in _traces(link))


def _kind(parts: SplitResult) -> str | None:
    host = (
        parts.netloc.casefold().rpartition("@")[2].partition(":")[0].removeprefix("www.").removeprefix("m.")
    )
    path = [each for each in parts.path.split("/") if each]
    if not path:
        return None
    first = path[0].casefold()
    if host in _INVITES or (host in _DISCORD and first == "invite") or (host == "t.me" and first[0] == "+"):
        return "invite"
    if host in _DISCORD:
        return {"channels": "message", "users": "profile"}.get(first)
    is_persons = len(path) == 1 or (len(path) == 2 and first in _PEOPLES_FOLDERS)
    is_page = host in _PAGES and is_persons and not (host == "youtube.com" and first[0] != "@")
    return "profile" if is_page else None


def _traces(link: str) -> Iterator[tuple[int, int]]:
    """The parameters that tell of a person, with the sign that joins each; and a name before the host."""
    scheme = link.find("://") + 3
    host = link[scheme:].partition("/")[0].partition("?")[0]
    if "@" in host:
        yield scheme, scheme + host.rindex("@") + 1
    question = link.find("?")
    if question < 0:
        return
    query = link[question + 1 :].partition("#")[0]
    if all(map(_tells, query.split("&"))):
        yield question, question + 1 + len(query)
        return
    at, kept = question + 1, False
    for parameter in query.split("&"):
        end = at + len(parameter)
        if not _tells(parameter):
            kept = True
        elif kept:
            yield at - 1, end
        else:
            yield at, end + 1
        at = end + 1


def _tells(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = name.casefold()
    mixed = value.isalnum() and not value.isalpha() and not value.isdigit()
    return name in _TRACES or name.startswith("utm_") or "@" in value or (len(value) >= _TOKEN and mixed)
