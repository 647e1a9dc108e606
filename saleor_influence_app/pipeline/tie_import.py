"""Ties as they come from people: rows of JSON or CSV, each checked, none lost without a word."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.pipeline import ties
from saleor_influence_app.social.handles import NETWORKS

MOST_ROWS = 50_000
MOST_TOLD = 100
ENDS_TOO_EARLY = "valid_to must be after valid_from, which is now where none is given"
NEEDED, OPTIONAL = ("source", "target", "kind"), ("weight", "valid_from", "valid_to")
Person = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=320),
    AfterValidator(db.storable),
]
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Moment = Annotated[AwareDatetime, AfterValidator(db.storable_time)]


def _no_network(kind: str) -> str:
    if kind in NETWORKS:
        raise ValueError("is the name of a network: its ties come by consent alone")
    return kind


Kind = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=SLUG, max_length=40), AfterValidator(_no_network)
]


class TieInput(BaseModel):
    """`source` may influence `target`: ids or e-mail addresses of customers. Without a date, from now on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Person
    target: Person
    kind: Kind
    weight: Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)] = 1.0
    valid_from: Moment | None = None
    valid_to: Moment | None = None

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


class Refused(BaseModel):
    """A row that could not be used; rows count from 1, a CSV's header is not one of them."""

    model_config = ConfigDict(frozen=True)

    row: int
    reason: str


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


def bring_csv(session: Session, shop_id: int, text: str, *, dry_run: bool) -> TieImport:
    """The same from CSV; raises InputInvalid when it has no usable header or too many rows."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=None), strict=True)
    rows: dict[int, TieInput] = {}
    refused: list[Refused] = []
    try:
        _check_header(reader.fieldnames)
        for number, row in enumerate(reader, 1):
            if number > MOST_ROWS:
                raise InputInvalid(f"An import holds at most {MOST_ROWS:,} rows; divide the file.")
            try:
                rows[number] = TieInput.model_validate(_filled(row))
            except ValidationError as error:
                refused.append(Refused(row=number, reason=_words(error)))
    except csv.Error as error:
        raise InputInvalid(f"The CSV cannot be read: {error}.") from error
    return _bring(session, shop_id, rows, refused=refused, dry_run=dry_run)


def _bring(
    session: Session, shop_id: int, rows: Mapping[int, TieInput], *, refused: list[Refused], dry_run: bool
) -> TieImport:
    now = datetime.now(UTC)
    names = sorted({name for row in rows.values() for name in (row.source, row.target)})
    known = ties.known_among(session, shop_id, names)
    told = []
    for number, row in rows.items():
        lacking = [end for end, name in (("source", row.source), ("target", row.target)) if name not in known]
        if lacking:
            refused.append(
                Refused(row=number, reason=f"{' and '.join(lacking)}: no such customer in this shop")
            )
        elif known[row.source] == known[row.target]:
            refused.append(Refused(row=number, reason="source and target are the same customer"))
        elif not row.ends_after(row.valid_from or now):
            refused.append(Refused(row=number, reason=ENDS_TOO_EARLY))
        else:
            told.append(
                ties.Told(
                    known[row.source],
                    known[row.target],
                    row.kind,
                    weight=row.weight,
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                )
            )
    if not dry_run:
        ties.tell(session, shop_id, told, now=now)
    shown = sorted(refused, key=lambda one: one.row)[:MOST_TOLD]
    return TieImport(accepted=len(told), refused=len(refused), reasons=shown, dry_run=dry_run)


def _check_header(names: Sequence[str] | None) -> None:
    given = [name.strip().lower() for name in names or ()]
    missing = [name for name in NEEDED if name not in given]
    strange = [name for name in given if name not in (*NEEDED, *OPTIONAL)]
    if missing or strange or len(set(given)) < len(given):
        wanted = f"{', '.join(NEEDED)} and, if known, {', '.join(OPTIONAL)}"
        raise InputInvalid(f"The first line must name each column once: {wanted}.")


def _filled(row: Mapping[str | Any, Any]) -> dict[str, object]:
    """The cells that hold something, by the column's name; a cell too many is a column of its own."""
    cells = {str(name).strip().lower(): value for name, value in row.items()}
    return {name: value for name, value in cells.items() if value not in (None, "")}


def _words(error: ValidationError) -> str:
    """The first thing that is wrong, without the value, which may be an e-mail address."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    words = str(first["msg"]).removeprefix("Value error, ")
    return f"{place}: {words}" if place else words
