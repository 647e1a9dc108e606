"""Spark as the place where a run's ledger is computed (`./influence score --spark`)."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from saleor_influence_app.errors import InputInvalid

if TYPE_CHECKING:
    from scoring.ledger import Engine

HELLO_SECONDS = 10.0
USUAL_PORTS = {"spark": 7077, "sc": 15002}
CONFIG: dict[str, bool | float | int | str | None] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}


@dataclass(frozen=True)
class SparkCluster:
    """A Spark session, and the folder of one shop that this process and Spark's workers see."""

    session: Any
    folder: Path

    def open_engine(self) -> "Engine":
        """Return an engine for one run; what a killed one left in the folder is gone."""
        from scoring.ledger.spark import SparkEngine  # brings PySpark

        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        return SparkEngine(self.session, self.folder)

    def interrupt(self) -> None:
        """End Spark's queries of this session."""
        self.session.interruptAll()


@contextmanager
def opened(master: str, folder: Path, *, shop_id: int) -> Iterator[SparkCluster]:
    """Give the Spark at `master` until the block ends, with a folder for the shop in `folder`.

    `master` is what Spark calls so (`local[4]`, `spark://host:7077`, `yarn`, `k8s://…`), or the address of a
    Spark Connect server (`sc://host:15002`). Raises InputInvalid, which says what is wrong, before anything
    of the shop is touched.
    """
    folder = folder.absolute()
    if not folder.is_dir():
        raise InputInvalid(
            f"{folder} is no folder: name one that this machine and all workers of Spark share."
        )
    session = _session(master)
    ours = folder / f"influence-shop-{shop_id}"
    try:
        _check_shared(session, folder / f"influence-check-{shop_id}")
        yield SparkCluster(session, ours)
    finally:
        session.stop()
        shutil.rmtree(ours, ignore_errors=True)


def _session(master: str) -> Any:
    _greet(master)
    try:
        from pyspark.sql import SparkSession  # optional: Java and some hundred megabytes
    except ImportError:
        raise InputInvalid(
            "PySpark is not installed here: `make spark` (or `uv sync --group spark`) installs it; "
            "it needs Java 17 or later."
        ) from None
    builder = SparkSession.builder.appName("Saleor Influence").config(map=CONFIG)
    builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    try:
        return builder.getOrCreate()
    except Exception as error:
        raise InputInvalid(
            f"Spark cannot be used at {master} ({_first_line(error)}). It is named as Spark's --master is: "
            "local[4], spark://host:7077, yarn, or sc://host:15002 for Spark Connect; all but the last need "
            "Java 17 or later here."
        ) from error


def _greet(master: str) -> None:
    """Raise InputInvalid if nobody listens at the master's address: Spark itself tries for a minute."""
    parts = urlsplit(master)
    if parts.scheme not in USUAL_PORTS:
        return
    try:
        address = parts.hostname or "", parts.port or USUAL_PORTS[parts.scheme]
        with socket.create_connection(address, timeout=HELLO_SECONDS):
            return
    except (OSError, ValueError) as error:
        raise InputInvalid(f"Nobody answers at {master} ({error}): is Spark started there?") from None


def _check_shared(session: Any, place: Path) -> None:
    """Raise InputInvalid unless this process can read what Spark's workers write into the folder."""
    import pyarrow.parquet as pq  # brings Arrow

    try:
        session.range(1).write.mode("overwrite").parquet(place.as_uri())
        rows = sum(pq.read_metadata(file).num_rows for file in place.glob("*.parquet"))
    except Exception as error:
        raise InputInvalid(f"Spark cannot write into {place.parent} ({_first_line(error)}).") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if rows != 1:
        raise InputInvalid(
            f"What Spark's workers write into {place.parent} is not seen here: it must be one shared folder, "
            "at the same path on every machine."
        )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
