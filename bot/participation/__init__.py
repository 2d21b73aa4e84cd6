"""The log of who was here when, kept with consent; anonymous acts are counted without a person."""
