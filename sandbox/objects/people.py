"""Users, members, roles, applications and threads' members as Discord's JSON."""

from __future__ import annotations

from datetime import datetime

from sandbox.models import Application, Guild, Json, Member, Role, ThreadMember, User


def timestamp(moment: datetime) -> str:
    """ISO 8601 with microseconds and offset, as Discord writes times."""
    return moment.isoformat(timespec="microseconds")


def optional_timestamp(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None


def user(subject: User) -> Json:
    body: Json = {
        "id": str(subject.id),
        "username": subject.name,
        "avatar": subject.avatar,
        "discriminator": subject.discriminator,
        "public_flags": 0,
        "flags": 0,
        "banner": None,
        "accent_color": None,
        "global_name": subject.global_name,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }
    if subject.bot:
        body["bot"] = True
    return body


def own_user(subject: User) -> Json:
    """The user asking about themselves (GET /users/@me)."""
    return user(subject) | {
        "mfa_enabled": False,
        "locale": subject.locale,
        "premium_type": 0,
        "email": None,
        "verified": True,
    }


def member(subject: Member, *, with_user: bool = True) -> Json:
    body: Json = {
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "collectibles": None,
        "communication_disabled_until": optional_timestamp(subject.communication_disabled_until),
        "flags": 0,
        "joined_at": timestamp(subject.joined_at),
        "nick": subject.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role_id) for role_id in sorted(subject.role_ids)],
        "mute": False,
        "deaf": False,
    }
    if with_user:
        body["user"] = user(subject.user)
    return body


def role(subject: Role) -> Json:
    body: Json = {
        "id": str(subject.id),
        "name": subject.name,
        "permissions": str(subject.permissions),
        "position": subject.position,
        "color": subject.color,
        "colors": {"primary_color": subject.color, "secondary_color": None, "tertiary_color": None},
        "hoist": subject.hoist,
        "managed": subject.managed,
        "mentionable": subject.mentionable,
        "icon": None,
        "unicode_emoji": subject.unicode_emoji,
        "flags": 0,
    }
    if subject.bot:
        body["tags"] = {"bot_id": str(subject.bot.id)}
    return body


def thread_member(thread_id: int, subject: ThreadMember, guild_member: Member | None = None) -> Json:
    body: Json = {
        "id": str(thread_id),
        "user_id": str(subject.user.id),
        "join_timestamp": timestamp(subject.joined_at),
        "flags": 1,
    }
    if guild_member:
        body["member"] = member(guild_member)
    return body


def application(subject: Application, guild_count: int) -> Json:
    return {
        "id": str(subject.id),
        "name": subject.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(subject.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": f"{subject.id:064x}",
        "flags": application_flags(subject),
        "flags_new": str(application_flags(subject)),
        "integration_types_config": {"0": {}},
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(subject.owner),
        "approximate_guild_count": guild_count,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
    }


# Privileged intent -> the application flag that says "limited to fewer than 10,000 users"
# (docs: resources/application, "Application Flags").
_LIMITED = {1 << 8: 1 << 13, 1 << 1: 1 << 15, 1 << 15: 1 << 19}


def application_flags(subject: Application) -> int:
    return sum(flag for intent, flag in _LIMITED.items() if subject.intents & intent)


def partial_guild(subject: Guild, who: User, permissions: int) -> Json:
    """A guild in the list of one's own guilds (GET /users/@me/guilds)."""
    return {
        "id": str(subject.id),
        "name": subject.name,
        "icon": None,
        "banner": None,
        "owner": subject.owner is who,
        "permissions": str(permissions),
        "features": list(subject.features),
        "approximate_member_count": len(subject.members),
        "approximate_presence_count": len(subject.members),
    }
