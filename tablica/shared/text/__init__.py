"""Text as people write it: taking it in (`clean`), folding it, and the words in it."""

from tablica.shared.text.cleaning import BadText, clean

__all__ = ["BadText", "clean"]
