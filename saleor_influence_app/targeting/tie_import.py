"""Ties as they come from people: rows of JSON or CSV, each checked, none lost without a word."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy.orm import Session

from saleor_influence_app import spreadsheets
from saleor_influence_app.fields import Person, Since, Slug, Until
from saleor_influence_app.models import NAMED
from saleor_influence_app.social.networks import NETWORKS
from saleor_influence_app.spreadsheets import Refused, Row, Sheet
from saleor_influence_app.targeting import ties

MOST_ROWS = 50_000
FROM_ORDERS = ("code", "gift", NAMED)
"""Kinds that runs derive: told by staff, one would hide from when orders or responses prove it."""
ENDS_TOO_EARLY = "valid_to must be after valid_from, which is now where none is given"
COLUMNS = spreadsheets.Columns(("source", "target", "kind"), ("weight", "valid_from", "valid_to"))


def _told(kind: str) -> str:
    if kind in NETWORKS:
        raise ValueError("is the name of a network: its ties come by consent alone")
    if kind in FROM_ORDERS:
        raise ValueError("is what ties are called that orders or the survey prove: those come by themselves")
    return kind


TieKind = Annotated[Slug, AfterValidator(_told)]


class TieInput(BaseModel):
    """`source` may influence `target`: ids or e-mail addresses of customers. Without a date, from now on.

    Purchases from before the tie was told are never laid to it, whatever date it has.
    A day alone is one of UTC: `valid_from` is its beginning, `valid_to` its end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Person
    target: Person
    kind: TieKind
    weight: Annotated[float, Field(strict=True, gt=0, le=1_000_000, allow_inf_nan=False)] = 1.0
    valid_from: Since | None = None
    valid_to: Until | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_from is not None and self.valid_from > datetime.now(UTC) + timedelta(days=1):
            raise ValueError("valid_from lies in the future")
        if self.valid_from is not None and not self.ends_after(self.valid_from):
            raise ValueError(ENDS_TOO_EARLY)
        return self

    def ends_after(self, moment: datetime) -> bool:
        """Tell whether the tie holds for any time after this."""
        return self.valid_to is None or self.valid_to > moment


class TieImport(BaseModel):
    """What became of the rows; of those refused at most a hundred are named."""

    model_config = ConfigDict(frozen=True)

    accepted: int
    refused: int
    reasons: list[Refused]
    dry_run: bool


def bring(session: Session, shop_id: int, rows: Sequence[TieInput], *, dry_run: bool) -> TieImport:
    """The usable rows are ties; the others are named."""
    return _bring(session, shop_id, dict(enumerate(rows, 1)), refused=[], dry_run=dry_run)


def bring_csv(session: Session, shop_id: int, given: bytes | str, *, dry_run: bool) -> TieImport:
    """The same from CSV; raises InputInvalid when it has no usable header or too many rows."""
    sheet = spreadsheets.read(given, COLUMNS, most=MOST_ROWS)
    rows: dict[int, TieInput] = {}
    refused: list[Refused] = []
    for row in sheet.rows:
        usable = _usable(row, sheet)
        if isinstance(usable, Refused):
            refused.append(usable)
        else:
            rows[row.number] = usable
    lines = {row.number: row.line for row in sheet.rows}
    answer = _bring(session, shop_id, rows, refused=refused, dry_run=dry_run)
    placed = [one.model_copy(update={"line": lines[one.row]}) for one in answer.reasons]
    return answer.model_copy(update={"reasons": placed})


def _bring(
    session: Session, shop_id: int, rows: Mapping[int, TieInput], *, refused: list[Refused], dry_run: bool
) -> TieImport:
    now = datetime.now(UTC)
    names = sorted({name for row in rows.values() for name in (row.source, row.target)})
    known = ties.known_among(session, shop_id, names)
    entered = []
    for number, row in rows.items():
        why = _why_not(row, known, now=now)
        if why is not None:
            refused.append(Refused(row=number, column=why[0], reason=why[1]))
        else:
            entered.append(
                ties.EnteredTie(
                    known[row.source],
                    known[row.target],
                    row.kind,
                    weight=row.weight,
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                )
            )
    if not dry_run:
        ties.add(session, shop_id, entered, now=now)
    shown = spreadsheets.shown(refused)
    return TieImport(accepted=len(entered), refused=len(refused), reasons=shown, dry_run=dry_run)


def _why_not(row: TieInput, known: Mapping[str, str], *, now: datetime) -> tuple[str, str] | None:
    """The column and the reason for which a well-formed row makes no tie of this shop's customers."""
    lacking = [end for end, name in (("source", row.source), ("target", row.target)) if name not in known]
    if lacking:
        return lacking[0], f"{' and '.join(lacking)}: no such customer in this shop"
    if known[row.source] == known[row.target]:
        return "target", "source and target are the same customer"
    if not row.ends_after(row.valid_from or now):
        return "valid_to", ENDS_TOO_EARLY
    return None


def _usable(row: Row, sheet: Sheet) -> TieInput | Refused:
    """The row as a tie, or the column and the reason for which it is none; values are not quoted."""
    if row.refused is not None:
        return row.refused
    cells: dict[str, object] = dict(row.cells)
    try:
        if "weight" in row.cells:
            cells["weight"] = sheet.number(row.cells["weight"])
        return TieInput.model_validate(cells)
    except ValidationError as error:
        column, reason = _words(error)
    except ValueError as error:
        column, reason = "weight", f"weight: {error}"
    return Refused(row=row.number, line=row.line, column=column, reason=reason)


def _words(error: ValidationError) -> tuple[str | None, str]:
    """The first column that is wrong, and all that is, without the values: one may be an e-mail address."""
    found = error.errors(include_url=False, include_input=False)
    reasons = []
    for problem in found:
        words = "is empty" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
        reasons.append(": ".join([*map(str, problem["loc"]), words]))
    column = next((str(problem["loc"][0]) for problem in found if problem["loc"]), None)
    return column, "; ".join(reasons)
