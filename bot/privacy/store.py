from __future__ import annotations

from bot.db import Database


async def rewrite(db: Database) -> None:
    """Write the whole file anew from the rows that there are, and empty the write-ahead log.

    `secure_delete` overwrites what is deleted where it stands, but not the copies of it that were left behind
    inside pages when their rows were moved to make room (measured: among 500 erased ids of 1500, 4 were
    still there). The database can be written to again afterwards; it takes about a second for 100 MB.
    """
    async with db.transaction() as tx:
        # SQLite rewrites outside a transaction only. Ours is left while its lock is still held, so that no
        # one else's begins meanwhile.
        await tx.execute("COMMIT")
        await tx.execute("VACUUM")
        await tx.execute("BEGIN IMMEDIATE")
    await db.checkpoint()
