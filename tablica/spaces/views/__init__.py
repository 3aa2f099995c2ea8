"""Pages and partials of polls, ideas and questions."""
