"""Signed heads outside of the database: by a real mail server, by PUT, by a real time stamp authority."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.consent import signed_heads, signer, signing
from saleor_influence_app.operations import erasure_checks
from tests.support.consent_audit import sign, tamper
from tests.support.mailbox import Mailbox
from tests.support.social_shop import API_URL, Shop, sql

LINK = ("link", "mastodon")

Answer = Callable[[str, str, bytes, dict[str, str]], tuple[int, bytes]]


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """A server on loopback that answers every request so."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = answer(self.command, self.path, body, dict(self.headers))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT  # noqa: N815 - the library's name

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def set_to(**values: str) -> Iterator[None]:
    patch = pytest.MonkeyPatch()  # settings come by the environment alone
    for name, value in values.items():
        patch.setenv(name, value)
    settings.get.cache_clear()
    try:
        yield
    finally:
        patch.undo()
        settings.get.cache_clear()


@pytest.fixture
def agreed(shop: Shop, signing_on: Path) -> Shop:
    assert signing_on
    shop.agree("ines", LINK)
    return shop


def head_of(session: Session) -> signed_heads.Head:
    return signed_heads.known(session).heads[API_URL][-1]


def test_a_head_is_mailed_once_a_day_and_the_mail_is_enough_to_check_with(
    agreed: Shop, session: Session, mailbox: Mailbox
) -> None:
    with set_to(
        SMTP_URL=f"smtp+plain://127.0.0.1:{mailbox.port}",
        MAIL_FROM="Influence <app@shop.example>",
        APP_IFRAME_BASE_URL="https://influence.example",
        CONSENT_ANCHOR_MAIL_TO="officer@shop.example",
    ):
        [done] = sign()
        assert (done.anchored, done.trouble) == (["filed", "mailed"], [])
        agreed.agree("ines", ("perks", None))
        [again] = sign()
        assert again.anchored == ["filed"], "a day has not passed"
        [now] = sign(at_once=True)
        assert now.anchored == ["filed", "mailed"]

    _, first = mailbox.letters[0]
    assert first["To"] == "officer@shop.example"
    body = first.get_content()
    signed = next(line for line in body.splitlines() if line.startswith("eyJ"))
    assert signed_heads.parse(signed).rows == 1
    assert len(mailbox.letters) == 2
    assert "ines" not in body
    assert sql(session, "SELECT count(*) FROM consent_heads WHERE mailed_at IS NOT NULL")[0][0] == 2


def test_a_mail_server_that_is_down_is_told_and_tried_again(agreed: Shop, session: Session) -> None:
    assert agreed
    with set_to(
        SMTP_URL="smtp+plain://127.0.0.1:1",
        MAIL_FROM="app@shop.example",
        APP_IFRAME_BASE_URL="https://influence.example",
        CONSENT_ANCHOR_MAIL_TO="officer@shop.example",
    ):
        for _ in range(2):
            [done] = sign()
            assert done.trouble == ["not mailed to CONSENT_ANCHOR_MAIL_TO: The mail could not be sent."]
    assert sql(session, "SELECT count(*) FROM consent_heads")[0][0] == 1, "the head itself is signed once"
    assert "not mailed" in sql(session, "SELECT trouble FROM consent_heads")[0][0]


def test_a_head_is_put_below_the_address_with_the_headers_that_were_set(
    agreed: Shop, session: Session
) -> None:
    taken: dict[str, bytes] = {}
    refuse = True

    def answer(method: str, path: str, body: bytes, given: dict[str, str]) -> tuple[int, bytes]:
        if refuse or (method, given["Authorization"]) != ("PUT", "Bearer abc"):
            return 403, b""
        taken[path] = body
        return 201, b""

    assert agreed
    with (
        served(answer) as url,
        set_to(CONSENT_ANCHOR_URL=f"{url}/anchors/", CONSENT_ANCHOR_HEADERS="Authorization=Bearer abc"),
    ):
        assert sign()[0].trouble == ["not put to CONSENT_ANCHOR_URL: CONSENT_ANCHOR_URL answered 403."]
        refuse = False
        assert sign()[0].anchored == ["put"], "the folder has it already"

    head = head_of(session)
    assert taken == {f"/anchors/{head.digest}.jws": head.signed.encode()}


