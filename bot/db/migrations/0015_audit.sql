-- What was done with the powers that facilitators have, in counts: no person, no text, no time of day. Each row's mark is
-- made with the key file from the row and the mark before it: a row that was changed or left out shows.
CREATE TABLE audit (
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    act       TEXT NOT NULL,                  -- such as 'share.approved'
    day       TEXT NOT NULL,
    mark      TEXT NOT NULL,
    PRIMARY KEY (circle_id, number)
) STRICT, WITHOUT ROWID;
