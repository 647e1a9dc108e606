"""What a run reads of a shop: who bought what and paid how far, who takes no part, who lives with whom."""

from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy, Category, Exclusion
from saleor_influence_app.runs import derived_ties, inputs, scores
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from scoring import valuation
from tests.support.shop_rows import NOW, put_code, put_customers, put_leak, put_order, put_shop, put_tie
from tests.support.told_facts import inputs_of


@pytest.fixture
def shop_id(session: Session) -> int:
    return put_shop(session)


def lines_of(session: Session, shop_id: int) -> dict[str, dict[str, Any]]:
    """The lines by their order."""
    return {row["order_id"]: row for row in inputs_of(session, shop_id).lines.to_pylist()}


def buyers(session: Session, shop_id: int) -> dict[str, str | None]:
    return {order_id: row["buyer_id"] for order_id, row in lines_of(session, shop_id).items()}


def customers_of(session: Session, shop_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = inputs_of(session, shop_id).customers.to_pylist()
    return found


def test_a_guest_is_known_by_their_address_and_else_for_one_order(session: Session, shop_id: int) -> None:
    first = put_order(session, shop_id, None, email_hash=b"\x01\xff")
    second = put_order(session, shop_id, None, email_hash=b"\x01\xff")
    other = put_order(session, shop_id, None, email_hash=b"\x02")
    nameless = put_order(session, shop_id, None)

    assert buyers(session, shop_id) == {
        first: "guest:01ff",
        second: "guest:01ff",
        other: "guest:02",
        nameless: f"guest:{nameless}",
    }
    assert inputs_of(session, shop_id).orders["customer_id"].null_count == 4


def test_a_guest_with_an_account_is_that_customer(session: Session, shop_id: int) -> None:
    order_id = put_order(session, shop_id, None, email_hash=b"anna")
    put_customers(session, shop_id, "anna", email_hash=b"anna")

    assert buyers(session, shop_id) == {order_id: "anna"}
    assert inputs_of(session, shop_id).orders["customer_id"].to_pylist() == ["anna"]


def test_orders_of_a_deleted_customer_are_in_no_book(session: Session, shop_id: int) -> None:
    put_customers(session, shop_id, "anna", email_hash=b"anna")
    for _ in range(2):
        put_order(session, shop_id, "anna", email_hash=b"anna", address_hash=b"home")
    shops.lock_facts(session, shop_id)
    customers.delete(session, shop_id, {"anna": NOW})

    assert buyers(session, shop_id) == {}
    assert customers_of(session, shop_id) == []


def test_who_objects_is_nobody_in_orders_lines_codes_ties_and_households(
    session: Session, shop_id: int
) -> None:
    put_customers(session, shop_id, "anna", "berta")
    order_id = put_order(session, shop_id, "anna", address_hash=b"home")
    put_order(session, shop_id, "berta", address_hash=b"home")
    put_code(session, shop_id, "ANNA", "anna")
    put_tie(session, shop_id, "anna", "berta")
    put_tie(session, shop_id, "berta", "anna")
    objections.object_(session, shop_id, "anna", by=AskedBy.SELF)

    found = inputs_of(session, shop_id)

    assert buyers(session, shop_id)[order_id] is None
    assert set(found.orders["customer_id"].to_pylist()) == {None, "berta"}
    assert found.codes.num_rows == found.ties.num_rows == 0
    [row] = found.customers.to_pylist()
    assert (row["customer_id"], row["opted_out"], row["household"]) == ("anna", True, None)


@pytest.mark.parametrize(
    ("gross", "charged", "share"),
    [
        (100, 100, 1.0),
        (100, 0, 0.0),
        (100, 25, 0.25),
        (100, -5, 0.0),
        (100, 130, 1.0),
        (0, 0, None),
        (0, 40, 1.0),
    ],
    ids=[
        "paid",
        "fully refunded or unpaid",
        "partly refunded",
        "beyond zero",
        "overpaid",
        "free",
        "gift card",
    ],
)
def test_a_line_is_paid_as_far_as_its_order_is(
    session: Session, shop_id: int, *, gross: int, charged: int, share: float | None
) -> None:
    order_id = put_order(session, shop_id, None, gross=gross, charged=charged, line={"net": 80})

    row = lines_of(session, shop_id)[order_id]

    assert row["paid_share"] == share
    assert row["net"] == 80.0


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED", "DRAFT"])
def test_an_order_that_is_none_is_in_no_table(session: Session, shop_id: int, status: str) -> None:
    put_customers(session, shop_id, "anna", "berta")
    put_order(session, shop_id, "anna", status=status, address_hash=b"home")
    put_order(session, shop_id, "berta", status=status, address_hash=b"home")

    found = inputs_of(session, shop_id)

    assert found.orders.num_rows == found.lines.num_rows == found.customers.num_rows == 0


def test_gifts_and_gift_cards_are_marked_line_by_line(session: Session, shop_id: int) -> None:
    plain = put_order(session, shop_id, None)
    free = put_order(session, shop_id, None, line={"is_gift": True})
    card = put_order(session, shop_id, None, line={"is_gift_card": True})

    found = {
        order_id: (row["is_gift"], row["is_gift_card"])
        for order_id, row in lines_of(session, shop_id).items()
    }

    assert found == {plain: (False, False), free: (True, False), card: (False, True)}


@pytest.mark.parametrize(("people", "is_home"), [(1, False), (2, True), (8, True), (9, False), (20, False)])
@pytest.mark.parametrize("mark", ["address_hash", "payment_hash"])
def test_a_few_who_share_an_address_or_a_card_are_a_household_and_many_are_an_office(
    session: Session, shop_id: int, *, mark: str, people: int, is_home: bool
) -> None:
    names = [f"c{place:02}" for place in range(people)]
    put_customers(session, shop_id, *names)
    for name in names:
        for _ in range(2):  # who orders often is one person all the same
            put_order(session, shop_id, name, **{mark: b"\xab\xcd"})

    rows = customers_of(session, shop_id)

    column = {"address_hash": "household", "payment_hash": "payment"}[mark]
    assert sorted(row["customer_id"] for row in rows) == (names if is_home else [])
    assert {row[column] for row in rows} == ({"abcd"} if is_home else set())


def test_a_guest_and_an_account_can_be_one_household(session: Session, shop_id: int) -> None:
    put_customers(session, shop_id, "anna")
    put_order(session, shop_id, "anna", address_hash=b"\x01")
    put_order(session, shop_id, None, address_hash=b"\x01", email_hash=b"\x07")

    assert {row["customer_id"] for row in customers_of(session, shop_id)} == {"anna", "guest:07"}


def test_variants_of_one_address_are_one_mailbox_however_many_there_are(
    session: Session, shop_id: int
) -> None:
    """Case 11: guest orders from `ann+1@…` with the owner's own code."""
    key = shops.email_key(session, shop_id)
    put_customers(session, shop_id, "ann", email_hash=shops.email_hash(key, "ann@example.com"))
    put_customers(session, shop_id, "bea", email_hash=shops.email_hash(key, "bea@example.com"))
    for number in range(20):
        address = f"ann+{number}@example.com"
        marks = {
            "email_hash": shops.email_hash(key, address),
            "mailbox_hash": shops.mailbox_hash(key, address),
        }
        put_order(session, shop_id, None, **marks)

    rows = customers_of(session, shop_id)

    assert len(rows) == 21
    assert len({row["mailbox"] for row in rows}) == 1
    assert {row["customer_id"] for row in rows if not row["customer_id"].startswith("guest:")} == {"ann"}


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("ann+1@example.com", "ann+2@example.com", True),
        ("a.n.n@gmail.com", "Ann+shop@Gmail.com", True),
        ("a.nn@example.com", "ann+1@example.com", False),
        ("ann+1@example.com", "ann+1@example.org", False),
        ("+1@example.com", "+2@example.com", False),
    ],
)
def test_a_mailbox_is_told_by_the_rules_of_its_address(address: str, other: str, *, same: bool) -> None:
    def mailbox(email: str) -> bytes | None:
        return shops.mailbox_hash(b"key", email) or shops.email_hash(b"key", email)

    assert (mailbox(address) == mailbox(other)) is same


