"""Passkeys: what browser and server say to each other (WebAuthn), and whether it holds.

A passkey is asked to check its owner by finger, face or PIN, so that it is two factors in one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

State = dict[str, Any]
Said = dict[str, Any]
_BROKEN = (
    AssertionError,
    AttributeError,
    InvalidSignature,
    KeyError,
    TypeError,
    ValueError,
)
CHECKED = UserVerificationRequirement.REQUIRED


class Unproven(Exception):
    """The answer of a browser does not prove what it should."""


@dataclass(frozen=True)
class Site:
    """The name for which a passkey is made, such as `crm.example.org`, and the page's origin."""

    name: str
    origin: str


@dataclass(frozen=True)
class Made:
    """A new passkey: its number, the public part, and how often it has signed."""

    number: str
    credential: bytes
    count: int


def begin_making(
    site: Site, *, handle: bytes, email: str, name: str, known: Iterable[bytes]
) -> tuple[Said, State]:
    """What a browser needs to make a passkey, and what the answer is to be checked with.

    `known` are those that the person has already: a device does not make a second one.
    """
    options, state = _server(site).register_begin(
        PublicKeyCredentialUserEntity(id=handle, name=email, display_name=name),
        credentials=[AttestedCredentialData(one) for one in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=CHECKED,
    )
    return dict(options), state


def finish_making(site: Site, state: State, answer: Said) -> Made:
    """The passkey that a browser made. Raises `Unproven`."""
    try:
        data = _server(site).register_complete(state, RegistrationResponse.from_dict(answer))
        made = data.credential_data
        if made is None:
            raise Unproven
        return Made(websafe_encode(made.credential_id), bytes(made), data.counter)
    except _BROKEN as error:
        raise Unproven from error


def begin_showing(site: Site, known: Iterable[bytes] = ()) -> tuple[Said, State]:
    """What a browser needs to show a passkey: one of `known`, or whichever it has for the site."""
    credentials = [AttestedCredentialData(one) for one in known]
    options, state = _server(site).authenticate_begin(
        credentials or None, user_verification=CHECKED
    )
    return dict(options), state


def number_in(answer: Said) -> str:
    """The number of the passkey that an answer is signed with; empty when it has none."""
    number = answer.get("id")
    return number if isinstance(number, str) else ""


def finish_showing(
    site: Site, state: State, answer: Said, *, credential: bytes, handle: bytes, count: int
) -> int:
    """How often the passkey has signed now. Raises `Unproven`, also when it may have been copied.

    `handle` is whose it is, `count` how often it had signed before.
    """
    try:
        said = AuthenticationResponse.from_dict(answer)
        _server(site).authenticate_complete(state, [AttestedCredentialData(credential)], said)
        owner, now = said.response.user_handle, said.response.authenticator_data.counter
    except _BROKEN as error:
        raise Unproven from error
    if owner is not None and owner != handle:
        raise Unproven
    if (now or count) and now <= count:
        raise Unproven
    return int(now)


def _server(site: Site) -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(name="Tablica", id=site.name),
        verify_origin=lambda origin: origin == site.origin,
    )
