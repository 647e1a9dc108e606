"""Places outside of the database where signed heads go, so that who may change it cannot change them."""

import hashlib
import socket
from pathlib import Path

import httpx
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    decode_timestamp_response,
)

from saleor_influence_app import mail, settings
from saleor_influence_app.consent.signed_heads import Head
from saleor_influence_app.errors import ServiceUnavailable
from saleor_influence_app.shops import tombstone_folder

PATIENCE_SECONDS = 20.0


def configured() -> list[str]:
    """Return the anchors that the settings name: filed, mailed, put, stamped."""
    given = settings.get()
    wanted = {
        "filed": given.consent_anchor_folder,
        "mailed": given.consent_anchor_mail_to,
        "put": given.consent_anchor_url,
        "stamped": given.timestamp_url,
    }
    return [name for name, value in wanted.items() if value is not None]


def file(head: Head, folder: Path) -> None:
    """Write the head at the end of this machine's file; it is on the disk when this returns."""
    path = folder / f"{socket.gethostname() or 'here'}.heads"
    tombstone_folder.append_lines(path, f"{head.signed}\n".encode(), is_whole=lambda _: False)


def post(head: Head, to: str) -> None:
    """Mail the head; raises ServiceUnavailable if the server does not take it."""
    text = (
        f"Head of the consent ledger of {head.shop}: {head.rows:,} rows on {head.moment}.\n"
        "Keep this mail: `./influence consent verify --anchor FILE` compares the ledger with it.\n\n"
        f"{head.signed}\n"
    )
    mail.send(mail.Letter(to=to, subject=f"Consent ledger: {head.rows:,} rows, {head.moment}", text=text))


def put(head: Head, url: str, headers: dict[str, str]) -> None:
    """Put the head at a name of its own below the address; raises ServiceUnavailable if it is not taken."""
    address = f"{url.rstrip('/')}/{head.digest}.jws"
    try:
        answer = httpx.put(address, content=head.signed.encode(), headers=headers, timeout=PATIENCE_SECONDS)
    except httpx.HTTPError as error:
        raise ServiceUnavailable(f"CONSENT_ANCHOR_URL cannot be reached ({type(error).__name__}).") from None
    if not answer.is_success:
        raise ServiceUnavailable(f"CONSENT_ANCHOR_URL answered {answer.status_code}.")


def stamp(head: Head, url: str) -> bytes:
    """Return a time stamp over the signed head (RFC 3161); raises ServiceUnavailable without one."""
    content = head.signed.encode()
    request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        answer = httpx.post(
            url,
            content=request.as_bytes(),
            headers={"Content-Type": "application/timestamp-query"},
            timeout=PATIENCE_SECONDS,
        )
        found = decode_timestamp_response(answer.content)
        granted = PKIStatus(found.status) in {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}
        is_ours = granted and found.tst_info.message_imprint.message == hashlib.sha256(content).digest()
    except httpx.HTTPError as error:
        raise ServiceUnavailable(f"TIMESTAMP_URL cannot be reached ({type(error).__name__}).") from None
    except ValueError:
        raise ServiceUnavailable("TIMESTAMP_URL gave no time stamp.") from None
    if not is_ours or found.tst_info.nonce != request.nonce:
        raise ServiceUnavailable("TIMESTAMP_URL gave no time stamp over this head.")
    return answer.content
