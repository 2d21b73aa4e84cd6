from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field, replace

from bot.db import Database, Reader, Row, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.sharing.drafts.service import Drafts
from bot.sharing.images import store
from bot.sharing.images.drawing import Drawing
from bot.sharing.images.models import BESIDE_MAX, DESCRIPTION_MAX, Image, Kind
from bot.sharing.models import Draft, Share
from bot.sharing.rules.service import SharingRules
from bot.sharing.text import length, says_something


@dataclass(frozen=True)
class Lifted:
    """An image on its way from one draft to another, or to a share."""

    id: str
    sealed: bytes = field(repr=False)


class Images:
    """The image of a draft, and then of its share until Discord has it.

    Its row goes with that of the draft or the share, whatever erases it.
    """

    def __init__(self, db: Database, keys: Keys, drafts: Drafts, rules: SharingRules) -> None:
        self._db = db
        self._keys = keys
        self._drafts = drafts
        self._rules = rules
        self._drawing = Drawing()

    async def are_welcome(self, circle_id: str | None) -> bool:
        """Whether a circle takes images with its shares; True while no circle is chosen."""
        return circle_id is None or (await self._rules.of(circle_id)).images

    async def put(self, handle: str, user_id: int, data: bytes) -> Image:
        """Draw a file anew and put it to a draft, in place of an image that was there.

        Takes seconds. Raises UserError where its circle takes none, or the file can't be taken.
        """
        draft = await self._drafts.read(handle, user_id)
        if draft.is_answer or not await self.are_welcome(draft.circle_id):
            raise UserError("image.errors.not_here")
        _check_room(draft)
        image = await self._drawing.anew(data)
        id = secrets.token_hex(16)
        async with self._db.transaction() as tx:
            draft = await self._drafts.read(handle, user_id, tx)
            _check_room(draft)
            await store.delete_of_draft(tx, draft.id)
            await store.insert(tx, id, self._seal(id, image), draft_id=draft.id)
        return image

    async def of_draft(self, draft_id: str) -> Image | None:
        return self._image(await store.of_draft(self._db, draft_id))

    async def of_share(self, share_id: str) -> Image | None:
        """None where it had none, or Discord has it."""
        return self._image(await store.of_share(self._db, share_id))

    async def is_there(self, id: str, db: Reader | None = None) -> bool:
        """Whether a draft or a share has one. `db`: the transaction this is asked in, if any."""
        return await store.is_there(db or self._db, id)

    async def describe(self, handle: str, user_id: int, description: str) -> None:
        """Say for who can't see it what is to be seen; empty: nothing is said."""
        description = description.strip()
        if length(description) > DESCRIPTION_MAX:
            raise UserError("image.errors.description_too_long", most=DESCRIPTION_MAX)
        async with self._db.transaction() as tx:
            draft = await self._drafts.read(handle, user_id, tx)
            row = await store.of_draft(tx, draft.id)
            image = self._image(row)
            if row is None or image is None:
                raise UserError("image.errors.gone")
            sealed = self._seal(row["id"], replace(image, description=description))
            await store.change(tx, row["id"], sealed)

    async def take_out(self, handle: str, user_id: int) -> Draft:
        """Erase a draft's image and keep its words; the draft."""
        async with self._db.transaction() as tx:
            draft = await self._drafts.read(handle, user_id, tx)
            await store.delete_of_draft(tx, draft.id)
        return draft

    # Between rows, within what the rest of sharing does

    async def fit_to(self, handle: str, user_id: int, circle_id: str) -> None:
        """Erase a draft's image where this circle takes none. Raises UserError if it has no words besides."""
        if await self.are_welcome(circle_id):
            return
        async with self._db.transaction() as tx:
            draft = await self._drafts.read(handle, user_id, tx)
            if await store.is_there(tx, draft.id):
                if not says_something(draft.body.text):
                    raise UserError("image.errors.not_here")
                await store.delete_of_draft(tx, draft.id)

    async def lift(self, tx: Transaction, draft_id: str) -> Lifted | None:
        """A draft's image, to be given to another row once the draft is erased."""
        return _lifted(await store.of_draft(tx, draft_id))

    async def lift_from_share(self, tx: Transaction, share_id: str) -> Lifted | None:
        """As `lift`, of a share that was handed back."""
        return _lifted(await store.of_share(tx, share_id))

    async def give_to_draft(self, tx: Transaction, image: Lifted, draft: Draft) -> None:
        await store.insert(tx, image.id, image.sealed, draft_id=draft.id)

    async def give_to_share(self, tx: Transaction, image: Lifted, share: Share) -> None:
        """Raises UserError where the circle takes no images any more."""
        if not (await self._rules.of(share.circle_id, tx)).images:
            raise UserError("image.errors.not_here_now")
        await store.insert(tx, image.id, image.sealed, share_id=share.id)

    async def put_back(self, tx: Transaction, share_id: str, image: Image) -> None:
        """As it stood: for a share that was taken down, to be read again."""
        id = secrets.token_hex(16)
        await store.insert(tx, id, self._seal(id, image), share_id=share_id)

    def _seal(self, id: str, image: Image) -> bytes:
        inside = {
            "data": base64.b64encode(image.data).decode(),
            "kind": image.kind,
            "description": image.description,
            "stood_still": image.stood_still,
        }
        return self._keys.seal("image", json.dumps(inside), bound_to=id)

    def _image(self, row: Row | None) -> Image | None:
        if row is None:
            return None
        inside = json.loads(self._keys.unseal("image", row["image"], bound_to=row["id"]))
        return Image(
            base64.b64decode(inside["data"]),
            Kind(inside["kind"]),
            inside["description"],
            inside["stood_still"],
        )


def _check_room(draft: Draft) -> None:
    if length(draft.body.text) > BESIDE_MAX:
        raise UserError("image.errors.too_many_words", most=BESIDE_MAX)


def _lifted(row: Row | None) -> Lifted | None:
    return None if row is None else Lifted(row["id"], row["image"])
