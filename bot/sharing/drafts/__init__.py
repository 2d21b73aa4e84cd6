"""What was written and not posted yet."""
