"""Which periods of the key file something in the database is still reckoned with."""

from __future__ import annotations

from bot.db.database import Reader


async def in_use(db: Reader) -> set[int]:
    """The periods named in any table, whosever it is: the column is called `period`."""
    tables = await db.all(
        """
        SELECT tables.name FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
        WHERE tables.type = 'table' AND columns.name = 'period'
        """
    )
    return {
        row["period"]
        for table in tables
        # The name is the schema's own.
        for row in await db.all(f'SELECT DISTINCT period FROM "{table["name"]}"')  # noqa: S608
        if row["period"] is not None
    }
