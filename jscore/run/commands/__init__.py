"""The commands of ``jscore``: options, progress and messages; the work is done elsewhere."""
