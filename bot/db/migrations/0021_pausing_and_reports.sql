-- Abuse: pausing an author without knowing who it is, reports of members, and what facilitators took down. As for all of
-- sharing: no person's id, no text in clear, random keys, days instead of times.

ALTER TABLE answers ADD COLUMN pausing TEXT;      -- keyed tag of (this answer, person): by it a facilitator pauses its author
ALTER TABLE answers ADD COLUMN period INTEGER;    -- whose key made it

-- Someone who may not share or answer without a name for a while. Nobody can tell who; the bot only recognises them.
CREATE TABLE pauses (
    id        TEXT PRIMARY KEY,
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,               -- random: by it facilitators and the paused person speak of it
    posted_id TEXT NOT NULL,                  -- the share or answer whose author it is; it may be gone
    tag       TEXT NOT NULL,                  -- that post's pausing tag
    period    INTEGER NOT NULL,               -- whose key made the tag
    until     TEXT NOT NULL,                  -- the last day of it
    lifted    INTEGER NOT NULL DEFAULT 0,     -- 1: facilitators ended it before that
    appeal    TEXT NOT NULL DEFAULT 'none' CHECK (appeal IN ('none', 'asked', 'answered')),
    words     BLOB,                           -- sealed: what the person asks, until it stands in the facilitators' channel
    reply     BLOB,                           -- sealed: what the facilitators say to it, as long as the pause is remembered
    news      INTEGER NOT NULL DEFAULT 0,     -- 1: the person has not seen the answer yet
    card_id   INTEGER,                        -- messages in the facilitators' channel
    appeal_card_id INTEGER,
    UNIQUE (circle_id, posted_id)
) STRICT, WITHOUT ROWID;

-- A post that somebody told the facilitators about.
CREATE TABLE reports (
    id         TEXT PRIMARY KEY,
    circle_id  TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    what       TEXT NOT NULL CHECK (what IN ('share', 'answer')),
    posted_id  TEXT NOT NULL UNIQUE,
    channel_id INTEGER NOT NULL,              -- where the post stands
    message_id INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('open', 'taken_down', 'spoiler', 'nothing', 'gone')),
    period     INTEGER NOT NULL,              -- whose key made the tags of who reported it
    card_id    INTEGER,                       -- the message in the facilitators' channel
    again      INTEGER NOT NULL DEFAULT 0,    -- 1: somebody told of it while that message was on its way
    day        TEXT NOT NULL                  -- when somebody told of it last
) STRICT, WITHOUT ROWID;

-- What each of them said. Erased with the decision, but for the tag by which everyone is heard once.
CREATE TABLE report_voices (
    reporter  TEXT PRIMARY KEY,               -- keyed tag of (post, person)
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL CHECK (kind IN ('names', 'attack', 'harm', 'selling', 'other')),
    words     BLOB                            -- sealed
) STRICT, WITHOUT ROWID;

CREATE INDEX report_voices_by_report ON report_voices (report_id);

-- What facilitators took down, so that its author learns why and has the words back.
CREATE TABLE taken_down (
    id        TEXT PRIMARY KEY,               -- of the share or answer
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,                  -- its pseudonym
    reason    TEXT NOT NULL CHECK (reason IN ('names', 'attack', 'harm', 'selling', 'other')),
    body      BLOB,                           -- sealed, as far as it could be read back from Discord
    pausing   TEXT,                           -- its pausing tag
    period    INTEGER,
    day       TEXT NOT NULL,                  -- when it was taken down
    forget_on TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The receipts of what was taken down.
CREATE TABLE taken_down_receipts (
    digest        TEXT PRIMARY KEY,
    taken_down_id TEXT NOT NULL REFERENCES taken_down (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX taken_down_receipts_by_post ON taken_down_receipts (taken_down_id);
