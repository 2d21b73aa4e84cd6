"""A circle: one support group in a Discord server, with its channels, role, zone, language and pace."""
