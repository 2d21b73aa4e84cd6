-- What its writer lets wait before it is posted. The words are here only where no draft has them (an answer by name),
-- sealed. Nothing says why it waits.
CREATE TABLE care_holds (
    id      TEXT PRIMARY KEY,
    owner   TEXT NOT NULL,                   -- keyed tag of (hold, person), with the key of a period
    sealed  BLOB,
    gone_at TEXT NOT NULL                    -- a day later: erased, as its writer was told
) STRICT, WITHOUT ROWID;
