"""What requests may hold: text that PostgreSQL can store, ids that Saleor gives, lists with an end."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, AwareDatetime, StringConstraints

from saleor_influence_app.db import storable, storable_time

ID_LIMIT = 200


Storable = AfterValidator(storable)
CustomerId = Annotated[str, StringConstraints(min_length=1, max_length=ID_LIMIT), Storable]
CustomerIdInPath = Annotated[str, Path(min_length=1, max_length=ID_LIMIT), Storable]
OrderIdInPath = CustomerIdInPath
NameInPath = Annotated[str, Path(min_length=1, max_length=ID_LIMIT), Storable]
SegmentFilter = Annotated[str | None, Query(max_length=ID_LIMIT), AfterValidator(lambda s: s and storable(s))]
Moment = Annotated[AwareDatetime, AfterValidator(storable_time)]
Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
