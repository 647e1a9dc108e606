"""A shop's signing key, and bodies signed as Saleor signs them, for the tests of every package.

from tests.support.signing import signing_key, headers_for
from tests.support.bodies import order_body, encode
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from joserfc import jws
from joserfc.jwk import RSAKey

API_URL = "https://shop.example/graphql/"


@dataclass(frozen=True)
class SigningKey:
    private: RSAKey

    @property
    def kid(self) -> str:
        return self.private.thumbprint()  # RFC 7638, as Saleor does

    @property
    def public_jwk(self) -> dict[str, Any]:
        public = {"use": "sig", "alg": "RS256", "kid": self.kid, "key_ops": ["verify"]}
        return {**self.private.as_dict(private=False), **public}

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.public_jwk]}

    def sign(self, body: bytes, **header: Any) -> str:
        """The detached signature of the body; keywords replace header parameters, None removes one."""
        full = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": self.kid, "typ": "JWT", **header}
        protected = {name: value for name, value in full.items() if value is not None}
        head = urlsafe_b64encode(json.dumps(protected, separators=(",", ":")).encode()).rstrip(b"=")
        algorithm = jws.JWSRegistry.algorithms["RS256"]
        signature = urlsafe_b64encode(algorithm.sign(head + b"." + body, self.private)).rstrip(b"=")
        return f"{head.decode()}..{signature.decode()}"


@lru_cache
def signing_key(shop: str = "ours") -> SigningKey:
    """The key of a shop, made once a run and name."""
    return SigningKey(RSAKey.generate_key(2048, parameters={"kid": shop}))


def headers_for(
    event: str, body: bytes, key: SigningKey | None = None, api_url: str = API_URL
) -> dict[str, str]:
    """The headers that Saleor sends with the body."""
    return {
        "content-type": "application/json",
        "user-agent": "Saleor/3.23",
        "saleor-event": event,
        "saleor-domain": "shop.example",
        "saleor-api-url": api_url,
        "saleor-signature": (key or signing_key()).sign(body),
    }
