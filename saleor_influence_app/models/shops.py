"""An installed shop, what is under way with it, and what its staff chose or should know."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Identity,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import shop_key


class Shop(Base):
    """One installation of this app in one Saleor."""

    __tablename__ = "shops"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    api_url: Mapped[str] = mapped_column(unique=True)
    app_id: Mapped[str]
    token_encrypted: Mapped[str]
    email_key_encrypted: Mapped[str]
    """Random key of this shop for keyed hashes of e-mail addresses; goes with the shop."""
    jwks: Mapped[dict[str, Any]]
    jwks_fetched_at: Mapped[datetime]
    """When it was last asked for, with or without success."""
    jwks_read_at: Mapped[datetime | None]
    """When it was last read; NULL = not since this is noted."""
    schema_version: Mapped[str]
    """Major and minor, such as '3.23'."""
    saleor_version: Mapped[str | None]
    permissions: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    installed_at: Mapped[datetime] = mapped_column(server_default=func.now())

    currency: Mapped[str | None]
    """The currency that values are shown in; NULL = that of most orders."""
    exchange_rates: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    horizon_days: Mapped[int] = mapped_column(server_default=text("365"))
    ledger_rule: Mapped[int] = mapped_column(server_default=text("2"))
    """Which version of the rule speaks; the other runs beside it."""
    orders_months: Mapped[int] = mapped_column(server_default=text("36"))
    """For how long orders are kept one by one; older ones are sums by month."""
    most_perks: Mapped[int | None]
    """Perks of running programmes that a customer has at a time at most; NULL: any number."""
    public_mirror: Mapped[bool] = mapped_column(server_default=text("false"))
    segments_only: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether private metadata names segments alone: no value, no score, and nothing of who is in none."""
    referral_url: Mapped[str | None]
    """Where links to forward lead, with {code} in place of the code; NULL = there are no links."""
    survey: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether customers and guests are asked after an order who told them of the shop."""
    survey_days: Mapped[int] = mapped_column(server_default=text("365"))
    """For how long their responses are kept."""
    fair_service: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether what was done for the customers of orders is kept, and the bands of scores by month."""
    segments_attribute_id: Mapped[str | None]
    """Saleor id of the hidden customer attribute, where the shop has one."""
    attribute_retry_at: Mapped[datetime | None]
    """When the attribute's removal is tried again, where Saleor did not do it."""
    status_at: Mapped[datetime | None]
    """When Saleor last said whether the app is switched on: an older word does not count."""
    deliveries_read_at: Mapped[datetime | None]
    """Deliveries that Saleor gave up and created before have been read back."""
    categories_asked_at: Mapped[datetime | None]
    """When Saleor was last asked for its categories, with or without success."""
    write_back: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether we write into customer records at all; `./influence cleanup` turns it off."""
    blocked_origin: Mapped[str | None]
    """The last page that tried to show the panel in a frame and may not: perhaps a dashboard."""
    blocked_at: Mapped[datetime | None]
    held_run_id: Mapped[int | None]
    """The run that staff went back to: nothing is scored by itself until they ask for a run."""


class Registration(Base):
    """An installation that is being decided: its shop has no row yet, or one of an earlier installation."""

    __tablename__ = "registrations"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    api_url: Mapped[str] = mapped_column(index=True)
    until: Mapped[datetime]
    """When it no longer counts, whatever became of it."""


class Contact(Base):
    """When a shop is read and scored next, and whether its Saleor answers; apart, since runs lock `shops`."""

    __tablename__ = "contacts"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    reconcile_at: Mapped[datetime | None]
    """What changed is read again then; NULL = now."""
    compare_at: Mapped[datetime | None]
    """The next comparison of ids; NULL = as soon as the history is read."""
    full_run_at: Mapped[datetime | None]
    """The next full run; NULL = in the coming night."""
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    """Requests in a row that were not answered, or with trouble that passes."""
    silent_since: Mapped[datetime | None]
    """The first of them."""
    wait_until: Mapped[datetime | None]
    """Nobody asks before: it did not answer, or asked for a pause itself."""


class Problem(Base):
    """Trouble that a shop's staff should know of, mirrored as a Saleor app problem; gone on recovery."""

    __tablename__ = "problems"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    message: Mapped[str]
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    dismissed_at: Mapped[datetime | None]
    reported: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether Saleor shows it in its present state."""
