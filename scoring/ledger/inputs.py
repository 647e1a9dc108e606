"""The tables of one shop as the ledger takes them: checked, clean, with times as whole microseconds."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger.engine import Engine
from scoring.ledger.parameters import ALWAYS, MICROSECONDS_PER_DAY, Parameters

TIME = pa.timestamp("us", tz="UTC")
PART = 1_000_000
MONTH_DAYS = 31.0
FEWEST_DATES = WINDOW_PER_RESOLUTION = 10


class TableWrong(ValueError):
    """A table misses a column, or holds what cannot be."""


class ResolutionTooCoarse(ValueError):
    """The dates are too coarse for the window: it must be at least ten times as long."""


@dataclass(frozen=True)
class LedgerInputs:
    """What is known of one shop; ids are strings or whole numbers, of one type throughout.

    purchases(order_id, line_id, customer_id, product_id, category_id or null, created_at, net: paid and
    not refunded; optional margin, is_gift, is_gift_card, and currency: only one, convert first).
    ties(source_id, target_id: source may influence target; optional kind, weight, valid_from and valid_to or
    null, and known_at: when the shop learnt of it, before which it does not count; null where an order proves
    it, left out where all were known from the start). categories(category_id, parent_id or null).
    redemptions(order_id, source_id: whose personal code the order redeemed; optional leaked: crediting of the
    code was paused). customers(customer_id; optional is_staff, is_reseller, is_test, opted_out, household,
    payment, mailbox: hashes or null); who is not listed is an ordinary one. trials: see `trials.TRIALS`.
    leaders: ids of who led in the last run. writable: ids of who may get a letter, for the influence finder.
    `kinds` of ties are those of networks: each is scored for itself, varieties of it ("kind:variety") too,
    and none enters the main scores. Those that are `combinable` count in money beside all other ties.
    `parallel_ties` False promises that no (source_id, target_id) appears twice. Purchases and ties may be
    streams, which are read once and never held whole. The forecast, and whether contacts still buy, stand as
    of `stands_at`; None: as of now.
    """

    purchases: pa.Table | pa.RecordBatchReader
    ties: pa.Table | pa.RecordBatchReader
    categories: pa.Table | None = None
    redemptions: pa.Table | None = None
    customers: pa.Table | None = None
    trials: pa.Table | None = None
    leaders: pa.Array | None = None
    writable: pa.Array | None = None
    kinds: tuple[str, ...] = ()
    combinable: tuple[str, ...] = ()
    parallel_ties: bool = True
    stands_at: datetime | None = None


@dataclass(frozen=True)
class Inputs:
    """One shop inside an engine. Times are microseconds since 1970 in UTC, `as_of` and `stands_at` too.

    lines(order_id, line_id, customer_id, product_id, category_id, at, amount, net, own): paid, known lines;
    amount is what is credited (the margin where given, from 0 to net), own is false for gifts. ties: see
    `tie_table`. redemptions: see `redemption_table`. barred(customer_id): who takes no part.
    homes(customer_id, home): households, cards and mailboxes. set_aside: rows not used, by reason.
    """

    lines: ir.Table
    ties: ir.Table
    redemptions: ir.Table
    barred: ir.Table
    homes: ir.Table
    categories: pa.Table
    parallel_ties: bool
    as_of: int
    stands_at: int
    kinds: tuple[str, ...] = ()
    combinable: tuple[str, ...] = ()
    trials: pa.Table | None = None
    leaders: pa.Array | None = None
    writable: pa.Array | None = None
    set_aside: dict[str, int] = field(default_factory=dict)


def instants(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return times as microseconds since 1970 in UTC; times without a zone are refused."""
    if not pa.types.is_timestamp(column.type) or column.type.tz is None:
        raise TableWrong(f"times must be timestamps with a zone, not {column.type}")
    return pc.cast(pc.cast(column, TIME, safe=False), pa.int64())


def instant(moment: datetime) -> int:
    """Return one aware time as microseconds since 1970."""
    if moment.tzinfo is None:
        raise TableWrong("as_of needs a time zone")
    return int(pa.scalar(moment, TIME).cast(pa.int64()).as_py())


