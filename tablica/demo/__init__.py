"""The believable company that a new installation can be filled with."""
