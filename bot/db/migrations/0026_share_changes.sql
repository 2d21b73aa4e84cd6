-- What authors change about a share after it was posted.

-- Shares on which their author has put their name, and how far that is. Not whose name: that stands on Discord alone.
CREATE TABLE share_steps (
    share_id     TEXT PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    going        TEXT NOT NULL CHECK (going IN ('forward', 'signed', 'back', 'stuck')),
    with_answers INTEGER NOT NULL CHECK (with_answers IN (0, 1)),  -- also on what they answered in its thread
    version      TEXT NOT NULL                -- random: of the last decision
) STRICT, WITHOUT ROWID;

-- A content note that is to take the place of the one on a post.
CREATE TABLE share_notes (
    share_id TEXT PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    note     BLOB,                            -- sealed, until it stands on Discord; NULL: Discord refused the change
    version  TEXT NOT NULL                    -- random: of the last change
) STRICT, WITHOUT ROWID;
