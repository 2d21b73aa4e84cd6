-- How a circle's shares come to be posted, as its facilitators set it; no row: as the defaults say (bot/sharing/rules.py).
CREATE TABLE sharing_rules (
    circle_id        TEXT PRIMARY KEY REFERENCES circles (id) ON DELETE CASCADE,
    leaving          TEXT NOT NULL CHECK (leaving IN ('at_once', 'held', 'hour', 'authors')),
    hold_minutes     INTEGER NOT NULL CHECK (hold_minutes > 0),     -- 'held': how long on average
    hour             TEXT NOT NULL,                                 -- 'hour': HH:MM on the circle's clock
    authors          INTEGER NOT NULL CHECK (authors > 1),          -- 'authors': how many different ones at least
    review           TEXT NOT NULL CHECK (review IN ('none', 'first', 'all')),
    votes            INTEGER NOT NULL CHECK (votes IN (1, 2)),      -- facilitators it takes to let a share through
    images           INTEGER NOT NULL CHECK (images IN (0, 1)),
    link_days        INTEGER NOT NULL CHECK (link_days BETWEEN 0 AND 30),  -- after a share closed
    unanswered_hours INTEGER NOT NULL CHECK (unanswered_hours > 0), -- then listeners are told of it
    stopped          INTEGER NOT NULL CHECK (stopped IN (0, 1))     -- nothing new can be shared
) STRICT, WITHOUT ROWID;

-- A share can wait before it is posted: for the facilitators, for others to be opened with, or a random while.
CREATE TABLE shares_new (
    id           TEXT PRIMARY KEY,            -- random; stands in the buttons of its post
    circle_id    TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    state        TEXT NOT NULL CHECK (state IN ('reviewing', 'held', 'returned', 'waiting',
                                                'posting', 'stuck', 'open', 'closed', 'taken_back')),
    name         TEXT NOT NULL,               -- its pseudonym, fresh for each share
    wish         TEXT NOT NULL CHECK (wish IN ('listen', 'me_too', 'experience', 'questions', 'ideas')),
    body         BLOB,                        -- sealed, and only until the post stands on Discord
    author       TEXT,                        -- keyed tag of (this share, person); NULL once that was erased
    pausing      TEXT,                        -- another one, under a key of its own: by it a facilitator pauses the author
    leaving      TEXT CHECK (leaving IN ('at_once', 'held', 'hour', 'authors')),  -- what it waits for; NULL: as the circle's rules say
    counts       INTEGER NOT NULL DEFAULT 1,  -- 0: its author has another one waiting, which counts for the different authors
    spoiler      INTEGER NOT NULL DEFAULT 0,  -- 1: facilitators let it through behind a spoiler
    reason       TEXT,                        -- while 'returned': why, one of content's reasons
    channel_id   INTEGER NOT NULL,            -- where it is posted, also after the circle moves its sharing channel
    message_id   INTEGER,
    thread_id    INTEGER,
    nods_counted INTEGER NOT NULL DEFAULT 0,  -- how many nods the day counts hold of it
    unsure       INTEGER NOT NULL DEFAULT 0,  -- 1: sending it failed for good once, perhaps after it had arrived
    day          TEXT NOT NULL,               -- when it was handed in; once it stands, when it was posted
    link_days    INTEGER NOT NULL DEFAULT 30, -- how long after it closed its author can still be recognised
    period       INTEGER,                     -- whose key made author, pausing, the nods and the voices on it
    CHECK (state NOT IN ('open', 'closed', 'taken_back') OR body IS NULL)
) STRICT, WITHOUT ROWID;

INSERT INTO shares_new (id, circle_id, state, name, wish, body, author, channel_id, message_id, thread_id, nods_counted,
                        unsure, day, period)
SELECT id, circle_id, state, name, wish, body, author, channel_id, message_id, thread_id, nods_counted, unsure, day, period
FROM shares;

DROP TABLE shares;
ALTER TABLE shares_new RENAME TO shares;
CREATE INDEX shares_by_day ON shares (day);
CREATE INDEX shares_by_circle ON shares (circle_id, state);

ALTER TABLE answers ADD COLUMN link_days INTEGER NOT NULL DEFAULT 30;
