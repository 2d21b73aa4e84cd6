"""Users, members, roles, channels and files that an interaction's values name, as its `resolved` data."""

from __future__ import annotations

from sandbox.models import Attachment, Channel, Guild, Json, Member, Message, Role, User
from sandbox.objects import messages as objects
from sandbox.objects import people, places
from sandbox.world import World

Named = User | Member | Role | Channel | Attachment | Message


class Resolved:
    """Collects what is named; `value()` gives the id to send."""

    def __init__(self, world: World, channel: Channel, user: User, bot: User) -> None:
        self._world, self._channel, self._guild = world, channel, channel.guild
        self._user, self._bot = user, bot
        self._body: dict[str, Json] = {}

    def body(self) -> Json:
        return dict(self._body)

    def value(self, named: Named) -> str:
        if isinstance(named, Member):
            named = named.user
        if isinstance(named, User):
            self._put("users", named.id, people.user(named))
            if self._guild and named.id in self._guild.members:
                self._put("members", named.id, self._member(self._guild, named))
        elif isinstance(named, Role):
            self._put("roles", named.id, people.role(named))
        elif isinstance(named, Channel):
            self._put("channels", named.id, self._with_permissions(named))
        elif isinstance(named, Message):
            body = objects.message(named, self._bot, self._world.base_url)
            self._put("messages", named.id, body)
        else:
            self._world.files[named.id] = named
            named.ephemeral = True
            body = objects.attachment(named, self._channel.id, self._world.base_url)
            self._put("attachments", named.id, body)
        return str(named.id)

    def preselected(self, subject_id: int) -> str:
        """The value of a default that a select opened with, which may be of any kind."""
        roles = self._guild.roles if self._guild else {}
        for known in (self._world.users, roles, self._world.channels):
            if subject_id in known:
                return self.value(known[subject_id])
        return str(subject_id)

    def _with_permissions(self, channel: Channel) -> Json:
        """A channel carries what the invoker and the bot may do there."""
        return places.channel(channel) | {
            "permissions": str(int(self._world.reported_permissions(self._user, channel))),
            "app_permissions": str(int(self._world.reported_permissions(self._bot, channel))),
        }

    def _member(self, guild: Guild, user: User) -> Json:
        body = people.member(guild.members[user.id], with_user=False)
        held = self._world.reported_permissions(user, self._channel)
        return {key: value for key, value in body.items() if key not in ("mute", "deaf")} | {
            "permissions": str(int(held))
        }

    def _put(self, kind: str, subject_id: int, body: Json) -> None:
        self._body.setdefault(kind, {})[str(subject_id)] = body
