"""A Discord server on loopback that a real bot connects to, for trying the bot out and for tests."""
