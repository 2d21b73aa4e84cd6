"""Anonymous shares, nods and answers: written in private, posted without a name, taken back at any time."""
