"""Mail by a shop's own server, against real ones: encrypted, signed in, refused for a while and for good."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select, text

from saleor_influence_app import db, settings
from saleor_influence_app.errors import InputInvalid, TokenInvalid
from saleor_influence_app.hand_off import deliveries as on_their_way
from saleor_influence_app.hand_off import stops, targets
from saleor_influence_app.hand_off.shop_mail import MailChannel
from saleor_influence_app.hand_off.targets import MailWanted
from saleor_influence_app.models import HandOffSettings, PerkGrant, Problem, Shop
from saleor_influence_app.perks import grants
from saleor_influence_app.saleor.client import open_client
from saleor_influence_app.shops import shops
from sandbox.world import User
from tests.support.hand_off import agree, deliveries, make_due, withdraw
from tests.support.mailbox import PASSWORD, Mailbox, mail_server, signing_in
from tests.support.perks import SHIPPING_TERMS, grants_of, plan, put_members, started
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor

APP = "https://app.example"
TITLE = "Danke für alles"
SHIPPING: dict[str, Any] = {"kind": "shipping", "terms": SHIPPING_TERMS, "title": TITLE, "hold_out": 0.0}


@pytest.fixture(scope="module")
def pocket(_environment: None) -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        pocket.app.permission_codes = PERMISSIONS | {"MANAGE_SHIPPING"}
        yield pocket


@pytest.fixture
def members(pocket: Pocket) -> list[str]:
    return [user.id for user in pocket.people(3, language_code="DE")]


@pytest.fixture
def shop_id(
    engine: object, pocket: Pocket, members: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """The pocket's shop, with three customers who agreed to perks; the operator has said where the app is."""
    assert engine
    monkeypatch.setenv("APP_IFRAME_BASE_URL", APP)
    settings.get.cache_clear()
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *members)
        agree(session, shop_id, *members)
    yield shop_id
    monkeypatch.undo()
    settings.get.cache_clear()


def write_by(shop_id: int, box: Mailbox, **given: Any) -> None:
    wanted = {
        "host": "localhost",
        "port": box.port,
        "security": "none",
        "sender_address": "hallo@kaffa.example",
        "sender_name": "Kaffa, der Laden",
    }
    with db.transaction() as session:
        targets.set_mail(session, shop_id, MailWanted.model_validate(wanted | given))


def drained(shop_id: int) -> int:
    return on_their_way.drain(
        db.transaction, shop_id, channel=MailChannel(open_client, resolve=lambda *_: ["127.0.0.1"])
    )


def user_of(pocket: Pocket, customer_id: str) -> User:
    return next(one for one in pocket.state.store.users.values() if one.id == customer_id)


def address_of(pocket: Pocket, customer_id: str) -> str:
    return user_of(pocket, customer_id).email


def reasons(shop_id: int) -> set[tuple[str, str | None]]:
    return {(one.state, one.error) for one in deliveries(shop_id)}


def one_perk(shop_id: int, **given: Any) -> int:
    """A perk for one customer; returns the grant's id."""
    return grants_of(started(shop_id, plan(**SHIPPING | {"most_people": 1} | given)))[0].id


