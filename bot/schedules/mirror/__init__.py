"""A schedule shown as a Discord scheduled event, for those who look there."""
