"""Gentle reminders for those who asked for one, and the one door by which people are reached in private."""
