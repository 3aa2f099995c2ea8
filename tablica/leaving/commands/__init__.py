"""Planning a handover, doing it, and taking it back."""
