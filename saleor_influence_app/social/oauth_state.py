"""State and PKCE verifier of an OAuth authorisation, so that it can be neither replayed nor swapped.

The state carries an id and when it was made, signed together with whom and what it is for. The PKCE verifier
(RFC 7636) is derived from the state and our key, so it need not be stored before the browser comes back, and
a code that was issued for another state fails at the network. The caller accepts each state only once, by the
id in front of its first dot (`profiles.pending_links`).
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from saleor_influence_app.social.failures import Final, Reason

LIFETIME = timedelta(minutes=15)
STATE_LIMIT = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorizationContext:
    """Whom and what an authorisation is for: signed into the state, so that none of it can be changed."""

    shop: str
    session: str
    """The browser session that began, or whatever else identifies who began."""
    network: str
    base_url: str
    redirect_uri: str


def begin(context: AuthorizationContext, *, key: bytes, now: datetime) -> tuple[str, str]:
    """Return a new state and its PKCE verifier."""
    body = f"{secrets.token_urlsafe(18)}.{int(now.timestamp())}"
    state = f"{body}.{_sign(body, context, key)}"
    return state, _verifier(key, state)


def challenge_of(verifier: str) -> str:
    """Return the S256 code challenge of a verifier."""
    return _text(hashlib.sha256(verifier.encode("ascii")).digest())


def verifier_of(state: str, context: AuthorizationContext, *, key: bytes, now: datetime) -> str | Final:
    """Return the PKCE verifier of a state that came back for this context, or why the state is refused."""
    if len(state) > STATE_LIMIT or not state.isascii():
        return _refused("This did not begin here: begin linking again.")
    body, _, signature = state.rpartition(".")
    if not hmac.compare_digest(signature, _sign(body, context, key)):
        return _refused("This was begun for something else: begin linking again, in one browser window.")
    _, _, made = body.partition(".")
    if now >= datetime.fromtimestamp(int(made), UTC) + LIFETIME:
        return _refused("This took too long: begin linking again.")
    return _verifier(key, state)


def _verifier(key: bytes, state: str) -> str:
    return _text(hmac.digest(key, b"pkce\0" + state.encode(), "sha256"))


def _sign(body: str, context: AuthorizationContext, key: bytes) -> str:
    parts = (body, context.shop, context.session, context.network, context.base_url, context.redirect_uri)
    # With the lengths in front, no part can reach into the next.
    message = b"state\0" + b"".join(
        len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts)
    )
    return _text(hmac.digest(key, message, "sha256"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _refused(sentence: str) -> Final:
    return Final(reason=Reason.REFUSED, sentence=sentence)
