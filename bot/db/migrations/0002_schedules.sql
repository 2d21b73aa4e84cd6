-- When a circle's check-ins and prompts come. A rule means the wall clock of the circle's zone.
CREATE TABLE schedules (
    id             TEXT PRIMARY KEY,
    circle_id      TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    kind           TEXT NOT NULL CHECK (kind IN ('check_in', 'prompt')),
    rule           TEXT NOT NULL,              -- JSON, such as {"at": "19:00", "days": ["tue"], "type": "weekly"}
    window_minutes INTEGER NOT NULL CHECK (window_minutes > 0),    -- how long each one stays open
    deck           TEXT,                       -- for prompts: the deck they are taken from
    late_minutes   INTEGER NOT NULL CHECK (late_minutes > 0),      -- missed by less: posted late; else skipped and told
    state          TEXT NOT NULL CHECK (state IN ('active', 'paused', 'needs_attention', 'removed')),
    reason         TEXT,                       -- while it needs attention: why, in one word
    next_slot      TEXT,                       -- its next time as the circle's wall clock shows it, YYYY-MM-DDTHH:MM
    next_run_at    TEXT,                       -- the same as an instant, UTC; both absent while it does not run
    created_at     TEXT NOT NULL,
    CHECK ((kind = 'prompt') = (deck IS NOT NULL)),
    CHECK ((next_slot IS NULL) = (next_run_at IS NULL))
) STRICT;

CREATE INDEX schedules_due ON schedules (next_run_at) WHERE next_run_at IS NOT NULL;
CREATE INDEX schedules_by_circle ON schedules (circle_id);
-- Two schedules that are alike would post everything twice.
CREATE UNIQUE INDEX schedules_once ON schedules (circle_id, kind, rule, coalesce(deck, ''))
    WHERE state <> 'removed';

-- Each single time of a schedule that was decided upon: once, however many processes look.
CREATE TABLE occurrences (
    id          TEXT PRIMARY KEY,
    schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
    slot        TEXT NOT NULL,                 -- its wall-clock time, YYYY-MM-DDTHH:MM
    opens_at    TEXT NOT NULL,                 -- two instants, UTC; they may lie on different days
    closes_at   TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'skipped', 'closed')),
    UNIQUE (schedule_id, slot)
) STRICT;
