"""Guilds, channels, threads, webhooks and scheduled events as Discord's JSON."""

from __future__ import annotations

from sandbox.models import Channel, ChannelType, Guild, Json, ScheduledEvent, User, Webhook
from sandbox.objects import people
from sandbox.objects.people import optional_timestamp, timestamp


def guild(subject: Guild) -> Json:
    """The guild as REST gives it: roles, but neither members nor channels."""
    return {
        "id": str(subject.id),
        "name": subject.name,
        "icon": None,
        "description": subject.description,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": list(subject.features),
        "banner": None,
        "owner_id": str(subject.owner.id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": str(subject.system_channel.id) if subject.system_channel else None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [people.role(role) for role in subject.roles.values()],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": subject.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create(subject: Guild, viewer: User, *, members: bool) -> Json:
    """The GUILD_CREATE payload; without `members` only the bot itself is among its members."""
    shown = subject.members.values() if members else [subject.members[viewer.id]]
    threads = [
        channel(thread, viewer)
        for thread in subject.threads.values()
        if thread.thread and not thread.thread.archived
    ]
    return guild(subject) | {
        "joined_at": timestamp(subject.members[viewer.id].joined_at),
        "large": False,
        "member_count": len(subject.members),
        "members": [people.member(member) for member in shown],
        "channels": [channel(each, viewer) for each in subject.channels.values()],
        "threads": threads,
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [scheduled_event(event) for event in subject.events.values()],
        "soundboard_sounds": [],
    }


def channel(subject: Channel, viewer: User | None = None) -> Json:
    """A channel of any kind. `viewer` decides a DM's recipients and a thread's own member."""
    body: Json = {
        "id": str(subject.id),
        "type": int(subject.type),
        "flags": subject.flags,
        "last_message_id": str(subject.last_message_id) if subject.last_message_id else None,
    }
    if subject.is_dm:
        others = [each for each in subject.recipients if each is not viewer]
        return body | {"recipients": [people.user(each) for each in others]}
    if subject.last_pin_at:
        body["last_pin_timestamp"] = timestamp(subject.last_pin_at)
    body |= {
        "guild_id": str(subject.guild.id) if subject.guild else None,
        "name": subject.name,
        "parent_id": str(subject.parent.id) if subject.parent else None,
        "rate_limit_per_user": subject.slowmode,
    }
    if subject.is_thread:
        return body | _thread(subject, viewer)
    body |= {
        "position": subject.position,
        "nsfw": subject.nsfw,
        "topic": subject.topic,
        "permission_overwrites": [
            {"id": str(each.id), "type": each.type, "allow": str(each.allow), "deny": str(each.deny)}
            for each in subject.overwrites
        ],
    }
    return body | _kind_fields(subject) | subject.settings


def _kind_fields(subject: Channel) -> Json:
    if subject.is_forum:
        return {
            "available_tags": subject.available_tags,
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    if subject.type in (ChannelType.VOICE, ChannelType.STAGE):
        return {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    return {}


def _thread(subject: Channel, viewer: User | None) -> Json:
    thread = subject.thread
    assert thread is not None
    metadata: Json = {
        "archived": thread.archived,
        "archive_timestamp": timestamp(thread.archive_timestamp),
        "auto_archive_duration": thread.auto_archive_duration,
        "locked": thread.locked,
        "create_timestamp": timestamp(thread.created_at),
    }
    if subject.type is ChannelType.PRIVATE_THREAD:
        metadata["invitable"] = thread.invitable
    body: Json = {
        "owner_id": str(thread.owner.id),
        "thread_metadata": metadata,
        "message_count": thread.message_count,
        "member_count": len(thread.members),
        "total_message_sent": thread.total_message_sent,
    }
    if subject.parent and subject.parent.is_forum:
        body["applied_tags"] = [str(tag) for tag in thread.applied_tags]
    if viewer and viewer.id in thread.members:
        body["member"] = people.thread_member(subject.id, thread.members[viewer.id])
    return body


def webhook(subject: Webhook, base_url: str, *, with_user: bool = True) -> Json:
    body: Json = {
        "id": str(subject.id),
        "type": 1,
        "name": subject.name,
        "avatar": subject.avatar,
        "channel_id": str(subject.channel.id),
        "guild_id": str(subject.channel.guild.id) if subject.channel.guild else None,
        "application_id": str(subject.application.id) if subject.application else None,
        "token": subject.token,
        "url": f"{base_url}/webhooks/{subject.id}/{subject.token}",
    }
    if with_user:
        body["user"] = people.user(subject.creator)
    return body


def scheduled_event(subject: ScheduledEvent, *, with_user_count: bool = False) -> Json:
    body: Json = {
        "id": str(subject.id),
        "guild_id": str(subject.guild.id),
        "name": subject.name,
        "description": subject.description,
        "channel_id": str(subject.channel_id) if subject.channel_id else None,
        "creator_id": str(subject.creator.id),
        "creator": people.user(subject.creator),
        "image": subject.image,
        "scheduled_start_time": timestamp(subject.starts_at),
        "scheduled_end_time": optional_timestamp(subject.ends_at),
        "status": subject.status,
        "entity_type": subject.entity_type,
        "entity_id": None,
        "entity_metadata": {"location": subject.location} if subject.location else None,
        "recurrence_rule": subject.recurrence_rule,
        "privacy_level": 2,
        "guild_scheduled_event_exceptions": [],
    }
    if with_user_count:
        body["user_count"] = len(subject.subscribers)
    return body
