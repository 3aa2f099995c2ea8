"""The command line. Every module here with an `add_arguments` is a command of its name."""
