"""The reports of a run: they know its result alone."""
