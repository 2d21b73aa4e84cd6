-- What this database remembers about itself: the id of its key file, the commands it told Discord of.
CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One support group in a Discord server.
CREATE TABLE circles (
    id                      TEXT PRIMARY KEY,
    guild_id                INTEGER NOT NULL,
    name                    TEXT NOT NULL,
    channel_id              INTEGER NOT NULL,          -- where check-ins and prompts come
    sharing_channel_id      INTEGER NOT NULL,          -- where anonymous shares come
    facilitators_channel_id INTEGER NOT NULL,          -- where notices for facilitators come
    facilitator_role_id     INTEGER NOT NULL,
    zone                    TEXT NOT NULL,             -- IANA name; schedules mean its wall clock
    locale                  TEXT NOT NULL,             -- language of posts
    depth_ceiling           INTEGER NOT NULL DEFAULT 1 CHECK (depth_ceiling BETWEEN 0 AND 3),
    state                   TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    created_at              TEXT NOT NULL
) STRICT;

CREATE INDEX circles_by_guild ON circles (guild_id);
-- A channel belongs to one circle, so that a command typed in it needs no further question.
CREATE UNIQUE INDEX circles_by_channel ON circles (channel_id) WHERE state = 'open';
CREATE UNIQUE INDEX circles_by_sharing_channel ON circles (sharing_channel_id) WHERE state = 'open';

-- What is still to be sent to Discord. A row holds no text: it is rendered from its reference when it leaves,
-- and deleted once it has left.
CREATE TABLE outbox (
    seq         INTEGER PRIMARY KEY,
    nonce       TEXT NOT NULL UNIQUE,                  -- Discord's nonce: a quick second send makes no second message
    kind        TEXT NOT NULL,                         -- what to render, such as 'checkin.card'
    reference   TEXT NOT NULL,                         -- of what
    action      TEXT NOT NULL CHECK (action IN ('send', 'edit', 'delete', 'thread')),
    channel_id  INTEGER NOT NULL,
    message_id  INTEGER,                               -- the message an edit, delete or thread is about
    priority    INTEGER NOT NULL,                      -- 0 safety, 1 answers, 2 prompts, 3 reminders
    state       TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'failed')),
    due_at      TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    first_try_at TEXT,
    lease_until TEXT,                                  -- while 'sending': when another may take it up
    reason      TEXT,                                  -- while 'failed': why, in one word
    CHECK ((action = 'send') = (message_id IS NULL))
) STRICT;

CREATE INDEX outbox_waiting ON outbox (priority, due_at, seq) WHERE state = 'waiting';
CREATE INDEX outbox_sending ON outbox (lease_until) WHERE state = 'sending';
-- An edit renders what is true when it leaves, so one waiting edit serves for all.
CREATE UNIQUE INDEX outbox_one_edit ON outbox (kind, reference) WHERE state = 'waiting' AND action = 'edit';
