"""Tests speak to this machine only."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_connect = socket.socket.connect


class OutsideWorld(AssertionError):
    """A test tried to reach another machine."""


def stay_inside() -> None:
    """From now on, refuse every connection of this process to another machine."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(str(address[0])):
            raise OutsideWorld(f"A test may not connect to {address[0]}.")
        _connect(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
