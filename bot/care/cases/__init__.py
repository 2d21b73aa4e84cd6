"""Somebody asks to be reached by a facilitator, without a name; and what else they are told of danger."""
