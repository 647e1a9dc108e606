"""The engine of a shop that outgrows one machine: the same expressions on Spark (optional group `spark`)."""

from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.util import gen_name

from scoring.ledger.engine import Engine


class SparkEngine(Engine):
    """An engine on a Spark session that the caller made, local or of a cluster."""

    def __init__(self, session: Any) -> None:
        """Kept tables are cached temporary views of that session."""
        super().__init__(ibis.pyspark.connect(session))
        self._session = session

    def _new_name(self) -> str:
        return str(gen_name("kept"))  # a session may serve more than one engine

    def _write(self, name: str, content: pa.Table | pa.RecordBatchReader | ir.Table) -> None:
        if isinstance(content, pa.RecordBatchReader):
            content = content.read_all()
        if isinstance(content, pa.Table):
            frame = self._session.createDataFrame(content)
        else:
            frame = self._session.sql(self.connection.compile(content)).cache()
        frame.createOrReplaceTempView(name)

    def _drop(self, name: str) -> None:
        self._session.catalog.uncacheTable(name)
        self._session.catalog.dropTempView(name)


def open_local_spark(*, threads: int = 2) -> SparkEngine:
    """An engine on Spark inside this process, for trying out and for tests."""
    from pyspark.sql import SparkSession  # optional: Java and some hundred megabytes

    session = (
        SparkSession.builder.master(f"local[{threads}]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", str(threads))
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return SparkEngine(session)
