import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from tests.support.recorded import Recordings
from tests.support.signing import SigningKey, signing_key
from webhooks.verification import SignatureInvalid, UnknownKey, verify

BODY = b'{"order": {"id": "1"}}'


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def header(**changes: Any) -> str:
    full = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": signing_key().kid, "typ": "JWT", **changes}
    return b64(json.dumps({name: value for name, value in full.items() if value is not None}).encode())


def test_every_recorded_delivery_is_genuine(recordings: Recordings) -> None:
    assert len(recordings.deliveries) == 45
    for delivery in recordings.deliveries:
        verify(delivery.signature, delivery.body, recordings.jwks)


def test_a_recorded_delivery_with_any_one_byte_changed_is_refused(recordings: Recordings) -> None:
    for number, delivery in enumerate(recordings.deliveries):
        for place in {0, number * 7 % len(delivery.body), len(delivery.body) - 1}:
            body = bytearray(delivery.body)
            body[place] ^= 1
            with pytest.raises(SignatureInvalid):
                verify(delivery.signature, bytes(body), recordings.jwks)


def test_a_recorded_delivery_is_refused_with_every_other_recorded_signature(recordings: Recordings) -> None:
    bodies = recordings.deliveries
    for delivery, other in zip(bodies, (*bodies[1:], bodies[0]), strict=True):
        with pytest.raises(SignatureInvalid):
            verify(other.signature, delivery.body, recordings.jwks)


def test_a_recorded_delivery_does_not_fit_the_key_set_of_another_shop(recordings: Recordings) -> None:
    kid = recordings.jwks["keys"][0]["kid"]
    disguised = {"keys": [{**signing_key().public_jwk, "kid": kid}]}
    for delivery in recordings.deliveries:
        with pytest.raises(UnknownKey) as unknown:
            verify(delivery.signature, delivery.body, signing_key().jwks)
        assert unknown.value.kid == kid
        with pytest.raises(SignatureInvalid):
            verify(delivery.signature, delivery.body, disguised)


def test_recorded_deliveries_with_a_forged_algorithm_are_refused(recordings: Recordings) -> None:
    key = recordings.jwks["keys"][0]
    secret = RSAKey.import_key(key).as_pem(private=False)
    for delivery in recordings.deliveries:
        for algorithm in ("none", "None", "HS256"):
            head = header(alg=algorithm, kid=key["kid"])
            mac = hmac.new(secret, head.encode() + b"." + delivery.body, hashlib.sha256).digest()
            for signature in (f"{head}..", f"{head}..{b64(mac)}"):
                with pytest.raises(SignatureInvalid):
                    verify(signature, delivery.body, recordings.jwks)


def test_a_recorded_signature_cut_short_is_refused(recordings: Recordings) -> None:
    for delivery in recordings.deliveries:
        for signature in (delivery.signature[:-1], delivery.signature[:-4], delivery.signature[4:]):
            with pytest.raises(SignatureInvalid):
                verify(signature, delivery.body, recordings.jwks)


def test_what_we_sign_as_saleor_does_is_genuine() -> None:
    verify(signing_key().sign(BODY), BODY, signing_key().jwks)


def test_a_signature_by_another_algorithm_of_the_same_key_is_refused() -> None:
    for algorithm in ("RS384", "RS512", "PS256"):
        head = header(alg=algorithm)
        signer = jws.JWSRegistry.algorithms[algorithm]
        signature = b64(signer.sign(head.encode() + b"." + BODY, signing_key().private))
        with pytest.raises(SignatureInvalid):
            verify(f"{head}..{signature}", BODY, signing_key().jwks)


@pytest.mark.parametrize(
    "changes",
    [
        {"b64": None, "crit": None},  # signs base64url(body): not how Saleor signs
        {"b64": True},
        {"crit": None},  # RFC 7797: b64 must be critical
        {"crit": []},
        {"crit": "b64"},
        {"crit": ["b64", "exp"], "exp": 1},  # RFC 7515: a critical parameter we do not know
        {"crit": ["b64", "absent"]},
        {"b64": 0},
        {"b64": "false"},
        {"kid": None},
        {"kid": 7},
        {"kid": ["x"]},
        {"kid": {}},
        {"alg": None},
        {"alg": ["RS256"]},
        {"alg": "rs256"},
    ],
)
def test_a_header_that_saleor_would_not_write_is_refused_though_well_signed(changes: dict[str, Any]) -> None:
    head = header(**changes)
    algorithm = jws.JWSRegistry.algorithms["RS256"]
    for payload in (BODY, b64(BODY).encode()):
        signature = b64(algorithm.sign(head.encode() + b"." + payload, signing_key().private))
        with pytest.raises(SignatureInvalid):
            verify(f"{head}..{signature}", BODY, signing_key().jwks)


def test_an_unknown_parameter_that_is_not_critical_is_ignored() -> None:
    verify(signing_key().sign(BODY, iat=1_700_000_000), BODY, signing_key().jwks)


def test_a_key_in_the_header_itself_is_not_trusted() -> None:
    thief = signing_key("thief")
    signature = thief.sign(BODY, kid=signing_key().kid, jwk=thief.public_jwk)
    with pytest.raises(SignatureInvalid):
        verify(signature, BODY, signing_key().jwks)


