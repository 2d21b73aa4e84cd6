-- Each prompt a circle was given, and what became of it. It is also how the next one is known to be no repeat.
-- The prompt's words are kept as they were when it was chosen, so that a post stays what people answered to,
-- whatever is changed in the library afterwards. No person stands here.
CREATE TABLE prompt_rounds (
    id            TEXT PRIMARY KEY,
    circle_id     TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    occurrence_id TEXT NOT NULL UNIQUE,        -- the time of a schedule that it came at
    deck_id       TEXT NOT NULL,
    prompt_id     TEXT NOT NULL,
    variant       TEXT NOT NULL CHECK (variant IN ('text', 'gentler')),
    depth         INTEGER NOT NULL CHECK (depth BETWEEN 0 AND 3),   -- of the variant
    locale        TEXT NOT NULL,               -- the circle's language when it was chosen
    text          TEXT NOT NULL,
    content_note  TEXT NOT NULL,               -- empty: none is due
    doors         TEXT NOT NULL,               -- JSON list: ways of answering beside words
    idea          TEXT NOT NULL,               -- the concept behind it in a plain sentence
    concept       TEXT NOT NULL,               -- the theory's name for it
    closing       TEXT NOT NULL,               -- the line that ends it
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'open', 'closed', 'undelivered')),
    opens_at      TEXT NOT NULL,
    closes_at     TEXT NOT NULL,
    channel_id    INTEGER NOT NULL,
    message_id    INTEGER,                     -- the card, once it is posted
    thread_id     INTEGER,                     -- its thread, once it is opened
    threadless    INTEGER NOT NULL DEFAULT 0 CHECK (threadless IN (0, 1)),  -- no thread can be: answers go to the channel
    company       TEXT NOT NULL DEFAULT 'none' CHECK (company IN ('none', 'some', 'several', 'many'))
) STRICT, WITHOUT ROWID;

CREATE INDEX prompt_rounds_by_circle ON prompt_rounds (circle_id, opens_at);
CREATE INDEX prompt_rounds_by_thread ON prompt_rounds (thread_id) WHERE thread_id IS NOT NULL;
CREATE INDEX prompt_rounds_under_way ON prompt_rounds (closes_at) WHERE state IN ('waiting', 'open');

-- Who did what in a round that is open, so that each person counts once. Erased when the round closes.
CREATE TABLE prompt_presence (
    round_id TEXT NOT NULL REFERENCES prompt_rounds (id) ON DELETE CASCADE,
    user_id  INTEGER NOT NULL,
    act      TEXT NOT NULL CHECK (act IN ('here', 'passed', 'answered')),
    PRIMARY KEY (round_id, user_id, act)
) STRICT, WITHOUT ROWID;

CREATE INDEX prompt_presence_by_user ON prompt_presence (user_id);

-- Answers given by name, which the bot posts for people. The words are here, sealed with the key file, only until they are
-- posted; the row stays so that the one who wrote them can take them back, until 30 days after the round.
CREATE TABLE prompt_answers (
    id         TEXT PRIMARY KEY,
    round_id   TEXT NOT NULL REFERENCES prompt_rounds (id) ON DELETE CASCADE,
    user_id    INTEGER,                        -- none: taken back while it was on its way
    tag        TEXT NOT NULL,                  -- keyed: tells the same words sent twice, says nothing without the key file
    sealed     BLOB,                           -- name and words; none once posted or taken back
    channel_id INTEGER,                        -- where it goes; none while the thread is not there yet
    message_id INTEGER,                        -- once it is posted
    retry_at   TEXT,                           -- it could not be posted: when to try again
    CHECK (message_id IS NULL OR sealed IS NULL),
    UNIQUE (round_id, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX prompt_answers_by_user ON prompt_answers (user_id);
CREATE INDEX prompt_answers_to_retry ON prompt_answers (retry_at) WHERE retry_at IS NOT NULL;
