-- How someone can be reached who writes without a name and asked for it: told of answers, met, followed up. The only
-- place where a person's id is kept for that; sealed with a period's key, and erased when its purpose is done.
CREATE TABLE contacts (
    purpose   TEXT NOT NULL,                  -- such as 'share.told'
    reference TEXT NOT NULL,                  -- of the share, meeting or case it is for
    sealed    BLOB NOT NULL,                  -- their Discord id, their direct messages with the bot, their language
    period    INTEGER NOT NULL,               -- whose key sealed it
    forget_on TEXT NOT NULL,                  -- the day by which it goes at the latest
    PRIMARY KEY (purpose, reference)
) STRICT, WITHOUT ROWID;
