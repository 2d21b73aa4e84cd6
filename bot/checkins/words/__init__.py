"""Words in a check-in: by name in a thread, and without name in the summary."""
