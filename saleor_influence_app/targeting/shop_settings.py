"""What a shop's staff can choose: how values are computed, and what of them is public."""

import re
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    model_validator,
)
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from saleor_influence_app import log, run_queue
from saleor_influence_app.fields import Currency, Exact
from saleor_influence_app.models import RunKind, Shop
from saleor_influence_app.orders import order_retention, order_service
from saleor_influence_app.targeting import score_bands
from saleor_influence_app.writeback import staging

logger = log.get(__name__)

Rate = Annotated[Exact, Field(gt=Decimal("1e-9"), lt=Decimal("1e9"), max_digits=20)]


PLACE = "{code}"
# One plain form, so that no browser reads another host in it; without TLS on this machine alone.
_REFERRAL_URL = re.compile(
    r"(?:https://[a-z0-9-]+(?:\.[a-z0-9-]+)+|http://(?:localhost|127\.0\.0\.1))(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9._~{}/-]*)?(?:\?[A-Za-z0-9._~{}=&-]*)?"
)


def _referral_url(text: str) -> str:
    if not _REFERRAL_URL.fullmatch(text):
        raise ValueError(
            "must be an https address of your storefront, such as https://shop.example/?voucher={code}"
        )
    if text.count(PLACE) != 1 or text.count("{") + text.count("}") > 2:  # noqa: PLR2004 - its own two
        raise ValueError("must hold {code} once, where the code goes")
    return text


class Preferences(BaseModel):
    """A shop's choices; orders in a currency without a rate are left out of money and counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_mirror: StrictBool = False
    """Whether segment names also stand in public metadata, where a shopper can read and change their own."""
    segments_only: StrictBool = True
    """Whether private metadata names segments alone, without value and score; other apps can read it."""
    currency: Currency | None = None
    """The currency that values are in; None = that of most orders."""
    exchange_rates: Annotated[dict[Currency, Rate], Field(max_length=200)] = Field(default_factory=dict)
    """How much of `currency` one unit of another is worth."""
    horizon_days: Annotated[int, Field(strict=True, ge=30, le=1825)] = 365
    """How far into the future values look."""
    ledger_rule: Literal[1, 2] = 2
    """Which version of the rule says who leads and what is booked; the other runs beside it."""
    orders_months: Annotated[int, Field(strict=True, ge=3, le=120)] = 36
    """For how long orders are kept one by one; of older ones there are sums by month."""
    referral_url: Annotated[str, StringConstraints(max_length=300), AfterValidator(_referral_url)] | None = (
        None
    )
    """Where links to forward lead: a page of the storefront, with {code} where the code goes."""
    most_perks: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    """Perks of running programmes that a customer has at a time at most; None: any number."""

    survey: StrictBool = False
    """Whether customers and guests are asked after an order who told them of the shop."""
    survey_days: Annotated[int, Field(strict=True, ge=30, le=730)] = 365
    """For how long their responses are kept, and the ties of those whom they name."""

    fair_service: StrictBool = False
    """Whether it is kept what was done for the customers of orders, to audit who is served worse."""

    @model_validator(mode="after")
    def _rates_have_a_target(self) -> Self:
        if self.exchange_rates and self.currency is None:
            raise ValueError("exchange rates need a currency to convert into")
        if self.currency is not None and self.exchange_rates.get(self.currency, Decimal(1)) != 1:
            raise ValueError("the currency itself has the rate 1")
        return self


COLUMNS = tuple(Preferences.model_fields)
WITHOUT_A_RUN = ("referral_url", "survey", "survey_days", "fair_service")
"""Settings that no value depends on."""


def read(session: Session, shop_id: int) -> Preferences:
    """Return the shop's choices."""
    row = session.execute(select(*(getattr(Shop, name) for name in COLUMNS)).where(Shop.id == shop_id)).one()
    rates = {code: Decimal(rate) for code, rate in row.exchange_rates.items()}  # of JSON, as text
    known = {**row._mapping, "exchange_rates": rates}  # noqa: SLF001 - SQLAlchemy's public name for it
    return Preferences.model_validate(known)


def change(session: Session, shop_id: int, wanted: Preferences) -> Preferences:
    """The shop has these choices; values by them are computed next, unless none depends on what changed."""
    known = read(session, shop_id)
    if wanted != known:
        values = wanted.model_dump() | {"exchange_rates": wanted.model_dump(mode="json")["exchange_rates"]}
        session.execute(update(Shop).where(Shop.id == shop_id).values(values))
        if wanted.orders_months > known.orders_months:
            order_retention.kept_for_longer(session, shop_id)
        if known.fair_service and not wanted.fair_service:
            order_service.forget(session, shop_id)
            score_bands.forget(session, shop_id)
        if wanted != known.model_copy(update={name: getattr(wanted, name) for name in WITHOUT_A_RUN}):
            staging.stage_anew(session, shop_id)  # in a shop that is held at an earlier run, too
            run_queue.request(session, shop_id, kind=RunKind.FULL)
        logger.info("preferences.changed", shop_id=shop_id)
    return wanted
