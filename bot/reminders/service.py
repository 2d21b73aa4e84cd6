from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Priority, TryLater
from bot.outbox.service import Outbox
from bot.reminders import store
from bot.reminders.models import Asked, Occasion, Pending, Person, Reminder, Wish
from bot.reminders.occasions import Occasions
from bot.reminders.reach import Reach
from bot.reminders.times import DAY
from bot.schedules.resting import Rests

log = logging.getLogger(__name__)

DM = "reminder.dm"
PURPOSE = "reminder person"

LOOK_EVERY = timedelta(seconds=30)
"""A reminder need not come to the second, and looking costs two short queries a window that is open."""

PACE = timedelta(seconds=1)
"""Between two reminders: Discord asks for few direct messages at a time, and names no number."""

AHEAD = timedelta(seconds=10)
"""So far ahead reminders are handed to the outbox, later ones in their turn. It is more than a tick, and not
by much: after a downtime all that waits in the outbox leaves at once."""

AT_ONCE = 300
"""Of those that are due, so many are held between two looks; the next look finds the others."""

A_BREATH = 100
"""After looking at so many, others have their turn: interactions are answered meanwhile."""

CLOSED = frozenset({"closed_dms", "channel_gone"})
"""The outbox's reasons that tell of closed direct messages."""


@dataclass(frozen=True)
class Mine:
    """What someone asked for: in which open circles, and how they may be reached."""

    person: Person
    wishes: tuple[tuple[Circle, Asked], ...]


@dataclass(frozen=True)
class Shown:
    """What a reminder says, to whom and in which language."""

    user_id: int
    locale: str
    circle: Circle
    occasion: Occasion


