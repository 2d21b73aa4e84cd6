"""Stepping forward: an author puts their name on one share, by their own choice, and can take it off."""
