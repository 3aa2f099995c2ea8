"""Importing tables, and taking an import back."""
