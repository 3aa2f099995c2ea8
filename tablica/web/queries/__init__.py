"""Reading what pages show."""
