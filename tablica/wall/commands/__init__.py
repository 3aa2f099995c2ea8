"""Everything that changes a wall. Each function is one transaction."""
