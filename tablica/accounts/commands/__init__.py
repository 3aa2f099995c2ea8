"""Changing who works here, and what lets them in. Every function is one transaction."""
