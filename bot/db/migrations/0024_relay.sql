-- Two people who talk through the bot without knowing who the other is. How each is reached is in contacts, sealed.
CREATE TABLE relay_talks (
    id        TEXT PRIMARY KEY,               -- random
    kind      TEXT NOT NULL,                  -- the feature it belongs to, such as 'meet'
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    is_open   INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    day       TEXT NOT NULL,                  -- of its last message; once it has ended, of its end
    period    INTEGER NOT NULL                -- whose key made the tags and sealed the texts of it
) STRICT, WITHOUT ROWID;

CREATE TABLE relay_sides (
    handle   TEXT PRIMARY KEY,                -- random; stands in the buttons of this side's messages
    talk_id  TEXT NOT NULL REFERENCES relay_talks (id) ON DELETE CASCADE,
    name     TEXT NOT NULL,                   -- the pseudonym that the other side sees
    owner    TEXT NOT NULL,                   -- keyed tag of (handle, person); empty once it was erased
    any_hour INTEGER NOT NULL DEFAULT 0       -- 1: they want to be reached in their quiet hours, too
) STRICT, WITHOUT ROWID;

-- What is on its way to one side. Erased when it is delivered, or handed back to who wrote it.
CREATE TABLE relay_letters (
    id        TEXT PRIMARY KEY,               -- random
    talk_id   TEXT NOT NULL REFERENCES relay_talks (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL REFERENCES relay_sides (handle) ON DELETE CASCADE,
    what      TEXT NOT NULL,                  -- 'message', 'returned', 'ended'...
    state     TEXT NOT NULL CHECK (state IN ('draft', 'waiting', 'sending')),
    number    INTEGER NOT NULL,               -- the order of those of one talk that wait
    sealed    BLOB,                           -- its words
    day       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX relay_sides_by_talk ON relay_sides (talk_id);
CREATE INDEX relay_letters_by_talk ON relay_letters (talk_id);
CREATE INDEX relay_letters_by_recipient ON relay_letters (recipient);
