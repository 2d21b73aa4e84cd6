from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Collection
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import StartError
from bot.keys.file import KeyFile
from bot.keys.ring import KEY_BYTES, Ring

log = logging.getLogger(__name__)

_NONCE_BYTES = 12


class Keys:
    """What opens and what recognises. Every purpose has keys of its own (HKDF-SHA256).

    `seal` and `tag` use the lasting key, `link` a period's: for what joins a person to something anonymous.
    """

    def __init__(self, ring: Ring, file: KeyFile | None = None) -> None:
        self._ring = ring
        self._file = file
        self._derived: dict[tuple[int, str], bytes] = {}
        self._trouble = ""

    @property
    def id(self) -> str:
        return self._ring.id

    # With the lasting key

    def seal(self, purpose: str, text: str, *, bound_to: str) -> bytes:
        """Encrypt a text for one row: `bound_to` (the row's id) must be given again to open it."""
        return _seal(self._derive(f"seal {purpose}"), text, bound_to)

    def unseal(self, purpose: str, sealed: bytes, *, bound_to: str) -> str:
        """The text again. Raises ValueError where it was changed, moved, or sealed under another key file."""
        return _unseal(self._derive(f"seal {purpose}"), sealed, bound_to)

    def tag(self, purpose: str, *parts: object) -> str:
        """The same parts give the same tag (32 hex digits); without the key file it says nothing of them."""
        message = "\x1f".join(str(part) for part in parts)
        return _mac(self._derive(f"tag {purpose}"), message)

    # With the key of a period

    @property
    def period(self) -> int:
        """The present period, for what begins now."""
        return self._ring.periods[-1].number

    @property
    def living(self) -> tuple[int, ...]:
        """Periods whose keys are there; the present one comes first."""
        return tuple(period.number for period in self._ring.living)

    def period_of(self, period: int | None) -> int:
        """That period while its key is there, and else the present one."""
        return period if period in self.living else self.period

    def link(self, period: int | None, purpose: str, *parts: object) -> str:
        """As `tag`, until the key of `period_of(period)` is destroyed: then it leads to nothing any more.

        Where that period is gone it is reckoned with the present one, and so is equal to nothing made before.
        """
        return self.within(period, purpose, self.tag(purpose, *parts))

    def seal_within(self, period: int, purpose: str, text: str, *, bound_to: str) -> bytes:
        """As `seal`, until the key of that period (it must be living) is destroyed."""
        return _seal(self._derive(f"seal {purpose}", period), text, bound_to)

    def unseal_within(self, period: int, purpose: str, sealed: bytes, *, bound_to: str) -> str:
        """As `unseal`, for what `seal_within` sealed in a period that is living."""
        return _unseal(self._derive(f"seal {purpose}", period), sealed, bound_to)

    def within(self, period: int | None, purpose: str, tag: str) -> str:
        """The link made of a tag: how tags from before there were periods are brought into one."""
        return _mac(self._derive(f"link {purpose}", self.period_of(period)), tag)

    # Time, and whoever changes the file meanwhile

    def turn(self, today: date, done_with: Collection[int] = ()) -> None:
        """Begin a period and destroy keys as the day asks; take over what `towards keys` did to the file.

        `done_with`: past periods with which nothing in the database is reckoned any more, be it because its
        circles let links live for few days only. Their keys have done their work, and go at once.
        Where the file can't be read or written (it is told in the log, once) the keys stay as they are.
        """
        if self._file is None:
            return
        try:
            ring = self._file.change(lambda ring: _same(self._file, ring, self.id).turned(today, done_with))
        except StartError as error:
            if self._trouble != str(error):
                log.error("keys are not turned over: %s", error)
            self._trouble = str(error)
            return
        self._trouble = ""
        if ring != self._ring:
            self._ring = ring
            self._derived.clear()

    def _derive(self, info: str, period: int = 0) -> bytes:
        if (period, info) not in self._derived:
            roots = {each.number: each.key for each in self._ring.living}
            root = roots[period] if period else self._ring.root
            assert root is not None
            hkdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info.encode())
            self._derived[period, info] = hkdf.derive(root)
        return self._derived[period, info]


def _seal(key: bytes, text: str, bound_to: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, text.encode(), bound_to.encode())


def _unseal(key: bytes, sealed: bytes, bound_to: str) -> str:
    nonce, inside = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, inside, bound_to.encode()).decode()
    except InvalidTag:
        raise ValueError("this text was not sealed here") from None


def _mac(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()[:32]


def open_keys(path: Path, *, expected_id: str | None, today: date) -> Keys:
    """The key file's keys, as of today; the file is made only where the database has never had one.

    `expected_id` is the id the database remembers. Raises StartError rather than make new keys over old data.
    """
    file = KeyFile(path)
    if read_keys(file, expected_id=expected_id) is None:
        file.make(Ring(secrets.token_bytes(KEY_BYTES)).turned(today))
    return Keys(file.change(lambda ring: _same(file, ring, expected_id).turned(today)), file)


def read_keys(file: KeyFile, *, expected_id: str | None) -> Ring | None:
    """What a key file holds, changing nothing; None where there is none and the database never had one.

    Raises StartError where it is missing, can't be read, or belongs to another database.
    """
    ring = file.read()
    if ring is None and expected_id is not None:
        raise StartError(
            f"The key file {file.path} is missing, and this database was used with one. Nothing was changed: "
            "bring the file back (TOWARDS_KEY_FILE says where it is looked for)."
        )
    return ring and _same(file, ring, expected_id)


def _same(file: KeyFile | None, ring: Ring, expected_id: str | None) -> Ring:
    if expected_id is not None and ring.id != expected_id:
        path = "" if file is None else f" {file.path}"
        raise StartError(f"The key file{path} does not belong to this database. Nothing was changed.")
    return ring
