"""The people of the browser's tests, on a server of their own."""

from __future__ import annotations

from tablica.shared.testing.server import Server

PASSWORD = "a board on the wall"
PEOPLE = (("anna", "Anna Nowak", "manager"), ("marek", "Marek Lis", "member"))


def let_anna_and_marek_in(server: Server) -> None:
    """Add both, with the same password."""
    for email, name, role in PEOPLE:
        server.command(
            "user", "add", f"{email}@example.org", "--name", name, "--role", role,
            "--password-stdin", typed=PASSWORD,
        )  # fmt: skip
