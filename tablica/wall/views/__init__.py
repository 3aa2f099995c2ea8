"""Pages and partials of walls. Each action has its own address and works as a plain form."""
