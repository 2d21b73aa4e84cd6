"""Scheduled events of a guild (docs: resources/guild-scheduled-event)."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.errors import ApiError, form_error, invalid_form, missing_permissions, unknown
from sandbox.limits import events as limits
from sandbox.models import Channel, ChannelType, Guild, Json, ScheduledEvent
from sandbox.objects import people, places
from sandbox.permissions import Permission
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok
from sandbox.world import Event

MOST = 100
SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
STAGE, VOICE, EXTERNAL = 1, 2, 3
NEXT_STATUS = {SCHEDULED: (ACTIVE, CANCELED), ACTIVE: (COMPLETED,)}
ACTIONS = {STAGE: "create stage event", VOICE: "create voice event", EXTERNAL: "create external event"}


async def events(call: Call) -> Reply:
    counted = call.flag("with_user_count")
    return ok(
        [places.scheduled_event(each, with_user_count=counted) for each in call.guild().events.values()]
    )


async def event(call: Call) -> Reply:
    found = _event(call, call.guild())
    return ok(places.scheduled_event(found, with_user_count=call.flag("with_user_count")))


def _event(call: Call, guild: Guild) -> ScheduledEvent:
    found = guild.events.get(call.id("event_id"))
    if found is None:
        raise unknown(10070)
    return found


async def create(call: Call) -> Reply:
    guild = call.guild()
    form = call.form
    call.refuse(limits.event_create(form, call.world.now()))
    kind = int(form["entity_type"])
    channel = _channel(guild, kind, form.get("channel_id"))
    if channel:
        call.require(channel, ACTIONS[kind])
    else:
        call.require_in_guild(guild, ACTIONS[kind])
    if sum(each.status in (SCHEDULED, ACTIVE) for each in guild.events.values()) >= MOST:
        raise ApiError(400, 30038, f"Maximum number of guild scheduled events reached ({MOST})")
    made = ScheduledEvent(
        call.world.next_id(), guild, call.bot, form["name"], _moment(form["scheduled_start_time"]), kind
    )
    made.channel_id = channel.id if channel else None
    _apply(form, made)
    guild.events[made.id] = made
    _tell(call, "GUILD_SCHEDULED_EVENT_CREATE", made)
    return ok(places.scheduled_event(made))


def _channel(guild: Guild, kind: int, channel_id: object) -> Channel | None:
    if kind == EXTERNAL or channel_id is None:
        return None
    found = guild.channels.get(int(str(channel_id)))
    wanted = ChannelType.STAGE if kind == STAGE else ChannelType.VOICE
    if found is None or found.type is not wanted:
        problem = form_error("GUILD_SCHEDULED_EVENT_CHANNEL_INVALID", "No channel of the right kind.")
        raise invalid_form({"channel_id": problem})
    return found


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _apply(form: Json, target: ScheduledEvent) -> None:
    if form.get("name"):
        target.name = form["name"]
    if "description" in form:
        target.description = form["description"] or None
    if form.get("scheduled_start_time"):
        target.starts_at = _moment(form["scheduled_start_time"])
    if "scheduled_end_time" in form:
        target.ends_at = _moment(form["scheduled_end_time"]) if form["scheduled_end_time"] else None
    if "entity_metadata" in form:
        target.location = (form["entity_metadata"] or {}).get("location")
    if "recurrence_rule" in form:
        target.recurrence_rule = _rule(form["recurrence_rule"]) if form["recurrence_rule"] else None


def _rule(given: Json) -> Json:
    """The rule with every field Discord answers."""
    empty: Json = dict.fromkeys(
        ("end", "by_weekday", "by_n_weekday", "by_month", "by_month_day", "by_year_day", "count")
    )
    return empty | {"interval": 1} | given


async def edit(call: Call) -> Reply:
    guild = call.guild()
    target = _event(call, guild)
    _may_change(call, target)
    form = call.form
    call.refuse(limits.event_edit(form, places.scheduled_event(target), call.world.now()))
    status = int(form.get("status") or target.status)
    if status != target.status and status not in NEXT_STATUS.get(target.status, ()):
        problem = form_error("GUILD_SCHEDULED_EVENT_STATUS_INVALID", "Invalid status transition")
        raise invalid_form({"status": problem})
    kind = int(form.get("entity_type") or target.entity_type)
    if "channel_id" in form or kind == EXTERNAL:
        channel = _channel(guild, kind, form.get("channel_id"))
        target.channel_id = channel.id if channel else None
    target.entity_type, target.status = kind, status
    _apply(form, target)
    _tell(call, "GUILD_SCHEDULED_EVENT_UPDATE", target)
    return ok(places.scheduled_event(target))


def _may_change(call: Call, target: ScheduledEvent) -> None:
    held = call.held_in(target.guild)
    own = target.creator is call.bot and held & Permission.CREATE_EVENTS
    if not own and not held & Permission.MANAGE_EVENTS:
        raise missing_permissions()


async def delete(call: Call) -> Reply:
    target = _event(call, call.guild())
    _may_change(call, target)
    del target.guild.events[target.id]
    _tell(call, "GUILD_SCHEDULED_EVENT_DELETE", target)
    return NO_CONTENT


async def users(call: Call) -> Reply:
    target = _event(call, call.guild())
    limit = call.limit(100, 100)
    found = []
    for user in target.subscribers[:limit]:
        entry: Json = {
            "guild_scheduled_event_id": str(target.id),
            "user_id": str(user.id),
            "user": people.user(user),
            "response": 1,
        }
        if call.flag("with_member") and user.id in target.guild.members:
            entry["member"] = people.member(target.guild.members[user.id])
        found.append(entry)
    return ok(found)


def _tell(call: Call, name: str, target: ScheduledEvent) -> None:
    body = places.scheduled_event(target)
    call.world.emit(Event(name, lambda _: body, target.guild, subject=target))


_ALL = "/guilds/{guild_id}/scheduled-events"
ROUTES: list[Route] = [
    ("GET", _ALL, events),
    ("POST", _ALL, create),
    ("GET", _ALL + "/{event_id}", event),
    ("PATCH", _ALL + "/{event_id}", edit),
    ("DELETE", _ALL + "/{event_id}", delete),
    ("GET", _ALL + "/{event_id}/users", users),
]
