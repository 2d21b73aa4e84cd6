-- How far the last notice is to an author who asked to be told of what happens to their share (who that is: see contacts).
CREATE TABLE share_notices (
    share_id TEXT PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    news     TEXT NOT NULL CHECK (news IN ('queued', 'sent', 'looked', 'closed')),
    day      TEXT NOT NULL                    -- of that notice, so that they don't become many
) STRICT, WITHOUT ROWID;
