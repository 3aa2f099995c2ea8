"""Reading for the pages of who sees what."""
