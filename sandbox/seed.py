"""The community everyone starts with: a server, its channels, two who look after it and six members."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.models import Application, Channel, Guild, Overwrite, Role, User
from sandbox.permissions import Permission
from sandbox.world import World

INVITED_WITH = 309237713920
"""View channels, send messages, read history, send in threads, create public threads."""

MEMBERS = {"maya": "Maya", "noor": "Noor", "tomas": "Tomás", "lin": "Lin", "sam": "Sam", "ida": "Ida"}


@dataclass(frozen=True)
class Seeded:
    application: Application
    guild: Guild
    people: dict[str, User]
    """By handle: ana owns the server, ben facilitates with her, the others are members."""
    channels: dict[str, Channel]
    facilitators: Role

    @property
    def token(self) -> str:
        return self.application.token


def seed(world: World, *, token: str, invited: bool = True) -> Seeded:
    """Build it, with a bot of that token. `invited`: with just the permissions it asks for, or not yet."""
    ana = world.add_user("ana", global_name="Ana")
    ben = world.add_user("ben", global_name="Ben")
    members = {handle: world.add_user(handle, global_name=name) for handle, name in MEMBERS.items()}
    guild = world.add_guild("Harbour House", ana)
    facilitators = world.add_role(guild, "Facilitators", color=0x6B8F9C)
    guild.members[ana.id].role_ids.add(facilitators.id)
    world.add_member(guild, ben, [facilitators])
    for user in members.values():
        world.add_member(guild, user)
    application = world.add_application("Towards", token, owner=ana)
    if invited:
        world.install(application, guild, INVITED_WITH)
    channels = {name: world.add_channel(guild, name) for name in ("welcome", "circle", "sharing")}
    channels["facilitators"] = world.add_channel(
        guild,
        "facilitators",
        overwrites=[
            Overwrite(guild.id, 0, deny=int(Permission.VIEW_CHANNEL)),
            Overwrite(facilitators.id, 0, allow=int(Permission.VIEW_CHANNEL)),
            Overwrite(application.bot.id, 1, allow=int(Permission.VIEW_CHANNEL)),
        ],
    )
    return Seeded(application, guild, {"ana": ana, "ben": ben} | members, channels, facilitators)
