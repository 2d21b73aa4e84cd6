"""Meet: a reader of a share offers to talk, its author may accept, and the bot carries what they write."""
