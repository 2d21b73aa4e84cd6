-- What a circle decided about care. No row: as usual.
CREATE TABLE care_rules (
    circle_id TEXT PRIMARY KEY REFERENCES circles (id) ON DELETE CASCADE,
    alert     INTEGER NOT NULL CHECK (alert IN (0, 1))  -- 1: facilitators hear that somebody may be in danger
) STRICT, WITHOUT ROWID;

-- Somebody asked to be reached by a facilitator, without a name. Who it is stands in contacts, sealed, while it waits; in
-- relay_sides, as a keyed tag, while it is talked about; and nowhere once it is closed. Then only its number stays.
CREATE TABLE care_cases (
    id        TEXT PRIMARY KEY,               -- random
    number    INTEGER NOT NULL UNIQUE,        -- random, of four digits
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    state     TEXT NOT NULL CHECK (state IN ('open', 'taken', 'closed')),
    tier      INTEGER,                        -- these four: known only if they came from a card, and until it is closed
    category  TEXT,
    language  TEXT,
    part      TEXT,                           -- of the day, such as 'evening'
    day       TEXT NOT NULL,                  -- when it was asked for; once closed, when that was
    next_word TEXT,                           -- what is said next while nobody comes, and when; empty once somebody does
    next_at   TEXT,
    talk_id   TEXT,                           -- of relay_talks
    card_id   INTEGER                         -- the message in the facilitators' channel
) STRICT, WITHOUT ROWID;

-- Facilitators who said that they are on duty. How they are reached is in contacts, sealed.
CREATE TABLE care_duty (
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    who       TEXT NOT NULL,                  -- keyed tag of (circle, person)
    until     TEXT NOT NULL,
    PRIMARY KEY (circle_id, who)
) STRICT, WITHOUT ROWID;

-- What a member told the facilitators about somebody they worry about: sealed, and erased once it stands in their channel.
-- The row stays for a day, so that there is one a day.
CREATE TABLE care_concerns (
    id        TEXT PRIMARY KEY,               -- random
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    tag       TEXT NOT NULL UNIQUE,           -- keyed tag of (person, day)
    period    INTEGER NOT NULL,               -- whose key made the tag and sealed the words
    words     BLOB,
    day       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
