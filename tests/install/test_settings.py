"""A shop's choices: read by those who see values, changed by those who manage apps, never half."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Run
from sandbox.tokens import Signer
from tests.support.shop_server import AppClient, claims, headers

pytestmark = pytest.mark.usefixtures("shop_id")
DEFAULT: dict[str, Any] = {
    "public_mirror": False,
    "segments_only": True,
    "currency": None,
    "exchange_rates": {},
    "horizon_days": 365,
    "ledger_rule": 2,
    "orders_months": 36,
    "most_perks": None,
    "referral_url": None,
    "survey": False,
    "survey_days": 365,
    "fair_service": False,
}
CHOSEN = {
    "public_mirror": True,
    "segments_only": False,
    "currency": "EUR",
    "exchange_rates": {"PLN": "0.23", "USD": "0.9"},
    "horizon_days": 180,
    "ledger_rule": 1,
    "orders_months": 24,
    "most_perks": 2,
    "referral_url": "https://shop.example/?voucher={code}",
    "survey": True,
    "survey_days": 90,
    "fair_service": True,
}


def put(client: AppClient, signer: Signer, body: Any, **changed: Any) -> httpx.Response:
    sent = {"content": body} if isinstance(body, bytes) else {"json": body}
    return client.request("PUT", "/api/settings", headers=headers(signer.token(claims(**changed))), **sent)


def get(client: AppClient, signer: Signer) -> Any:
    return client.get("/api/settings", headers=headers(signer.token(claims()))).json()


def runs(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Run.kind)))


def test_a_new_shop_mirrors_nothing_in_public_and_names_segments_alone_in_private(
    client: AppClient, signer: Signer
) -> None:
    assert get(client, signer) == DEFAULT


def test_choices_are_kept_and_values_by_them_computed_next(
    client: AppClient, session: Session, signer: Signer
) -> None:
    answer = put(client, signer, CHOSEN)

    assert (answer.status_code, answer.json()) == (200, CHOSEN)
    assert get(client, signer) == CHOSEN
    assert runs(session) == ["full"]


def test_the_same_choices_again_ask_for_no_run(client: AppClient, session: Session, signer: Signer) -> None:
    put(client, signer, DEFAULT)

    assert runs(session) == []


def test_to_change_them_takes_the_permission_to_manage_apps(client: AppClient, signer: Signer) -> None:
    answer = put(client, signer, CHOSEN, user_permissions=["MANAGE_USERS"])

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "PERMISSION_DENIED")
    assert get(client, signer) == DEFAULT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        {**CHOSEN, "horizon_days": 0},
        {**CHOSEN, "orders_months": 2},
        {**CHOSEN, "orders_months": 121},
        {**CHOSEN, "orders_months": "36"},
        {**CHOSEN, "most_perks": 0},
        {**CHOSEN, "horizon_days": 10**30},
        {**CHOSEN, "horizon_days": "soon"},
        {**CHOSEN, "currency": "euro"},
        {**CHOSEN, "currency": "EU\u0000"},
        {**CHOSEN, "currency": "\u0415UR"},
        {**CHOSEN, "exchange_rates": {"PLN": "-1"}},
        {**CHOSEN, "exchange_rates": {"PLN": "0"}},
        {**CHOSEN, "exchange_rates": {"PLN": "NaN"}},
        {**CHOSEN, "exchange_rates": {"PLN": "Infinity"}},
        {**CHOSEN, "exchange_rates": {"PLN": "1e400"}},
        {**CHOSEN, "exchange_rates": {"'; DROP TABLE shops; --": "1"}},
        {**CHOSEN, "exchange_rates": {"EUR": "2"}},
        {**CHOSEN, "exchange_rates": ["PLN"]},
        {**CHOSEN, "currency": None},
        {**CHOSEN, "public_mirror": "perhaps"},
        {**CHOSEN, "app_id": "QXBwOjI="},
        {
            **CHOSEN,
            "exchange_rates": {f"A{a}{b}": "1" for a in "ABCDEFGHIJKLMNOP" for b in "ABCDEFGHIJKLMNOP"},
        },
    ],
    ids=str,
)
def test_wrong_choices_change_nothing(client: AppClient, session: Session, signer: Signer, body: Any) -> None:
    answer = put(client, signer, body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_INPUT")
    assert get(client, signer) == DEFAULT
    assert runs(session) == []
