"""The ledger from rows of PostgreSQL to rows of PostgreSQL: the full run, and the limit."""

from dataclasses import dataclass

import adbc_driver_postgresql.dbapi as postgresql
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.scale.shop import TREE
from benchmarks.scale.steps import Steps, clock, peak_gigabytes
from scoring.ledger import Engine, Ledger, LedgerInputs, Limits, Parameters, open_engine
from scoring.ledger.inputs import read_inputs
from scoring.ledger.ledger import conclude
from scoring.ledger.workings import Workings, work_out
from scoring.simulate.planted import END

LINES = "SELECT order_id, line_id, customer_id, product_id, category_id, created_at, net FROM purchases"
COUNT = """
SELECT count(*) FROM {bought} u JOIN {ties} t ON t.source_id = u.customer_id
JOIN {bought} v ON v.customer_id = t.target_id AND v.product_id = u.product_id
WHERE v.at > u.at AND v.at <= u.at + {window}
"""
PARAMETERS = Parameters()


@dataclass(frozen=True)
class Result:
    """What was measured: the full run and the limit; seconds of clock and of our processors."""

    full: Steps
    limit: tuple[float, float]
    lines: int
    credit_rows: int
    credit: float
    before_gigabytes: float
    full_gigabytes: float


def run(url: str, limits: Limits) -> Result:
    """Compute the whole ledger; the results are tables of PostgreSQL."""
    full, before = Steps(), peak_gigabytes()
    with open_engine(limits) as engine, postgresql.connect(url, autocommit=True) as connection:
        with postgresql.connect(url) as another:  # a connection holds one stream at a time
            workings, ledger, lines = _full(connection, another, engine, steps=full)
        full_peak = peak_gigabytes()
        limit = _limit(workings, engine)
        credit = float(pc.sum(ledger.rows["credit"]).as_py())
        return Result(full, limit, lines, ledger.rows.num_rows, credit, before, full_peak)


def _full(
    connection: postgresql.Connection, another: postgresql.Connection, engine: Engine, *, steps: Steps
) -> tuple[Workings, Ledger, int]:
    steps("read")
    with connection.cursor() as lines, another.cursor() as ties:
        lines.execute(LINES)
        ties.execute("SELECT source_id, target_id FROM ties")
        shop = LedgerInputs(lines.fetch_record_batch(), ties.fetch_record_batch(), TREE, parallel_ties=False)
        inputs = read_inputs(shop, engine, as_of=END, parameters=PARAMETERS)
    workings = work_out(inputs, engine, parameters=PARAMETERS, progress=steps)
    ledger = conclude(workings, engine, parameters=PARAMETERS, progress=steps)
    steps("write")
    for name in ("rows", "evidence", "topics", "scores", "forecast", "net"):
        _write(connection, f"ledger_{name}", getattr(ledger, name))
    steps("end")
    return workings, ledger, int(inputs.lines.count().to_pyarrow().as_py())


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


def _limit(workings: Workings, engine: Engine) -> tuple[float, float]:
    """Seconds that it takes DuckDB to join and count the pairs, and nothing else."""
    names = {
        "bought": workings.purchases.first.get_name(),
        "ties": workings.inputs.ties.get_name(),
        "window": PARAMETERS.window,
    }
    begun = clock()
    engine.connection.raw_sql(COUNT.format(**names)).fetchall()
    now = clock()
    return now[0] - begun[0], now[1] - begun[1]
