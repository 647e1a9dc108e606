"""Who withdraws or leaves is gone at once here, soon elsewhere, and stays gone after a restore."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.consent import ledger
from saleor_influence_app.erasure import anonymised
from saleor_influence_app.operations import restores
from saleor_influence_app.profiles import revocations
from saleor_influence_app.shops import installations, shops
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.sync import customers
from saleor_influence_app.sync.customers import CustomerSeen
from tests.support.backups import back_up
from tests.support.linked_customers import LINK, SCORE, Link, left_of, restore, score
from tests.support.shop_rows import NOW
from tests.support.social_shop import Shop, sql
from webhooks.events import CustomerPayload

SOCIAL = ("profiles", "snapshots", "posts", "pending_links", "invitations", "notices", "contests")


@pytest.mark.usefixtures("linked")
def test_the_ledger_counts_ties_of_networks_and_scores_each_for_itself(shop: Shop, session: Session) -> None:
    rows = sql(session, "SELECT DISTINCT tie_kind, source_id, customer_id FROM credits")
    assert [tuple(row) for row in rows] == [("mastodon", "ines", "mara")]
    [row] = sql(session, "SELECT * FROM network_scores WHERE customer_id = 'ines'")
    assert (row.customer_id, row.kind, row.contacts) == ("ines", "mastodon", 1)
    seen = shop.as_staff("GET", "/customers/ines/profiles").json()
    assert [(one["kind"], one["contacts"]) for one in seen["network_scores"]] == [("mastodon", 1)]
    assert [(one["kind"], one["may_be_led"]) for one in seen["ties"]] == [
        ("mastodon", 1),
        ("mastodon:responses", 0),
    ]


@pytest.mark.usefixtures("linked")
def test_withdrawing_scores_ends_everything_that_was_made_of_them(shop: Shop, session: Session) -> None:
    assert sql(session, "SELECT count(*) FROM credits")[0][0] > 0

    shop.as_customer("mara", "DELETE", "/consents?purpose=score&network=mastodon")

    session.rollback()
    assert sql(session, "SELECT * FROM ties") == []
    assert sql(session, "SELECT * FROM credits") == sql(session, "SELECT * FROM credits_past") == []
    assert left_of(session, "mara").keys() & {"evidence.customer_id", "network_scores.customer_id"} == set()
    [own] = sql(session, "SELECT * FROM scores WHERE customer_id = 'mara'")
    assert (own.civ, own.value, own.verdict) == (None, own.clv + own.crv, "not enough evidence")
    assert len(sql(session, "SELECT * FROM profiles")) == 2, "both are still linked"
    score(shop)
    assert sql(session, "SELECT * FROM network_scores") == []
    assert "scores.customer_id" in left_of(session, "mara"), "their own orders are valued again"


@pytest.mark.usefixtures("linked")
def test_a_tie_by_responses_counts_in_its_networks_scores_and_what_it_brought_goes_with_it(
    shop: Shop, session: Session
) -> None:
    sql(session, "DELETE FROM ties WHERE source_id = 'mara'")
    sql(session, "UPDATE ties SET kind = 'mastodon:responses'")
    session.commit()
    score(shop)
    rows = sql(session, "SELECT DISTINCT tie_kind, source_id, customer_id FROM credits")
    assert [tuple(row) for row in rows] == [("mastodon:responses", "ines", "mara")]
    [row] = sql(session, "SELECT * FROM network_scores")
    assert (row.customer_id, row.kind, row.contacts) == ("ines", "mastodon", 1)
    session.rollback()

    shop.as_customer("mara", "DELETE", "/consents?purpose=score&network=mastodon")

    assert sql(session, "SELECT * FROM ties") == sql(session, "SELECT * FROM credits") == []
    assert sql(session, "SELECT * FROM credits_past") == []


@pytest.mark.usefixtures("linked")
def test_inflated_counts_in_snapshots_change_no_number(shop: Shop, session: Session) -> None:
    def counted() -> list[list[tuple[object, ...]]]:
        tables = ("scores", "evidence", "network_scores", "credits")
        found = [sql(session, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]
        session.rollback()
        return [[tuple(row) for row in rows] for rows in found]

    before = counted()
    sql(session, "UPDATE snapshots SET followers = 2000000000, engagement_median = 1000000")
    session.commit()

    score(shop)

    assert counted() == before, "not even written anew"


@pytest.mark.usefixtures("linked")
def test_a_network_that_is_switched_off_counts_by_no_kind_of_tie(shop: Shop, session: Session) -> None:
    sql(session, "UPDATE ties SET kind = 'mastodon:responses' WHERE source_id = 'ines'")
    sql(session, "UPDATE privacy_settings SET networks = networks - 'mastodon'")
    session.commit()

    score(shop)

    assert sql(session, "SELECT * FROM credits") == sql(session, "SELECT * FROM network_scores") == []


@pytest.mark.usefixtures("linked")
def test_a_run_that_was_under_way_brings_nothing_of_it_back(shop: Shop, session: Session) -> None:
    from saleor_influence_app.runs import departed, scores

    with db.transaction() as own:
        facts = scores.read(own, shop.shop_id)
        [[run_id]] = sql(own, "SELECT max(id) FROM runs")
    found = scores.compute(facts, as_of=NOW, parameters=run_parameters(shop))
    shop.as_customer("mara", "DELETE", "/consents?purpose=score&network=mastodon")

    with db.transaction() as own:
        scores.bring(own, found)
        scores.write(own, shop.shop_id, run_id=run_id)
        departed.forget_who_left(own, shop.shop_id, since=NOW)

    assert sql(session, "SELECT * FROM credits") == sql(session, "SELECT * FROM credits_past") == []


def run_parameters(shop: Shop) -> dict[str, object]:
    from saleor_influence_app.runs import scores

    with db.transaction() as session:
        loaded = shops.load(session, shop.shop_id)
        assert loaded is not None
        return scores.parameters_of(loaded)


@pytest.mark.usefixtures("linked")
def test_erasing_leaves_nothing_but_the_shops_own_orders(shop: Shop, session: Session) -> None:
    shop.as_customer("ines", "POST", "/contests", json={"text": "No."})

    assert shop.as_customer("ines", "POST", "/erase").status_code == 200

    left = left_of(session, "ines")
    assert set(left) == {"outbox.customer_id", "erasures.customer_id"}, "until Saleor has followed"
    [record] = sql(session, "SELECT * FROM outbox WHERE customer_id = 'ines'")
    assert (record.wanted, record.state) == (None, "pending")
    score(shop)
    assert set(left_of(session, "ines")) == set(left), "nothing is computed of them any more"
    assert left_of(session, "mara")["scores.customer_id"] == 1


@pytest.mark.usefixtures("linked")
def test_an_erasure_is_done_when_network_and_saleor_have_followed_and_then_names_nobody(
    shop: Shop, session: Session, http: RateLimitedHttp
) -> None:
    shop.as_customer("ines", "POST", "/erase")
    with db.transaction() as own:
        revocations.sweep(own)
    assert {row.state for row in sql(session, "SELECT state FROM erasures")} == {"remote"}
    session.rollback()

    for row in sql(session, "SELECT id FROM revocations"):
        revocations.revoke(db.transaction, row.id, http=http)
    sql(session, "UPDATE outbox SET state = 'written', written = NULL WHERE customer_id = 'ines'")
    session.commit()
    with db.transaction() as own:
        revocations.sweep(own)

    rows = sql(session, "SELECT state, customer_id FROM erasures")
    assert {tuple(row) for row in rows} == {("done", None)}


@pytest.mark.usefixtures("linked")
def test_an_erasure_that_others_do_not_follow_within_the_hour_is_told_to_staff(
    shop: Shop, session: Session
) -> None:
    shop.as_customer("ines", "POST", "/erase")
    sql(session, "UPDATE erasures SET asked_at = now() - interval '61 minutes'")
    session.commit()

    with db.transaction() as own:
        revocations.sweep(own)

    [problem] = sql(session, "SELECT key, message FROM problems")
    assert (problem.key, "older than an hour" in problem.message) == ("influence-erasure-late", True)


@pytest.mark.usefixtures("linked")
def test_a_customer_who_is_deleted_in_saleor_leaves_no_name(shop: Shop, session: Session) -> None:
    shops.lock_facts(session, shop.shop_id)
    customers.delete(session, shop.shop_id, {"ines": datetime.now(UTC)})
    session.commit()

    assert set(left_of(session, "ines")) == {"erasures.customer_id"}, "until the network has followed"
    assert len(sql(session, "SELECT * FROM revocations")) == 1
    with db.transaction() as own:
        assert ledger.verify(own, shop.shop_id).broken is None


@pytest.mark.usefixtures("linked")
def test_an_account_that_was_anonymised_is_erased_within_a_sweep(shop: Shop, session: Session) -> None:
    def told(email: str, minute: int) -> None:
        at = datetime.now(UTC) + timedelta(minutes=minute)
        payload = CustomerPayload.of({"id": "ines", "email": email, "updatedAt": at.isoformat()}, now=at)
        with db.transaction() as own:
            shops.lock_facts(own, shop.shop_id)
            customers.upsert(own, shop.shop_id, [CustomerSeen(payload, at)])
            revocations.sweep(own)

    told("ines@example.com", 1)
    told("ines.costa@example.com", 2)
    assert "profiles.customer_id" in left_of(session, "ines"), "an ordinary change of address"
    told("deleted-1f3c@example.com", 3)

    assert "profiles.customer_id" not in left_of(session, "ines")
    [row] = sql(session, "SELECT reason, state FROM erasures WHERE network IS NULL")
    assert tuple(row) == ("anonymised", "remote")


@pytest.mark.parametrize(
    ("email", "nobody"),
    [
        # what tools write: WordPress, Discourse, Django's and Rails' habits, Saleor's own
        ("deleted@site.invalid", True),
        ("anon81230@anonymized.invalid", True),
        ("user-1234@deleted.example", True),
        ("redacted-9@shop.com", True),
        ("1234@anonymized.shop.com", True),
        ("user_17_deleted@shop.com", True),
        ("deleted-user@shop.com", True),
        ("anonymous-81@shop.com", True),
        ("anonymized@example.com", True),
        ("erased+0b5f8c1e-77aa@shop.com", True),
        ("anonymised-user-12@shop.example", True),
        # mailboxes of people and of offices
        ("gdpr@company.com", False),
        ("gdpr-2026@company.com", False),
        ("deleted@company.com", False),
        ("anonymous@company.com", False),
        ("redacted@company.com", False),
        ("user-1234@company.com", False),
        ("ines@deleted.com", False),
        ("member7@shop.com", False),
        ("removed.from.office@company.com", False),
        ("deletedscenes@company.com", False),
        ("deleted.adam@company.com", False),
        ("deleted_8f14e45f-ceea@x.example", True),
        ("a...@example.com", True),
        ("x@gone.invalid", True),
        ("gdpr.customer.7@x.example", True),
        ("ines@example.com", False),
        ("removedsky@example.com", False),
        ("ann.deletedon@example.com", False),
        ("a...@shop.example", False),
        (None, False),
        ("a" * 1000 + "@x.invalid", False),
    ],
)
def test_addresses_that_nobody_reads_are_known_by_their_form(email: str | None, *, nobody: bool) -> None:
    assert anonymised.is_nobody(email) == nobody


@pytest.mark.usefixtures("linked")
def test_whoever_was_forgotten_stays_so_after_a_restore_from_backup(
    shop: Shop, session: Session, link: Link, tmp_path: Path
) -> None:
    with db.transaction() as own:
        customers_of_more(own, shop)
    shop.agree("nora", LINK, SCORE)
    link("nora", "nora")
    backup = back_up(tmp_path)

    shop.as_customer("ines", "POST", "/erase")
    shop.as_customer("mara", "DELETE", "/consents?purpose=score&network=mastodon")
    with db.transaction() as own:
        shops.lock_facts(own, shop.shop_id)
        customers.delete(own, shop.shop_id, {"otto": datetime.now(UTC)})
    session.close()
    restore(backup)

    assert {"profiles.customer_id", "ties.source_id"} <= set(left_of(session, "ines")), "they are back"
    folder = settings.get().tombstone_folder
    assert folder is not None
    session.close()
    found = restores.apply(db.transaction, folder, dry_run=True)
    assert (found.shops, found.people, found.consents) == (0, 2, 1)
    assert restores.apply(db.transaction, folder) == found
    assert restores.apply(db.transaction, folder).total == 0

    assert not {"profiles.customer_id", "ties.source_id", "scores.customer_id"} & set(
        left_of(session, "ines")
    )
    assert "profiles.customer_id" in left_of(session, "mara"), "they have only withdrawn scores"
    with db.transaction() as own:
        assert SCORE not in ledger.given(own, shop.shop_id, "mara")
        assert SCORE in ledger.given(own, shop.shop_id, "nora"), "who was not forgotten is untouched"
        assert ledger.verify(own, shop.shop_id).broken is None
    assert left_of(session, "otto") == {}
    names = "".join(path.read_text() for path in folder.iterdir())
    assert not any(name in names for name in ("ines", "mara", "otto", "one.example"))


def customers_of_more(session: Session, shop: Shop) -> None:
    from tests.support.shop_rows import put_customers

    put_customers(session, shop.shop_id, "nora", "otto", seen_at=datetime.now(UTC) - timedelta(days=1))


@pytest.mark.usefixtures("linked")
def test_a_shop_that_removed_the_app_stays_gone_after_a_restore(
    shop: Shop, session: Session, tmp_path: Path
) -> None:
    backup = back_up(tmp_path)
    with db.transaction() as own:
        installations.purge(own, shop.shop_id)
    session.close()
    restore(backup)
    assert len(sql(session, "SELECT id FROM shops")) == 1
    session.close()

    folder = settings.get().tombstone_folder
    assert folder is not None
    assert restores.apply(db.transaction, folder).shops == 1

    assert sql(session, "SELECT id FROM shops") == sql(session, "SELECT * FROM consents") == []


@pytest.mark.usefixtures("linked")
def test_the_restored_database_refuses_social_data_as_before(session: Session, tmp_path: Path) -> None:
    from sqlalchemy.exc import IntegrityError

    backup = back_up(tmp_path)
    session.close()
    restore(backup)

    with pytest.raises(IntegrityError, match="only ever added to"):
        sql(session, "UPDATE consents SET action = 'withdrawn'")
