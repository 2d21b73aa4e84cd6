-- Whether a member is logged by name in a circle, or only counted. No row: not asked yet, so only counted.
-- Deleted a year after the day it is of, unless the log still holds a row by that name.
CREATE TABLE consents (
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    user_id   INTEGER NOT NULL,
    choice    TEXT CHECK (choice IN ('by_name', 'counted')),  -- none: asked, and not answered
    name      TEXT,                   -- while by name: what they are called in the server
    asked     INTEGER NOT NULL,       -- how often they were asked; never more than twice
    since     TEXT NOT NULL,          -- the circle's calendar day on which they chose, or were last asked
    PRIMARY KEY (circle_id, user_id),
    CHECK ((choice IS 'by_name') = (name IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX consents_by_user ON consents (user_id);

-- Who was here when: only of members who chose to be logged by name. Never a text, never an anonymous act.
-- Passing is written as being here. There are days and no times, so that no anonymous post can be matched with
-- a person by its time. Deleted after a year.
CREATE TABLE presence (
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    user_id   INTEGER NOT NULL,
    act       TEXT NOT NULL CHECK (act IN ('here', 'checked_in', 'answered')),
    occasion  TEXT NOT NULL,          -- the check-in or prompt it was about
    local_day TEXT NOT NULL,          -- the circle's own calendar day
    PRIMARY KEY (circle_id, user_id, act, occasion)
) STRICT, WITHOUT ROWID;

CREATE INDEX presence_by_user ON presence (user_id);
CREATE INDEX presence_by_day ON presence (circle_id, local_day);

-- How often something was done in a circle on a day, by anyone, without a person. Deleted after a year.
CREATE TABLE day_counts (
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    local_day TEXT NOT NULL,
    act       TEXT NOT NULL CHECK (
        act IN ('here', 'passed', 'checked_in', 'answered', 'shared', 'answered_anonymously', 'nodded')
    ),
    occasion  TEXT NOT NULL,          -- the check-in or prompt, in which each person does it once; '' for anonymous acts
    count     INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (circle_id, local_day, act, occasion)
) STRICT, WITHOUT ROWID;
