-- Anonymous sharing. No column here holds a person's id, name or language, and no text in clear:
-- * texts are sealed under the key file (bot/keys.py) and erased as soon as Discord has them;
-- * who wrote something is kept as a keyed tag of (row, person), so that two rows of one person don't even
--   resemble each other, and nothing can be told from a tag without the key file;
-- * keys are random and tables WITHOUT ROWID: the order of rows is not the order of acts; times are days.

-- What someone wrote and did not post yet. Erased when it is posted, let go, or a day old.
CREATE TABLE drafts (
    id        TEXT PRIMARY KEY,               -- keyed digest of the handle that the private preview carries
    author    TEXT NOT NULL,                  -- keyed tag of (this draft, person)
    body      BLOB NOT NULL,                  -- sealed: text, content note, and the moment it was written
    name      TEXT,                           -- the pseudonym it will be posted under, once its circle is known
    wish      TEXT,                           -- a share's wished response
    circle_id TEXT REFERENCES circles (id) ON DELETE CASCADE,  -- NULL: its writer has yet to choose one
    thread_id INTEGER,                        -- an answer: where it goes
    scope     TEXT,                           -- an answer: to what (see voices)
    share_id  TEXT REFERENCES shares (id) ON DELETE SET NULL,  -- an answer: to which share, if to one
    voice     TEXT,                           -- an answer: see voices; NULL where it is the share's own author
    written_on TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE shares (
    id           TEXT PRIMARY KEY,            -- random; stands in the buttons of its post
    circle_id    TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    state        TEXT NOT NULL CHECK (state IN ('posting', 'stuck', 'open', 'closed', 'taken_back')),
    name         TEXT NOT NULL,               -- its pseudonym, fresh for each share
    wish         TEXT NOT NULL CHECK (wish IN ('listen', 'me_too', 'experience', 'questions', 'ideas')),
    body         BLOB,                        -- sealed, and only until the post stands on Discord
    author       TEXT,                        -- keyed tag of (this share, person); NULL once that was erased
    channel_id   INTEGER NOT NULL,            -- where it is posted, also after the circle moves its sharing channel
    message_id   INTEGER,
    thread_id    INTEGER,
    nods_counted INTEGER NOT NULL DEFAULT 0,  -- how many nods the day counts hold of it
    unsure       INTEGER NOT NULL DEFAULT 0,  -- 1: sending it failed for good once, perhaps after it had arrived
    day          TEXT NOT NULL,               -- when it was posted
    CHECK (state IN ('posting', 'stuck') OR body IS NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX shares_by_day ON shares (day);

-- Anonymous answers in the thread of a share or of a prompt.
CREATE TABLE answers (
    id         TEXT PRIMARY KEY,
    circle_id  TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    thread_id  INTEGER NOT NULL,
    scope      TEXT NOT NULL,                 -- see voices
    share_id   TEXT REFERENCES shares (id) ON DELETE SET NULL,
    state      TEXT NOT NULL CHECK (state IN ('posting', 'stuck', 'open', 'taken_back')),
    name       TEXT NOT NULL,
    voice      TEXT,                          -- see voices; NULL: whoever shared speaks in the same voice
    body       BLOB,                          -- as for shares
    message_id INTEGER,
    unsure     INTEGER NOT NULL DEFAULT 0,
    day        TEXT NOT NULL,
    CHECK (state IN ('posting', 'stuck') OR body IS NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX answers_by_share ON answers (share_id);
CREATE INDEX answers_by_voice ON answers (voice);

-- Under which name someone answers one share or prompt anonymously; to another they have another.
CREATE TABLE voices (
    voice     TEXT PRIMARY KEY,               -- keyed tag of (scope, person)
    scope     TEXT NOT NULL,                  -- the share, or `prompt:` and its round
    name      TEXT NOT NULL,
    UNIQUE (scope, name)
) STRICT, WITHOUT ROWID;

-- What a writer holds afterwards: the handle in their private message, and a short code that can be noted down.
CREATE TABLE receipts (
    digest    TEXT PRIMARY KEY,               -- keyed; the handle and the code themselves are kept nowhere
    share_id  TEXT REFERENCES shares (id) ON DELETE CASCADE,
    answer_id TEXT REFERENCES answers (id) ON DELETE CASCADE,
    CHECK ((share_id IS NULL) <> (answer_id IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX receipts_by_share ON receipts (share_id);
CREATE INDEX receipts_by_answer ON receipts (answer_id);

-- Wordless answers. Erased when the share closes.
CREATE TABLE nods (
    nod      TEXT PRIMARY KEY,                -- keyed tag of (share, kind, person)
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    kind     TEXT NOT NULL CHECK (kind IN ('hear', 'me_too', 'with_you'))
) STRICT, WITHOUT ROWID;

CREATE INDEX nods_by_share ON nods (share_id, kind);

-- How often one person did something within an hour, for the limits on sharing and on wrong receipt codes.
CREATE TABLE pace (
    tag   TEXT PRIMARY KEY,                   -- keyed tag of (what, person, hour)
    count INTEGER NOT NULL,
    day   TEXT NOT NULL                       -- erased two days later
) STRICT, WITHOUT ROWID;
