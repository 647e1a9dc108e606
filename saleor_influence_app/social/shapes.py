"""What documented answers are made of; bounded, so that no answer can be larger than it has reason to be."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _that_can_be_split(url: str) -> str:
    urlsplit(url)  # raises ValueError, as for "https://[a"
    return url


Count = Annotated[int, Field(ge=0, le=10**12)]
WebAddress = Annotated[
    str, Field(pattern=r"^https?://[^\s]+$", max_length=2048), AfterValidator(_that_can_be_split)
]
Cursor = Annotated[str, Field(min_length=1, max_length=2048)]
Secret = Annotated[str, Field(min_length=1, max_length=4096)]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(max_length=1_000_000)]
Plain = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$")]
"""An id that may stand in a path."""


class Shape(BaseModel):
    """A documented answer, as far as we use it; what else is in it is dropped while reading."""

    model_config = ConfigDict(frozen=True, extra="ignore")
