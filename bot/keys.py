"""The key file: what seals a text that must wait, and tells two voices apart without naming either.

It lives apart from the database and its backups, so that the database alone reveals no author and no text.
Every purpose has a key of its own (HKDF-SHA256), so one kind of tag says nothing about another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import StartError

_NONCE_BYTES = 12


class Keys:
    def __init__(self, root: bytes) -> None:
        self._root = root
        self._derived: dict[str, bytes] = {}
        self.id = hashlib.sha256(b"towards key file " + root).hexdigest()[:16]

    def seal(self, purpose: str, text: str, *, bound_to: str) -> bytes:
        """Encrypt a text for one row: `bound_to` (the row's id) must be given again to open it."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = ChaCha20Poly1305(self._derive(f"seal {purpose}"))
        return nonce + cipher.encrypt(nonce, text.encode(), bound_to.encode())

    def unseal(self, purpose: str, sealed: bytes, *, bound_to: str) -> str:
        """The text again. Raises ValueError where it was changed, moved, or sealed under another key file."""
        cipher = ChaCha20Poly1305(self._derive(f"seal {purpose}"))
        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode()).decode()
        except InvalidTag:
            raise ValueError("this text was not sealed here") from None

    def tag(self, purpose: str, *parts: object) -> str:
        """The same parts give the same tag (32 hex digits); without the key file it says nothing of them."""
        message = "\x1f".join(str(part) for part in parts).encode()
        return hmac.new(self._derive(f"tag {purpose}"), message, hashlib.sha256).hexdigest()[:32]

    def _derive(self, info: str) -> bytes:
        if info not in self._derived:
            hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info.encode())
            self._derived[info] = hkdf.derive(self._root)
        return self._derived[info]


def open_keys(path: Path, *, expected_id: str | None) -> Keys:
    """The key file's keys; made (mode 0600) only where the database has never had one.

    `expected_id` is the id the database remembers. Raises StartError rather than make new keys over old data.
    """
    try:
        keys = Keys(base64.b64decode(json.loads(path.read_text())["root"], validate=True))
    except FileNotFoundError:
        if expected_id is not None:
            raise StartError(
                f"The key file {path} is missing, and this database was used with one. Nothing was changed: "
                "bring the file back (TOWARDS_KEY_FILE says where it is looked for)."
            ) from None
        return _make(path)
    except (OSError, ValueError, KeyError, TypeError):
        raise StartError(f"The key file {path} can't be read as one. Nothing was changed.") from None
    if expected_id is not None and keys.id != expected_id:
        raise StartError(f"The key file {path} does not belong to this database. Nothing was changed.")
    return keys


def _make(path: Path) -> Keys:
    root = secrets.token_bytes(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"version": 1, "root": base64.b64encode(root).decode()}, file)
        file.flush()
        os.fsync(file.fileno())
    return Keys(root)
