"""What is kept about a person, in all features: shown to them, handed out, erased, and gone in its time."""
