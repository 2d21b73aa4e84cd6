"""How a circle's shares come to be posted, as its facilitators set it."""