TSA = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A folder with a time stamp authority's key and certificate (OpenSSL's own)."""
    if shutil.which("openssl") is None:
        pytest.fail("No openssl: install Debian's package `openssl`.")
    folder = tmp_path / "tsa"
    folder.mkdir()
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(TSA.format(folder=folder))
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=Stamps",
            ),
            *("-addext", "extendedKeyUsage=critical,timeStamping"),
            *("-keyout", str(folder / "tsa.key"), "-out", str(folder / "tsa.pem")),
        ],
        check=True,
        capture_output=True,
    )
    return folder


def stamped(folder: Path, query: bytes) -> bytes:
    (folder / "query.tsq").write_bytes(query)
    subprocess.run(
        [
            *("openssl", "ts", "-reply", "-config", str(folder / "tsa.cnf")),
            *("-queryfile", str(folder / "query.tsq"), "-out", str(folder / "reply.tsr")),
        ],
        check=True,
        capture_output=True,
    )
    return (folder / "reply.tsr").read_bytes()


def test_a_time_stamp_makes_the_date_of_a_head_certain(
    agreed: Shop, session: Session, authority: Path, tmp_path: Path
) -> None:
    assert agreed
    with (
        served(lambda *request: (200, stamped(authority, request[2]))) as url,
        set_to(TIMESTAMP_URL=url),
    ):
        assert sign()[0].anchored == ["filed", "stamped"]

    head = head_of(session)
    (tmp_path / "head.jws").write_text(head.signed)
    (tmp_path / "head.tsr").write_bytes(sql(session, "SELECT stamp FROM consent_heads")[0][0])
    command = [
        "openssl",
        "ts",
        "-verify",
        "-in",
        str(tmp_path / "head.tsr"),
        "-data",
        str(tmp_path / "head.jws"),
    ]
    trusted = [*command, "-CAfile", str(authority / "tsa.pem")]
    assert "Verification: OK" in subprocess.run(trusted, check=True, capture_output=True, text=True).stdout
    (tmp_path / "head.jws").write_text(head.signed[:-1])
    assert subprocess.run(trusted, check=False, capture_output=True).returncode == 1


def test_a_time_stamp_over_something_else_is_none(agreed: Shop, authority: Path) -> None:
    assert agreed
    other = subprocess.run(
        ["openssl", "ts", "-query", "-digest", hashlib.sha256(b"x").hexdigest(), "-sha256"],
        check=True,
        capture_output=True,
    ).stdout
    for content, why in (
        (stamped(authority, other), "gave no time stamp over this head."),
        (b"<html>", "gave no time stamp."),
    ):
        with served(lambda *_, content=content: (200, content)) as url, set_to(TIMESTAMP_URL=url):
            assert sign()[0].trouble == [f"not stamped by TIMESTAMP_URL: TIMESTAMP_URL {why}"]


def test_staff_and_the_doctor_hear_of_a_signer_that_is_late(
    agreed: Shop, session: Session, engine: Engine
) -> None:
    def told() -> list[str]:
        with db.transaction() as own:
            signer.report(own, agreed.shop_id)
        return [
            row.message for row in sql(session, "SELECT message FROM problems WHERE dismissed_at IS NULL")
        ]

    assert told() == [], "the first consent is younger than a day"
    tamper(engine, "UPDATE consents SET at = at - interval '2 days'")
    behind = (
        "not signed since the first consent; not written to CONSENT_ANCHOR_FOLDER since the first consent"
    )
    assert told() == [f"The head of the consent ledger is {behind}. `./influence consent sign` says why."]
    findings = [one.message for one in erasure_checks.examine(db.snapshot) if not one.well]
    assert any("not signed since the first consent" in one for one in findings), findings
    tamper(engine, "UPDATE consents SET at = at + interval '2 days'")
    sign()
    tamper(engine, "UPDATE consents SET at = at - interval '2 days'")
    assert told() == []
    late = timedelta(hours=27)
    session.execute(
        text("UPDATE consent_heads SET signed_at = now() - :late, filed_at = now() - :late"), {"late": late}
    )
    session.commit()
    assert told()[0].startswith("The head of the consent ledger is not signed since 20")


def test_without_a_folder_or_a_key_the_signer_says_what_to_set(agreed: Shop) -> None:
    assert agreed
    from saleor_influence_app.errors import SettingInvalid

    with set_to(CONSENT_ANCHOR_FOLDER=""), pytest.raises(SettingInvalid, match="Set CONSENT_ANCHOR_FOLDER"):
        sign()
    with set_to(CONSENT_SIGNING_KEY_FILE="/nowhere/key.pem"), pytest.raises(SettingInvalid, match="new-key"):
        signing.read_key()
