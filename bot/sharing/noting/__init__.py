"""The content note of a share that stands, changed by its author."""
