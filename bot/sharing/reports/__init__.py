"""What members tell facilitators about a post that was made without a name, and what becomes of it."""
