"""Signatures that somebody outside can check, by keys that anybody can fetch."""

import base64
import json
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey
from sqlalchemy.orm import Session

from saleor_influence_app.consent import signing
from saleor_influence_app.errors import SettingInvalid
from tests.support.social_shop import API_URL, Shop

RECEIPT = {"purpose": "score", "text_hash": "ab", "controller": "Käffa"}


def test_a_receipt_is_checked_by_the_keys_that_anybody_can_fetch(shop: Shop, session: Session) -> None:
    signed = signing.sign(RECEIPT, signing.receipt_key(session, shop.shop_id))

    answer = shop.client.get("/api/consent-keys", params={"shop": API_URL})

    assert answer.status_code == 200
    assert signing.verify(signed, answer.json()) == RECEIPT
    assert "d" not in answer.json()["keys"][0], "public halves alone"
    assert shop.client.get("/api/consent-keys").json() == {"keys": []}
    assert shop.client.get("/api/consent-keys", params={"shop": "https://unknown.example/"}).json() == {
        "keys": []
    }


def test_a_signature_by_another_key_or_over_other_words_is_none(shop: Shop, session: Session) -> None:
    keys = signing.public_keys(session, API_URL)
    signed = signing.sign(RECEIPT, signing.receipt_key(session, shop.shop_id))
    header, body, signature = signed.split(".")
    changed = base64.urlsafe_b64encode(json.dumps(RECEIPT | {"purpose": "link"}).encode()).decode()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")

    for wrong in (
        signing.sign(RECEIPT, OKPKey.generate_key("Ed25519")),
        ".".join((header, changed.rstrip("="), signature)),
        f"{unsigned}.{body}.",
        f"{header}.{body}.",
        "",
        "no signature",
        "é.é.é",
    ):
        with pytest.raises(signing.SignatureInvalid):
            signing.verify(wrong, keys)


def test_a_new_key_of_the_signer_is_added_to_the_old_ones_and_overwrites_none(tmp_path: Path) -> None:
    private, public = tmp_path / "key.pem", tmp_path / "public.json"
    first = signing.make_key(private, public)
    with pytest.raises(FileExistsError):
        signing.make_key(private, public)
    signed = signing.sign(RECEIPT, OKPKey.import_key(private.read_text()))
    private.rename(tmp_path / "old.pem")
    second = signing.make_key(private, public)

    keys = json.loads(public.read_text())
    assert [key["kid"] for key in keys["keys"]] == [first["kid"], second["kid"]]
    assert signing.verify(signed, keys) == RECEIPT
    assert private.stat().st_mode & 0o077 == 0, "for its owner alone"


def test_public_keys_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")

    with pytest.raises(SettingInvalid, match="CONSENT_PUBLIC_KEYS_FILE cannot be read"):
        signing._read_public(tmp_path / "broken.json")
