-- The day, on a circle's clock, whose hour the shares that wait were last opened at, so that no restart opens twice.
CREATE TABLE share_openings (
    circle_id TEXT PRIMARY KEY REFERENCES circles (id) ON DELETE CASCADE,
    day       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX shares_waiting ON shares (circle_id) WHERE state = 'waiting';
