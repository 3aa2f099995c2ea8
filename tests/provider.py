"""A small provider of OpenID Connect on this machine, with real keys; it can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "tablica", "a secret of the client"
Claims = dict[str, Any]


class FakeProvider:
    """Who signs in there is `claims`; `lie` changes what a proof says, `sign` how it is signed."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
        self.claims: Claims = {"sub": "s-1", "email": "anna@example.org", "email_verified": True}
        self.lie: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = self.signed
        self.document: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def signed(self, claims: Claims) -> str:
        """As it should be: with the provider's own key."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def signed_by_another(self, claims: Claims) -> str:
        """With a key that is not the provider's, under its name."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))

    def signed_by_the_secret(self, claims: Claims) -> str:
        """With what both sides know."""
        key = OctKey.import_key(SECRET)
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, key, algorithms=["HS256"])

    @staticmethod
    def unsigned(claims: Claims) -> str:
        """Not at all."""
        parts = ({"alg": "none", "kid": "one"}, claims)
        return ".".join([*(_b64(json.dumps(part).encode()) for part in parts), ""])

    def authorize(self, query: dict[str, str]) -> str:
        """Somebody has signed in there: the address to which they are sent back."""
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, str] | None:
        """The proof for a code, once, for who proves to be the one that asked."""
        asked = self.codes.pop(form.get("code", ""), None)
        pair = f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()
        if asked is None or authorization != f"Basic {base64.b64encode(pair).decode()}":
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if _b64(digest) != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"], **self.claims}
        proof = self.sign(self.lie(claims))
        return {"access_token": "x", "token_type": "Bearer", "id_token": proof}


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class _Handler(BaseHTTPRequestHandler):
    provider: FakeProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            self._json(self.provider.document)
        elif parts.path == "/keys":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        found = self.provider.token(form, self.headers.get("Authorization", ""))
        self._json(found or {"error": "invalid_grant"}, status=200 if found else 400)

    def _json(self, said: Any, *, status: int = 200) -> None:
        raw = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def provider_on_this_machine() -> Iterator[FakeProvider]:
    """A provider that answers while this is open."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.provider = FakeProvider(server.server_address[1])  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield handler.provider  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
