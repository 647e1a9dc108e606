"""Only a staff member of an installed shop, with the dashboard's own token for this app, gets in."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import update
from sqlalchemy.orm import Session

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.models import Shop
from saleor_influence_app.shops import installations
from sandbox.tokens import Signer, SigningKey
from tests.support.shop_server import API_URL, APP_ID, AppClient, Saleor, claims, headers, installation

pytestmark = pytest.mark.usefixtures("shop_id")


@pytest.fixture
def client(app: FastAPI) -> AppClient:
    """The app with one more route, which says who asks."""

    def whoami(member: Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]) -> dict[str, Any]:
        return {"user": member.user_id, "shop": member.shop_id, "permissions": sorted(member.permissions)}

    app.add_api_route("/api/whoami", whoami)
    app.router.routes.insert(0, app.router.routes.pop())
    return AppClient(app)


def ask(client: AppClient, token: str, api_url: str = API_URL) -> tuple[int, str | None]:
    answer = client.get("/api/whoami", headers=headers(token, api_url))
    return answer.status_code, answer.json().get("error", {}).get("code")


def test_the_token_of_the_dashboard_names_the_staff_member(
    client: AppClient, signer: Signer, shop_id: int
) -> None:
    answer = client.get("/api/whoami", headers=headers(signer.token(claims())))

    assert answer.json() == {
        "user": "VXNlcjox",
        "shop": shop_id,
        "permissions": ["MANAGE_APPS", "MANAGE_USERS"],
    }


def test_what_the_user_may_do_counts_and_not_the_extension(client: AppClient, signer: Signer) -> None:
    assert ask(client, signer.token(claims(permissions=[])))[0] == 200
    token = signer.token(claims(permissions=["MANAGE_USERS"], user_permissions=["MANAGE_ORDERS"]))
    assert ask(client, token) == (403, "PERMISSION_DENIED")


def test_an_expired_token_is_told_apart_from_a_wrong_one(client: AppClient, signer: Signer) -> None:
    assert ask(client, signer.token(claims(exp=time.time() - 60))) == (401, "TOKEN_EXPIRED")
    assert ask(client, "nonsense") == (401, "TOKEN_INVALID")


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "access"},  # the staff member's own session
        {"type": "refresh"},
        {"type": None},
        {"owner": "someone"},
        {"owner": None},
        {"iss": "https://other.example/graphql/"},
        {"iss": None},
        {"iss": [API_URL]},
        {"app": "QXBwOjI="},
        {"app": None},
        {"app": [APP_ID]},
        {"is_staff": False},
        {"is_staff": 1},
        {"is_staff": None},
        {"user_id": None},
        {"user_id": ""},
        {"user_id": 1},
        {"user_permissions": None},
        {"user_permissions": "MANAGE_USERS"},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"iat": None},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"nbf": "soon"},
    ],
    ids=str,
)
def test_a_genuine_token_for_something_else_is_refused(
    client: AppClient, signer: Signer, changed: dict[str, Any]
) -> None:
    assert ask(client, signer.token(claims(**changed))) == (401, "TOKEN_INVALID")


def test_a_token_of_the_future_is_refused(client: AppClient, signer: Signer) -> None:
    for name in ("iat", "nbf"):
        for later in (time.time() + 60, time.time() + 3_600, 10**400):
            token = signer.token(claims(**{name: later, "exp": 10**401}))
            assert ask(client, token) == (401, "TOKEN_INVALID"), (name, later)
    now = time.time()
    assert ask(client, signer.token(claims(iat=now + 5, nbf=now + 5)))[0] == 200, "clocks differ a little"


def test_permissions_that_are_no_text_are_none(client: AppClient, signer: Signer) -> None:
    token = signer.token(claims(user_permissions=[None, 5, {"code": "MANAGE_USERS"}]))
    assert ask(client, token) == (403, "PERMISSION_DENIED")


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_no_other_algorithm_is_accepted(client: AppClient, signer: Signer) -> None:
    kid = signer.key.kid
    body = segment(claims())
    unsigned = f"{segment({'alg': 'none', 'kid': kid})}.{body}."
    secret = json.dumps(signer.jwks()["keys"][0]).encode()
    head = segment({"alg": "HS256", "kid": kid, "typ": "JWT"})
    digest = hmac.digest(secret, f"{head}.{body}".encode(), hashlib.sha256)
    confused = f"{head}.{body}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    assert ask(client, unsigned) == (401, "TOKEN_INVALID")
    assert ask(client, confused) == (401, "TOKEN_INVALID")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d.e",
        "x" * 20_000,
        "\u00e9.\u00e9.\u00e9".encode().decode("latin-1"),
        segment({"alg": "RS256"}) + ".e30.AAAA",
        segment([]) + ".e30.AAAA",
        segment({"alg": "RS256", "kid": {"a": 1}}) + ".e30.AAAA",
        segment({"alg": "RS256", "kid": "x", "crit": ["b64"], "b64": False}) + ".e30.AAAA",
    ],
)
def test_a_broken_token_is_refused(client: AppClient, token: str) -> None:
    assert ask(client, token) == (401, "TOKEN_INVALID")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_token_with_a_changed_part_is_refused(client: AppClient, signer: Signer, place: int) -> None:
    mine, other = signer.token(claims()).split("."), signer.token(claims(user_id="VXNlcjoy")).split(".")
    parts = list(mine)
    parts[place] = other[place] if place else segment({"alg": "RS256", "kid": signer.key.kid})

    assert ask(client, ".".join(parts)) == (401, "TOKEN_INVALID")


def test_claims_that_are_no_object_are_refused(client: AppClient, signer: Signer) -> None:
    made: Any
    for made in ([], "text", 5, None):
        assert ask(client, signer.token(made)) == (401, "TOKEN_INVALID")


def test_the_token_of_one_shop_opens_no_other(client: AppClient, session: Session, signer: Signer) -> None:
    other = Signer()
    other_url = "https://other.example/graphql/"
    installations.store(session, installation(other, api_url=other_url))
    session.commit()

    assert ask(client, signer.token(claims()), other_url) == (401, "TOKEN_INVALID")
    assert ask(client, other.token(claims(iss=other_url)), API_URL) == (401, "TOKEN_INVALID")
    assert ask(client, other.token(claims()), other_url) == (401, "TOKEN_INVALID")


def test_a_shop_that_is_not_installed_is_unknown(client: AppClient, signer: Signer) -> None:
    for api_url in ("https://nobody.example/graphql/", API_URL.rstrip("/"), "' OR 1=1 --"):
        assert ask(client, signer.token(claims(iss=api_url)), api_url) == (403, "SHOP_UNKNOWN")


def test_without_headers_the_answer_says_where_to_sign_in(client: AppClient, signer: Signer) -> None:
    assert client.get("/api/whoami").json()["error"]["code"] == "TOKEN_INVALID"
    answer = client.get("/api/whoami", headers={"authorization-bearer": signer.token(claims())})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_INVALID")


def test_a_switched_off_app_lets_nobody_in(
    client: AppClient, session: Session, signer: Signer, shop_id: int
) -> None:
    installations.pause(session, shop_id)
    session.commit()

    assert ask(client, signer.token(claims())) == (403, "SHOP_UNKNOWN")


def age_keys(session: Session) -> None:
    """The last look at the shop's keys was a while ago."""
    session.execute(
        update(Shop).values(jwks_fetched_at=Shop.jwks_fetched_at - installations.REFETCH_INTERVAL * 2)
    )
    session.commit()


