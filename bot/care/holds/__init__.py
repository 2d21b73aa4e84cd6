"""Half an hour before posting, where the writer wants it; and one note afterwards, unless they decline."""
