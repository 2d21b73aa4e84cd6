-- The image of a share, while it waits: sealed, drawn anew without what its file told of where it comes from,
-- and never more than one beside a share's words. It goes with the draft or the share, and as soon as Discord
-- has it.
CREATE TABLE share_images (
    id       TEXT PRIMARY KEY,  -- random
    draft_id TEXT UNIQUE REFERENCES drafts (id) ON DELETE CASCADE,
    share_id TEXT UNIQUE REFERENCES shares (id) ON DELETE CASCADE,
    image    BLOB NOT NULL,     -- sealed: its bytes, and its author's words for who can't see it
    CHECK ((draft_id IS NULL) <> (share_id IS NULL))
) STRICT, WITHOUT ROWID;
