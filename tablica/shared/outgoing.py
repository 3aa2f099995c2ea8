"""The one way in which this program speaks to other machines over HTTP.

Certificates are checked. Nobody is followed to another address, and nothing endless is read.
Without encryption only this machine itself is spoken to.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS = 10
LARGEST = 2**20
"""Bytes of an answer."""
OWN = frozenset({"localhost", "127.0.0.1", "::1"})


class Unreachable(Exception):
    """No answer, or none that was hoped for. Says what, without anything secret."""


def is_safe(url: str) -> bool:
    """Whether an address is spoken to: encrypted, or on this machine itself."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in OWN)


def get_json(url: str) -> dict[str, Any]:
    """What an address answers, as JSON. Raises `Unreachable`."""
    return _asked("GET", url, None, {})


def post_form(
    url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What an address answers to a form, as JSON. Raises `Unreachable`."""
    said = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    return _asked("POST", url, urlencode(form), said)


def _asked(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> dict[str, Any]:
    if not is_safe(url):
        raise Unreachable(f"{url} is not encrypted.")
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path or "/"
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        line = http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=context)
    else:
        line = http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
    try:
        target = f"{path}?{parts.query}" if parts.query else path
        line.request(method, target, body, {"Accept": "application/json", **headers})
        answer = line.getresponse()
        raw = answer.read(LARGEST + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{host} does not answer: {type(error).__name__}.") from error
    finally:
        line.close()
    if answer.status != 200 or len(raw) > LARGEST:
        raise Unreachable(f"{host} answered {answer.status}.")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreachable(f"{host} answered no JSON.") from error
    if not isinstance(found, dict):
        raise Unreachable(f"{host} answered something else.")
    return found