def test_each_is_written_to_in_their_language_and_can_stop_it_by_one_click(
    pocket: Pocket, shop_id: int, members: list[str], mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    write_by(shop_id, mailbox)
    user_of(pocket, members[0]).language_code = "IT_CH"
    user_of(pocket, members[1]).language_code = "JA"
    started(shop_id, plan(**SHIPPING))

    assert drained(shop_id) == 3
    assert drained(shop_id) == 0

    by_address = {to: letter for [to], letter in mailbox.letters}
    assert set(by_address) == {address_of(pocket, one) for one in members}
    subjects = {one: by_address[address_of(pocket, one)]["Subject"] for one in members}
    assert list(subjects.values()) == [
        "Kaffa, der Laden: una spedizione riservata a te",
        "Kaffa, der Laden: shipping just for you",
        "Kaffa, der Laden: Versand nur für dich",
    ]
    letter = by_address[address_of(pocket, members[2])]
    assert letter["From"] == '"Kaffa, der Laden" <hallo@kaffa.example>'
    assert TITLE in letter.get_content()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = letter["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{APP}/stop-mails/{shop_id}/")
    assert link in letter.get_content()
    with db.transaction() as session:
        stops.stop(session, shop_id, link.rpartition("/")[2].partition("?")[0])
    started(shop_id, plan(**SHIPPING))
    assert drained(shop_id) == 3
    assert len(mailbox.letters) == 5
    assert ("dropped", "The customer has stopped such mails.") in reasons(shop_id)
    with db.transaction() as session:
        everything = str(session.execute(text("SELECT * FROM hand_off_deliveries")).all())
    assert "example.com" not in everything + "".join(capsys.readouterr())


def test_a_personal_code_is_in_the_mail(shop_id: int, mailbox: Mailbox) -> None:
    write_by(shop_id, mailbox)
    with db.transaction() as session:
        grant_id = started_by_hand(session, shop_id)
    drained(shop_id)

    with db.transaction() as session:
        code = session.get_one(PerkGrant, grant_id).code
    [(_, letter)] = mailbox.letters
    assert letter["Subject"] == "Kaffa, der Laden: ein Code für dich"
    assert f"Dein persönlicher Code: {code}" in letter.get_content()


def started_by_hand(session: Any, shop_id: int) -> int:
    """A code that Saleor has, as its writer leaves it."""
    from saleor_influence_app.perks import programmes

    programme_id = programmes.create(session, shop_id, plan(), made_by="staff")
    programmes.start(session, shop_id, programme_id)
    who = session.execute(text("SELECT customer_id FROM customers ORDER BY 1 LIMIT 1")).scalar_one()
    grants.give(session, shop_id, programme_id, customer_id=who)
    grant = session.scalars(select(PerkGrant).where(PerkGrant.programme_id == programme_id)).one()
    grant.state = "given"
    return int(grant.id)


def test_what_is_taken_back_is_told_to_who_was_told_of_it_and_to_nobody_else(
    shop_id: int, mailbox: Mailbox
) -> None:
    write_by(shop_id, mailbox, mails_each=9)
    first = one_perk(shop_id)
    drained(shop_id)
    with db.transaction() as session:
        grants.take_back(session, shop_id, first)
    drained(shop_id)
    second = one_perk(shop_id)
    with db.transaction() as session:
        grants.take_back(session, shop_id, second)
    drained(shop_id)

    assert [letter["Subject"] for _, letter in mailbox.letters] == [
        "Kaffa, der Laden: Versand nur für dich",
        f"Kaffa, der Laden: {TITLE} ist nicht mehr verfügbar",
    ]
    assert ("dropped", "The customer was never told of it.") in reasons(shop_id)


def test_nobody_is_written_to_who_has_not_agreed_or_no_longer_does(
    shop_id: int, members: list[str], mailbox: Mailbox
) -> None:
    write_by(shop_id, mailbox)
    started(shop_id, plan(**SHIPPING))
    with db.transaction() as session:
        withdraw(session, shop_id, members[0])
    drained(shop_id)

    assert len(mailbox.letters) == 2
    assert ("dropped", "The customer has not agreed to perks.") in reasons(shop_id)


def test_one_customer_gets_so_many_mails_within_thirty_days(shop_id: int, mailbox: Mailbox) -> None:
    write_by(shop_id, mailbox, mails_each=2)
    for _ in range(3):
        started(shop_id, plan(**SHIPPING))
    drained(shop_id)
    assert len(mailbox.letters) == 6
    assert ("dropped", "The customer got 2 mails within 30 days already.") in reasons(shop_id)

    with db.transaction() as session:
        session.execute(text("UPDATE hand_off_deliveries SET done_at = done_at - interval '31 days'"))
        on_their_way.sweep(session)
    assert deliveries(shop_id) == []
    started(shop_id, plan(**SHIPPING))
    drained(shop_id)
    assert len(mailbox.letters) == 9


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that signed itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_starttls_and_the_password_are_used_and_a_wrong_password_is_told_without_losing_a_mail(
    shop_id: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(**signing_in(server_side(certificate))) as box:
        write_by(shop_id, box, security="starttls", user="kaffa", password="wrong")
        one_perk(shop_id)
        for _ in range(on_their_way.TELL_AFTER):
            assert drained(shop_id) == 0
            make_due()
        assert [state for state, _ in reasons(shop_id)] == ["pending"]
        with db.transaction() as session:
            [problem] = session.query(Problem).all()
        assert problem.key == "influence-hand-off-mail"
        assert "535" in problem.message
        assert "wrong" not in problem.message

        write_by(shop_id, box, security="starttls", user="kaffa", password=PASSWORD)
        write_by(shop_id, box, security="starttls", user="kaffa", sender_name="Kaffa")  # the password stays
        assert drained(shop_id) == 1
        assert box.encrypted == [True]
        with pytest.raises(InputInvalid, match="enter the password again"):
            write_by(shop_id, box, security="starttls", host="elsewhere.example", user="kaffa")
    with db.transaction() as session:
        stored = session.scalars(select(HandOffSettings.smtp_password_encrypted)).one()
    assert stored is not None
    assert settings.open_secret(stored).decode() == PASSWORD


def test_tls_from_the_start(shop_id: int, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(ssl_context=server_side(certificate)) as box:
        write_by(shop_id, box, security="tls")
        one_perk(shop_id)
        assert drained(shop_id) == 1
    assert len(box.letters) == 1


def test_a_server_that_nobody_vouches_for_or_that_does_not_encrypt_gets_nothing(
    shop_id: int, certificate: Path, mailbox: Mailbox
) -> None:
    one = {"security": "starttls"}
    write_by(shop_id, mailbox, **one)
    one_perk(shop_id)
    assert drained(shop_id) == 0
    with mail_server(tls_context=server_side(certificate)) as box:
        write_by(shop_id, box, **one)
        make_due()
        assert drained(shop_id) == 0
        assert box.letters == []
    assert mailbox.letters == []
    [(state, error)] = reasons(shop_id)
    assert state == "pending"
    assert "certificate verify failed" in str(error)


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_refusal_for_a_while_is_tried_again_and_one_for_good_is_given_up_without_the_address(
    shop_id: int, mailbox: Mailbox, step: str
) -> None:
    write_by(shop_id, mailbox)
    started(shop_id, plan(**SHIPPING))
    mailbox.answers = [(step, "451 greylisted"), (step, "550 5.1.1 <ADDRESS> is unknown ADDRESS")]

    assert drained(shop_id) == 3, "what one mail meets keeps no other waiting"
    assert sorted(state for state, _ in reasons(shop_id)) == ["given_up", "pending", "sent"]
    [given_up] = [error for state, error in reasons(shop_id) if state == "given_up"]
    assert "550 5.1.1 " in str(given_up)
    assert "@" not in str(given_up)
    make_due()
    assert drained(shop_id) == 1
    assert len(mailbox.letters) == 2


def test_a_sender_that_the_server_does_not_know_keeps_everything_waiting(
    shop_id: int, mailbox: Mailbox
) -> None:
    write_by(shop_id, mailbox)
    started(shop_id, plan(**SHIPPING))
    mailbox.answers = [("MAIL", "553 not your address")]
    assert drained(shop_id) == 0
    make_due()
    assert drained(shop_id) == 3


def test_a_mail_that_is_tried_again_has_the_same_message_id(shop_id: int, mailbox: Mailbox) -> None:
    """By it mail programs show one, where the server's yes did not reach us."""
    write_by(shop_id, mailbox)
    one_perk(shop_id)
    drained(shop_id)
    with db.transaction() as session:
        session.execute(text("UPDATE hand_off_deliveries SET state = 'pending', done_at = NULL"))
    drained(shop_id)

    first, second = (letter["Message-ID"] for _, letter in mailbox.letters)
    assert first == second


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender_name": "Kaffa\r\nBcc: all@evil.example"},
        {"sender_address": "a@kaffa.example, b@evil.example"},
        {"sender_address": "a@kaffa.example\nBcc: b@evil.example"},
        {"sender_address": "kaffa"},
        {"host": "smtp.example:25"},
        {"host": "smtp.example\r\nQUIT"},
        {"port": 0},
        {"port": "587"},
        {"security": "maybe"},
        {"mails_each": 0},
        {"user": "kaffa\r\n"},
    ],
    ids=str,
)
def test_settings_that_could_forge_a_header_or_a_command_are_refused(wrong: dict[str, Any]) -> None:
    good = {"host": "h.example", "port": 587, "sender_address": "a@b.example", "sender_name": "B"}
    assert MailWanted.model_validate(good)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        MailWanted.model_validate(good | wrong)


@pytest.mark.parametrize(
    "email", ["x@example.com\r\nBcc: all@evil.example", "a@example.com, b@evil.example", "nobody"]
)
def test_an_address_that_is_not_one_is_given_up_and_reaches_nobody(
    pocket: Pocket, shop_id: int, members: list[str], mailbox: Mailbox, email: str
) -> None:
    write_by(shop_id, mailbox)
    for one in members:
        user_of(pocket, one).email = email
    one_perk(shop_id)
    drained(shop_id)

    assert mailbox.letters == []
    assert [state for state, _ in reasons(shop_id)] == ["given_up"]


def test_words_that_look_like_headers_stay_in_the_subject(shop_id: int, mailbox: Mailbox) -> None:
    write_by(shop_id, mailbox, mails_each=9)
    title = "Danke Bcc: all@evil.example $code ${shop} =?utf-8?q?x?="
    first = one_perk(shop_id, title=title)
    drained(shop_id)
    with db.transaction() as session:
        grants.take_back(session, shop_id, first)
    drained(shop_id)

    _, letter = mailbox.letters[1]
    assert letter["Bcc"] is None
    assert "Bcc" not in letter.as_bytes(policy=policy.SMTP).decode().replace("Danke Bcc:", "")[:300]
    assert title.partition("=?")[0].strip() in letter["Subject"]
    assert [len(to) for to, _ in mailbox.letters] == [1, 1]


def test_a_server_in_a_private_network_is_not_dialled_in_production(
    shop_id: int, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_by(shop_id, mailbox)
    one_perk(shop_id)
    channel = MailChannel(lambda *_: pytest.fail("nobody is asked"), resolve=lambda *_: ["127.0.0.1"])
    with db.transaction() as session:
        [row] = deliveries(shop_id)
        work = channel.prepare(session, claimed(row))
    monkeypatch.setenv("ALLOW_PRIVATE_NETWORKS", "false")
    settings.get.cache_clear()
    from saleor_influence_app.hand_off import shop_mail
    from saleor_influence_app.mail import Letter

    with pytest.raises(on_their_way.DeliveryDelayed, match="not public"):
        shop_mail._hand_over(work.server, Letter("a@b.example", "s", "t"), resolve=lambda *_: ["127.0.0.1"])
    assert mailbox.letters == []


def claimed(row: Any) -> on_their_way.Delivery:
    names = on_their_way.Delivery.__dataclass_fields__
    values = {name: getattr(row, name) for name in names}
    return on_their_way.Delivery(**values | {"lease_until": datetime.now(UTC)})


def test_mail_cannot_be_set_before_its_link_leads_anywhere(
    shop_id: int, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("APP_IFRAME_BASE_URL")
    settings.get.cache_clear()
    with pytest.raises(InputInvalid, match="APP_IFRAME_BASE_URL"):
        write_by(shop_id, mailbox)


def test_a_link_is_of_one_shop_and_one_customer(shop_id: int, members: list[str]) -> None:
    with db.transaction() as session:
        link = stops.link(session, shop_id, members[0], base_url=APP, language="de")
        token = link.rpartition("/")[2].partition("?")[0]
        assert stops.whose(session, shop_id, token) == members[0]
        name, _, signature = token.partition(".")
        for other in (f"{name}A.{signature}", name, "", ".", f"{name}.{signature[:-1]}0x"):
            with pytest.raises(TokenInvalid):
                stops.whose(session, shop_id, other)
        with pytest.raises(TokenInvalid):
            stops.whose(session, shop_id + 1, token)
        session.get_one(Shop, shop_id).email_key_encrypted = settings.close_secret("another key")
        session.flush()
        assert shops.email_key(session, shop_id) == b"another key"
        with pytest.raises(TokenInvalid):
            stops.whose(session, shop_id, token)
