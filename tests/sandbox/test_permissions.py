"""Permissions add up as Discord documents them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import discord
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import models as world_models
from sandbox.permissions import (
    ALL,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NONE,
    OVERWRITE_MEMBER,
    OVERWRITE_ROLE,
    REQUIRED,
    P,
    Permission,
    base_permissions,
    computed_permissions,
    guild_permissions,
    may_manage_role,
    may_moderate,
    may_set_overwrite,
    may_set_role_permissions,
    names,
    permissions_in,
    permissions_in_thread,
    refusal,
)
from tests.sandbox.conftest import Bot, Town, running

# A busy machine is no failure.
PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
GUILD, OWNER, MAYA, BOT = 1, 10, 11, 12
LISTENERS, FACILITATORS = 21, 22


@dataclass(frozen=True)
class Role:
    id: int
    position: int = 0
    permissions: int = 0


@dataclass(frozen=True)
class Guild:
    roles: Mapping[int, Role]
    id: int = GUILD
    owner_id: int = OWNER


@dataclass(frozen=True)
class Member:
    user_id: int = MAYA
    role_ids: tuple[int, ...] = ()
    communication_disabled_until: datetime | None = None


@dataclass(frozen=True)
class Overwrite:
    id: int
    type: int
    allow: int = 0
    deny: int = 0


@dataclass(frozen=True)
class Channel:
    overwrites: tuple[Overwrite, ...] = field(default_factory=tuple)


SPEAK = P.VIEW_CHANNEL | P.SEND_MESSAGES
EVERYTHING_USUAL = SPEAK | P.EMBED_LINKS | P.ATTACH_FILES | P.READ_MESSAGE_HISTORY | P.MENTION_EVERYONE


def guild(everyone: int = SPEAK, listeners: int = 0, facilitators: int = 0) -> Guild:
    roles = (Role(GUILD, 0, everyone), Role(LISTENERS, 1, listeners), Role(FACILITATORS, 2, facilitators))
    return Guild({role.id: role for role in roles})


def test_every_bit_has_the_value_that_discord_py_knows() -> None:
    known = {name.upper(): bit for name, bit in discord.Permissions.VALID_FLAGS.items()}
    shared = [each for each in Permission if each.name in known]
    assert len(shared) > 40
    assert {each.name: each.value for each in shared} == {each.name: known[str(each.name)] for each in shared}


def test_the_owner_may_do_everything_everywhere() -> None:
    closed = Channel((Overwrite(GUILD, OVERWRITE_ROLE, deny=ALL),))
    owner = Member(OWNER, communication_disabled_until=NOW + timedelta(hours=1))
    assert permissions_in(guild(0), owner, closed, NOW) == ALL


def test_an_administrator_is_not_bound_by_overwrites_or_time_outs() -> None:
    closed = Channel((Overwrite(MAYA, OVERWRITE_MEMBER, deny=ALL),))
    maya = Member(MAYA, (FACILITATORS,), NOW + timedelta(hours=1))
    assert permissions_in(guild(facilitators=P.ADMINISTRATOR), maya, closed, NOW) == ALL


def test_roles_add_to_what_everyone_may() -> None:
    held = base_permissions(guild(listeners=P.MANAGE_THREADS), Member(MAYA, (LISTENERS,)))
    assert held == SPEAK | P.MANAGE_THREADS


def test_a_role_that_is_gone_adds_nothing() -> None:
    assert base_permissions(guild(), Member(MAYA, (999,))) == SPEAK


def test_an_allow_of_one_role_wins_over_a_deny_of_another() -> None:
    channel = Channel(
        (
            Overwrite(FACILITATORS, OVERWRITE_ROLE, deny=P.VIEW_CHANNEL),
            Overwrite(LISTENERS, OVERWRITE_ROLE, allow=P.VIEW_CHANNEL),
        )
    )
    held = permissions_in(guild(), Member(MAYA, (FACILITATORS, LISTENERS)), channel, NOW)
    assert held & P.VIEW_CHANNEL


def test_a_members_own_overwrite_comes_last() -> None:
    channel = Channel(
        (
            Overwrite(MAYA, OVERWRITE_MEMBER, deny=P.VIEW_CHANNEL),
            Overwrite(LISTENERS, OVERWRITE_ROLE, allow=P.VIEW_CHANNEL),
        )
    )
    assert permissions_in(guild(), Member(MAYA, (LISTENERS,)), channel, NOW) == NONE


def test_a_channel_closed_to_everyone_opens_for_a_role() -> None:
    channel = Channel(
        (
            Overwrite(GUILD, OVERWRITE_ROLE, deny=P.VIEW_CHANNEL),
            Overwrite(FACILITATORS, OVERWRITE_ROLE, allow=P.VIEW_CHANNEL),
        )
    )
    assert permissions_in(guild(), Member(MAYA), channel, NOW) == NONE
    assert permissions_in(guild(), Member(MAYA, (FACILITATORS,)), channel, NOW) == SPEAK


def test_an_overwrite_for_a_role_does_not_touch_a_member_with_the_same_id() -> None:
    channel = Channel((Overwrite(MAYA, OVERWRITE_ROLE, deny=P.VIEW_CHANNEL),))
    assert permissions_in(guild(), Member(MAYA), channel, NOW) == SPEAK


def test_who_cannot_see_a_channel_can_do_nothing_in_it() -> None:
    held = guild(EVERYTHING_USUAL & ~P.VIEW_CHANNEL)
    assert computed_permissions(held, Member(), Channel(), NOW) & P.SEND_MESSAGES
    assert permissions_in(held, Member(), Channel(), NOW) == NONE


def test_who_cannot_speak_cannot_mention_embed_or_attach() -> None:
    held = permissions_in(guild(EVERYTHING_USUAL & ~P.SEND_MESSAGES), Member(), Channel(), NOW)
    assert held == P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY


def test_a_member_in_time_out_can_only_look() -> None:
    maya = Member(MAYA, (FACILITATORS,), NOW + timedelta(seconds=1))
    held = guild(EVERYTHING_USUAL, facilitators=P.MANAGE_ROLES)
    assert permissions_in(held, maya, Channel(), NOW) == P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY
    assert not guild_permissions(held, maya, NOW) & P.MANAGE_ROLES


def test_a_time_out_ends_by_itself() -> None:
    maya = Member(MAYA, communication_disabled_until=NOW)
    assert permissions_in(guild(), maya, Channel(), NOW) == SPEAK


def test_speaking_in_a_thread_needs_its_own_permission() -> None:
    quiet = permissions_in_thread(guild(), Member(), Channel(), NOW, private=False, joined=False)
    assert quiet == P.VIEW_CHANNEL
    may = guild(P.VIEW_CHANNEL | P.SEND_MESSAGES_IN_THREADS | P.EMBED_LINKS)
    held = permissions_in_thread(may, Member(), Channel(), NOW, private=False, joined=False)
    assert held & P.SEND_MESSAGES
    assert held & P.EMBED_LINKS


def test_a_private_thread_is_for_its_members_and_moderators() -> None:
    def sees(everyone: int, *, joined: bool) -> bool:
        held = permissions_in_thread(guild(everyone), Member(), Channel(), NOW, private=True, joined=joined)
        return bool(held & P.VIEW_CHANNEL)

    assert not sees(SPEAK, joined=False)
    assert sees(SPEAK, joined=True)
    assert sees(SPEAK | P.MANAGE_THREADS, joined=False)
    assert not sees(P.MANAGE_THREADS, joined=True), "a thread never shows more than its parent"


def test_lacking_sight_is_refused_with_50001_and_lacking_more_with_50013() -> None:
    assert refusal(NONE, REQUIRED["send message"]) == MISSING_ACCESS
    assert refusal(P.VIEW_CHANNEL, REQUIRED["send message"]) == MISSING_PERMISSIONS
    assert refusal(SPEAK, REQUIRED["send message"]) is None


def test_pinning_needs_pin_messages_and_managing_messages_does_not_do() -> None:
    assert refusal(SPEAK | P.MANAGE_MESSAGES, REQUIRED["pin message"]) == MISSING_PERMISSIONS
    assert refusal(SPEAK | P.PIN_MESSAGES, REQUIRED["pin message"]) is None


def test_names_are_discords() -> None:
    assert names(P.PIN_MESSAGES | P.VIEW_CHANNEL) == ["VIEW_CHANNEL", "PIN_MESSAGES"]


def test_a_role_is_managed_from_above_only() -> None:
    held = guild()
    bot = Member(BOT, (LISTENERS,))
    assert may_manage_role(held, bot, Role(99, 0))
    assert not may_manage_role(held, bot, held.roles[LISTENERS])
    assert not may_manage_role(held, bot, held.roles[FACILITATORS])
    assert may_manage_role(held, Member(OWNER), held.roles[FACILITATORS])


def test_among_roles_of_one_position_the_older_is_the_higher() -> None:
    roles = {GUILD: Role(GUILD), 30: Role(30, 1), 31: Role(31, 1)}
    assert may_manage_role(Guild(roles), Member(BOT, (30,)), roles[31])
    assert not may_manage_role(Guild(roles), Member(BOT, (31,)), roles[30])


def test_nobody_grants_a_permission_they_do_not_hold() -> None:
    held, bot = guild(), Member(BOT, (LISTENERS,))
    assert may_set_role_permissions(held, bot, 0, P.SEND_MESSAGES)
    assert not may_set_role_permissions(held, bot, 0, P.BAN_MEMBERS)
    assert not may_set_role_permissions(held, bot, P.BAN_MEMBERS, 0)


def test_members_are_moderated_from_above_only_and_the_owner_never() -> None:
    held = guild()
    listener, facilitator = Member(MAYA, (LISTENERS,)), Member(BOT, (FACILITATORS,))
    assert may_moderate(held, facilitator, listener)
    assert not may_moderate(held, listener, facilitator)
    assert not may_moderate(held, facilitator, Member(OWNER))
    assert may_moderate(held, Member(OWNER), facilitator)


def test_an_overwrite_takes_only_bits_one_holds_unless_the_channel_grants_managing() -> None:
    held, bot = guild(SPEAK | P.MANAGE_ROLES), Member(BOT)
    assert may_set_overwrite(held, bot, Channel(), P.SEND_MESSAGES, 0, NOW)
    assert not may_set_overwrite(held, bot, Channel(), 0, P.MANAGE_MESSAGES, NOW)
    own = Channel((Overwrite(BOT, OVERWRITE_MEMBER, allow=P.MANAGE_ROLES),))
    assert may_set_overwrite(held, bot, own, 0, P.MANAGE_MESSAGES, NOW)


bits = st.lists(st.sampled_from(list(Permission)), max_size=8).map(lambda some: sum(set(some)))
subjects = st.sampled_from([GUILD, LISTENERS, FACILITATORS, MAYA, BOT, OWNER, 999])
overwrites = st.builds(Overwrite, subjects, st.sampled_from([OVERWRITE_ROLE, OVERWRITE_MEMBER]), bits, bits)
members = st.builds(
    Member,
    st.sampled_from([OWNER, MAYA, BOT]),
    st.sets(st.sampled_from([LISTENERS, FACILITATORS, 999])).map(lambda ids: tuple(sorted(ids))),
    st.sampled_from([None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
)


def slow_reckoning(held: Guild, member: Member, channel: Channel, bit: Permission) -> bool:
    """One bit at a time, the documentation's eight sentences in their order."""
    roles = [held.roles[GUILD]] + [held.roles[each] for each in member.role_ids if each in held.roles]
    if member.user_id == OWNER or any(role.permissions & P.ADMINISTRATOR for role in roles):
        return True
    until = member.communication_disabled_until
    if until and until > NOW and bit not in (P.VIEW_CHANNEL, P.READ_MESSAGE_HISTORY):
        return False
    answer = any(role.permissions & bit for role in roles)
    layers = [
        lambda each: each.type == OVERWRITE_ROLE and each.id == GUILD,
        lambda each: each.type == OVERWRITE_ROLE and each.id in member.role_ids,
        lambda each: each.type == OVERWRITE_MEMBER and each.id == member.user_id,
    ]
    for belongs in layers:
        if any(belongs(each) and each.deny & bit for each in channel.overwrites):
            answer = False
        if any(belongs(each) and each.allow & bit for each in channel.overwrites):
            answer = True
    return answer


