"""SQLite: connections and transactions, migrations, and how instants are written."""

from bot.db.database import Database, Reader, Row, Transaction
from bot.db.times import instant, written

__all__ = ["Database", "Reader", "Row", "Transaction", "instant", "written"]
