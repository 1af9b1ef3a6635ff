"""Which form a grid is, and its cells as tidy rows."""
