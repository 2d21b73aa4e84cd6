"""What in a text could tell who wrote it, or name someone else: looked for here, and kept nowhere."""
