"""Shares that wait: a random while, for an hour of the day, or until enough different people have shared."""
