-- Servers that were greeted: a hello comes once, however often the bot restarts or is invited again.
CREATE TABLE greeted_guilds (
    guild_id   INTEGER PRIMARY KEY,
    greeted_at TEXT NOT NULL
) STRICT;

-- A circle being set up or changed: what one person has chosen so far, so that a restart costs them nothing.
-- Deleted when they save or put it aside, and after a week.
CREATE TABLE circle_drafts (
    guild_id                INTEGER NOT NULL,
    user_id                 INTEGER NOT NULL,
    circle_id               TEXT REFERENCES circles (id) ON DELETE CASCADE,  -- the circle being changed; none: a new one
    name                    TEXT NOT NULL,
    channel_id              INTEGER,
    sharing_channel_id      INTEGER,
    facilitators_channel_id INTEGER,
    facilitator_role_id     INTEGER,
    zone                    TEXT,
    locale                  TEXT NOT NULL,
    touched_at              TEXT NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX circle_drafts_by_user ON circle_drafts (user_id);

-- What the facilitators of a circle are told by the bot. Only which words of content/ and what fills them:
-- never what a person wrote, never a person. Deleted after 30 days.
CREATE TABLE notices (
    id         TEXT PRIMARY KEY,
    circle_id  TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,      -- in content/<language>/words, such as 'schedule.notice.too_late'
    params     TEXT NOT NULL,      -- JSON object: placeholder -> text or number
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX notices_by_age ON notices (created_at);
