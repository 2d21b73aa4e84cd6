-- As for shares and voices: whose period's key made the tag of a draft's writer. A draft's id becomes that of its receipt,
-- so a copy of the database in which it waits would else lead to the author of what it became.
ALTER TABLE drafts ADD COLUMN period INTEGER;
