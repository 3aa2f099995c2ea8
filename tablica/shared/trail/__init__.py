"""What happened around rights and doors, in a chain that shows where it was tampered with."""
