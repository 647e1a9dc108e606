"""Keys and tokens: the RS256 key set, the session tokens of people, the signature of webhooks."""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

JWT_PARTS = 3


class TokenInvalid(Exception):
    """A session token that is not ours, was tampered with, or was revoked."""

    code = "InvalidTokenError"


class TokenExpired(TokenInvalid):
    """A session token that was right once."""

    code = "ExpiredSignatureError"


class TokenForged(TokenInvalid):
    """A session token that looks like ours and was not signed with our key."""

    code = "InvalidSignatureError"


def unverified_claims(token: str) -> dict[str, Any] | None:
    """What a token says, believed by nobody; None when it is no JWT."""
    parts = token.split(".")
    try:
        claims = json.loads(decode_segment(parts[1]))
    except (ValueError, IndexError):
        return None
    return claims if isinstance(claims, dict) and len(parts) == JWT_PARTS else None


def encode_segment(data: bytes) -> str:
    """Base64url without padding, as JOSE wants it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_segment(text: str) -> bytes:
    """The bytes of a JOSE segment."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number_segment(number: int) -> str:
    return encode_segment(number.to_bytes((number.bit_length() + 7) // 8, "big"))


@dataclass(frozen=True)
class SigningKey:
    """One RSA key and its RFC 7638 name."""

    private: rsa.RSAPrivateKey
    kid: str

    @classmethod
    def generate(cls) -> "SigningKey":
        """A fresh key of 2048 bits."""
        return cls.of(rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @classmethod
    def from_pem(cls, pem: bytes) -> "SigningKey":
        """The key in a PEM file."""
        return cls.of(cast("rsa.RSAPrivateKey", serialization.load_pem_private_key(pem, password=None)))

    @classmethod
    def of(cls, private: rsa.RSAPrivateKey) -> "SigningKey":
        """The key with its thumbprint."""
        numbers = private.public_key().public_numbers()
        members = {"e": _number_segment(numbers.e), "kty": "RSA", "n": _number_segment(numbers.n)}
        canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
        return cls(private, encode_segment(hashlib.sha256(canonical).digest()))

    def sign(self, data: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256 over the data."""
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def public_jwk(self) -> dict[str, Any]:
        """The public half, with the members that Saleor publishes."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "key_ops": ["verify"],
            "n": _number_segment(numbers.n),
            "e": _number_segment(numbers.e),
            "use": "sig",
            "kid": self.kid,
            "alg": "RS256",
        }


class Signer:
    """Signs with the present key. The key can change under a running app, as an operator may do it."""

    def __init__(self, key: SigningKey | None = None) -> None:
        self.key = key or SigningKey.generate()

    def rotate(self, key: SigningKey | None = None) -> None:
        """From now on another key signs, and only that one is published."""
        self.key = key or SigningKey.generate()

    def jwks(self) -> dict[str, Any]:
        """The published key set."""
        return {"keys": [self.key.public_jwk()]}

    def detached(self, body: bytes) -> str:
        """The signature of a webhook: a detached JWS over the raw bytes (RFC 7797, b64=false)."""
        header = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": self.key.kid, "typ": "JWT"}
        protected = encode_segment(json.dumps(header, separators=(",", ":")).encode())
        return f"{protected}..{encode_segment(self.key.sign(protected.encode() + b'.' + body))}"

    def token(self, claims: dict[str, Any]) -> str:
        """A session token with these claims."""
        header = {"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}
        signed = ".".join(
            encode_segment(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)
        )
        return f"{signed}.{encode_segment(self.key.sign(signed.encode()))}"

    def claims(self, token: str, now: float) -> dict[str, Any]:
        """The claims of a token that is ours and not over; else TokenForged or TokenExpired."""
        signed, _, signature = token.rpartition(".")
        claims = unverified_claims(token)
        try:
            header = json.loads(decode_segment(signed.partition(".")[0]))
            self.key.private.public_key().verify(
                decode_segment(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, ValueError) as error:
            raise TokenForged("Signature verification failed") from error
        if claims is None or header.get("alg") != "RS256" or header.get("kid") != self.key.kid:
            raise TokenForged("Signature verification failed")
        if claims["exp"] <= now:
            raise TokenExpired("Signature has expired")
        return claims
