"""Shops at the edge: empty, of one customer, of one product, with an account of very many contacts."""

import numpy as np
import pyarrow as pa
import pytest

from scoring.ledger import Engine, LedgerInputs
from scoring.ledger.inputs import read_inputs
from scoring.ledger.parameters import Parameters
from scoring.ledger.workings import work_out
from scoring.simulate.planted import END
from tests.support.book import Book


def test_an_empty_shop_has_an_empty_ledger_and_a_shut_gate(book: Book) -> None:
    ledger = book.ledger()

    assert (ledger.rows.num_rows, ledger.evidence.num_rows, ledger.topics.num_rows) == (0, 0, 0)
    assert not ledger.gate.opened
    assert "no influence is booked" in ledger.gate.sentence


def test_one_customer_has_no_evidence_and_no_crash(book: Book) -> None:
    book.own_life("ada")

    assert book.ledger().evidence.num_rows == 0


def test_a_shop_of_one_item_has_its_shares_and_no_crash(book: Book) -> None:
    for number in range(8):
        book.order(f"buyer {number}", "the item", 10 * number)
        book.tie(f"buyer {number}", f"buyer {number + 1}")

    ledger = book.ledger()

    assert ledger.evidence.num_rows == 7
    assert ledger.topics.num_rows == 7
    assert set(ledger.evidence["verdict"].to_pylist()) == {"not enough evidence"}
    assert np.all(np.isfinite(ledger.evidence["rr"].to_numpy()))


def test_when_n_equals_m_the_variance_is_zero_and_nothing_crashes(friends: Book) -> None:
    evidence = friends.ledger().evidence.to_pylist()

    (ada,) = [row for row in evidence if row["customer_id"] == "ada"]
    assert (ada["observed"], ada["expected"], ada["variance"]) == (1.0, 1.0, 0.0)
    assert ada["p_timing"] == pytest.approx(1.0)
    assert ada["missing"] == "4 more purchases that followed theirs and 2 more trusted followers"


def test_an_account_of_50_000_contacts_is_one_account_among_others(duck: Engine) -> None:
    contacts = 50_000
    people = np.arange(1, contacts + 1)
    buyers = np.r_[0, people[:200]]
    shop = LedgerInputs(
        purchases=pa.table(
            {
                "order_id": np.arange(len(buyers)),
                "line_id": np.arange(len(buyers)),
                "customer_id": buyers,
                "product_id": np.zeros(len(buyers), dtype=np.int64),
                "category_id": pa.nulls(len(buyers), pa.string()),
                "created_at": pa.array(
                    1_700_000_000_000_000 + buyers * 3_600_000_000, pa.timestamp("us", tz="UTC")
                ),
                "net": np.ones(len(buyers)),
            }
        ),
        ties=pa.table({"source_id": np.zeros(contacts, dtype=np.int64), "target_id": people}),
    )
    inputs = read_inputs(shop, duck, as_of=END, parameters=Parameters())

    chance = work_out(inputs, duck, parameters=Parameters()).chance.to_pyarrow().to_pylist()

    assert chance[0]["m_after"] == 200
    assert chance[0]["tied"] == 0, "nobody bought anything else, so nobody can be trusted"