def test_after_a_change_of_keys_the_new_ones_are_fetched_once(
    client: AppClient, session: Session, saleor: Saleor
) -> None:
    saleor.signer = new = Signer()
    age_keys(session)

    assert ask(client, new.token(claims()))[0] == 200
    assert ask(client, new.token(claims()))[0] == 200
    assert len(saleor.asked) == 1


def test_unknown_keys_make_us_ask_once_a_minute_at_most(
    client: AppClient, session: Session, saleor: Saleor
) -> None:
    age_keys(session)

    for _ in range(5):
        forged = Signer(SigningKey.generate()).token(claims(iat=time.time() - 60))
        assert ask(client, forged) == (401, "TOKEN_INVALID")
    assert len(saleor.asked) == 1


def test_while_a_new_key_cannot_be_read_a_token_is_to_be_tried_again(
    client: AppClient, session: Session, saleor: Saleor
) -> None:
    """Saleor has changed its key and is in trouble, or was asked for it a moment ago."""
    good = saleor.jwks
    saleor.signer = new = Signer()
    saleor.jwks = lambda _: httpx.Response(500)
    age_keys(session)
    before_the_token = time.time() - 100
    session.execute(update(Shop).values(jwks_read_at=datetime.fromtimestamp(before_the_token, UTC)))
    session.commit()

    answer = client.get("/api/whoami", headers=headers(new.token(claims())))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["retry-after"]
    saleor.jwks = good
    assert ask(client, new.token(claims())) == (503, "UNAVAILABLE"), "once a minute, and not yet"
    assert ask(client, Signer().token(claims(iat=before_the_token - 1))) == (401, "TOKEN_INVALID")
    for nonsense in ("a.b.c", f"{new.token(claims()).split('.')[0]}.e30.AAAA", new.token(claims(iat=None))):
        assert ask(client, nonsense) == (401, "TOKEN_INVALID")
    age_keys(session)
    assert ask(client, new.token(claims()))[0] == 200


def test_a_shop_whose_keys_cannot_be_had_keeps_those_it_has(
    client: AppClient, session: Session, saleor: Saleor, signer: Signer
) -> None:
    saleor.jwks = lambda _: httpx.Response(500)
    age_keys(session)
    before_the_keys = time.time() - 100

    assert ask(client, Signer().token(claims(iat=before_the_keys))) == (401, "TOKEN_INVALID")
    assert ask(client, signer.token(claims()))[0] == 200


def test_the_old_key_is_worth_nothing_once_the_new_set_lacks_it(
    client: AppClient, session: Session, saleor: Saleor, signer: Signer
) -> None:
    saleor.signer = new = Signer()
    age_keys(session)
    ask(client, new.token(claims()))

    assert ask(client, signer.token(claims())) == (401, "TOKEN_INVALID")
