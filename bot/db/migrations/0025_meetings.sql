-- Meet: readers of a share offer to talk with its author. No person's id, no text in clear, days instead of times. Whom to
-- reach is in contacts, sealed; what they write to each other in relay_letters, until it is delivered.
CREATE TABLE meeting_offers (
    id        TEXT PRIMARY KEY,               -- random
    share_id  TEXT NOT NULL,                  -- the share may be gone
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    reader    TEXT NOT NULL UNIQUE,           -- keyed tag of (share, reader): one offer each
    name      TEXT NOT NULL,                  -- the reader's pseudonym for this meeting alone
    state     TEXT NOT NULL CHECK (state IN ('draft', 'open', 'aside', 'over')),
    words     BLOB,                           -- sealed, until its time is over or the meeting begins
    day       TEXT NOT NULL,                  -- when it was made
    period    INTEGER NOT NULL                -- whose key made the tag and sealed the words
) STRICT, WITHOUT ROWID;

CREATE INDEX meeting_offers_by_share ON meeting_offers (share_id);

CREATE TABLE meetings (
    talk_id TEXT PRIMARY KEY REFERENCES relay_talks (id) ON DELETE CASCADE,
    pair    TEXT NOT NULL                     -- keyed tag of (circle, both people): only so either can block the other
) STRICT, WITHOUT ROWID;

CREATE TABLE meeting_sides (
    handle  TEXT PRIMARY KEY REFERENCES relay_sides (handle) ON DELETE CASCADE,
    talk_id TEXT NOT NULL REFERENCES meetings (talk_id) ON DELETE CASCADE,
    pausing TEXT NOT NULL,                    -- keyed tag of (handle, person): by it facilitators can pause them
    shown   BLOB                              -- sealed: the name they would show once the other would, too
) STRICT, WITHOUT ROWID;

-- Two people of whom one does not want to meet the other again. Gone with the period's key.
CREATE TABLE meeting_blocks (
    pair   TEXT PRIMARY KEY,
    period INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What somebody told facilitators about whom they talked with.
CREATE TABLE meeting_reports (
    id        TEXT PRIMARY KEY,               -- random
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL,                  -- what it is about
    side      TEXT NOT NULL UNIQUE,           -- whom it is about: the handle, which may be gone
    pausing   TEXT,                           -- that side's pausing tag
    period    INTEGER NOT NULL,               -- whose key made it
    day       TEXT NOT NULL,
    words     BLOB,                           -- sealed, until they stand in the facilitators' channel
    card_id   INTEGER                         -- the message there
) STRICT, WITHOUT ROWID;

CREATE INDEX meeting_sides_by_talk ON meeting_sides (talk_id);
