"""State and PKCE of an authorisation that can be neither replayed nor swapped. Pure: storage is the caller's.

The state carries an id and when it was made, signed together with whom and what it is for. The PKCE verifier
(RFC 7636) follows from the state and our key, so nothing has to be stored before the browser comes back, and
a code that was asked for with another state fails at the network. That a state comes back once only is the
caller's to see to: insert `Returned.state_id`, which is unique, in the transaction that links the profile.
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
    """Whom and what an authorisation is for: signed into the state, so that none of it can be exchanged."""

    shop: str
    session: str
    """The browser session that began, or whatever ties the return to who left."""
    network: str
    base_url: str
    redirect_uri: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnedState:
    """A state that is ours, in time and for this errand."""

    state_id: str
    verifier: str
    expires_at: datetime
    """After this the id may be forgotten: the state is refused by its age."""


def begin(context: AuthorizationContext, *, key: bytes, now: datetime) -> tuple[str, str]:
    """Return a new state and its PKCE verifier."""
    body = f"{secrets.token_urlsafe(18)}.{int(now.timestamp())}"
    state = f"{body}.{_sign(body, context, key)}"
    return state, _verifier(key, state)


def challenge_of(verifier: str) -> str:
    """Return the S256 code challenge of a verifier."""
    return _text(hashlib.sha256(verifier.encode("ascii")).digest())


def returned(
    state: str, context: AuthorizationContext, *, key: bytes, now: datetime
) -> ReturnedState | Final:
    """Return what a state that came back stands for; it must be used once only, see the module."""
    if len(state) > STATE_LIMIT or not state.isascii():
        return _refused("This is not an answer to a question of ours.")
    body, _, signature = state.rpartition(".")
    if not hmac.compare_digest(signature, _sign(body, context, key)):
        return _refused(
            "This answer belongs to another question: begin linking again, in one browser window."
        )
    state_id, _, made = body.partition(".")
    expires_at = datetime.fromtimestamp(int(made), UTC) + LIFETIME
    if now >= expires_at:
        return _refused("The answer came too late: begin linking again.")
    return ReturnedState(state_id=state_id, verifier=_verifier(key, state), expires_at=expires_at)


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