@PATIENTLY
@given(st.tuples(bits, bits, bits), members, st.lists(overwrites, max_size=6))
def test_the_reckoning_equals_a_slow_one_bit_by_bit(
    roles: tuple[int, int, int], member: Member, some: list[Overwrite]
) -> None:
    once_each = tuple({(each.type, each.id): each for each in some}.values())
    held, channel = guild(*roles), Channel(once_each)
    computed = computed_permissions(held, member, channel, NOW)
    assert computed == sum(bit for bit in Permission if slow_reckoning(held, member, channel, bit))
    true = permissions_in(held, member, channel, NOW)
    assert true & ~computed == 0, "what is implied only ever takes away"
    assert bool(true) == bool(computed & P.VIEW_CHANNEL)


@PATIENTLY
@given(st.tuples(bits, bits, bits), members, st.lists(overwrites, max_size=6), st.booleans(), st.booleans())
def test_a_thread_never_opens_what_its_parent_keeps_shut(
    roles: tuple[int, int, int], member: Member, some: list[Overwrite], private: bool, joined: bool
) -> None:
    held, channel = guild(*roles), Channel(tuple(some))
    parent = permissions_in(held, member, channel, NOW)
    inside = permissions_in_thread(held, member, channel, NOW, private=private, joined=joined)
    assert not (inside and not parent)
    assert replace(member, user_id=OWNER) != member or inside == ALL