def resolution_days(at: pa.ChunkedArray) -> float:
    """Return how coarse the dates are, in days: 31 if all are firsts of a month, 1 if midnights, else 0."""
    if np.any(at.to_numpy() % MICROSECONDS_PER_DAY):
        return 0.0
    values = pc.unique(at).to_numpy()
    if len(values) < FEWEST_DATES:
        return 0.0
    days = values.astype("datetime64[us]").astype("datetime64[D]")
    firsts = days == days.astype("datetime64[M]").astype("datetime64[D]")
    return MONTH_DAYS if bool(firsts.all()) else 1.0


def read_inputs(shop: LedgerInputs, engine: Engine, *, as_of: datetime, parameters: Parameters) -> Inputs:
    """Load the shop into the engine; raises TableWrong or ResolutionTooCoarse."""
    now, set_aside, currencies = instant(as_of), Counter[str](), set[object]()

    def known_lines(purchases: pa.Table) -> pa.Table:
        lines, counts = line_table(purchases, now)
        set_aside.update(counts)
        if "currency" in purchases.column_names:
            currencies.update(pc.unique(purchases["currency"]).drop_null().to_pylist())
        return lines

    lines = engine.load(_streamed(shop.purchases, known_lines))
    if len(currencies) > 1:
        raise TableWrong("purchases are in several currencies; convert them to one first")
    coarse = _resolution_days(lines)
    if parameters.window_days < WINDOW_PER_RESOLUTION * coarse:
        raise ResolutionTooCoarse(
            f"dates are {coarse:.0f} days apart; the window must be {WINDOW_PER_RESOLUTION * coarse:.0f} days"
        )
    types = lines.schema().to_pyarrow()
    id_type = types.field("customer_id").type
    barred, homes = _customers(shop.customers, id_type)
    return Inputs(
        lines=lines,
        ties=engine.load(_streamed(shop.ties, tie_table)),
        redemptions=engine.load(redemption_table(shop.redemptions, types)),
        barred=engine.load(barred),
        homes=engine.load(homes),
        categories=_categories(shop.categories, types.field("category_id").type),
        parallel_ties=shop.parallel_ties,
        as_of=now,
        stands_at=now if shop.stands_at is None else min(instant(shop.stands_at), now),
        kinds=shop.kinds,
        combinable=shop.combinable,
        trials=shop.trials,
        leaders=None if shop.leaders is None else shop.leaders.cast(id_type),
        writable=None if shop.writable is None else shop.writable.cast(id_type),
        set_aside=dict(set_aside),
    )


def _streamed(
    table: pa.Table | pa.RecordBatchReader, change: Callable[[pa.Table], pa.Table]
) -> pa.RecordBatchReader:
    """Return the table changed a part at a time, so that no second copy of it is ever whole."""
    parts = table.to_reader(max_chunksize=PART) if isinstance(table, pa.Table) else table
    schema = change(parts.schema.empty_table()).schema
    changed = (change(pa.Table.from_batches([part])).to_batches() for part in parts)
    return pa.RecordBatchReader.from_batches(schema, (part for some in changed for part in some))


def _resolution_days(lines: ir.Table) -> float:
    """Return `resolution_days` of all lines, whose times are read only where all of them are midnights."""
    day = ibis.literal(MICROSECONDS_PER_DAY, type="int64")
    if lines.filter(lines["at"] % day != 0).limit(1).to_pyarrow().num_rows:
        return 0.0
    return resolution_days(lines.select("at").distinct().to_pyarrow()["at"])


def _need(table: pa.Table, columns: Iterable[str], name: str) -> None:
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        raise TableWrong(f"{name} misses {', '.join(missing)}")


def line_table(purchases: pa.Table, now: int) -> tuple[pa.Table, dict[str, int]]:
    """Return paid lines of known customers up to now, and how many rows were set aside, by reason.

    `own` is false for gifts: revenue of whoever paid, and nobody's own choice.
    """
    names = ["order_id", "line_id", "customer_id", "product_id", "category_id"]
    _need(purchases, [*names, "created_at", "net"], "purchases")
    net = pc.cast(purchases["net"], pa.float64())
    valuation = pc.cast(purchases["margin"], pa.float64()) if "margin" in purchases.column_names else net
    amount = pc.max_element_wise(pc.min_element_wise(valuation, net, skip_nulls=False), 0.0, skip_nulls=False)
    table = purchases.select(names)
    table = table.append_column("at", instants(purchases["created_at"])).append_column("amount", amount)
    table = table.append_column("net", net)
    given = _flag(purchases, ("is_gift", "is_gift_card"))
    table = table.append_column("own", pc.invert(given))
    reasons = {
        "unpaid": pc.invert(pc.fill_null(pc.and_(pc.greater(net, 0.0), pc.is_finite(net)), fill_value=False)),
        "future": pc.fill_null(pc.greater(table["at"], now), fill_value=True),
        "unknown customer or product": pc.or_(
            pc.is_null(table["customer_id"]), pc.is_null(table["product_id"])
        ),
    }
    counts = {reason: int(pc.sum(mask).as_py() or 0) for reason, mask in reasons.items()}
    if any(counts.values()):
        out = reasons["unpaid"]
        for mask in list(reasons.values())[1:]:
            out = pc.or_(out, mask)
        table = table.filter(pc.invert(out))
    counts["gift"] = table.num_rows - int(pc.sum(table["own"]).as_py() or 0)
    return table, {reason: count for reason, count in counts.items() if count}


