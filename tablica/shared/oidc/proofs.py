"""Whether what the provider says of somebody is from it, for us, of now and of this sign-in."""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass
from typing import Any, TypeGuard

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import Token, decode

from tablica.shared.oidc.asking import Journey, keys_of
from tablica.shared.oidc.configuration import Provider

SIGNED_BY = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
"""Never `none`, and never one whose key is the secret that both sides know."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
LONGEST = 20_000
"""Characters of a proof."""


class Unproven(Exception):
    """What came does not prove who somebody is."""


@dataclass(frozen=True)
class Proven:
    """Somebody as the provider knows them: `subject` stays, the e-mail may change.

    `email` is empty unless the provider says that it is theirs.
    """

    issuer: str
    subject: str
    email: str


def proven(proof: str, provider: Provider, journey: Journey) -> Proven:
    """Who the proof speaks of. Raises `Unproven`, and `Unreachable` when keys cannot be fetched."""
    claims = _opened(proof, provider).claims
    issuer, subject, nonce = (claims.get(name) for name in ("iss", "sub", "nonce"))
    if issuer != provider.issuer or not _is_for(claims, provider.client):
        raise Unproven("issuer or audience")
    now = time.time()
    until, since, at = (claims.get(name) for name in ("exp", "nbf", "iat"))
    if not _is_moment(until) or until <= now - LEEWAY:
        raise Unproven("expired")
    if not _is_moment(at) or at > now + LEEWAY:
        raise Unproven("made in the future")
    if since is not None and (not _is_moment(since) or since > now + LEEWAY):
        raise Unproven("not yet")
    if not isinstance(nonce, str) or not _are_one(nonce, journey.nonce):
        raise Unproven("nonce")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Unproven("subject")
    email = claims.get("email")
    is_theirs = claims.get("email_verified") is True and isinstance(email, str)
    return Proven(provider.issuer, subject, str(email) if is_theirs else "")


ENDS = "http://schemas.openid.net/event/backchannel-logout"
OLDEST = 600
"""Seconds after which the news of an end counts no more."""


@dataclass(frozen=True)
class Ended:
    """That the provider ended what somebody was signed in by; `number` is that of this news."""

    issuer: str
    subject: str
    number: str


def ended(proof: str, provider: Provider) -> Ended:
    """Whose sessions the provider says are over (OpenID Connect Back-Channel Logout 1.0).

    Raises `Unproven`, and `Unreachable` when keys cannot be fetched. A proof of who somebody is
    does not pass for it: that has a nonce and no event.
    """
    claims = _opened(proof, provider).claims
    if claims.get("iss") != provider.issuer or not _is_for(claims, provider.client):
        raise Unproven("issuer or audience")
    now, at, until = time.time(), claims.get("iat"), claims.get("exp")
    if not _is_moment(at) or not now - OLDEST <= at <= now + LEEWAY:
        raise Unproven("not of now")
    if until is not None and (not _is_moment(until) or until <= now - LEEWAY):
        raise Unproven("expired")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(ENDS), dict):
        raise Unproven("no news of an end")
    if "nonce" in claims:
        raise Unproven("nonce")
    subject, number = claims.get("sub"), claims.get("jti")
    if not (_is_name(subject) and _is_name(number)):
        raise Unproven("subject or number")
    return Ended(provider.issuer, subject, number)


def _is_name(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= 255


def _opened(proof: str, provider: Provider) -> Token:
    """The proof, when one of the provider's keys has signed it; keys are fetched anew once."""
    if len(proof) > LONGEST:
        raise Unproven("too long")
    failed: Exception | None = None
    for anew in (False, True):
        try:
            keys = KeySet.import_key_set(_signing(keys_of(provider, anew=anew)))
            return decode(proof, keys, algorithms=SIGNED_BY)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            failed = error
    raise Unproven("signature") from failed


def _signing(said: dict[str, Any]) -> Any:
    """The keys that sign; those for other uses, or of an unknown sort, are left out."""
    found = said.get("keys")
    listed = found if isinstance(found, list) else []
    kinds = {"RSA", "EC", "OKP"}
    return {
        "keys": [
            key
            for key in listed
            if isinstance(key, dict) and key.get("kty") in kinds and key.get("use") != "enc"
        ]
    }


def _is_for(claims: dict[str, Any], client: str) -> bool:
    """Whether it was made for us; among several, at our asking."""
    said = claims.get("aud")
    audience = [said] if isinstance(said, str) else said
    if not isinstance(audience, list) or client not in audience:
        return False
    asked_by = claims.get("azp")
    return asked_by == client if len(audience) > 1 or asked_by is not None else True


def _are_one(said: str, kept: str) -> bool:
    return hmac.compare_digest(said.encode(), kept.encode())


def _is_moment(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
