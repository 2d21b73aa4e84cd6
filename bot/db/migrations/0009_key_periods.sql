-- Whose key made the tags that join a person to something anonymous. The key file has a key for each period of 30
-- days at most, and the key of a past period is destroyed: then nobody can say whom these tags belong to. The tags of a share's
-- nods are made with the share's period. NULL: from before there were periods; the next start brings it into one.
ALTER TABLE shares ADD COLUMN period INTEGER;
ALTER TABLE voices ADD COLUMN period INTEGER;
