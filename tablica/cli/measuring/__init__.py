"""The project's own measurements: each beside its floor, in one run."""
