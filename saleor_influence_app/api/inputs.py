"""What requests may hold, each kind in its one strict form (see `fields`)."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import StringConstraints

from saleor_influence_app import fields

CustomerId = fields.Id
CustomerIdInPath = Annotated[str, Path(min_length=1, max_length=fields.ID_LIMIT), fields.OneLine]
OrderIdInPath = CustomerIdInPath
NameInPath = CustomerIdInPath
ProductIdInPath = CustomerIdInPath
SegmentFilter = Annotated[fields.Line | None, Query(max_length=fields.ID_LIMIT)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255), fields.OneLine]
"""Of a voucher: compared letter by letter, as Saleor does, which strips white space when a code is made."""
RowId = Annotated[int, Path(ge=1, le=2**31 - 1), fields.InDigits]
Limit = Annotated[int, Query(ge=1, le=100), fields.InDigits]
Offset = Annotated[int, Query(ge=0, le=10_000_000), fields.InDigits]
After = Annotated[fields.Line | None, Query(max_length=2_000)]
"""`next` of the page before: the page begins behind it."""
Steps = Annotated[int, Query(ge=1, le=2), fields.InDigits]
"""How far from a customer."""
People = Annotated[int, Query(ge=1, le=300), fields.InDigits]
"""How many an answer shows of a graph."""
