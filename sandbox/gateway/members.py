"""The answer to Request Guild Members (docs: events/gateway-events)."""

from __future__ import annotations

from sandbox.gateway.connection import whole
from sandbox.gateway.session import Session
from sandbox.models import Guild, Json, Member
from sandbox.objects import people
from sandbox.world import World

CHUNK = 1000


def send_members(session: Session, world: World, data: Json) -> None:
    """Dispatches GUILD_MEMBERS_CHUNK events with the members asked for by id or by the start of a name."""
    guild = world.guilds.get(whole(data.get("guild_id") or 0))
    if guild is None or session.bot.id not in guild.members:
        return
    found, missing = _asked(guild, data)
    chunks = [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)] or [[]]
    for index, chunk in enumerate(chunks):
        body: Json = {
            "guild_id": str(guild.id),
            "members": [people.member(member) for member in chunk],
            "chunk_index": index,
            "chunk_count": len(chunks),
        }
        if missing:
            body["not_found"] = missing
        if data.get("nonce"):
            body["nonce"] = data["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", body)


def _asked(guild: Guild, data: Json) -> tuple[list[Member], list[str]]:
    asked = data.get("user_ids")
    if asked:
        ids = [whole(each) for each in (asked if isinstance(asked, list) else [asked])]
        missing = [str(user_id) for user_id in ids if user_id not in guild.members]
        return [guild.members[user_id] for user_id in ids if user_id in guild.members], missing
    query = str(data.get("query") or "").lower()
    found = [each for each in guild.members.values() if each.display_name.lower().startswith(query)]
    limit = whole(data.get("limit") or 0)
    return (found[:limit] if limit else found), []
