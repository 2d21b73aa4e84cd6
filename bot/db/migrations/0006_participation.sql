-- Whether a member is logged by name in a circle, or only counted. No row: not asked yet, so only counted.
CREATE TABLE consents (
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    user_id   INTEGER NOT NULL,
    choice    TEXT NOT NULL CHECK (choice IN ('by_name', 'counted')),
    chosen_at TEXT NOT NULL,
    PRIMARY KEY (circle_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX consents_by_user ON consents (user_id);

-- Who was here when: only of members who chose to be logged by name. Never a text, never an anonymous act.
CREATE TABLE presence (
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    user_id   INTEGER NOT NULL,
    act       TEXT NOT NULL CHECK (act IN ('here', 'passed', 'checked_in', 'answered')),
    occasion  TEXT NOT NULL,          -- the check-in or prompt it was about
    at        TEXT NOT NULL,          -- UTC
    local_day TEXT NOT NULL,          -- the circle's own calendar day
    PRIMARY KEY (circle_id, user_id, act, occasion)
) STRICT, WITHOUT ROWID;

CREATE INDEX presence_by_user ON presence (user_id);
CREATE INDEX presence_by_day ON presence (circle_id, local_day);

-- How often something was done in a circle on a day, by anyone, without a person.
CREATE TABLE day_counts (
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    local_day TEXT NOT NULL,
    act       TEXT NOT NULL CHECK (
        act IN ('here', 'passed', 'checked_in', 'answered', 'shared', 'answered_anonymously', 'nodded')
    ),
    count     INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (circle_id, local_day, act)
) STRICT, WITHOUT ROWID;
