"""Whether a person has answered a share: the one place that knows, by name or without."""
