"""Reaching, in private, somebody who writes without a name and asked to be reached."""
