"""Members who watch over shares that have met no answer yet; a role people take, and lay down, themselves."""
