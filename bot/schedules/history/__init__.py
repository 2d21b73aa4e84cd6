"""Who changed what about a circle's schedules, for every member to read."""
