"""What leaves for Discord by itself: queued with the change that caused it, sent once, the urgent first."""