def _flag(table: pa.Table, names: Iterable[str]) -> pa.ChunkedArray:
    """Return true where any of the columns that exist is true."""
    flag: pa.ChunkedArray = pa.chunked_array([np.zeros(table.num_rows, dtype=np.bool_)])
    for name in names:
        if name in table.column_names:
            flag = pc.or_(flag, pc.fill_null(table[name], fill_value=False))
    return flag


def tie_table(ties: pa.Table) -> pa.Table:
    """Return ties between different people: source_id, target_id, and what is given of the rest.

    A tie begins at the later of `valid_from` and `known_at`: who tells of it afterwards knows the purchases.
    """
    _need(ties, ["source_id", "target_id"], "ties")
    known = [name for name in ties.column_names if not pa.types.is_null(ties[name].type)]
    table = ties.select(["source_id", "target_id"])
    if "kind" in known:
        table = table.append_column("tie_kind", pc.fill_null(ties["kind"], "tie"))
    if "weight" in known:
        table = table.append_column("weight", pc.fill_null(pc.cast(ties["weight"], pa.float64()), 1.0))
    begun = [
        pc.fill_null(instants(ties[name]), ALWAYS["valid_from"])
        for name in ("valid_from", "known_at")
        if name in known
    ]
    if begun:
        table = table.append_column("valid_from", pc.max_element_wise(*begun))
    if "valid_to" in known:
        table = table.append_column("valid_to", pc.fill_null(instants(ties["valid_to"]), ALWAYS["valid_to"]))
    return table.filter(pc.field("source_id") != pc.field("target_id"))


def redemption_table(redemptions: pa.Table | None, lines: pa.Schema) -> pa.Table:
    """Return (order_id, source_id, leaked), ids of the same types as those of the lines."""
    schema = pa.schema(
        [("order_id", lines.field("order_id").type), ("source_id", lines.field("customer_id").type)]
    )
    if redemptions is None:
        return schema.append(pa.field("leaked", pa.bool_())).empty_table()
    _need(redemptions, schema.names, "redemptions")
    known = redemptions.select(schema.names).cast(schema)
    return known.append_column("leaked", _flag(redemptions, ["leaked"])).drop_null()


def _customers(customers: pa.Table | None, id_type: pa.DataType) -> tuple[pa.Table, pa.Table]:
    """Return customers who take no part, and what customers share a household, a card or a mailbox by."""
    barred = pa.schema([("customer_id", id_type)])
    homes = pa.schema([("customer_id", id_type), ("home", pa.string())])
    if customers is None:
        return barred.empty_table(), homes.empty_table()
    _need(customers, ["customer_id"], "customers")
    out = customers.filter(_flag(customers, ("is_staff", "is_reseller", "is_test", "opted_out")))
    shared = [homes.empty_table()]
    for name in ("household", "payment", "mailbox"):
        if name in customers.column_names:
            known = customers.select(["customer_id", name]).drop_null()
            marks = pc.binary_join_element_wise(name, pc.cast(known[name], pa.string()), ":")
            shared.append(pa.table([known["customer_id"].cast(id_type), marks], schema=homes))
    return out.select(["customer_id"]).cast(barred), pa.concat_tables(shared)


def _categories(categories: pa.Table | None, id_type: pa.DataType) -> pa.Table:
    schema = pa.schema([("category_id", id_type), ("parent_id", id_type)])
    if categories is None:
        return schema.empty_table()
    _need(categories, schema.names, "categories")
    return categories.select(schema.names).cast(schema)
