from __future__ import annotations

from datetime import time

from bot.db import Reader, Transaction
from bot.sharing.rules.models import Leaving, Review, Rules, Welcome


async def rules(db: Reader, circle_id: str) -> Rules:
    row = await db.one("SELECT * FROM sharing_rules WHERE circle_id = :id", id=circle_id)
    if row is None:
        return Rules()
    return Rules(
        leaving=Leaving(row["leaving"]),
        hold_minutes=row["hold_minutes"],
        hour=time.fromisoformat(row["hour"]),
        authors=row["authors"],
        review=Review(row["review"]),
        votes=row["votes"],
        images=bool(row["images"]),
        link_days=row["link_days"],
        unanswered_hours=row["unanswered_hours"],
        stopped=bool(row["stopped"]),
    )


async def save(tx: Transaction, circle_id: str, rules: Rules) -> None:
    await tx.execute(
        """
        INSERT INTO sharing_rules (circle_id, leaving, hold_minutes, hour, authors, review, votes, images,
                                   link_days, unanswered_hours, stopped)
        VALUES (:circle_id, :leaving, :hold_minutes, :hour, :authors, :review, :votes, :images,
                :link_days, :unanswered_hours, :stopped)
        ON CONFLICT (circle_id) DO UPDATE SET
            leaving = excluded.leaving, hold_minutes = excluded.hold_minutes, hour = excluded.hour,
            authors = excluded.authors, review = excluded.review, votes = excluded.votes,
            images = excluded.images, link_days = excluded.link_days,
            unanswered_hours = excluded.unanswered_hours, stopped = excluded.stopped
        """,
        circle_id=circle_id,
        leaving=rules.leaving,
        hold_minutes=rules.hold_minutes,
        hour=rules.hour.strftime("%H:%M"),
        authors=rules.authors,
        review=rules.review,
        votes=rules.votes,
        images=int(rules.images),
        link_days=rules.link_days,
        unanswered_hours=rules.unanswered_hours,
        stopped=int(rules.stopped),
    )


async def welcome(db: Reader, circle_id: str) -> Welcome | None:
    row = await db.one(
        "SELECT welcome_channel_id, welcome_message_id FROM sharing_rules WHERE circle_id = :id", id=circle_id
    )
    if row is None or row["welcome_message_id"] is None:
        return None
    return Welcome(row["welcome_channel_id"], row["welcome_message_id"])


async def keep_welcome(tx: Transaction, circle_id: str, card: Welcome) -> None:
    await save(tx, circle_id, await rules(tx, circle_id))  # so that there is a row
    await tx.execute(
        """
        UPDATE sharing_rules SET welcome_channel_id = :channel_id, welcome_message_id = :message_id
        WHERE circle_id = :circle_id
        """,
        circle_id=circle_id,
        channel_id=card.channel_id,
        message_id=card.message_id,
    )


async def has_links_longer_than(db: Reader, circle_id: str, days: int) -> bool:
    """Of what stands where everyone sees it: that something waits is nobody's to know."""
    sql = """
        SELECT 1 WHERE EXISTS (SELECT 1 FROM shares WHERE circle_id = :circle_id AND link_days > :days
                               AND state IN ('open', 'closed'))
                    OR EXISTS (SELECT 1 FROM answers WHERE circle_id = :circle_id AND link_days > :days
                               AND state = 'open')
        """
    return await db.one(sql, circle_id=circle_id, days=days) is not None


async def shorten_links(tx: Transaction, circle_id: str, days: int) -> None:
    shorter = {"circle_id": circle_id, "days": days}
    await tx.execute(
        "UPDATE shares SET link_days = :days WHERE circle_id = :circle_id AND link_days > :days", **shorter
    )
    await tx.execute(
        "UPDATE answers SET link_days = :days WHERE circle_id = :circle_id AND link_days > :days", **shorter
    )