class Reminders:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        occasions: Occasions,
        rests: Rests,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._occasions = occasions
        self._rests = rests
        self.reach = Reach(db, clock, keys)
        self._due: deque[Pending] = deque()
        self._looked: datetime | None = None
        self._tidied: datetime | None = None
        outbox.on(DM, failed=self._failed)

    # What members do

    async def ask(
        self,
        circle: Circle,
        user_id: int,
        asked: Asked,
        *,
        channel_id: int,
        locale: str,
        zone: str | None = None,
    ) -> Mine:
        """Be reminded of what comes in a circle from now on; takes the place of what they asked for before.

        `channel_id` is their direct messages with the bot, which are open; `zone` their own, if they tell it.
        """
        who = self.reach.who(user_id)
        async with self._db.transaction() as tx:
            person = await store.person(tx, who)
            person = replace(
                person,
                sealed=self._keys.seal(PURPOSE, str(user_id), bound_to=who),
                channel_id=channel_id,
                locale=locale,
                zone=zone or person.zone,
                closed_at=None,
            )
            await self.reach.keep(tx, person)
            await store.save_wish(tx, who, Wish(circle.id, asked, self._clock.now()))
        return await self.mine(user_id)

    async def stop(self, circle_id: str, user_id: int) -> None:
        """No more reminders of this circle, one that is on its way included."""
        async with self._db.transaction() as tx:
            await self._stop(tx, circle_id, self.reach.who(user_id))

    async def mine(self, user_id: int) -> Mine:
        person = await self.reach.of(user_id)
        wishes = await store.wishes_of(self._db, person.who)
        found = [(await self._circle(wish.circle_id), wish.asked) for wish in wishes]
        return Mine(person, tuple((circle, asked) for circle, asked in found if circle is not None))

    # What time does

    async def do_due(self) -> None:
        """Decide what is due: each reminder once, and never more than one a second."""
        now = self._clock.now()
        if self._looked is None or not timedelta(0) <= now - self._looked < LOOK_EVERY:
            self._looked = now
            await self._tidy(now)
            self._due = await self._find_due(now)
        leaves_at = await self._next_leaving(now) if self._due else now
        while self._due and leaves_at <= now + AHEAD:
            pending = self._due.popleft()
            try:
                if pending.is_due(now) and await self._decide(pending, now, leaves_at):
                    leaves_at += PACE
            except Exception:
                log.exception("a reminder could not be decided; it is tried again")

    # What is sent

    async def shown(self, reminder_id: str) -> Shown | None:
        """What a reminder says; None where it has no place any more: they came, want none, it has closed, or
        the circle holds everything.

        Raises TryLater where their quiet hours have begun meanwhile.
        """
        reminder = await store.reminder(self._db, reminder_id)
        if reminder is None:
            return None
        now = self._clock.now()
        occasion = await self._occasions.get(reminder.occasion)
        person = await store.person(self._db, reminder.who)
        wish = await store.wish(self._db, reminder.circle_id, reminder.who)
        if occasion is None or wish is None or person.sealed is None or now >= occasion.closes_at:
            return None
        circle = await self._circles.get(reminder.circle_id)
        if await self._rests.held(circle) is not None:
            return None
        may_leave = person.may_be_reached(now, circle.tz)
        if may_leave is None or may_leave >= occasion.closes_at:
            return None
        if may_leave > now:
            raise TryLater(may_leave - now)
        user_id = self._user_id(person)
        if await self._occasions.has_come(occasion, user_id):
            return None
        return Shown(user_id, person.locale or circle.locale, circle, occasion)

    async def left(self, reminder_id: str) -> None:
        """The one it is for has left the circle's server: what they asked for there is erased."""
        async with self._db.transaction() as tx:
            reminder = await store.reminder(tx, reminder_id)
            if reminder is not None:
                await self._stop(tx, reminder.circle_id, reminder.who)

    # What is kept about someone

    async def export(self, user_id: int) -> dict[str, list[dict[str, object]]]:
        return await store.export_of(self._db, self.reach.who(user_id))

    async def forget(self, tx: Transaction, user_id: int) -> None:
        who = self.reach.who(user_id)
        await self._withdraw(tx, who)
        await store.forget(tx, who)

    # Inside

    async def _find_due(self, now: datetime) -> deque[Pending]:
        """The next ones that are due. Each is decided later, by what is so then: this only saves looking."""
        due: deque[Pending] = deque()
        if not await store.is_anything_wished_for(self._db):
            return due
        for occasion in await self._occasions.open_now():
            circle = await self._circle(occasion.circle_id)
            if circle is None or await self._rests.held(circle) is not None:
                continue
            for number, (wish, person) in enumerate(await store.undecided(self._db, occasion)):
                if number % A_BREATH == 0:
                    await asyncio.sleep(0)
                pending = Pending(occasion, wish, person, circle.zone)
                if pending.is_due(now):
                    due.append(pending)
                if len(due) == AT_ONCE:
                    return due
        return due

    async def _next_leaving(self, now: datetime) -> datetime:
        last = await store.last_leaves_at(self._db)
        if last is None or last > now + AHEAD:  # further ahead only where the clock was set back
            return now
        return max(now, last + PACE)

    async def _decide(self, pending: Pending, now: datetime, leaves_at: datetime) -> bool:
        """Decide, once, on a reminder whose time has come; whether one is sent."""
        occasion, person = pending.occasion, pending.person
        came = await self._occasions.has_come(occasion, self._user_id(person))
        reminder = Reminder(
            id=secrets.token_hex(8),
            occasion=occasion.id,
            who=person.who,
            circle_id=occasion.circle_id,
            leaves_at=now if came else leaves_at,
            closes_at=occasion.closes_at,
        )
        async with self._db.transaction() as tx:
            unchanged = (
                await store.person(tx, person.who) == person
                and await store.wish(tx, occasion.circle_id, person.who) == pending.wish
            )
            if not unchanged or not await store.insert_reminder(tx, reminder) or came:
                return False
            assert person.channel_id is not None
            await self._outbox.enqueue(
                tx,
                kind=DM,
                reference=reminder.id,
                channel_id=person.channel_id,
                priority=Priority.REMINDER,
                delay=leaves_at - now,
            )
        return True

    async def _failed(self, tx: Transaction, reminder_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=DM, reference=reminder_id)
        reminder = await store.reminder(tx, reminder_id)
        if reminder is None or reason not in CLOSED:
            return  # this one is let go; the next may go through
        for wish in await store.wishes_of(tx, reminder.who):
            await self._stop(tx, wish.circle_id, reminder.who)
        await self.reach.close(tx, reminder.who)

    async def _stop(self, tx: Transaction, circle_id: str, who: str) -> None:
        """Of whom no reminder is left to send, neither id nor direct messages are kept."""
        await store.delete_wish(tx, circle_id, who)
        if not await store.wishes_of(tx, who):
            await self._withdraw(tx, who)
            person = await store.person(tx, who)
            await self.reach.keep(tx, replace(person, sealed=None, channel_id=None, locale=None))

    async def _withdraw(self, tx: Transaction, who: str) -> None:
        for reminder_id in await store.reminders_of(tx, who):
            await self._outbox.withdraw(tx, kind=DM, reference=reminder_id)

    async def _tidy(self, now: datetime) -> None:
        """Erase what was decided about windows that are over and, once a day, what is of no use any more."""
        if await store.is_any_over(self._db, now):
            async with self._db.transaction() as tx:
                await store.delete_over(tx, now)
        if self._tidied is not None and timedelta(0) <= now - self._tidied < DAY:
            return
        ended = [id for id in await store.circles_wished_for(self._db) if await self._circle(id) is None]
        async with self._db.transaction() as tx:
            await self.reach.purge(tx)
            for circle_id in ended:
                for who in await store.people_of_circle(tx, circle_id):
                    await self._stop(tx, circle_id, who)
        self._tidied = now

    async def _circle(self, circle_id: str) -> Circle | None:
        """None if it was closed."""
        try:
            return await self._circles.get(circle_id)
        except UserError:
            return None

    def _user_id(self, person: Person) -> int:
        assert person.sealed is not None
        return int(self._keys.unseal(PURPOSE, person.sealed, bound_to=person.who))
