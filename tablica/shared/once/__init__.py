"""A change sent twice happens once: the second time gets the first answer again. See ADR 3."""
