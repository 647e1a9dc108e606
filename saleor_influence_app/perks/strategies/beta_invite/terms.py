"""What a beta offers: the product and its link, how many seats for how long, and what is asked."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from saleor_influence_app import fields
from saleor_influence_app.perks.strategy import Terms

BEST = 5
"""A rating goes from 1 to this."""
MOST_PRODUCTS = 100
"""Each is told to Saleor by itself."""
Days = Annotated[int, Field(strict=True, ge=1, le=365)]
Asked = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), fields.OneLine]
Option = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), fields.OneLine]
Link = Annotated[str, StringConstraints(pattern=r"^https://[^\s\\\"<>]+$", max_length=500), fields.OneLine]


class Question(Terms):
    """A question: answered in words, by one of its options, or from 1 to 5."""

    kind: Literal["text", "choice", "rating"]
    text: Asked
    options: Annotated[list[Option], Field(max_length=10)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.kind == "choice" and len(self.options) < 2:  # noqa: PLR2004 - a choice
            raise ValueError("leaves no choice: give two options or more")
        if self.kind != "choice" and self.options:
            raise ValueError("has options, but is no choice")
        if len(set(self.options)) < len(self.options):
            raise ValueError("names an option twice")
        return self


class BetaTerms(Terms):
    """Products, by their ids in Saleor, that members may buy before everybody."""

    products: Annotated[list[fields.Id], Field(min_length=1, max_length=MOST_PRODUCTS)]
    channel: fields.Id
    """By its slug: there they are unlisted until they are out."""
    link: Link
    """Where they are in the storefront; shown to those who have a seat and to nobody else."""
    seats: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    answer_days: Days
    """So long a seat is kept for who was invited."""
    public_after_days: Days | None = None
    """From the opening on, until everybody sees it; without, it is restored at the programme's end."""
    questions: Annotated[list[Question], Field(max_length=8)] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _of_one_product(cls, given: Any) -> Any:
        """Read terms that name one `product`, as all did once."""
        if not isinstance(given, dict) or "product" not in given or "products" in given:
            return given
        rest = {name: value for name, value in given.items() if name != "product"}
        return rest | {"products": [given["product"]]}

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len(set(self.products)) < len(self.products):
            raise ValueError("names a product twice")
        return self
