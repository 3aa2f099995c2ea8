"""Tables as files, made bit by bit."""
