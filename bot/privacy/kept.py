"""Everything the database keeps, by topic.

content/<language>/words/privacy.toml tells each topic in plain words: what, why, who sees it, how long.
PRIVACY.md repeats them and names each table. Tests hold all three together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.care.cases.concerns import UNPOSTED_KEPT
from bot.care.cases.models import NUMBERS_KEPT, STANDS
from bot.checkins.closing import KEPT_UNDELIVERED
from bot.circles.service import NOTICES_KEPT
from bot.circles.setup import DRAFTS_KEPT
from bot.keys.ring import PERIOD
from bot.meetings.models import OFFER_LIFE
from bot.meetings.models import REPORTS_KEPT as MEETING_REPORTS_KEPT
from bot.participation.models import KEPT
from bot.prompts.rounds import KEPT_AFTER_CLOSING
from bot.relay.models import AFTERWARDS, SILENCE
from bot.reminders.reach import AWAY_KEPT, CLOSED_KEPT
from bot.sharing.models import DRAFT_LIFE, LINK_DAYS, OPEN_DAYS
from bot.sharing.pausing.models import DAYS as PAUSE_DAYS
from bot.sharing.pausing.service import KEPT as PAUSES_KEPT
from bot.sharing.reports.models import KEPT as REPORTS_KEPT
from bot.sharing.reports.models import WORDS_BACK
from bot.sharing.review.models import RETURNED_LIFE

TOPICS: Mapping[str, tuple[str, ...]] = {
    "log": ("consents", "presence", "day_counts"),
    "check_ins": (
        "checkins",
        "checkin_people",
        "checkin_named_words",
        "checkin_unnamed_words",
        "checkin_figures",
    ),
    "prompts": ("prompt_rounds", "prompt_presence", "prompt_answers"),
    "sharing": (
        "drafts",
        "shares",
        "share_images",
        "answers",
        "voices",
        "receipts",
        "nods",
        "pace",
        "contacts",
        "first_answers",
        "share_notices",
        "share_notes",
        "share_steps",
        "reviews",
        "review_votes",
        "reports",
        "report_voices",
        "pauses",
        "taken_down",
        "taken_down_receipts",
    ),
    "care": ("care_countries", "care_quiet", "care_holds", "care_cases", "care_duty", "care_concerns"),
    "meetings": (
        "meeting_offers",
        "relay_talks",
        "relay_sides",
        "relay_letters",
        "meetings",
        "meeting_sides",
        "meeting_blocks",
        "meeting_reports",
    ),
    "reminders": ("reach", "reminder_wishes", "reminders"),
    "listening": ("listeners",),
    "circle": (
        "circles",
        "circle_drafts",
        "sharing_rules",
        "care_rules",
        "share_openings",
        "audit",
        "schedules",
        "schedule_drafts",
        "schedule_changes",
        "schedule_troubles",
        "schedule_events",
        "holds",
        "occurrences",
        "notices",
        "greeted_guilds",
    ),
    "machine": ("outbox", "facts"),
}

# How long things are kept, as the words about them tell it: taken from the code that erases them.
LIVES: Mapping[str, int] = {
    "log_days": KEPT.days,
    "unposted_days": KEPT_UNDELIVERED.days,
    "answer_days": KEPT_AFTER_CLOSING.days,
    "returned_days": RETURNED_LIFE.days,
    "draft_hours": DRAFT_LIFE // timedelta(hours=1),
    "nod_days": OPEN_DAYS.days,
    "link_days": (OPEN_DAYS + LINK_DAYS).days,
    "period_days": PERIOD.days,
    "pause_days": max(PAUSE_DAYS),
    "pause_kept_days": PAUSES_KEPT.days,
    "report_days": REPORTS_KEPT.days,
    "taken_down_days": WORDS_BACK.days,
    "offer_days": OFFER_LIFE.days,
    "silence_days": SILENCE.days,
    "afterwards_days": AFTERWARDS.days,
    "meeting_report_days": MEETING_REPORTS_KEPT.days,
    "case_hours": STANDS // timedelta(hours=1),
    "number_days": NUMBERS_KEPT.days,
    "concern_days": UNPOSTED_KEPT.days,
    "away_days": AWAY_KEPT.days,
    "closed_days": CLOSED_KEPT.days,
    "notice_days": NOTICES_KEPT.days,
    "setup_days": DRAFTS_KEPT.days,
}
