"""The file on the disk: whole at every instant, for its owner alone, and one writer at a time.

JSON, version 2: {"version", "root", "link_days", "periods": [{"number", "begins", "ends", "destroyed",
"key"}, ...]}, days as YYYY-MM-DD, keys in base64. Version 1 had the root only.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from bot.errors import StartError
from bot.keys.ring import KEY_BYTES, LINK_DAYS, Period, Ring

VERSION = 2
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFile:
    """Every method raises StartError, one clear line, where the file is not what it should be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._real = Path(os.path.realpath(path))  # a link to the file stays one when the file is replaced

    def read(self) -> Ring | None:
        """What it holds; None where there is none. Changes nothing."""
        with self._told():
            if not self._real.parent.exists():
                return None
        with self._locked():
            return self._read()

    def change(self, change: Callable[[Ring], Ring]) -> Ring:
        """Read it, change what it holds, and write that if it differs: as one step, whoever else is at it."""
        with self._locked():
            ring = self._read()
            if ring is None:
                raise StartError(f"The key file {self.path} is missing.")
            changed = change(ring)
            if changed != ring:
                self._write(changed)
            return changed

    def make(self, ring: Ring) -> Ring:
        """Write the first one; what it holds where another process was faster."""
        with self._told():
            self._real.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            there = self._read()
            if there is None:
                self._write(ring)
            return there or ring

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time. The lock is the folder's, for the file itself is replaced at each change."""
        with self._told():
            folder = os.open(self._real.parent, os.O_RDONLY)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX)
                yield
            finally:
                os.close(folder)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StartError(
                f"The key file {self.path} can't be read or rewritten: {error.strerror}. "
                "It and its folder belong to whoever runs the bot, who may write there."
            ) from None

    def _read(self) -> Ring | None:
        try:
            with self._real.open("rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                raw = file.read()
        except FileNotFoundError:
            return None
        if mode & OTHERS:
            raise StartError(
                f"The key file {self.path} is open to others than its owner (mode {mode:04o}). Nothing was "
                f"changed. If none of them has read it: chmod 600 {self.path}"
            )
        try:
            return decoded(raw)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise StartError(
                f"The key file {self.path} can't be read as one, or is from a newer Towards. "
                "Nothing was changed."
            ) from None

    def _write(self, ring: Ring) -> None:
        """The new file takes the place of the old in one step; then the old one's bytes are overwritten.

        That reaches what the file system overwrites in place; copies, snapshots and worn flash keep theirs.
        """
        new = self._real.with_name(f"{self._real.name}.new")
        _shred(new)  # left by a crash, perhaps with a key that was destroyed since
        _fill(new, encoded(ring), os.O_CREAT | os.O_EXCL)
        old = self._real.open("r+b") if self._real.exists() else None
        os.replace(new, self._real)
        _sync_folder(self._real.parent)
        if old is not None:
            with old:
                _overwrite(old.fileno())


def encoded(ring: Ring) -> bytes:
    periods = [
        {
            "number": period.number,
            "begins": period.begins.isoformat(),
            "ends": period.ends and period.ends.isoformat(),
            "destroyed": period.destroyed and period.destroyed.isoformat(),
            "key": period.key and base64.b64encode(period.key).decode(),
        }
        for period in ring.periods
    ]
    whole = {
        "version": VERSION,
        "root": base64.b64encode(ring.root).decode(),
        "link_days": ring.link_days,
        "periods": periods,
    }
    return json.dumps(whole, indent=1).encode() + b"\n"


def decoded(raw: bytes) -> Ring:
    """Raises ValueError, KeyError, TypeError or AttributeError where it is no key file of a known version."""
    whole = json.loads(raw)
    if whole["version"] == 1:
        return Ring(_key(whole["root"]))
    if whole["version"] != VERSION:
        raise ValueError("another version")
    periods = tuple(
        Period(
            number=int(period["number"]),
            begins=date.fromisoformat(period["begins"]),
            ends=_day(period["ends"]),
            key=None if period["key"] is None else _key(period["key"]),
            destroyed=_day(period["destroyed"]),
        )
        for period in whole["periods"]
    )
    if not periods or periods[-1].key is None:
        raise ValueError("no present period")
    return Ring(_key(whole["root"]), periods, int(whole.get("link_days", LINK_DAYS)))


def _key(written: str) -> bytes:
    key = base64.b64decode(written, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("no key")
    return key


def _day(written: Any) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _fill(path: Path, content: bytes, flags: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _shred(path: Path) -> None:
    if path.exists():
        with path.open("r+b") as file:
            _overwrite(file.fileno())
        path.unlink()


def _overwrite(descriptor: int) -> None:
    os.pwrite(descriptor, bytes(os.fstat(descriptor).st_size), 0)
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
