"""The engine of a shop that outgrows one machine: the same expressions on Spark (optional group `spark`)."""

import shutil
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.pyspark import Backend
from ibis.util import gen_name

from scoring.ledger.engine import Engine


class SparkEngine(Engine):
    """An engine on a Spark session that the caller made, local or of a cluster.

    What is loaded and kept are Parquet files in `folder`, which this process and all of Spark's workers see
    at the same path. So rows reach Spark as a stream, and Spark need not know how a kept table came about:
    with cached tables, each query was planned together with all those before it.
    """

    def __init__(self, session: Any, folder: Path) -> None:
        """The session stays the caller's: closing the engine does not stop it."""
        _Spark.register_options()  # which `ibis.pyspark` does
        super().__init__(_Spark().connect(session))
        self._session = session
        self._folder = folder

    def _new_name(self) -> str:
        return str(gen_name("kept"))  # a session may serve more than one engine

    def _write(self, name: str, content: pa.Table | pa.RecordBatchReader | ir.Table) -> None:
        place = self._folder / name
        if isinstance(content, ir.Table):
            frame = self._session.sql(self.connection.compile(content))
            frame.write.parquet(place.as_uri())
            reader = self._session.read.schema(frame.schema)
        else:
            place.mkdir()
            parts = content.to_reader() if isinstance(content, pa.Table) else content
            with pq.ParquetWriter(place / "rows.parquet", parts.schema) as writer:
                for part in parts:
                    writer.write_batch(part)
            reader = self._session.read
        reader.parquet(place.as_uri()).createOrReplaceTempView(name)

    def _drop(self, name: str) -> None:
        self._session.catalog.dropTempView(name)
        shutil.rmtree(self._folder / name, ignore_errors=True)

    def close(self) -> None:
        """Drop the tables that are left."""
        for name in reversed(self._names):
            self._drop(name)
        self._names.clear()


class _Spark(Backend):  # type: ignore[misc]  # ibis does not type its backends
    """Answers as Arrow: ibis itself goes by pandas, with a Python object for each text."""

    def to_pyarrow(self, expr: ir.Expr, /, **_: Any) -> Any:
        table = expr.as_table()
        found = self._session.sql(self.compile(table)).toArrow()
        return expr.__pyarrow_result__(found.cast(table.schema().to_pyarrow()))