IN_TEXT = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.SEND_MESSAGES_IN_THREADS
    | P.SEND_TTS_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.MENTION_EVERYONE
    | P.ADD_REACTIONS
    | P.MANAGE_MESSAGES
    | P.PIN_MESSAGES
    | P.MANAGE_CHANNELS
    | P.MANAGE_ROLES
    | P.MANAGE_WEBHOOKS
    | P.MANAGE_THREADS
    | P.CREATE_PUBLIC_THREADS
    | P.CREATE_PRIVATE_THREADS
)


async def test_a_client_reckons_the_same_from_what_it_was_sent(town: Town) -> None:
    world, bot, chance = town.sandbox.world, town.application.bot, random.Random(2026)
    member = town.guild.members[bot.id]
    role = world.add_role(town.guild, "Listeners", int(P.MANAGE_THREADS))
    member.role_ids.add(role.id)
    for held in member.roles:
        held.permissions = int(chance_bits(chance))
    subjects = [(town.guild.id, 0), *((held.id, 0) for held in member.roles), (bot.id, 1), (town.maya.id, 1)]
    for number in range(60):
        overwrites = [
            world_models.Overwrite(*subject, int(chance_bits(chance)), int(chance_bits(chance)))
            for subject in subjects
            if chance.random() < 0.6
        ]
        world.add_channel(town.guild, f"channel-{number}", overwrites=overwrites)
    async with running(Bot()) as client:
        there = client.get_guild(town.guild.id)
        assert there is not None
        for channel in there.text_channels:
            theirs = Permission(channel.permissions_for(there.me).value) & IN_TEXT
            assert world.permissions(bot, world.channels[channel.id]) & IN_TEXT == theirs, channel.name


def chance_bits(chance: random.Random) -> Permission:
    return Permission(sum(bit for bit in IN_TEXT if chance.random() < 0.4))
