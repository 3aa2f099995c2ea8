"""How often something may be asked for in a minute, counted over all processes."""
