"""The outbox: nothing is sent inside a transaction, and nothing that was decided goes unsent or twice.

A row is claimed, sent with its nonce, and deleted in the same transaction that tells its feature. A process
that dies in between leaves a claimed row; after its lease the next one looks in the channel before it sends.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.clock import Clock
from bot.db import Database, Transaction
from bot.outbox import store
from bot.outbox.messenger import Messenger
from bot.outbox.models import PATIENCE, Action, Item, Priority, TryLater, Undeliverable, wait_before_try

log = logging.getLogger(__name__)

Delivered = Callable[[Transaction, str, int | None], Awaitable[None]]
"""(transaction, reference, id of the message or thread; None where nothing was left to do)"""
Edited = Callable[[Transaction, str], Awaitable[None]]
"""(transaction, reference): the edit is done, or there was nothing left to edit"""
Failed = Callable[[Transaction, str, str], Awaitable[None]]
"""(transaction, reference, reason in one word)"""

LEASE = timedelta(seconds=30)
SEND_SECONDS = 20.0  # well inside the lease: discord.py may retry inside one send
IN_FLIGHT = 100  # enough for 45 a second where Discord takes two, and for channels that wait for their limit
CATCH_UP = 0.2  # seconds behind its pace that the outbox makes up for, after the machine was busy
LOOK_AGAIN = 1.0  # seconds: a pause may be over, another process may have queued something


class Outbox:
    def __init__(self, db: Database, clock: Clock, *, per_second: float) -> None:
        self._db = db
        self._clock = clock
        self._gap = 1 / per_second
        self._next_send = 0.0
        self._delivered: dict[str, Delivered] = {}
        self._edited: dict[str, Edited] = {}
        self._failed: dict[str, Failed] = {}
        self._news = asyncio.Event()

    def on(
        self,
        kind: str,
        *,
        delivered: Delivered | None = None,
        edited: Edited | None = None,
        failed: Failed | None = None,
    ) -> None:
        """What a feature does, in the same transaction, when an item of its kind has left or can't.

        `delivered` is for what is sent and for threads, `edited` for edits.
        """
        if delivered:
            self._delivered[kind] = delivered
        if edited:
            self._edited[kind] = edited
        if failed:
            self._failed[kind] = failed

    async def enqueue(
        self,
        tx: Transaction,
        *,
        kind: str,
        reference: str,
        channel_id: int,
        priority: Priority,
        action: Action = Action.SEND,
        message_id: int | None = None,
        delay: timedelta = timedelta(0),
    ) -> None:
        """Send, edit or delete a message or open a thread, once `tx` commits (and after `delay`)."""
        await store.insert(
            tx,
            nonce=secrets.token_hex(12),  # 24 characters; Discord takes 25
            kind=kind,
            reference=reference,
            action=action,
            channel_id=channel_id,
            message_id=message_id,
            priority=priority,
            due_at=self._clock.now() + delay,
        )
        self._news.set()

    async def withdraw(self, tx: Transaction, *, kind: str, reference: str) -> int:
        """Take back what has not left yet; how many items that were."""
        return await store.withdraw(tx, kind=kind, reference=reference)

    async def retry(self, tx: Transaction, *, kind: str, reference: str) -> int:
        """Try again what could not be delivered, after a person mended the reason."""
        count = await store.retry_failed(tx, kind=kind, reference=reference, now=self._clock.now())
        self._news.set()
        return count

    def wake(self) -> None:
        """Look again now: the clock was moved, or a connection is back."""
        self._news.set()

    async def settle(self) -> None:
        """Wait until `run` has sent all that is due: for who moves the clock, in the sandbox and in tests."""
        while await store.is_busy(self._db, now=self._clock.now()):
            self.wake()
            await asyncio.sleep(0.005)

    async def run(self, messenger: Messenger) -> None:
        """Send what is due, for as long as the process lives."""
        while True:
            try:
                # News come before their transaction commits: a look with the reader might miss them.
                if self._news.is_set() or await store.is_busy(self._db, now=self._clock.now()):
                    await self.drain(messenger)
            except Exception:
                log.exception("the outbox stumbled; it goes on")
            await self._change(set())

    async def drain(self, messenger: Messenger) -> int:
        """Send everything that is due now; how many items were taken up."""
        taken = 0
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._news.clear()
                item = await self._claim() if len(running) < IN_FLIGHT else None
                if item is not None:
                    taken += 1
                    await self._pace(item)
                    running.add(asyncio.create_task(self._send(messenger, item)))
                elif running:
                    running = await self._change(running)
                else:
                    return taken
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _change(self, running: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        """Wait until a send has ended, something was queued, or it is time to look again; what still runs."""
        news = asyncio.create_task(self._news.wait())
        try:
            done, _ = await asyncio.wait(
                {news, *running}, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            news.cancel()
        for task in running & done:
            if isinstance(error := task.exception(), Exception):
                # One item's trouble is not the others': it is taken up again when its lease is over.
                log.error("what became of an item could not be noted", exc_info=error)
            else:
                task.result()
        return running - done

    async def _claim(self) -> Item | None:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            for item in await store.expired(tx, now=now, latest=now + LEASE):
                await store.wait_again(tx, item, due_at=now)
            return await store.claim(tx, now=now, lease_until=now + LEASE)

    async def _pace(self, item: Item) -> None:
        """Wait for this item's turn."""
        loop = asyncio.get_running_loop()
        start = max(loop.time() - CATCH_UP, self._next_send)
        looks_first = item.in_doubt and item.action is Action.SEND
        self._next_send = start + self._gap * (2 if looks_first else 1)
        await asyncio.sleep(max(0.0, start - loop.time()))

    async def _send(self, messenger: Messenger, item: Item) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                message_id = await messenger.deliver(item)
        except Undeliverable as error:
            await self._give_up(item, error.reason)
        except TryLater as error:
            await self._wait(item, error.after)
        except Exception:
            log.warning(
                "%s of %s did not go through; it will be tried again", item.action, item.kind, exc_info=True
            )
            await self._wait(item, timedelta(0))
        else:
            await self._settle(item, message_id)

    async def _settle(self, item: Item, message_id: int | None) -> None:
        async with self._db.transaction() as tx:
            # Whoever deletes the row tells the feature: a second sender that found the message too does not.
            if not await store.delete(tx, item):
                return
            if item.action in (Action.SEND, Action.THREAD):
                if delivered := self._delivered.get(item.kind):
                    await delivered(tx, item.reference, message_id)
            elif item.action is Action.EDIT and (edited := self._edited.get(item.kind)):
                await edited(tx, item.reference)

    async def _wait(self, item: Item, at_least: timedelta) -> None:
        now = self._clock.now()
        if now - item.first_try_at > PATIENCE:
            await self._give_up(item, "no_answer")
            return
        async with self._db.transaction() as tx:
            await store.wait_again(tx, item, due_at=now + max(at_least, wait_before_try(item.attempts)))

    async def _give_up(self, item: Item, reason: str) -> None:
        log.warning("%s of %s can't be delivered: %s", item.action, item.kind, reason)
        async with self._db.transaction() as tx:
            # A second sender may have delivered it, or given it up and told of it.
            if not await store.fail(tx, item, reason=reason):
                return
            if handler := self._failed.get(item.kind):
                await handler(tx, item.reference, reason)
