-- Whether a person has answered a share: for the listeners who are told of unanswered ones, and for how the circle is doing.
-- Nothing of who answered or what they wrote.
CREATE TABLE first_answers (
    share_id TEXT PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    hours    INTEGER,                         -- within how many hours of the share, coarsely; NULL: nobody has yet
    seen     INTEGER                          -- the last message of its thread that was looked at for it
) STRICT, WITHOUT ROWID;
