"""Reading walls."""