def test_an_address_without_a_variant_leaves_no_second_hash() -> None:
    assert shops.mailbox_hash(b"key", "ann@example.com") is None
    assert shops.mailbox_hash(b"key", "a.nn@example.com") is None
    assert shops.mailbox_hash(b"key", None) is None


def test_who_lives_in_two_homes_has_a_row_for_each(session: Session, shop_id: int) -> None:
    put_customers(session, shop_id, "anna", "berta", "cleo")
    for name, home in (("anna", b"\x01"), ("berta", b"\x01"), ("anna", b"\x02"), ("cleo", b"\x02")):
        put_order(session, shop_id, name, address_hash=home)

    homes = sorted((row["customer_id"], row["household"]) for row in customers_of(session, shop_id))

    assert homes == [("anna", "01"), ("anna", "02"), ("berta", "01"), ("cleo", "02")]


def test_staff_resellers_and_test_accounts_take_no_part_and_others_are_not_listed(
    session: Session, shop_id: int
) -> None:
    put_customers(session, shop_id, "anna", "reseller", "test")
    put_customers(session, shop_id, "staff", is_staff=True)
    for reason in ("reseller", "test"):
        session.add(Exclusion(shop_id=shop_id, customer_id=reason, reason=reason))
    session.flush()

    rows = {row["customer_id"]: row for row in customers_of(session, shop_id)}

    marks = ("is_staff", "is_reseller", "is_test", "opted_out")
    assert {name: [mark for mark in marks if row[mark]] for name, row in rows.items()} == {
        "staff": ["is_staff"],
        "reseller": ["is_reseller"],
        "test": ["is_test"],
    }


