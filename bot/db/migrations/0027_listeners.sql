-- Members who listen: they are told of shares that nobody has answered. Whom a row means says the key file only; how to
-- reach them is in contacts.
CREATE TABLE listeners (
    circle_id TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    who       TEXT NOT NULL,                 -- keyed tag of (circle, person)
    told_on   TEXT,                          -- the day they were told last, by the circle's calendar
    PRIMARY KEY (circle_id, who)
) STRICT, WITHOUT ROWID;
