"""The ledger from rows of PostgreSQL to rows of PostgreSQL: whole, one day more, and the limit."""

from dataclasses import dataclass
from datetime import timedelta

import adbc_driver_postgresql.dbapi as postgresql
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.scale.shop import TREE
from benchmarks.scale.steps import Steps, clock, peak_gigabytes
from scoring.ledger import Engine, Ledger, Limits, Parameters, Shop, open_engine
from scoring.ledger.account import Account, open_account
from scoring.ledger.increment import Changes, post
from scoring.ledger.intake import take_in
from scoring.ledger.ledger import refresh, settle
from scoring.simulate.planted import END

LAST_DAY = f"'{(END - timedelta(days=1)).isoformat()}'"
LINES = "SELECT order_id, line_id, customer_id, product_id, category_id, created_at, net FROM purchases"
COUNT = """
SELECT count(*) FROM {bought} u JOIN {ties} t ON t.source_id = u.customer_id
JOIN {bought} v ON v.customer_id = t.target_id AND v.product_id = u.product_id
WHERE v.at > u.at AND v.at <= u.at + {window}
"""
PARAMETERS = Parameters()


@dataclass(frozen=True)
class Result:
    """What was measured: the full run, one more day, the limit; seconds of clock and of our processors.

    customers: those with evidence; day_customers: those of them whom the day states anew.
    """

    full: Steps
    day: Steps
    limit: tuple[float, float]
    lines: int
    day_lines: int
    credit_rows: int
    credit: float
    customers: int
    day_customers: int
    before_gigabytes: float
    full_gigabytes: float
    day_gigabytes: float


def run(url: str, limits: Limits) -> Result:
    """Compute everything but the last day's orders, then that day; the results are tables of PostgreSQL."""
    full, day, before = Steps(), Steps(), peak_gigabytes()
    with open_engine(limits) as engine, postgresql.connect(url, autocommit=True) as connection:
        with postgresql.connect(url) as another:  # a connection holds one stream at a time
            account, ledger, lines = _full(connection, another, engine, steps=full)
        full_peak = peak_gigabytes()
        limit = _limit(account, engine)
        day_lines, customers = _day(connection, engine, account, ledger=ledger, steps=day)
        return Result(
            full, day, limit, lines, day_lines, ledger.rows.num_rows,
            float(pc.sum(ledger.rows["credit"]).as_py()), ledger.evidence.num_rows, customers, before,
            full_peak, peak_gigabytes(),
        )  # fmt: skip


def _full(
    connection: postgresql.Connection, another: postgresql.Connection, engine: Engine, *, steps: Steps
) -> tuple[Account, Ledger, int]:
    steps("read")
    with connection.cursor() as lines, another.cursor() as ties:
        lines.execute(f"{LINES} WHERE created_at < {LAST_DAY}")
        ties.execute("SELECT source_id, target_id FROM ties")
        shop = Shop(lines.fetch_record_batch(), ties.fetch_record_batch(), TREE, parallel_ties=False)
        facts = take_in(shop, engine, as_of=END, parameters=PARAMETERS)
    account = open_account(facts, engine, parameters=PARAMETERS, progress=steps)
    ledger = settle(account, engine, parameters=PARAMETERS, progress=steps, set_aside={})
    steps("write")
    for name in ("rows", "evidence", "topics", "scores", "net"):
        _write(connection, f"ledger_{name}", getattr(ledger, name))
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON ledger_rows (source_id)")
        cursor.execute("CREATE INDEX ON ledger_evidence (customer_id)")
        cursor.execute("CREATE INDEX ON ledger_topics (customer_id)")
    steps("end")
    return account, ledger, int(facts.lines.count().to_pyarrow().as_py())


def _day(
    connection: postgresql.Connection, engine: Engine, account: Account, *, ledger: Ledger, steps: Steps
) -> tuple[int, int]:
    """The last day's orders in the account, and in PostgreSQL the rows of whom they concern, at once."""
    steps("read")
    with connection.cursor() as cursor:
        cursor.execute(f"{LINES} WHERE created_at >= {LAST_DAY}")
        purchases = cursor.fetch_arrow_table()
    steps("post")
    account = post(account, Changes(purchases), engine, as_of=END, parameters=PARAMETERS)
    steps("verdicts")
    day = refresh(account, ledger.standing, parameters=PARAMETERS)
    steps("write")
    gone = pa.table({"gone_id": day.sources})
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.adbc_ingest("gone", gone, temporary=True)
        for name, key in (("rows", "source_id"), ("evidence", "customer_id"), ("topics", "customer_id")):
            cursor.execute(f"DELETE FROM ledger_{name} USING gone WHERE {key} = gone_id")  # noqa: S608
            cursor.adbc_ingest(f"ledger_{name}", _plain(getattr(day, name)), mode="append")
        cursor.execute("COMMIT")
    steps("end")
    return purchases.num_rows, day.evidence.num_rows


def _write(connection: postgresql.Connection, name: str, table: pa.Table) -> None:
    with connection.cursor() as cursor:
        cursor.adbc_ingest(name, _plain(table), mode="create")


def _plain(table: pa.Table) -> pa.Table:
    """Without dictionaries, which PostgreSQL does not know."""
    return table.cast(
        pa.schema(
            [
                pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
                for f in table.schema
            ]
        )
    )


def _limit(account: Account, engine: Engine) -> tuple[float, float]:
    """Seconds that it takes DuckDB to join and count the pairs, and nothing else."""
    names = {
        "bought": account.adoptions.get_name(),
        "ties": account.facts.ties.get_name(),
        "window": PARAMETERS.window,
    }
    begun = clock()
    engine.connection.raw_sql(COUNT.format(**names)).fetchall()
    now = clock()
    return now[0] - begun[0], now[1] - begun[1]
