"""The same expressions on Spark give the same rows, where Java and PySpark are present."""

import shutil
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from scoring.ledger import Engine, LedgerInputs, Parameters, compute_ledger
from scoring.simulate.circles import Habits
from scoring.simulate.planted import world

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not here"),
    # Spark and its Ibis backend warn about each other's and pandas' coming versions; they are not ours.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Engine]:
    pytest.importorskip("pyspark", reason="PySpark is not here: make spark")
    from scoring.ledger.spark import open_local_spark

    with open_local_spark() as engine:
        yield engine


def test_spark_and_duckdb_give_the_same_ledger(spark: Engine, duck: Engine) -> None:
    made = world("influence", customers=150, seed=2, habits=Habits(strength=0.2))
    shop = LedgerInputs(made.purchases, made.ties, made.categories)
    parameters = Parameters(permutations=20)

    here = compute_ledger(shop, as_of=made.as_of, parameters=parameters, engine=duck)
    there = compute_ledger(shop, as_of=made.as_of, parameters=parameters, engine=spark)

    for table in ("rows", "evidence", "topics", "forecast"):
        one, other = getattr(here, table), getattr(there, table)
        assert one.num_rows == other.num_rows > 0
        for name in one.column_names:
            if pa.types.is_floating(one[name].type):
                np.testing.assert_allclose(
                    one[name].to_numpy(), other[name].to_numpy(), rtol=1e-12, atol=1e-12, err_msg=name
                )
            else:
                assert one[name].to_pylist() == other[name].to_pylist(), name
    assert here.gate.permuted.tolist() == there.gate.permuted.tolist()
