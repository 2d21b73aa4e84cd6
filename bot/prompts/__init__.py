"""Prompts: the decks of discussion questions, their rules of style, and how a circle receives them."""
