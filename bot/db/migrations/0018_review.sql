-- Shares that a circle's facilitators read before they are posted. No person, no text in clear, no time of day.

-- A share since it came into the facilitators' view. Erased with the share; what was let through after a week.
CREATE TABLE reviews (
    share_id TEXT PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    decision TEXT CHECK (decision IN ('approved', 'spoilered', 'returned', 'held')),  -- NULL: it waits to be read
    day      TEXT NOT NULL,                   -- when it came into view; once it is decided, when that was
    words    BLOB,                            -- handed back: what the facilitators added to the reason, sealed
    asked    INTEGER NOT NULL DEFAULT 0,      -- 1: its author asks for it; facilitators are told with the next batch
    again    INTEGER NOT NULL DEFAULT 0       -- 1: it stood already, and was taken down to be read again
) STRICT, WITHOUT ROWID;

-- Where two facilitators have to let a share through: who did so far. Erased when it is decided.
CREATE TABLE review_votes (
    vote     TEXT PRIMARY KEY,                -- keyed tag of (share, facilitator)
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX review_votes_by_share ON review_votes (share_id);
