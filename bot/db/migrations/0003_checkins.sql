-- One check-in of a circle. What stays of it after closing is only what may be shown: no figure about fewer than 5.
CREATE TABLE checkins (
    id            TEXT PRIMARY KEY,
    circle_id     TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    occurrence_id TEXT UNIQUE,               -- the time of a schedule that opened it; opens one check-in only
    channel_id    INTEGER NOT NULL,          -- the circle's channel when it opened
    locale        TEXT NOT NULL,             -- the circle's language then
    opens_at      TEXT NOT NULL,
    closes_at     TEXT NOT NULL,
    state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    message_id    INTEGER,                   -- the card, once it stands in the channel
    thread        TEXT NOT NULL DEFAULT 'none' CHECK (thread IN ('none', 'asked', 'open', 'failed')),
    present       INTEGER CHECK (present >= 5),    -- after closing: how many were here
    weathers      TEXT                       -- after closing: a JSON list of the weathers named, if 5 or more named one
) STRICT;

CREATE INDEX checkins_due ON checkins (closes_at) WHERE state = 'open';
CREATE INDEX checkins_by_circle ON checkins (circle_id);

-- Who came to a check-in, while it is open. Whether someone passed is not kept here. All rows go when it closes.
CREATE TABLE checkin_people (
    checkin_id TEXT NOT NULL REFERENCES checkins (id) ON DELETE CASCADE,
    who        TEXT NOT NULL,                -- a tag of the person; tells nothing without the key file
    here       INTEGER NOT NULL CHECK (here IN (0, 1)),  -- 0: taken back; the row keeps them from being logged twice
    version    TEXT NOT NULL,                -- changes with each answer: an older private message can't act on a newer one
    sealed     BLOB,                         -- scales, weather, words and how to show them; only with the key file
    PRIMARY KEY (checkin_id, who)
) STRICT, WITHOUT ROWID;

CREATE INDEX checkin_people_by_person ON checkin_people (who);

-- Words shown by name: sealed until they stand on Discord, then only where they stand, until the check-in closes.
CREATE TABLE checkin_named_words (
    id         TEXT PRIMARY KEY,
    checkin_id TEXT NOT NULL REFERENCES checkins (id) ON DELETE CASCADE,
    who        TEXT,                         -- the same tag, while the check-in is open and they were not taken back
    sealed     BLOB,                         -- name and words, until they were posted or taken back
    channel_id INTEGER,                      -- the thread or channel they were sent to
    message_id INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX checkin_named_words_by_checkin ON checkin_named_words (checkin_id);
CREATE INDEX checkin_named_words_by_person ON checkin_named_words (who);

-- Words shown without a name: from closing until the summary stands in the channel. Shuffled, and without a person.
CREATE TABLE checkin_unnamed_words (
    id         TEXT PRIMARY KEY,
    checkin_id TEXT NOT NULL REFERENCES checkins (id) ON DELETE CASCADE,
    page       INTEGER NOT NULL,             -- the message of the summary they stand in, from 0
    sealed     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX checkin_unnamed_words_by_page ON checkin_unnamed_words (checkin_id, page);

-- What a scale came to, where 5 people or more answered it: enough for the mean and the spread.
CREATE TABLE checkin_figures (
    checkin_id TEXT NOT NULL REFERENCES checkins (id) ON DELETE CASCADE,
    scale      TEXT NOT NULL CHECK (scale IN ('others', 'myself', 'community')),
    answered   INTEGER NOT NULL CHECK (answered >= 5),
    total      INTEGER NOT NULL,             -- sum of the steps (1 to 5)
    squares    INTEGER NOT NULL,             -- sum of their squares
    PRIMARY KEY (checkin_id, scale)
) STRICT, WITHOUT ROWID;
