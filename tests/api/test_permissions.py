"""What the app may do in Saleor: asked anew when staff have granted more, and said where it is lacking."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from saleor_influence_app import db
from saleor_influence_app.api import permissions
from saleor_influence_app.models import Shop
from saleor_influence_app.saleor.client import SaleorClient
from tests.support.staff import Staff

GIFT_CARDS = "MANAGE_GIFT_CARD"
CARD = "/api/gift-cards/R2lmdENhcmQ6MQ==/people"
MAY = ("MANAGE_USERS", GIFT_CARDS)


class Saleor:
    """The shop's Saleor: it has granted these permissions, and knows this card."""

    def __init__(self) -> None:
        self.granted = ["MANAGE_USERS", GIFT_CARDS]
        self.card: dict[str, Any] | None = {"createdBy": {"id": "anna"}, "usedBy": None}
        self.asked: list[str] = []
        self.is_down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("down")
        text = json.loads(request.content)["query"]
        self.asked.append(text)
        if "giftCard" in text:
            return httpx.Response(200, json={"data": {"giftCard": self.card}})
        codes = [{"code": one} for one in self.granted]
        app = {"id": "QXBwOjE=", "identifier": "saleor-influence-app", "permissions": codes}
        return httpx.Response(200, json={"data": {"app": app, "shop": {"version": "3.23.28"}}})


@pytest.fixture
def saleor(application: FastAPI, staff: Staff) -> Saleor:
    assert staff
    shop = Saleor()
    application.dependency_overrides[permissions.opener] = lambda: (
        lambda api_url, _: SaleorClient(api_url, "token", transport=httpx.MockTransport(shop))
    )
    return shop


def grant(shop_id: int, version: str = "3.23.28") -> None:
    with db.transaction() as session:
        shop = session.get_one(Shop, shop_id)
        shop.permissions, shop.saleor_version = [*shop.permissions, GIFT_CARDS], version


def test_what_staff_granted_is_known_once_saleor_was_asked_again(staff: Staff, saleor: Saleor) -> None:
    before = staff.get("/api/permissions").json()["permissions"]

    answer = staff.ask("POST", "/api/permissions/refresh")

    assert GIFT_CARDS not in before
    assert answer.json()["permissions"] == [GIFT_CARDS, "MANAGE_USERS"]
    assert staff.get("/api/permissions").json() == answer.json()
    assert len(saleor.asked) == 1


def test_while_saleor_is_down_the_permissions_are_those_that_are_known(staff: Staff, saleor: Saleor) -> None:
    saleor.is_down = True

    answer = staff.ask("POST", "/api/permissions/refresh")

    assert answer.status_code == 200
    assert answer.json() == staff.get("/api/permissions").json()


def test_a_gift_card_tells_whose_it_is_once_the_app_may_ask(
    staff: Staff, saleor: Saleor, shop_id: int
) -> None:
    refused = staff.get(CARD, permissions=MAY)
    grant(shop_id)
    saleor.card = {"createdBy": {"id": "anna"}, "usedBy": None, "assignedTo": {"id": "bert"}}

    answer = staff.get(CARD, permissions=MAY)

    assert refused.status_code == 403
    assert "The app lacks the permission MANAGE_GIFT_CARD" in refused.json()["error"]["message"]
    assert answer.json() == {"bought_by": "anna", "used_by": None, "assigned_to": "bert"}
    assert "assignedTo" in saleor.asked[-1]


def test_an_older_saleor_is_not_asked_for_whom_a_card_is(staff: Staff, saleor: Saleor, shop_id: int) -> None:
    grant(shop_id, "3.22.67")

    answer = staff.get(CARD, permissions=MAY)

    assert answer.json() == {"bought_by": "anna", "used_by": None, "assigned_to": None}
    assert "assignedTo" not in saleor.asked[-1]


def test_a_card_is_told_to_nobody_who_may_not_see_cards(staff: Staff, saleor: Saleor, shop_id: int) -> None:
    grant(shop_id)

    assert staff.get(CARD, permissions=("MANAGE_USERS",)).status_code == 403
    assert saleor.asked == []


def test_a_card_that_is_not_there_and_a_saleor_that_is_down_are_said(
    staff: Staff, saleor: Saleor, shop_id: int
) -> None:
    grant(shop_id)
    saleor.card = None
    assert staff.get(CARD, permissions=MAY).status_code == 404

    saleor.is_down = True
    assert staff.get(CARD, permissions=MAY).status_code == 503
