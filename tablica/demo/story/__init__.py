"""The believable company's story: pure content, made up by the same rules from the same seed."""

from tablica.demo.story.tell import SIZES, Size, Story, size_named, tell

__all__ = ["SIZES", "Size", "Story", "size_named", "tell"]
