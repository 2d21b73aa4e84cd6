"""Check-ins: a round in which each says, if they like, how connected they are today."""