def test_another_shops_rows_are_never_read(session: Session, shop_id: int) -> None:
    theirs = put_shop(session, "https://two.example/graphql/")
    put_customers(session, theirs, "anna", "berta", is_staff=True)
    put_order(session, theirs, "anna", address_hash=b"home", email_hash=b"anna")
    put_order(session, theirs, "berta", address_hash=b"home")
    put_code(session, theirs, "ANNA", "anna")
    put_tie(session, theirs, "anna", "berta")
    mine = put_order(session, shop_id, None, email_hash=b"anna", voucher_code="ANNA")
    derived_ties.derive(session, shop_id)

    found = inputs_of(session, shop_id)

    assert found.orders["order_id"].to_pylist() == [mine]
    assert found.lines["order_id"].to_pylist() == [mine]
    assert found.lines["buyer_id"].to_pylist() == [f"guest:{b'anna'.hex()}"]
    for name in ("codes", "ties", "categories", "customers"):
        assert getattr(found, name).num_rows == 0, name


def test_ties_keep_their_time_kind_and_weight_on_the_way(session: Session, shop_id: int) -> None:
    put_customers(session, shop_id, "anna", "berta")
    put_tie(session, shop_id, "anna", "berta", kind="club", weight=2.5, valid_from=NOW, valid_to=None)

    assert inputs_of(session, shop_id).ties.to_pylist() == [
        {
            "source_id": "anna",
            "target_id": "berta",
            "kind": "club",
            "weight": 2.5,
            "valid_from": NOW,
            "valid_to": None,
            "known_at": NOW,
        }
    ]


def test_objections_are_joined_once_and_looked_up_for_no_row(session: Session, shop_id: int) -> None:
    """A run reads millions of lines: what is asked of each of them is the cost of the run."""
    given = {"shop_id": shop_id}
    session.execute(
        text("""
            INSERT INTO orders (shop_id, order_id, number, created_at, updated_at, status, charge_status,
                channel, currency, gross, net, charged, customer_id)
            SELECT :shop_id, 'o' || n, n, now(), now(), 'FULFILLED', 'FULL', 'c', 'EUR', 9, 9, 9,
                'c' || n % 700 FROM generate_series(1, 5000) AS n
        """),
        given,
    )
    session.execute(
        text("""
            INSERT INTO customers (shop_id, customer_id, updated_at, seen_at)
            SELECT :shop_id, 'c' || n, now(), now() FROM generate_series(0, 699) AS n
        """),
        given,
    )
    session.execute(
        text("""
            INSERT INTO objections (shop_id, customer_id, at, by, reason)
            SELECT :shop_id, 'c' || n, now(), 'self', '' FROM generate_series(0, 299) AS n
        """),
        given,
    )
    session.execute(
        text("""
            INSERT INTO ties (shop_id, source_id, target_id, kind, origin)
            SELECT :shop_id, 'c' || n % 700, 'd' || n % 700, 'friend' || n / 700, 'staff'
            FROM generate_series(0, 4999) AS n
        """),
        given,
    )
    session.execute(text("ANALYZE"))
    for query in (inputs.purchases, inputs.lines, inputs.ties, inputs.codes, inputs.customers):
        wanted = query(shop_id).compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.scalars(text(f"EXPLAIN {wanted}".replace(":", "\\:"))))
        assert "objections" in plan
        for line, inner in pairwise(plan.splitlines()):
            assert not (line.strip().startswith("SubPlan") and "objections" in inner), plan


def test_a_question_is_put_together_once_and_asks_for_each_shop_its_own(session: Session) -> None:
    both = [put_shop(session, f"https://{name}.example/graphql/") for name in ("one", "two")]
    for shop_id in both:
        session.add(Category(shop_id=shop_id, category_id=f"of {shop_id}", parent_id=None, name="Cups"))
    session.flush()
    put_together: list[object] = []

    def question(shop_id: Any) -> Any:
        put_together.append(shop_id)
        return inputs.categories(shop_id)

    found = [
        bulk_copy.read_to_disk(session, question, shop_id, schema=scores.CATEGORIES, folder=None)
        for shop_id in both
    ]

    assert [table["category_id"].to_pylist() for table in found] == [[f"of {shop_id}"] for shop_id in both]
    assert len(put_together) == 1


def test_a_run_pauses_crediting_of_a_code_from_the_start_of_its_leak(session: Session, shop_id: int) -> None:
    other = put_shop(session, "https://two.example/graphql/")
    put_customers(session, shop_id, "anna", "berta", "cleo")
    put_code(session, shop_id, "ANNA", "anna")
    for customer, days_ago in (("berta", 50), ("cleo", 20)):
        put_order(session, shop_id, customer, voucher_code="ANNA", days_ago=days_ago, charged=10)
    put_leak(session, other, "ANNA", "anna", days_ago=90)

    assert proven(session, shop_id) == {"berta": ("code", 10.0), "cleo": ("code", 10.0)}

    put_leak(session, shop_id, "ANNA", "anna", days_ago=30)

    assert proven(session, shop_id) == {"berta": ("code", 10.0), "cleo": ("code: leaked", 0.0)}


def proven(session: Session, shop_id: int) -> dict[str, tuple[str, float]]:
    rows = valuation.compute_valuation(inputs_of(session, shop_id), as_of=NOW).credits.to_pylist()
    return {row["customer_id"]: (row["tie_kind"], row["credit"]) for row in rows if row["proven"]}
