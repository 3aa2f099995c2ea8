"""A device that makes and shows passkeys, in software, for tests; it can be told to misbehave."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

Flag = AuthenticatorData.FLAG


@dataclass
class Device:
    """`origin` and `site` are what it believes of the page; `checks`: that it checks its owner."""

    origin: str = "http://testserver"
    site: str = "testserver"
    checks: bool = True
    count: int = 0
    handle: bytes = b""
    number: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: dict[str, Any]) -> str:
        """What a browser answers when a passkey was made."""
        asked = options["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        made = AttestedCredentialData.create(
            Aaguid.NONE, self.number, ES256.from_cryptography_key(self.key.public_key())
        )
        data = self._data(Flag.AT, made)
        return self._answer(
            clientDataJSON=self._client("webauthn.create", asked["challenge"]),
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def show(self, options: dict[str, Any]) -> str:
        """What a browser answers when the passkey was shown."""
        self.count += 1
        data = self._data(Flag(0), b"")
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        signed = bytes(data) + hashlib.sha256(client).digest()
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
            userHandle=self.handle,
        )

    def _data(self, more: Flag, made: bytes) -> AuthenticatorData:
        flags = Flag.UP | more | (Flag.UV if self.checks else Flag(0))
        return AuthenticatorData.create(
            hashlib.sha256(self.site.encode()).digest(), flags, self.count, made
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return CollectedClientData.create(
            type=kind, challenge=websafe_decode(challenge), origin=self.origin
        )

    def _answer(self, **parts: bytes) -> str:
        number = websafe_encode(self.number)
        return json.dumps(
            {
                "id": number,
                "rawId": number,
                "type": "public-key",
                "response": {name: websafe_encode(bytes(part)) for name, part in parts.items()},
                "clientExtensionResults": {},
            }
        )
