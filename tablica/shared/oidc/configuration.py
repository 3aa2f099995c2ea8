"""Which provider people may sign in with, as the environment says."""

from __future__ import annotations

from dataclasses import dataclass

from tablica.shared.outgoing import is_safe


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider: who it is, and how this program is known there.

    `name` stands on the button. With `only` nobody comes in by a password or a passkey alone.
    """

    issuer: str
    client: str
    secret: str
    name: str
    only: bool = False


def provider_from(issuer: str, client: str, secret: str, name: str, only: str) -> Provider | None:
    """The provider that `TABLICA_OIDC_ISSUER` and the rest name; None when there is none.

    Raises ValueError with a sentence when something is missing or wrong.
    """
    if not issuer:
        if client or secret or only not in ("", "0"):
            raise ValueError("TABLICA_OIDC_ISSUER is missing beside other TABLICA_OIDC settings.")
        return None
    if not is_safe(issuer) or "?" in issuer:
        raise ValueError("TABLICA_OIDC_ISSUER must be an address that begins with https://.")
    if not client or not secret:
        raise ValueError("TABLICA_OIDC_ISSUER needs TABLICA_OIDC_CLIENT and TABLICA_OIDC_SECRET.")
    if only not in ("", "0", "1"):
        raise ValueError("TABLICA_OIDC_ONLY must be 1 or 0.")
    return Provider(issuer, client, secret, name.strip()[:60] or "SSO", only == "1")
