-- Schedules that are shown as a Discord scheduled event, because a facilitator asked for it.
CREATE TABLE schedule_events (
    schedule_id TEXT PRIMARY KEY REFERENCES schedules (id) ON DELETE CASCADE,
    is_wanted   INTEGER NOT NULL CHECK (is_wanted IN (0, 1)),      -- 0: it is to go
    is_true     INTEGER NOT NULL CHECK (is_true IN (0, 1)),        -- whether it says what the schedule does now
    event_id    INTEGER,                       -- the event, once it is there
    tried_at    TEXT                           -- since when Discord is asked, until its answer was heard
) STRICT, WITHOUT ROWID;

CREATE INDEX schedule_events_untrue ON schedule_events (schedule_id) WHERE is_true = 0 OR tried_at IS NOT NULL;
