-- Who asked for no more notes of care on a day.
CREATE TABLE care_quiet (
    tag TEXT PRIMARY KEY,                    -- keyed tag of (person, day)
    day TEXT NOT NULL
) STRICT, WITHOUT ROWID;
