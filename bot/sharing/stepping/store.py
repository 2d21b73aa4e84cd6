from __future__ import annotations

from bot.db import Reader, Transaction
from bot.sharing.stepping.models import Going, Step


async def step(db: Reader, share_id: str) -> Step | None:
    row = await db.one("SELECT * FROM share_steps WHERE share_id = :id", id=share_id)
    if row is None:
        return None
    return Step(row["share_id"], Going(row["going"]), bool(row["with_answers"]), row["version"])


async def save(tx: Transaction, step: Step) -> None:
    await tx.execute(
        """
        INSERT INTO share_steps (share_id, going, with_answers, version)
        VALUES (:share_id, :going, :with_answers, :version)
        ON CONFLICT (share_id) DO UPDATE SET
            going = excluded.going, with_answers = excluded.with_answers, version = excluded.version
        """,
        share_id=step.share_id,
        going=step.going,
        with_answers=int(step.with_answers),
        version=step.version,
    )


async def delete(tx: Transaction, share_id: str) -> None:
    await tx.execute("DELETE FROM share_steps WHERE share_id = :id", id=share_id)
