"""What a column may hold is one enum: the CHECK is made from it, and nobody else lists its values."""

import re
from enum import StrEnum
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

import saleor_influence_app.models as tables
from saleor_influence_app.db import Base

ENUMS: dict[str, dict[str, type[StrEnum]]] = {
    "backfills": {"kind": tables.History, "state": tables.BackfillState},
    "consents": {"purpose": tables.Purpose, "action": tables.Action},
    "contests": {"kind": tables.ContestKind, "outcome": tables.Outcome},
    "erasures": {"reason": tables.ErasureReason, "state": tables.ErasureState},
    "exclusions": {"reason": tables.ExclusionReason},
    "messages": {"state": tables.MessageState},
    "objections": {"by": tables.AskedBy},
    "outbox": {"state": tables.OutboxState},
    "profiles": {"proof": tables.Proof, "state": tables.ProfileState},
    "rights_requests": {"kind": tables.RequestKind},
    "runs": {"kind": tables.RunKind, "state": tables.RunState},
    "ties": {"origin": tables.TieOrigin},
    "tombstones": {"what": tables.TombstoneKind},
    "trials": {"state": tables.TrialState},
}
MODELS = Path(tables.__file__).parent


@pytest.mark.parametrize(("table", "column"), [(table, one) for table in ENUMS for one in ENUMS[table]])
def test_a_column_takes_the_values_of_its_enum_and_no_others(table: str, column: str) -> None:
    checks = [
        one.sqltext.text
        for one in Base.metadata.tables[table].constraints
        if isinstance(one, CheckConstraint) and str(one.name) in {column, f"ck_{table}_{column}"}
    ]
    assert [re.findall(r"'([^']+)'", check) for check in checks] == [list(ENUMS[table][column])]


def test_no_table_lists_values_by_hand() -> None:
    listed = [file.name for file in MODELS.glob("*.py") if " IN ('" in file.read_text(encoding="utf-8")]
    assert listed == []
