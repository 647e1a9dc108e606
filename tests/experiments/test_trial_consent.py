"""A place in a trial rests on what ties them to the inviter: on consent, where networks alone do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.shops import installations
from tests.support.shop_rows import NOW, put_customers, put_tie, put_trial
from tests.support.social_shop import Shop, sql

LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")
Link = Callable[..., int]


@pytest.fixture
def trial_id(shop: Shop, session: Session, link: Link) -> int:
    """Mara, whom Mastodon ties to Ines, and Zoe, whom staff do, are drawn in a trial in Ines' name."""
    for who in ("ines", "mara"):
        shop.agree(who, LINK, SCORE)
        link(who, who)
    put_customers(session, shop.shop_id, "zoe")
    since = {"valid_from": NOW - timedelta(days=300)}
    put_tie(session, shop.shop_id, "ines", "mara", kind="mastodon", origin="social", **since)
    put_tie(session, shop.shop_id, "ines", "zoe")
    found = put_trial(session, shop.shop_id, "ines", guests={"mara": True, "zoe": False})
    sql(session, "UPDATE trial_guests SET social = true WHERE customer_id = 'mara'")
    session.commit()
    return found


def guests(session: Session) -> list[str]:
    session.rollback()
    return [row.customer_id for row in sql(session, "SELECT customer_id FROM trial_guests ORDER BY 1")]


@pytest.mark.parametrize("who", ["ines", "mara"])
@pytest.mark.parametrize("purpose", ["score", "link"])
@pytest.mark.usefixtures("trial_id")
def test_whom_a_network_alone_ties_leaves_with_the_consent_of_either(
    shop: Shop, session: Session, who: str, purpose: str
) -> None:
    assert guests(session) == ["mara", "zoe"]

    assert shop.as_customer(who, "DELETE", f"/consents?purpose={purpose}&network=mastodon").status_code == 204

    assert guests(session) == ["zoe"]
    assert len(sql(session, "SELECT * FROM trials")) == 1


@pytest.mark.usefixtures("trial_id")
def test_who_is_tied_in_another_way_too_stays(shop: Shop, session: Session) -> None:
    put_tie(session, shop.shop_id, "ines", "mara", kind="book-club")
    session.commit()

    shop.as_customer("mara", "DELETE", "/consents?purpose=score&network=mastodon")

    assert guests(session) == ["mara", "zoe"]


@pytest.mark.usefixtures("trial_id")
def test_who_erases_everything_leaves_their_trials_and_their_own_go_whole(
    shop: Shop, session: Session
) -> None:
    assert shop.as_customer("mara", "POST", "/erase").status_code in {200, 202, 204}
    assert guests(session) == ["zoe"]

    assert shop.as_customer("ines", "POST", "/erase").status_code in {200, 202, 204}
    assert guests(session) == []
    assert sql(session, "SELECT * FROM trials") == []


@pytest.mark.usefixtures("trial_id")
def test_when_the_app_goes_its_trials_go(shop: Shop, session: Session) -> None:
    with db.transaction() as other:
        assert installations.purge(other, shop.shop_id)

    assert guests(session) == []
    assert sql(session, "SELECT * FROM trials") == []


def test_statement_and_export_name_the_lot(shop: Shop, trial_id: int) -> None:
    [told] = shop.as_customer("mara", "GET", "/statement").json()["trials"]
    [row] = shop.as_customer("mara", "GET", "/export").json()["holds"]["trial_guests"]

    assert (told["role"], told["state"]) == ("invited", "running")
    assert (row["trial_id"], row["invited"], row["social"]) == (trial_id, True, True)
    assert "ines" not in f"{told}{row}"