def test_an_attached_payload_does_not_prove_another_body() -> None:
    payload = b"only-url-safe-characters"
    attached = f"{header()}.{payload.decode()}."
    algorithm = jws.JWSRegistry.algorithms["RS256"]
    attached += b64(algorithm.sign(attached[:-1].encode(), signing_key().private))
    for body in (BODY, payload):
        with pytest.raises(SignatureInvalid):
            verify(attached, body, signing_key().jwks)


def test_a_header_which_is_json_but_no_object_is_refused() -> None:
    for text in ('"alg b64"', "[]", '["alg"]', "1", "null", '{"alg":', "\xff", '{"alg":' * 90):
        with pytest.raises(SignatureInvalid):
            verify(f"{b64(text.encode('latin-1'))}..{b64(b'x' * 256)}", BODY, signing_key().jwks)


@pytest.mark.parametrize(
    "signature", ["", ".", "..", "...", "a..b", "é..é", " ..", f"{'a' * 600}..b", "\x00"]
)
def test_text_that_is_no_signature_is_refused(signature: str) -> None:
    with pytest.raises(SignatureInvalid):
        verify(signature, BODY, signing_key().jwks)


@given(st.text(), st.text())
def test_whatever_text_is_given_only_our_own_errors_are_raised(head: str, tail: str) -> None:
    for signature in (head, f"{head}..{tail}", f"{b64(head.encode('utf-8', 'replace'))}..{b64(b'x')}"):
        with pytest.raises((SignatureInvalid, UnknownKey)):
            verify(signature, BODY, signing_key().jwks)


def test_keys_that_are_not_for_rs256_signatures_are_as_good_as_unknown() -> None:
    kid = signing_key().kid
    elliptic = {**ECKey.generate_key("P-256").as_dict(private=False), "kid": kid}
    symmetric = {"kty": "oct", "k": "c2VjcmV0", "kid": kid}
    encryption = {**signing_key().public_jwk, "use": "enc"}
    sets: list[Any] = [[], [elliptic], [symmetric], [encryption], [None, 7, "x"], None, {}, "keys"]
    for keys in sets:
        with pytest.raises(UnknownKey):
            verify(signing_key().sign(BODY), BODY, {"keys": keys})
    with pytest.raises(UnknownKey):
        verify(signing_key().sign(BODY), BODY, {})


def test_the_right_key_is_found_among_others() -> None:
    keys = [
        signing_key("thief").public_jwk,
        {"kty": "oct", "kid": signing_key().kid},
        signing_key().public_jwk,
    ]
    verify(signing_key().sign(BODY), BODY, {"keys": keys})


def test_a_broken_key_is_refused() -> None:
    for changes in ({"n": "!"}, {"n": 5}, {"n": ""}, {"e": ""}, {"n": None}, {"n": ["x"]}):
        with pytest.raises(SignatureInvalid):
            verify(signing_key().sign(BODY), BODY, {"keys": [{**signing_key().public_jwk, **changes}]})


def test_a_key_without_its_numbers_is_refused() -> None:
    bare = {"kty": "RSA", "kid": signing_key().kid}
    with pytest.raises(SignatureInvalid):
        verify(signing_key().sign(BODY), BODY, {"keys": [bare]})


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")  # that the key is weak is the point
def test_a_key_of_1024_bits_is_too_short() -> None:
    weak = SigningKey(RSAKey.generate_key(1024))
    with pytest.raises(SignatureInvalid):
        verify(weak.sign(BODY), BODY, weak.jwks)


def test_a_body_beyond_the_limit_of_the_library_is_still_verified() -> None:
    body = b'{"x": "' + b"y" * 3_000_000 + b'"}'
    verify(signing_key().sign(body), body, signing_key().jwks)
    with pytest.raises(SignatureInvalid):
        verify(signing_key().sign(body), body[:-1], signing_key().jwks)


@pytest.mark.parametrize("body", [b"", b"url-safe", b"a.b", b"\xff\x00\xfe", "漢字".encode()])
def test_bytes_of_every_kind_need_their_own_signature(body: bytes) -> None:
    verify(signing_key().sign(body), body, signing_key().jwks)
    with pytest.raises(SignatureInvalid):
        verify(signing_key().sign(BODY), body, signing_key().jwks)
    with pytest.raises(SignatureInvalid):
        verify(signing_key().sign(body), body + b" ", signing_key().jwks)


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("nbf", 9_999_999_999),
        ("iat", 9_999_999_999.5),
        ("exp", 1_700_000_000),
        ("nbf", "soon"),
        ("nbf", True),
        ("exp", None),
        ("iat", float("nan")),
    ],
)
def test_times_in_a_signature_count(name: str, moment: Any) -> None:
    head = (
        header(**{name: moment})
        if moment is not None
        else b64(
            json.dumps(
                {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": signing_key().kid, name: None}
            ).encode()
        )
    )
    made = jws.JWSRegistry.algorithms["RS256"].sign(f"{head}.".encode() + BODY, signing_key().private)

    with pytest.raises(SignatureInvalid):
        verify(f"{head}..{b64(made)}", BODY, signing_key().jwks)


def test_times_of_now_in_a_signature_are_fine() -> None:
    now = int(time.time())
    verify(signing_key().sign(BODY, iat=now, nbf=now + 5, exp=now + 300), BODY, signing_key().jwks)
