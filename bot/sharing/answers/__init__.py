"""Anonymous answers in a thread."""
