"""Speaking with the provider: where its doors are, and changing a code for a proof."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tablica.shared.oidc.configuration import Provider
from tablica.shared.outgoing import Unreachable, get_json, is_safe, post_form

FRESH = 3600
"""Seconds for which doors and keys are remembered."""
PAUSE = 30
"""Seconds before keys are fetched again because an unknown one was named."""
DOORS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Journey:
    """What this side remembers of somebody it has sent to the provider."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Journey:
        """A new one: three secrets that nobody guesses."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


class _Memory:
    """What providers said of themselves, in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: dict[str, tuple[float, dict[str, Any]]] = {}

    def fetch(self, url: str, *, at_most: float) -> dict[str, Any]:
        with self.lock:
            at, found = self.kept.get(url, (0.0, {}))
            if found and time.monotonic() - at < at_most:
                return found
        found = get_json(url)
        with self.lock:
            self.kept[url] = (time.monotonic(), found)
        return found

    def clear(self) -> None:
        with self.lock:
            self.kept.clear()


memory = _Memory()


def doors_of(provider: Provider) -> dict[str, Any]:
    """The addresses of the provider, as it tells them. Raises `Unreachable`."""
    where = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found = memory.fetch(where, at_most=FRESH)
    if found.get("issuer") != provider.issuer:
        raise Unreachable(f"{provider.issuer} calls itself something else.")
    for door in DOORS:
        if not isinstance(found.get(door), str) or not is_safe(found[door]):
            raise Unreachable(f"{provider.issuer} names no {door}.")
    return found


def keys_of(provider: Provider, *, anew: bool = False) -> dict[str, Any]:
    """The keys that the provider signs with; `anew` when one was named that is not among them."""
    doors = doors_of(provider)
    return memory.fetch(doors["jwks_uri"], at_most=PAUSE if anew else FRESH)


def address_for(provider: Provider, journey: Journey, *, back: str, language: str) -> str:
    """Where to send somebody who wants to sign in. Raises `Unreachable`."""
    digest = hashlib.sha256(journey.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": back,
        "scope": "openid email",
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    door = doors_of(provider)["authorization_endpoint"]
    return f"{door}{'&' if '?' in door else '?'}{urlencode(asked)}"


def proof_for(provider: Provider, journey: Journey, code: str, *, back: str) -> str:
    """The proof of who somebody is, for the code that they came back with. Raises `Unreachable`."""
    doors = doors_of(provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": journey.verifier,
    }
    headers = {}
    if "client_secret_basic" in doors.get(
        "token_endpoint_auth_methods_supported", ["client_secret_basic"]
    ):
        pair = f"{quote(provider.client, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": provider.client, "client_secret": provider.secret}
    found = post_form(doors["token_endpoint"], form, headers).get("id_token")
    if not isinstance(found, str):
        raise Unreachable(f"{provider.issuer} gave no proof.")
    return found
