"""Facilitators read shares before they are posted, where their circle would have it so."""
