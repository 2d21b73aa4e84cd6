-- Whom the bot may write to in private, and when. Nobody is named here: `who` is a keyed tag, and the person's id is
-- sealed, so both say nothing without the key file. A row is made by what its person asks for, and only by that.
CREATE TABLE reach (
    who          TEXT PRIMARY KEY,           -- keyed tag of the person
    sealed       BLOB,                       -- their Discord id; only while they have a reminder
    channel_id   INTEGER,                    -- their direct messages with the bot; only while they have a reminder
    locale       TEXT,                       -- the language of what is sent to them
    zone         TEXT,                       -- IANA name; none: they did not tell, and the circle's is used
    quiet_from   TEXT NOT NULL,              -- HH:MM on their clock: nothing is sent from then on...
    quiet_to     TEXT NOT NULL,              -- ...until then; the same as quiet_from: no quiet hours
    away_until   TEXT,                       -- nothing is sent that would have come before then; year 9999: no end named
    closed_at    TEXT,                       -- their direct messages were found closed: reminders ended, and they are told
    CHECK ((sealed IS NULL) = (channel_id IS NULL))
) STRICT, WITHOUT ROWID;

-- Who asked for reminders in which circle, of what and when in the window.
CREATE TABLE reminder_wishes (
    circle_id    TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    who          TEXT NOT NULL REFERENCES reach (who) ON DELETE CASCADE,
    check_ins    INTEGER NOT NULL CHECK (check_ins IN (0, 1)),
    prompts      INTEGER NOT NULL CHECK (prompts IN (0, 1)),
    at           TEXT,                       -- at this hour of theirs, HH:MM
    hours_before INTEGER CHECK (hours_before > 0),  -- so long before it closes; neither: when it opens
    since        TEXT NOT NULL,              -- when they asked: what was due before then is not made up for
    PRIMARY KEY (circle_id, who),
    CHECK (check_ins + prompts > 0),
    CHECK (at IS NULL OR hours_before IS NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX reminder_wishes_by_person ON reminder_wishes (who);

-- What was decided for a person about one check-in or prompt, once, so that no second reminder comes. Nothing here says
-- whether one was sent. Erased when the check-in or prompt closes.
CREATE TABLE reminders (
    id         TEXT PRIMARY KEY,
    occasion   TEXT NOT NULL,                -- the check-in or prompt round
    who        TEXT NOT NULL,
    circle_id  TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    leaves_at  TEXT NOT NULL,                -- one a second at most
    closes_at  TEXT NOT NULL,
    UNIQUE (occasion, who)
) STRICT, WITHOUT ROWID;

CREATE INDEX reminders_by_person ON reminders (who);
CREATE INDEX reminders_over ON reminders (closes_at);
CREATE INDEX reminders_by_leaving ON reminders (leaves_at);
