"""Objection, erasure, participation in social and consent are four states: each changes by its own act."""

from collections.abc import Callable
from dataclasses import asdict
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import ledger
from saleor_influence_app.erasure import erasure, objections
from saleor_influence_app.models import AskedBy, Purpose
from saleor_influence_app.profiles import decisions, profiles
from saleor_influence_app.rights.standing import Standing, standing
from tests.support.linked_customers import left_of, score
from tests.support.shop_rows import put_customers
from tests.support.social_shop import Shop, sql, tick

NETWORK = "mastodon"
STATES = ("erased_at", "objected_at", "networks", "consents")
Act = Callable[[Shop, str], None]


def agree(shop: Shop, who: str, purpose: Purpose, network: str | None = None) -> None:
    shown = tick(purpose, network)
    yes = decisions.ConsentGrant(
        purpose=purpose, network=network, text_hash=shown["text_hash"], language="en", old_enough=True
    )
    with db.transaction() as session:
        decisions.give(session, shop.shop_id, who, yes=yes)


def withdraw(shop: Shop, who: str, purpose: Purpose, network: str | None = None) -> None:
    with db.transaction() as session:
        decisions.withdraw(session, shop.shop_id, who, purpose=purpose, network=network)


def erase(shop: Shop, who: str) -> None:
    with db.transaction() as session:
        erasure.erase(session, shop.shop_id, who)


def object_(shop: Shop, who: str) -> None:
    with db.transaction() as session:
        objections.object_(session, shop.shop_id, who, by=AskedBy.SELF)


def take_part_again(shop: Shop, who: str) -> None:
    with db.transaction() as session:
        objections.end(session, shop.shop_id, who, by=AskedBy.SELF)


def link(shop: Shop, who: str) -> None:
    agree(shop, who, Purpose.LINK, NETWORK)
    proven = profiles.ProvenAccount(
        network=NETWORK,
        network_id=f"https://m.example/users/{who}",
        base_url="https://m.example",
        api_id=who,
        handle=f"@{who}@m.example",
        url=f"https://m.example/@{who}",
        proof="nonce",
    )
    with db.transaction() as session:
        profiles.store(session, shop.shop_id, who, proven=proven)


def unlink(shop: Shop, who: str) -> None:
    if stands(shop, who).networks:
        with db.transaction() as session:
            profiles.not_me(session, shop.shop_id, who, network=NETWORK)


def agree_to_outreach(shop: Shop, who: str) -> None:
    agree(shop, who, Purpose.OUTREACH)


def withdraw_outreach(shop: Shop, who: str) -> None:
    agree_to_outreach(shop, who)
    withdraw(shop, who, Purpose.OUTREACH)


def agree_to_perks(shop: Shop, who: str) -> None:
    agree(shop, who, Purpose.PERKS)


def stands(shop: Shop, who: str) -> Standing:
    with db.transaction() as session:
        return standing(session, shop.shop_id, who)


BEGINNINGS: dict[str, Act] = {
    "erased_at": erase,
    "objected_at": object_,
    "networks": link,
    "consents": agree_to_outreach,
}
"""How a state comes to be, in this order."""
ACTS: list[tuple[Act, set[str]]] = [
    (object_, {"objected_at"}),
    (take_part_again, {"objected_at", "erased_at"}),
    (erase, {"erased_at", "networks", "consents"}),  # a row of either would name who was erased
    (link, {"networks", "consents"}),  # to link is agreed to
    (unlink, {"networks", "consents"}),
    (agree_to_outreach, {"consents"}),
    (withdraw_outreach, {"consents"}),
    (agree_to_perks, {"consents"}),
]


@pytest.mark.parametrize(("act", "own"), ACTS, ids=[act.__name__ for act, _ in ACTS])
def test_each_act_changes_its_own_state_whatever_the_others_are(
    shop: Shop, session: Session, act: Act, own: set[str]
) -> None:
    cases = {f"p{number}": case for number, case in enumerate(product([False, True], repeat=len(STATES)))}
    put_customers(session, shop.shop_id, *cases)
    session.commit()
    for who, case in cases.items():
        for wanted, begin in zip(case, BEGINNINGS.values(), strict=True):
            if wanted:
                begin(shop, who)
        before = asdict(stands(shop, who))
        assert [bool(before[name]) for name in STATES[:3]] == list(case[:3]), case

        act(shop, who)

        after = asdict(stands(shop, who))
        assert {name for name in STATES if after[name] != before[name]} <= own, (act.__name__, case)


def test_a_consent_to_one_purpose_implies_no_other(shop: Shop) -> None:
    agree(shop, "ines", Purpose.LINK, NETWORK)
    given: set[ledger.Key] = {(Purpose.LINK, NETWORK)}
    for purpose, network in ((Purpose.SCORE, NETWORK), (Purpose.PERKS, None), (Purpose.OUTREACH, None)):
        agree(shop, "ines", purpose, network)
        given.add((purpose, network))
        assert set(stands(shop, "ines").consents) == given
    withdraw(shop, "ines", Purpose.OUTREACH)
    assert set(stands(shop, "ines").consents) == given - {("outreach", None)}


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize("leave", ["/erase", "/objection"])
def test_who_left_and_ticks_only_outreach_is_in_no_score_and_no_record(
    shop: Shop, session: Session, leave: str
) -> None:
    """An erased customer was scored three seconds after a tick for `outreach`, and back in Saleor."""

    def computed() -> set[str]:
        return {"scores.customer_id", "memberships.customer_id", "credits.source_id"} & set(
            left_of(session, "ines")
        )

    def records() -> list[Any]:
        found = sql(session, "SELECT wanted FROM outbox WHERE customer_id = 'ines' AND wanted IS NOT NULL")
        session.rollback()
        return found

    def queued() -> int:
        [[count]] = sql(session, "SELECT count(*) FROM runs WHERE state = 'queued'")
        session.rollback()
        return int(count)

    assert shop.as_customer("ines", "POST", leave).is_success
    score(shop)
    assert (computed(), records(), queued()) == (set(), [], 0)

    shop.agree("ines", ("outreach", None), ("perks", None))

    assert queued() == 0, "nothing that is computed has changed"
    found = shop.as_customer("ines", "GET", "/standing").json()
    assert (found["erased_at"] is None, found["objected_at"] is None) == (
        leave != "/erase",
        leave != "/objection",
    )
    assert ["outreach", None] in found["consents"]
    score(shop)
    assert (computed(), records()) == (set(), [])

    answer = shop.as_customer("ines", "DELETE", "/consents?purpose=outreach")

    assert (answer.status_code, queued()) == (204, 0)
    left = shop.as_customer("ines", "GET", "/standing").json()
    assert left == found | {"consents": [one for one in found["consents"] if one[0] != "outreach"]}
    assert shop.as_customer("ines", "GET", "/statement").json()["standing"] == left


def test_taking_part_again_is_asked_of_who_left_alone(shop: Shop) -> None:
    answer = shop.as_customer("ines", "DELETE", "/objection")
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        404,
        "You have not objected: you take part.",
    )
    shop.as_customer("ines", "POST", "/erase")
    assert shop.as_customer("ines", "DELETE", "/objection").status_code == 204
    assert stands(shop, "ines").erased_at is None
