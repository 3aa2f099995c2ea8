"""Pages of the whole: the dashboard, lists, profiles."""
