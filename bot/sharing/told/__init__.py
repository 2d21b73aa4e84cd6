"""Telling somebody who shared without a name that there is something new, because they asked for it."""
