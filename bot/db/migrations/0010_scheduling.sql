-- Schedules can come to an end, say what happens to a time that was missed, and rest until a day.
CREATE TABLE schedules_new (
    id             TEXT PRIMARY KEY,
    circle_id      TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    kind           TEXT NOT NULL CHECK (kind IN ('check_in', 'prompt')),
    rule           TEXT NOT NULL,              -- JSON, such as {"at": "19:00", "days": ["tue"], "type": "weekly"}
    window_minutes INTEGER NOT NULL CHECK (window_minutes > 0),    -- how long each one stays open
    deck           TEXT,                       -- for prompts: the deck they are taken from
    late_minutes   INTEGER NOT NULL CHECK (late_minutes > 0),      -- missed by less: posted late
    if_later       TEXT NOT NULL CHECK (if_later IN ('skip', 'ask')),  -- missed by more: skipped and told, or asked about
    state          TEXT NOT NULL CHECK (state IN ('active', 'paused', 'needs_attention', 'ended', 'removed')),
    reason         TEXT,                       -- while it needs attention: why, in one word
    rests_until    TEXT,                       -- while paused: the day it goes on by itself, YYYY-MM-DD
    next_slot      TEXT,                       -- its next time as the circle's wall clock shows it, YYYY-MM-DDTHH:MM
    next_run_at    TEXT,                       -- the same as an instant, UTC; both absent where none is to come
    created_at     TEXT NOT NULL,
    CHECK ((kind = 'prompt') = (deck IS NOT NULL)),
    CHECK ((next_slot IS NULL) = (next_run_at IS NULL)),
    CHECK (rests_until IS NULL OR state = 'paused')
) STRICT;

INSERT INTO schedules_new (id, circle_id, kind, rule, window_minutes, deck, late_minutes, if_later, state, reason,
                           next_slot, next_run_at, created_at)
SELECT id, circle_id, kind, rule, window_minutes, deck, late_minutes, 'skip', state, reason,
       next_slot, next_run_at, created_at
FROM schedules;

-- Each single time of a schedule that was decided upon, or waits for the facilitators to decide.
CREATE TABLE occurrences_new (
    id          TEXT PRIMARY KEY,
    schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
    slot        TEXT NOT NULL,                 -- its wall-clock time, YYYY-MM-DDTHH:MM
    opens_at    TEXT NOT NULL,                 -- two instants, UTC; they may lie on different days
    closes_at   TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'skipped', 'closed', 'asked', 'failed')),
    asked_with  TEXT,                          -- the question to the facilitators that it was part of
    UNIQUE (schedule_id, slot)
) STRICT;

INSERT INTO occurrences_new (id, schedule_id, slot, opens_at, closes_at, state)
SELECT id, schedule_id, slot, opens_at, closes_at, state FROM occurrences;

DROP TABLE occurrences;
DROP TABLE schedules;
ALTER TABLE schedules_new RENAME TO schedules;
ALTER TABLE occurrences_new RENAME TO occurrences;

CREATE INDEX schedules_due ON schedules (next_run_at) WHERE next_run_at IS NOT NULL;
CREATE INDEX schedules_by_circle ON schedules (circle_id);
-- Two schedules that are alike would post everything twice.
CREATE UNIQUE INDEX schedules_once ON schedules (circle_id, kind, rule, coalesce(deck, ''))
    WHERE state NOT IN ('ended', 'removed');
CREATE INDEX occurrences_asked ON occurrences (asked_with) WHERE asked_with IS NOT NULL;
CREATE INDEX occurrences_failed ON occurrences (schedule_id) WHERE state = 'failed';

-- A schedule that someone is making or changing: what they have chosen so far, so that a restart costs them
-- nothing. Deleted when they save or put it aside, and after a week.
CREATE TABLE schedule_drafts (
    id          TEXT PRIMARY KEY,
    circle_id   TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    user_id     INTEGER NOT NULL,
    schedule_id TEXT REFERENCES schedules (id) ON DELETE CASCADE,    -- the one being changed; none: a new one
    chosen      TEXT NOT NULL,                 -- JSON object
    touched_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX schedule_drafts_by_user ON schedule_drafts (user_id);
CREATE INDEX schedule_drafts_by_age ON schedule_drafts (touched_at);

-- Times in which nothing of a circle is posted: facilitators hold everything, after a hard event.
CREATE TABLE holds (
    id        TEXT PRIMARY KEY,
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    since     TEXT NOT NULL,
    until     TEXT                             -- none: until it is lifted
) STRICT, WITHOUT ROWID;

CREATE INDEX holds_by_circle ON holds (circle_id);

-- What keeps a circle's posts from coming: one row, and one notice with a button to try again, for each cause
-- as long as it lasts.
CREATE TABLE schedule_troubles (
    id         TEXT PRIMARY KEY,
    circle_id  TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    reason     TEXT NOT NULL,                  -- in one word
    state      TEXT NOT NULL CHECK (state IN ('open', 'mended')),
    channel_id INTEGER NOT NULL,               -- where its notice is
    message_id INTEGER                         -- the notice, once it stands there
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX schedule_troubles_one ON schedule_troubles (circle_id, reason) WHERE state = 'open';

-- Who changed what about a circle's schedules, for every member to read. Facilitators act in public here: their
-- shown name is kept, until they ask for it to be erased.
CREATE TABLE schedule_changes (
    seq         INTEGER PRIMARY KEY,           -- in the order in which they were made, as the log shows them
    circle_id   TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    schedule_id TEXT REFERENCES schedules (id) ON DELETE CASCADE,    -- none: the whole circle was held or goes on
    changed_at  TEXT NOT NULL,
    what        TEXT NOT NULL,                 -- in one word, such as 'moved'
    details     TEXT NOT NULL,                 -- JSON object: what it was before, and is now
    user_id     INTEGER,                       -- who did it; both absent where they erased themselves
    name        TEXT,
    reason      TEXT                           -- why, in their words, if they gave one
) STRICT;

CREATE INDEX schedule_changes_by_circle ON schedule_changes (circle_id, seq);
CREATE INDEX schedule_changes_by_user ON schedule_changes (user_id) WHERE user_id IS NOT NULL;
