"""The doors of Meet: offering to talk, what the two write to each other, and what each can do besides."""
