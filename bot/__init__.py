"""The product: features as services over SQLite. Knows nothing of Discord except in `client`."""
