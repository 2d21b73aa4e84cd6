"""The state of the sandbox: people, servers, channels and what was said."""
