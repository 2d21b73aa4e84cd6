"""Pausing whoever wrote something without a name, and their way to be heard about it."""
