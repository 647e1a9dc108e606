"""What stays the same whatever the shop: names, order of rows, strangers, a run split in days."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.ledger import Engine, Ledger, Parameters, Shop, compute_ledger
from scoring.ledger.account import open_account
from scoring.ledger.increment import Changes, post
from scoring.ledger.intake import take_in
from scoring.ledger.ledger import refresh, settle
from scoring.simulate.circles import Habits
from scoring.simulate.planted import END, Planted, world

PARAMETERS = Parameters(permutations=20, min_pairs=2, min_followers=1)
FEW = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SEEDS = st.integers(0, 9)
WHOLE: dict[int, Ledger] = {}


def planted(seed: int) -> Planted:
    return world("influence", customers=120, seed=seed, habits=Habits(strength=0.2))


def shop_of(made: Planted) -> Shop:
    return Shop(made.purchases, made.ties, made.categories)


def ledger_of(shop: Shop, duck: Engine) -> Ledger:
    return compute_ledger(shop, as_of=END, parameters=PARAMETERS, engine=duck)


def whole_of(seed: int, duck: Engine) -> Ledger:
    """The ledger of the world of that seed, computed once for all laws."""
    if seed not in WHOLE:
        WHOLE[seed] = ledger_of(shop_of(planted(seed)), duck)
    return WHOLE[seed]


def assert_same(one: pa.Table, other: pa.Table, names: Sequence[str] = ()) -> None:
    assert one.num_rows == other.num_rows
    for name in names or one.column_names:
        if pa.types.is_floating(one[name].type):
            mine, theirs = (table[name].to_numpy(zero_copy_only=False) for table in (one, other))
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9, err_msg=name)
        else:
            assert one[name].to_pylist() == other[name].to_pylist(), name


@FEW
@given(seed=SEEDS)
def test_the_order_of_rows_and_their_repetition_change_nothing(seed: int, duck: Engine) -> None:
    made, rng = planted(seed), np.random.default_rng(seed)

    def mixed(table: pa.Table) -> pa.Table:
        return table.take(np.r_[rng.permutation(table.num_rows), rng.integers(0, table.num_rows, 50)])

    one = whole_of(seed, duck)
    other = ledger_of(Shop(mixed(made.purchases), mixed(made.ties), made.categories), duck)

    assert_same(one.rows, other.rows)
    assert_same(one.evidence, other.evidence)
    assert_same(one.topics, other.topics)
    assert_same(one.scores, other.scores)
    assert_same(one.net, other.net)
    assert one.gate.permuted.tolist() == other.gate.permuted.tolist()


@FEW
@given(seed=SEEDS)
def test_other_names_of_customers_give_the_same_evidence_under_those_names(seed: int, duck: Engine) -> None:
    made = planted(seed)

    def renamed(table: pa.Table, names: Sequence[str]) -> pa.Table:
        for name in names:
            column = pc.add(pc.multiply(table[name], -3), 7)
            table = table.set_column(table.column_names.index(name), name, column)
        return table

    other = Shop(
        renamed(made.purchases, ["customer_id"]),
        renamed(made.ties, ["source_id", "target_id"]),
        made.categories,
    )

    before = whole_of(seed, duck).evidence
    after = ledger_of(other, duck).evidence.sort_by([("customer_id", "descending")])

    sums = (
        "pairs",
        "observed",
        "expected",
        "variance",
        "observed_before",
        "credit",
        "rr",
        "p_timing",
        "p_lead",
    )
    assert_same(before, after, sums)
    assert renamed(before, ["customer_id"])["customer_id"].to_pylist() == after["customer_id"].to_pylist()


@FEW
@given(seed=SEEDS)
def test_an_order_that_has_to_do_with_nobody_leaves_every_row_as_it_was(seed: int, duck: Engine) -> None:
    made = planted(seed)
    stranger = made.purchases.slice(0, 1)
    for name in ("order_id", "line_id", "customer_id", "product_id"):
        place = stranger.column_names.index(name)
        stranger = stranger.set_column(place, name, pa.array([10_000_000], stranger[name].type))
    more = Shop(pa.concat_tables([made.purchases, stranger]), made.ties, made.categories)

    one, other = whole_of(seed, duck), ledger_of(more, duck)

    assert_same(one.rows, other.rows, ("source_id", "order_id", "share", "trust", "credit"))
    assert_same(one.evidence, other.evidence, ("customer_id", "observed", "expected", "credit"))


@FEW
@given(seed=SEEDS, parts=st.integers(2, 3))
def test_a_run_split_in_days_equals_the_whole_whatever_order_the_days_arrive_in(
    seed: int, parts: int, duck: Engine
) -> None:
    made, rng = planted(seed), np.random.default_rng(seed)
    part = rng.integers(0, parts, made.purchases.num_rows)
    late_ties = rng.random(made.ties.num_rows) < 0.1
    begun = Shop(
        made.purchases.filter(pa.array(part == 0)), made.ties.filter(pa.array(~late_ties)), made.categories
    )
    facts = take_in(begun, duck, as_of=END, parameters=PARAMETERS)
    account = open_account(facts, duck, parameters=PARAMETERS)
    for number in rng.permutation(np.arange(1, parts)):
        day = made.purchases.filter(pa.array(part == number))
        ties = made.ties.filter(pa.array(late_ties)) if number == 1 else None
        account = post(account, Changes(day, ties=ties), duck, as_of=END, parameters=PARAMETERS)

    whole = whole_of(seed, duck)
    split = settle(account, duck, parameters=PARAMETERS, set_aside={})

    assert_same(whole.rows, split.rows)
    assert_same(whole.evidence, split.evidence)
    assert_same(whole.net, split.net)
    assert_same(whole.topics, split.topics)
    assert_same(whole.scores, split.scores)
    assert_same(whole.net, split.net)
    assert whole.gate.permuted.tolist() == split.gate.permuted.tolist()


def earlier(lines: pa.Table, rng: np.random.Generator) -> pa.Table:
    """The same lines before they were refunded, edited, or moved to the account of a guest who signed up."""
    net = lines["net"].to_numpy() * rng.choice([1.0, 2.0, 0.0], lines.num_rows)
    customer = lines["customer_id"].to_numpy().copy()
    guests = rng.random(lines.num_rows) < 0.3
    customer[guests] = rng.integers(0, 120, guests.sum())
    lines = lines.set_column(lines.column_names.index("net"), "net", pa.array(net))
    return lines.set_column(lines.column_names.index("customer_id"), "customer_id", pa.array(customer))


@FEW
@given(seed=SEEDS, parts=st.integers(2, 4))
def test_refunds_edits_ties_and_redemptions_in_any_order_of_arrival_equal_a_run_that_always_knew_them(
    seed: int, parts: int, duck: Engine
) -> None:
    made, rng = planted(seed), np.random.default_rng(seed)
    lines, ties = made.purchases, made.ties
    orders = pc.unique(lines["order_id"]).take(pa.array(rng.permutation(40)))
    redemptions = pa.table({"order_id": orders, "source_id": rng.integers(0, 120, 40)})
    refunded = np.where(rng.random(lines.num_rows) < 0.05, 0.0, lines["net"].to_numpy())
    lines = lines.set_column(lines.column_names.index("net"), "net", pa.array(refunded))
    # Part 0 is known from the start, part 1 in an earlier state, the others are new.
    part, late = rng.choice([0, 0, 0, 1, 2, 3], lines.num_rows), rng.random(ties.num_rows) < 0.1
    begun = Shop(
        pa.concat_tables(
            [lines.filter(pa.array(part == 0)), earlier(lines.filter(pa.array(part == 1)), rng)]
        ),
        ties.filter(pa.array(~late)),
        made.categories,
        redemptions.slice(0, 10),
    )
    facts = take_in(begun, duck, as_of=END, parameters=PARAMETERS)
    account = open_account(facts, duck, parameters=PARAMETERS)
    batch = np.where(part == 0, -1, rng.integers(0, parts, lines.num_rows))
    for number in range(parts):
        changes = Changes(
            lines.filter(pa.array(batch == number)),
            ties.filter(pa.array(late)) if number == parts - 1 else None,
            redemptions if number == 1 else None,
        )
        account = post(account, changes, duck, as_of=END, parameters=PARAMETERS)

    split = settle(account, duck, parameters=PARAMETERS, set_aside={})
    whole = ledger_of(Shop(lines, ties, made.categories, redemptions), duck)
    for name in ("rows", "evidence", "topics", "scores", "net"):
        assert_same(getattr(whole, name), getattr(split, name))


@FEW
@given(seed=SEEDS)
def test_a_day_refreshed_is_the_day_in_the_whole_ledger(seed: int, duck: Engine) -> None:
    made, rng = planted(seed), np.random.default_rng(seed)
    late = pa.array(rng.random(made.purchases.num_rows) < 0.02)
    begun = Shop(made.purchases.filter(pc.invert(late)), made.ties, made.categories)
    facts = take_in(begun, duck, as_of=END, parameters=PARAMETERS)
    account = open_account(facts, duck, parameters=PARAMETERS)
    before = settle(account, duck, parameters=PARAMETERS, set_aside={})

    account = post(account, Changes(made.purchases.filter(late)), duck, as_of=END, parameters=PARAMETERS)
    day = refresh(account, before.standing, parameters=PARAMETERS)

    whole = whole_of(seed, duck)
    concerned = pc.is_in(whole.rows["source_id"], value_set=day.sources.combine_chunks())
    ledger_rows = [name for name in whole.rows.column_names if name != "booked"]
    assert_same(whole.rows.filter(concerned), day.rows, ledger_rows)
    assert_same(
        whole.rows.filter(pc.invert(concerned)),
        before.rows.filter(
            pc.invert(pc.is_in(before.rows["source_id"], value_set=day.sources.combine_chunks()))
        ),
        ledger_rows,
    )
    theirs = whole.evidence.filter(
        pc.is_in(whole.evidence["customer_id"], value_set=day.sources.combine_chunks())
    )
    assert_same(theirs, day.evidence, ("customer_id", "observed", "expected", "variance", "credit", "pairs"))
