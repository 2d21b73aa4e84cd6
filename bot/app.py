"""The app: every service, built from settings, database, keys, clock and content. Discord is unknown here."""

from __future__ import annotations

import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot import content as words
from bot.audit.service import Audit
from bot.care import lines as help_lines
from bot.care.cases.service import Cases
from bot.care.holds.service import Holds
from bot.care.screening import Screening
from bot.care.service import Care
from bot.checkins.service import CheckIns
from bot.circles import zones
from bot.circles.service import Circles
from bot.circles.setup import Setup
from bot.circles.zones import Zones
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.contacts.service import Contacts
from bot.content import Content
from bot.db import Database, facts
from bot.db.migrate import migrate
from bot.keys import Keys, open_keys
from bot.listeners.service import Listeners
from bot.meetings.service import Meetings
from bot.outbox.service import Outbox
from bot.participation.service import Participation
from bot.privacy.service import Privacy
from bot.prompts.answers import Answers
from bot.prompts.choosing import load_libraries
from bot.prompts.service import Prompts
from bot.relay.service import Relay
from bot.reminders.occasions import Occasions
from bot.reminders.service import Reminders
from bot.schedules.service import Schedules
from bot.sharing import names as pseudonyms
from bot.sharing.service import Sharing

log = logging.getLogger(__name__)

KEY_FILE = "key_file"
"""The fact by which a database knows its key file: the file's id."""


@dataclass(frozen=True)
class App:
    settings: Settings
    clock: Clock
    content: Content
    care: Care
    db: Database
    keys: Keys
    outbox: Outbox
    circles: Circles
    participation: Participation
    schedules: Schedules
    setup: Setup
    zones: Zones
    checkins: CheckIns
    prompts: Prompts
    sharing: Sharing
    audit: Audit
    contacts: Contacts
    listeners: Listeners
    reminders: Reminders
    relay: Relay
    meetings: Meetings
    privacy: Privacy

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
        """Migrate the database, check content and key file, and build the services.

        Raises StartError, one clear line, where something is not as it should be.
        """
        clock = clock or SystemClock()
        content = words.load(settings.content)
        lines = help_lines.load(settings.content)
        cities = zones.load(settings.content)
        libraries = load_libraries(settings.content)
        names = pseudonyms.load(settings.content, random.SystemRandom())
        migrate(settings.database)
        async with Database.open(settings.database) as db:
            keys = await _keys(settings, db, clock)
            outbox = Outbox(db, clock, per_second=settings.sends_per_second)
            circles = Circles(db, clock, outbox)
            participation = Participation(db, clock)
            schedules = Schedules(db, clock, outbox, circles, content)
            checkins = CheckIns(db, clock, keys, outbox, circles, participation, schedules)
            prompts = Prompts(
                db,
                clock,
                outbox,
                circles,
                participation,
                schedules,
                Answers(db, clock, outbox, keys, circles),
                libraries,
                random.SystemRandom(),
            )
            audit, contacts = Audit(db, clock, keys), Contacts(db, clock, keys)
            holds = Holds(db, clock, keys, outbox, contacts, random.SystemRandom())
            sharing = Sharing(
                db,
                clock,
                keys,
                outbox,
                circles,
                participation,
                names,
                audit,
                contacts,
                random.SystemRandom(),
            )
            await sharing.bring_into_periods()
            reminders = Reminders(
                db, clock, keys, outbox, circles, Occasions(checkins, prompts), schedules.rests
            )
            relay = Relay(db, clock, keys, outbox, circles, contacts, reminders.reach)
            meetings = Meetings(db, clock, keys, outbox, circles, contacts, sharing, relay)
            cases = Cases(db, clock, keys, outbox, circles, contacts, relay, reminders.reach, audit)
            care = Care(db, clock, keys, lines, Screening.open(settings.content), holds, cases)
            listeners = Listeners(
                db,
                clock,
                keys,
                outbox,
                circles,
                contacts,
                sharing,
                schedules.rests,
                random.SystemRandom(),
            )
            setup = Setup(db, clock, outbox, circles, schedules, content.locales)
            keepers = (
                ("log", participation),
                ("check_ins", checkins),
                ("prompts", prompts),
                ("sharing", sharing),
                ("meetings", meetings),
                ("care", care),
                ("talks", relay),
                ("listening", listeners),
                ("contacts", contacts),
                ("reminders", reminders),
                ("circle_setup", setup),
                ("schedules", schedules),
            )
            yield cls(
                settings=settings,
                clock=clock,
                content=content,
                care=care,
                db=db,
                keys=keys,
                outbox=outbox,
                circles=circles,
                participation=participation,
                schedules=schedules,
                setup=setup,
                zones=cities,
                checkins=checkins,
                prompts=prompts,
                sharing=sharing,
                audit=audit,
                contacts=contacts,
                listeners=listeners,
                reminders=reminders,
                relay=relay,
                meetings=meetings,
                privacy=Privacy(db, clock, circles, participation, audit, keepers),
            )

    async def tick(self) -> None:
        """Do what is due now. Called every few seconds; a missed or doubled call changes nothing."""
        for do_due in (
            self._turn_keys,
            self.circles.do_due,
            self.setup.do_due,
            self.schedules.run_due,
            self.schedules.drafts.do_due,
            self.schedules.mirrors.do_due,
            self.checkins.close_due,
            self.prompts.do_due,
            self.relay.do_due,
            self.meetings.do_due,
            self.care.cases.do_due,
            self.sharing.do_due,
            self.reminders.do_due,
            self.listeners.do_due,
            self.care.holds.do_due,
            self.privacy.purge_due,
        ):
            try:
                await do_due()
            except Exception:  # one feature's trouble keeps no other from its time
                log.exception("%s failed; the next tick tries again", do_due.__qualname__)

    async def _turn_keys(self) -> None:
        self.keys.turn(self.clock.now().date())


async def _keys(settings: Settings, db: Database, clock: Clock) -> Keys:
    async with db.transaction() as tx:  # two processes that start at once make one key file
        keys = open_keys(
            settings.key_file, expected_id=await facts.recall(tx, KEY_FILE), today=clock.now().date()
        )
        await facts.remember(tx, KEY_FILE, keys.id)
    return keys
