"""The tables. Every row belongs to one shop and goes with it; money is Decimal, time is aware UTC."""

from calendar import monthrange
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    CompoundSelect,
    DateTime,
    Exists,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    exists,
    func,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base

Base.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Base.registry.update_type_annotation_map(
    {
        str: Text(),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(20, 6),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: ARRAY(Text()),
        bytes: LargeBinary(),
    }
)


def _shop_key(*, primary_key: bool = False) -> Mapped[int]:
    return mapped_column(ForeignKey("shops.id", ondelete="CASCADE"), primary_key=primary_key)


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
    orders_months: Mapped[int] = mapped_column(server_default=text("36"))
    """For how long orders are kept one by one; older ones are sums by month."""
    public_mirror: Mapped[bool] = mapped_column(server_default=text("false"))
    segments_only: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether private metadata names segments alone: no value, no score, and nothing of who is in none."""
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
    """Whether we write into customer records at all; `influence cleanup` turns it off."""
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


class Message(Base):
    """One webhook body in the inbox; the same bytes are stored once."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("shop_id", "body_hash"),
        CheckConstraint("state IN ('pending', 'done', 'failed')", name="state"),
        Index("ix_messages_pending", "shop_id", "id", postgresql_where=text("state = 'pending'")),
        Index("ix_messages_handled", "handled_at", postgresql_where=text("state <> 'pending'")),
        Index("ix_messages_failed", "shop_id", postgresql_where=text("state = 'failed'")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    slug: Mapped[str]
    body_hash: Mapped[bytes]
    body: Mapped[bytes | None]
    """Raw bytes as signed; NULL once done, since it holds personal data."""
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    handled_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default=text("'pending'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    error: Mapped[str | None]
    correlation_id: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    """Of the request or task that brought it, as its lines in the log carry it."""


class Customer(Base):
    """A customer account, without name or address; one that was deleted or erased has no row."""

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_email_hash", "shop_id", "email_hash"),
        Index("ix_customers_date_joined", "shop_id", "date_joined"),
    )

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    email_hash: Mapped[bytes | None]
    mailbox_hash: Mapped[bytes | None]
    """Keyed hash of the address of which this one is a variant, such as that without a +tag; mostly NULL."""
    is_staff: Mapped[bool] = mapped_column(server_default=text("false"))
    date_joined: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    """Saleor's updatedAt, or the event's issuedAt where a payload has none."""
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When Saleor said so: an event's issuedAt or the time of a read; decides between equal updated_at."""
    deleted_at: Mapped[datetime | None]
    """Of rows from before 0011, which stood for deleted accounts until `customers.bury`."""


class Order(Base):
    """The newest known state of one order."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("ix_orders_customer", "shop_id", "customer_id"),
        Index("ix_orders_email_hash", "shop_id", "email_hash"),
        Index(
            "ix_orders_mailbox_hash",
            "shop_id",
            "mailbox_hash",
            postgresql_where=text("mailbox_hash IS NOT NULL"),
        ),
        Index("ix_orders_created_at", "shop_id", "created_at"),
        Index(
            "ix_orders_former_accounts",
            "former_accounts",
            postgresql_using="gin",
            postgresql_where=text("former_accounts <> '{}'"),
        ),
        Index(
            "ix_orders_gift_givers",
            "gift_givers",
            postgresql_using="gin",
            postgresql_where=text("gift_givers <> '{}'"),
        ),
    )

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    status: Mapped[str]
    charge_status: Mapped[str]
    channel: Mapped[str]
    currency: Mapped[str]
    gross: Mapped[Decimal]
    net: Mapped[Decimal]
    charged: Mapped[Decimal]
    """Money that came in and stayed: net of refunds (Saleor's totalCharged)."""
    voucher_code: Mapped[str | None]
    customer_id: Mapped[str | None]
    email_hash: Mapped[bytes | None]
    mailbox_hash: Mapped[bytes | None]
    """As of customers."""
    former_accounts: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Accounts that the order was bound to before; '' stands for people who were deleted or erased since: an
    order of nobody else has no name and no hash, and nothing is computed of it."""
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When Saleor said so: an event's issuedAt or the time of a read; decides between equal updated_at."""
    fingerprint: Mapped[bytes] = mapped_column(server_default=text("''"))
    """Short hash of the content: decides between equal times, and tells whether anything changed."""

    address_hash: Mapped[bytes | None]
    """Keyed hash of the shipping address: equal ones are one household, mostly. NULL = none, or not told."""
    payment_hash: Mapped[bytes | None]
    """Keyed hash of the card's brand, digits and expiry."""
    gift_givers: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Accounts other than the buyer's whose gift cards were used here. Staff issue them too, and are often
    not among our customers at all: only who is there, and is not staff, gave a present."""
    gift_card_lines: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    gift_lines: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Ids of the lines that are marked as such in order_lines."""
    traits_updated_at: Mapped[datetime | None]
    traits_seen_at: Mapped[datetime | None]
    """Age of the state that told the five above; NULL = none did, as webhooks of older versions do not."""


class OrderLine(Base):
    """One line of an order, as of the order's newest state."""

    __tablename__ = "order_lines"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    line_id: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str | None]
    category_id: Mapped[str | None]
    quantity: Mapped[int]
    net: Mapped[Decimal]
    is_gift_card: Mapped[bool] = mapped_column(server_default=text("false"))
    """A gift card was bought."""
    is_gift: Mapped[bool] = mapped_column(server_default=text("false"))
    """A promotion's free gift."""


class OrderMonth(Base):
    """What is left of orders that are older than the shop keeps them: sums that name nobody."""

    __tablename__ = "order_months"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    month: Mapped[datetime] = mapped_column(primary_key=True)
    """Its first moment, in UTC."""
    channel: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    orders: Mapped[int]
    gross: Mapped[Decimal]
    charged: Mapped[Decimal]


class Category(Base):
    """A category of Saleor's tree, and the one that it lies in."""

    __tablename__ = "categories"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    category_id: Mapped[str] = mapped_column(primary_key=True)
    parent_id: Mapped[str | None]
    """NULL = at the top. Always a category that is here, and never a circle."""
    name: Mapped[str]


class Backfill(Base):
    """Where reading a shop's history stands: one row a kind ('orders' or 'customers')."""

    __tablename__ = "backfills"
    __table_args__ = (
        CheckConstraint("kind IN ('orders', 'customers')", name="kind"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
    )

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    cursor: Mapped[str | None]
    """Saleor's endCursor of the last page whose rows are committed."""
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int | None]
    rows_per_second: Mapped[float | None]
    """Over the last pages, while reading."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    watermark: Mapped[datetime | None]
    """The reconciler's: everything updated up to here has been read."""
    error: Mapped[str | None]
    comparison: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """How far a comparison of this kind is that takes several slices; NULL = none is under way."""
    trouble_since: Mapped[datetime | None]
    """Since when Saleor has not answered; NULL while it does."""


class Contact(Base):
    """When a shop is read and scored next, and whether its Saleor answers; apart, since runs lock `shops`."""

    __tablename__ = "contacts"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
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


class DriftCheck(Base):
    """The newest comparison of ids with Saleor, one row a shop."""

    __tablename__ = "drift_checks"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    checked_at: Mapped[datetime]
    orders_saleor: Mapped[int]
    orders_here: Mapped[int]
    customers_saleor: Mapped[int]
    customers_here: Mapped[int]
    gaps: Mapped[int]
    """Ids on one side only, orders and customers together, after mending."""
    mended: Mapped[int]


class PersonalCode(Base):
    """A voucher code that belongs to one customer; to Saleor ABC and abc are two codes."""

    __tablename__ = "personal_codes"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    valid_from: Mapped[datetime]


PATIENCE = 3
"""A run that planned stops have interrupted so often is finished before the next one."""


class Run(Base):
    """One scoring of one shop: what was asked, how it went."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("kind IN ('full', 'incremental', 'rollback')", name="kind"),
        Index(
            "uq_runs_queued",
            "shop_id",
            unique=True,
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_runs_shop", "shop_id", "id"),
        Index("ix_runs_running", "lease_until", postgresql_where=text("state = 'running'")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'queued'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    """Counts claims; also tells a worker that came back from the dead that another one took over."""
    interruptions: Mapped[int] = mapped_column(server_default=text("0"))
    """How many of them ended because the worker was asked to stop, which is no failure of the run."""
    queued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    as_of: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    parameters: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    model: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Fitted parameters, and whether the fallback was used."""
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    notes: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    error: Mapped[str | None]
    step: Mapped[str | None]
    """What a running run is at, for a person."""
    progress: Mapped[float | None]
    """How much of it is done, 0 to 1, by steps."""
    cancel_asked: Mapped[bool] = mapped_column(server_default=text("false"))
    back_to: Mapped[int | None]
    """The run whose results a rollback brings back."""
    seconds: Mapped[float | None]
    peak_memory_mb: Mapped[int | None]
    """The worker's at most while it computed."""
    correlation_ids: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Of what asked for it, as their lines in the log carry them: the first few."""


def _run_key() -> Mapped[int]:
    """The run that wrote the row."""
    return mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))


class Score(Base):
    """A customer's newest value. Columns are those of `scoring.values`, by the same names."""

    __tablename__ = "scores"
    __table_args__ = (Index("ix_scores_rank", "shop_id", "rank"), Index("ix_scores_run_id", "run_id"))

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = _run_key()
    currency: Mapped[str]
    orders_count: Mapped[int]
    revenue: Mapped[Decimal]
    frequency: Mapped[int]
    recency_days: Mapped[float]
    age_days: Mapped[float]
    monetary_value: Mapped[Decimal]
    clv: Mapped[Decimal]
    clv_low: Mapped[Decimal]
    clv_high: Mapped[Decimal]
    crv: Mapped[Decimal]
    crv_orders: Mapped[int]
    civ: Mapped[Decimal | None]
    """The third term: NULL while there is not enough evidence."""
    civ_low: Mapped[Decimal | None]
    civ_high: Mapped[Decimal | None]
    possible_up_to: Mapped[Decimal | None]
    """Of who buys together with friends: outside of every total."""
    influenced: Mapped[int | None]
    net: Mapped[Decimal | None]
    """Revenue with booked money moved from who spent it to who led to it: for budgets only."""
    value: Mapped[Decimal]
    value_low: Mapped[Decimal]
    value_high: Mapped[Decimal]
    score: Mapped[int | None]
    reach: Mapped[int | None]
    amplification: Mapped[int | None]
    network: Mapped[int | None]
    ambassador: Mapped[int | None]
    verdict: Mapped[str]
    evidence: Mapped[str]
    rank: Mapped[int]
    percentile: Mapped[float]


class Evidence(Base):
    """What a verdict rests on: a customer as a whole (topic '') or in a topic; columns of `scoring.worth`."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_topic", "shop_id", "topic"), Index("ix_evidence_run_id", "run_id"))

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = _run_key()
    pairs: Mapped[int]
    followers: Mapped[int]
    trusted_followers: Mapped[int]
    observed: Mapped[float]
    expected: Mapped[float]
    observed_before: Mapped[float]
    expected_before: Mapped[float]
    rr: Mapped[float]
    rr_low: Mapped[float]
    rr_high: Mapped[float]
    af: Mapped[float]
    p_timing: Mapped[float]
    p_lead: Mapped[float]
    inferred: Mapped[str]
    verdict: Mapped[str]
    missing: Mapped[str | None]
    """What is lacking for a verdict, in words."""
    rests_on: Mapped[str | None]
    """Whose multiplier a topic is shown with: topic, customer or shop."""
    trial_id: Mapped[int | None]
    """The trial that proves her influence, if one does."""
    credit: Mapped[Decimal]
    civ: Mapped[Decimal]
    civ_low: Mapped[Decimal]
    civ_high: Mapped[Decimal]
    possible_up_to: Mapped[Decimal]
    contacts: Mapped[int | None]
    reach_contacts: Mapped[int | None]
    purchases: Mapped[int | None]
    exposures: Mapped[int | None]
    credit_lines: Mapped[float | None]
    amplification_rate: Mapped[float | None]
    engaged_contacts: Mapped[int | None]
    interactions: Mapped[int | None]
    intensity: Mapped[float | None]
    months: Mapped[int | None]
    network_mean: Mapped[float | None]


class Credit(Base):
    """One row of the ledger: who led whom to which order line; columns of `scoring.worth`."""

    __tablename__ = "credits"
    __table_args__ = (
        Index("ix_credits_customer", "shop_id", "customer_id"),
        Index("ix_credits_order", "shop_id", "order_id"),
        Index("ix_credits_run_id", "run_id"),
    )

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    source_id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    line_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = _run_key()
    customer_id: Mapped[str]
    """Who bought; a guest has a name of ours that begins with 'guest:'."""
    product_id: Mapped[str]
    topic: Mapped[str | None]
    tie_kind: Mapped[str]
    days_between: Mapped[float]
    sharers: Mapped[int]
    share: Mapped[float]
    trust: Mapped[float]
    cap: Mapped[float]
    amount: Mapped[Decimal]
    credit: Mapped[Decimal]
    proven: Mapped[bool]


class Tie(Base):
    """One customer may influence another: why, how strongly, from when to when."""

    __tablename__ = "ties"
    __table_args__ = (
        CheckConstraint("source_id <> target_id", name="self"),
        CheckConstraint("weight > 0", name="weight"),
        CheckConstraint("valid_from < valid_to", name="valid"),
        Index("ix_ties_target", "shop_id", "target_id"),
        Index("ix_ties_social", "kind", "valid_to", postgresql_where=text("origin = 'social'")),
        Index("ix_ties_social_ended", "shop_id", "valid_to", postgresql_where=text("origin = 'social'")),
    )

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    source_id: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """code, gift, what staff call it; a network for a follow on it, `…:responses` for responses to posts."""
    origin: Mapped[str]
    """orders: follows from them and goes with them; staff: told by staff, by hand, CSV or API; social:
    on the network that `kind` begins with, between two who consent, which the database checks."""
    weight: Mapped[float] = mapped_column(server_default=text("1"))
    valid_from: Mapped[datetime | None]
    """NULL: since always."""
    valid_to: Mapped[datetime | None]


class Exclusion(Base):
    """A customer whom the ledger passes by: her purchases say nothing about influence."""

    __tablename__ = "exclusions"
    __table_args__ = (CheckConstraint("reason IN ('reseller', 'test')", name="reason"),)

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]


INVITED = "invited-"
"""With a trial's number: the segment of those who are invited in it, for as long as it runs."""
SETTLE = timedelta(days=1)
"""From the end of a trial's window until it is judged: late payments and deliveries are known by then."""


class Trial(Base):
    """An invitation trial: half of a customer's guests are invited in her name, half are held out."""

    __tablename__ = "trials"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'ended', 'stopped')", name="state"),
        CheckConstraint("(state = 'ended') = (p IS NOT NULL)", name="result"),
        Index(
            "uq_trials_running",
            "shop_id",
            "customer_id",
            unique=True,
            postgresql_where=text("state = 'running'"),
        ),
        Index("ix_trials_customer", "shop_id", "customer_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    customer_id: Mapped[str]
    """In whose name is invited."""
    category_id: Mapped[str | None]
    """What must be bought from; NULL: anything."""
    state: Mapped[str] = mapped_column(server_default=text("'running'"))
    rule_version: Mapped[str]
    seed: Mapped[int] = mapped_column(BigInteger())
    """Of the draw, with the ids of the guests."""
    started_at: Mapped[datetime]
    """Also the moment of the draw, as of which the guests were known."""
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was judged, or stopped."""
    made_by: Mapped[str]
    base_share: Mapped[float]
    """Of the guests bought in as many days before: what the smallest difference was reckoned with."""
    detectable: Mapped[float]
    """The smallest difference of shares that is found four times in five."""
    invited: Mapped[int]
    held_out: Mapped[int]
    """As drawn; who leaves later counts as not having bought."""
    invited_bought: Mapped[int | None]
    held_out_bought: Mapped[int | None]
    p: Mapped[float | None]
    difference: Mapped[float | None]
    difference_low: Mapped[float | None]
    difference_high: Mapped[float | None]


class TrialGuest(Base):
    """A customer drawn into an arm of a trial."""

    __tablename__ = "trial_guests"
    __table_args__ = (Index("ix_trial_guests_customer", "shop_id", "customer_id"),)

    shop_id: Mapped[int] = _shop_key()
    trial_id: Mapped[int] = mapped_column(ForeignKey("trials.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    invited: Mapped[bool]
    """False: held out."""
    drawn_at: Mapped[datetime]
    social: Mapped[bool]
    """Known through social ties alone: she is here while one of them is."""


class NetworkScore(Base):
    """What three scores and the fourth are by one network's ties alone; columns of `scoring.worth`."""

    __tablename__ = "network_scores"
    __table_args__ = (Index("ix_network_scores_run_id", "run_id"),)

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """The network, which is the kind of its ties."""
    run_id: Mapped[int] = _run_key()
    reach: Mapped[int | None]
    amplification: Mapped[int | None]
    network: Mapped[int | None]
    ambassador: Mapped[int | None]
    contacts: Mapped[int]
    reach_contacts: Mapped[int]
    amplification_rate: Mapped[float]
    engaged_contacts: Mapped[int]
    interactions: Mapped[int]
    months: Mapped[int]


class Segment(Base):
    """A segment as data; `definition` is a `scoring.segments.SegmentDefinition` as JSON."""

    __tablename__ = "segments"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    definition: Mapped[dict[str, Any]]


class Membership(Base):
    """A customer in a segment, since when and why."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index("ix_memberships_customer", "shop_id", "customer_id"),
        Index("ix_memberships_run_id", "run_id"),
    )

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    segment: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = _run_key()
    since: Mapped[datetime]
    reason: Mapped[str]
    parts: Mapped[str]
    """The reason as JSON, for whoever words it in another language; see `scoring.segments`."""


def _past_of(model: type[Base]) -> Table:
    """The table of what rows of the model said until a later run, so that two runs can be compared."""
    now, name = model.__table__, f"{model.__tablename__}_past"
    columns = [Column(one.name, one.type, nullable=one.nullable) for one in now.columns]
    keys = [one.name for one in now.primary_key]
    return Table(
        name,
        Base.metadata,
        *columns,
        Column("until_run", BigInteger(), nullable=False),
        ForeignKeyConstraint(["shop_id"], ["shops.id"], ondelete="CASCADE"),
        PrimaryKeyConstraint(*keys, "run_id"),
        Index(f"ix_{name}_until_run", "shop_id", "until_run"),
        Index(f"ix_{name}_run_id", "run_id"),
    )


KEEP = timedelta(days=30)
"""For so long the results of a run can be compared with, and gone back to."""
VERSIONED: dict[type[Base], Table] = {
    one: _past_of(one) for one in (Score, Evidence, Credit, NetworkScore, Membership)
}
"""What a run writes, and where its former rows are kept."""


def as_of_run(model: type[Base], shop_id: int, run_id: int) -> CompoundSelect[Any]:
    """Select the shop's rows of the model as they were after that run, in the model's columns."""
    now, past = model.__table__, VERSIONED[model]
    return union_all(
        select(*now.columns).where(now.c.shop_id == shop_id, now.c.run_id <= run_id),
        select(*(past.c[one.name] for one in now.columns)).where(
            past.c.shop_id == shop_id, past.c.run_id <= run_id, past.c.until_run > run_id
        ),
    )


class OutboxRow(Base):
    """What a customer's metadata should say, and what we know it says: one row a customer."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'claimed', 'written', 'failed', 'skipped_staff')", name="state"
        ),
        Index("ix_outbox_pending", "shop_id", "next_attempt_at", postgresql_where=text("state = 'pending'")),
        Index("ix_outbox_claimed", "lease_until", postgresql_where=text("state = 'claimed'")),
        Index("ix_outbox_failed", "shop_id", "customer_id", postgresql_where=text("state = 'failed'")),
        Index(
            "ix_outbox_set_aside",
            "shop_id",
            "next_attempt_at",
            postgresql_where=text("state = 'failed' OR (state = 'skipped_staff' AND wanted IS NULL)"),
        ),
    )

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[dict[str, Any] | None]
    """The parts ('private', 'public', 'attribute') and their content; NULL = all of ours is to be removed."""
    written: Mapped[dict[str, Any] | None]
    """What Saleor has, by part; a part that is null may or may not have arrived; NULL = nothing is there."""
    state: Mapped[str] = mapped_column(server_default=text("'pending'"))
    """Of a removal (`wanted` is NULL) never 'failed'; whatever is not 'written' is due again some time."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None]
    withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))
    """Read by nothing since 0012, which made rows of `objections` and `erasures` of it; see there."""
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    run_id: Mapped[int | None]
    """The run that last changed what the record should say; NULL = none did."""


class Problem(Base):
    """Trouble that a shop's staff should know of, mirrored as a Saleor app problem; gone on recovery."""

    __tablename__ = "problems"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    message: Mapped[str]
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    dismissed_at: Mapped[datetime | None]
    reported: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether Saleor shows it in its present state."""


class PrivacySettings(Base):
    """What an admin confirmed: without a row here, and `enabled` in it, there are no social profiles."""

    __tablename__ = "privacy_settings"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    enabled: Mapped[bool]
    confirmed_by: Mapped[str]
    """Saleor id of the staff member."""
    confirmed_at: Mapped[datetime]
    minimum_age: Mapped[int]
    posts_days: Mapped[int]
    features_months: Mapped[int]
    controller_name: Mapped[str]
    controller_contact: Mapped[str]
    officer: Mapped[str] = mapped_column(server_default=text("''"))
    """The data protection officer and how to reach them; empty: none is named."""
    authority: Mapped[str] = mapped_column(server_default=text("''"))
    """The supervisory authority that is responsible."""
    operator: Mapped[str] = mapped_column(server_default=text("''"))
    """Who operates this app for the shop, as its processor."""
    transfers: Mapped[str] = mapped_column(server_default=text("''"))
    """Where data leave the European Economic Area, and by which safeguards."""
    storefront_origins: Mapped[list[str]]
    networks: Mapped[dict[str, Any]]
    """By name: `base_url` and `client_id`, where a network needs them; what is here is switched on."""
    secrets_encrypted: Mapped[str]
    """JSON of the client secrets by network."""
    countries: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """ISO codes of the countries that the shop serves; none: `minimum_age` holds for all."""


class Objection(Base):
    """Somebody wants nothing computed of them (Art. 21 GDPR), until they themselves take part again."""

    __tablename__ = "objections"
    __table_args__ = (
        CheckConstraint("by IN ('self', 'guest-link', 'staff')", name="by"),
        CheckConstraint("ended_by IN ('self', 'guest-link')", name="ended_by"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index(
            "ix_objections_standing",
            "shop_id",
            "customer_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    customer_id: Mapped[str]
    """The Saleor id of an account, or a guest's name in the ledger (`books.GUEST`)."""
    at: Mapped[datetime]
    by: Mapped[str]
    """How they asked: their own session, a link mailed to a guest, or staff whom they told."""
    reason: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    """Staff cannot end an objection."""


def objects(shop_id: int, customer_id: Any) -> Exists:
    """Say in SQL that a customer or guest objects: nothing is computed of them."""
    made = Objection.shop_id == shop_id, Objection.customer_id == customer_id, Objection.ended_at.is_(None)
    return exists().where(*made)


class ConsentSubject(Base):
    """Whom rows of the consent ledger are about: deleting this row leaves them naming nobody."""

    __tablename__ = "consent_subjects"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    """32 random bytes; `customer_ref` of her consents is the SHA-256 of the salt and her id."""


class Consent(Base):
    """A row of the consent ledger: only ever added, each chained to the one before; see 0002."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("purpose IN ('link', 'score', 'perks', 'outreach')", name="purpose"),
        CheckConstraint("action IN ('given', 'withdrawn')", name="action"),
        CheckConstraint("(purpose IN ('link', 'score')) = (network IS NOT NULL)", name="network"),
        CheckConstraint("action = 'withdrawn' OR age_ok", name="age"),
        Index("ix_consents_customer_ref", "shop_id", "customer_ref", "purpose"),
    )

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    customer_ref: Mapped[bytes]
    purpose: Mapped[str]
    network: Mapped[str | None]
    action: Mapped[str]
    wording: Mapped[str]
    """What she read, to the letter; empty where somebody else's act ended the consent."""
    wording_version: Mapped[str]
    language: Mapped[str]
    proof: Mapped[str]
    """How we know that it was she: her Saleor session; or why it ended without her."""
    age_ok: Mapped[bool]
    at: Mapped[datetime]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]
    limits: Mapped[dict[str, Any] | None]
    """What was agreed beside the text: see `agreements.Limits`. NULL: withdrawn, or older than 0014."""


class ConsentHead(Base):
    """A signed head of a shop's consent ledger, and when it was anchored; see `consent.signed_heads`."""

    __tablename__ = "consent_heads"
    __table_args__ = (Index("ix_consent_heads_shop_id", "shop_id", "id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    rows: Mapped[int] = mapped_column(BigInteger())
    signed: Mapped[str]
    """A compact JWS by the signer."""
    signed_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    """In CONSENT_ANCHOR_FOLDER."""
    mailed_at: Mapped[datetime | None]
    put_at: Mapped[datetime | None]
    stamped_at: Mapped[datetime | None]
    stamp: Mapped[bytes | None]
    """A time stamp over `signed` (RFC 3161)."""
    trouble: Mapped[str | None]
    """Why it could not be anchored, in words."""


class Profile(Base):
    """A customer's account on a network, proven to be hers; the database wants her consent to it."""

    __tablename__ = "profiles"
    __table_args__ = (
        UniqueConstraint("shop_id", "customer_id", "network"),
        UniqueConstraint("shop_id", "network", "network_hash"),
        CheckConstraint("proof IN ('oauth', 'nonce', 'rel-me')", name="proof"),
        CheckConstraint("state IN ('linked', 'relink', 'gone')", name="state"),
        Index("ix_profiles_next_at", "next_at"),
        Index(
            "ix_profiles_trouble_since",
            "trouble_since",
            postgresql_where=text("trouble_since IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    customer_id: Mapped[str]
    network: Mapped[str]
    network_hash: Mapped[bytes]
    """Keyed hash of the network's unchanging id: what lists of followers are compared with."""
    network_id: Mapped[str]
    base_url: Mapped[str]
    api_id: Mapped[str]
    handle: Mapped[str]
    url: Mapped[str]
    proof: Mapped[str]
    proven_at: Mapped[datetime]
    token_encrypted: Mapped[str | None]
    token_expires_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default=text("'linked'"))
    """relink: the network no longer takes our token; gone: it no longer knows the account."""
    next_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    """When it is looked at next; NULL = not until it is linked anew."""
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    trouble: Mapped[str | None]
    trouble_reason: Mapped[str | None]
    """The same for machines: a cause or reason of `social.answers`."""
    trouble_since: Mapped[datetime | None]
    walk_cursor: Mapped[str | None]
    walk_seen: Mapped[int] = mapped_column(server_default=text("0"))
    walk_found: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """Where reading her followers stands: profiles here among those seen so far, and never a stranger."""
    walk_pages: Mapped[int] = mapped_column(server_default=text("0"))
    walk_skipped: Mapped[int] = mapped_column(server_default=text("0"))
    walk_landmark: Mapped[str | None]
    """A cursor that was passed; a server that leads back to it would be read for ever."""


def _profile_key(*, primary_key: bool = False) -> Mapped[int]:
    return mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=primary_key)


class Snapshot(Base):
    """A profile at a moment: numbers only. NULL: the network does not say, or its owner hides it."""

    __tablename__ = "snapshots"
    __table_args__ = (Index("ix_snapshots_at", "at"),)

    shop_id: Mapped[int] = _shop_key()
    profile_id: Mapped[int] = _profile_key(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    followers: Mapped[int | None] = mapped_column(BigInteger())
    following: Mapped[int | None] = mapped_column(BigInteger())
    posts: Mapped[int | None] = mapped_column(BigInteger())
    followers_seen: Mapped[int | None]
    """How many of the followers were looked at, to find customers who consent among them."""
    followers_known: Mapped[int | None]
    posts_read: Mapped[int | None]
    rows_skipped: Mapped[int] = mapped_column(server_default=text("0"))
    """Followers, posts and responses in a form that could not be read."""
    engagement_median: Mapped[float | None]
    """Reactions, reshares and replies of a post: the median, so that one viral post says little."""
    topics: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Posts read by category of the shop whose name they mention."""


class Post(Base):
    """A post's engagement, without its text, for as long as the shop keeps raw posts."""

    __tablename__ = "posts"
    __table_args__ = (Index("ix_posts_at", "at"),)

    shop_id: Mapped[int] = _shop_key()
    profile_id: Mapped[int] = _profile_key(primary_key=True)
    post_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    reactions: Mapped[int | None] = mapped_column(BigInteger())
    reshares: Mapped[int | None] = mapped_column(BigInteger())
    replies: Mapped[int | None] = mapped_column(BigInteger())
    topics: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))


class NetworkApp(Base):
    """This app as a server of a network knows it: registered once for an address to come back to."""

    __tablename__ = "network_apps"

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)
    base_url: Mapped[str] = mapped_column(primary_key=True)
    redirect_uri: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    secret_encrypted: Mapped[str]


class PendingLink(Base):
    """A link that was begun: what only she can finish, once, in time."""

    __tablename__ = "pending_links"
    __table_args__ = (
        CheckConstraint("method IN ('oauth', 'nonce', 'rel-me')", name="method"),
        Index("ix_pending_links_expires_at", "expires_at"),
    )

    shop_id: Mapped[int] = _shop_key(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    """The state's id (OAuth) or a random one."""
    customer_id: Mapped[str]
    network: Mapped[str]
    base_url: Mapped[str]
    method: Mapped[str]
    handle: Mapped[str | None]
    secret: Mapped[str]
    """The nonce, or the address that a link must lead to; the redirect address (OAuth)."""
    expires_at: Mapped[datetime]


class Revocation(Base):
    """A token to be made worthless at its network; it names nobody, and outlives the shop."""

    __tablename__ = "revocations"
    __table_args__ = (
        Index("ix_revocations_next_at", "next_at"),
        Index("ix_revocations_erasure", "erasure_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id", ondelete="SET NULL"))
    """NULL: the shop is gone."""
    erasure_id: Mapped[int | None]
    network: Mapped[str]
    base_url: Mapped[str]
    token_encrypted: Mapped[str]
    """With the app that it was granted to."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Erasure(Base):
    """Something to be forgotten: `remote` is gone here, and networks and Saleor are asked to follow."""

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint(
            "reason IN ('withdrawn', 'not-me', 'erased', 'deleted', 'anonymised', 'moved')", name="reason"
        ),
        CheckConstraint("state IN ('asked', 'remote', 'done')", name="state"),
        Index("ix_erasures_open", "shop_id", postgresql_where=text("state <> 'done'")),
        Index("ix_erasures_done", "finished_at", postgresql_where=text("state = 'done'")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    customer_id: Mapped[str | None]
    """Until it is done."""
    reason: Mapped[str]
    network: Mapped[str | None]
    """NULL: everything."""
    state: Mapped[str] = mapped_column(server_default=text("'remote'"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What was deleted, by table, without whose it was: see `erasure.certificates`."""


class TombstoneRow(Base):
    """Something that has ended, by keyed hash: written here and in a folder outside; it outlives its shop."""

    __tablename__ = "tombstones"
    __table_args__ = (
        Index("ix_tombstones_who", "who"),
        Index("ix_tombstones_waiting", "number", postgresql_where=text("noted_at IS NULL")),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id", ondelete="SET NULL"))
    """NULL: the shop is gone, or the line was read from a folder after a restore."""
    who: Mapped[str]
    what: Mapped[str]
    at: Mapped[datetime]
    purpose: Mapped[str | None]
    network: Mapped[str | None]
    checksum: Mapped[str] = mapped_column(unique=True)
    """Of its line."""
    noted_at: Mapped[datetime | None]
    """When it was on a disk outside of the database; NULL: not yet."""


class TombstoneFolder(Base):
    """A folder of tombstones as it was last seen: one that is lost, or put back from a copy, is noticed."""

    __tablename__ = "tombstone_folders"

    name: Mapped[str] = mapped_column(primary_key=True)
    """What is written in the folder itself."""
    host: Mapped[str]
    lines: Mapped[int] = mapped_column(BigInteger)
    """Different ones."""
    bytes: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    """How many tombstones the database had then; all of them were in the folder."""
    head: Mapped[str | None]
    """The checksum of the newest line in it."""
    seen_at: Mapped[datetime]
    joined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    trusted_until: Mapped[datetime | None]
    """Until then it is taken for complete, unless it is seen again; NULL: it came later than another one that
    was not seen since, which alone may know who was forgotten."""


class Invitation(Base):
    """Staff asked a customer to link: she alone can."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("shop_id", "customer_id", "network"),
        Index("ix_invitations_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    customer_id: Mapped[str]
    network: Mapped[str]
    handle: Mapped[str | None]
    """What staff think her handle is: a suggestion to her, and nothing else."""
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Notice(Base):
    """Something that a shopper is told on her page."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_customer", "shop_id", "customer_id"),
        Index("ix_notices_at", "at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    customer_id: Mapped[str]
    kind: Mapped[str]
    network: Mapped[str]
    at: Mapped[datetime]


def month_after(at: datetime) -> datetime:
    """Return one calendar month later; in a shorter month its last day (Regulation 1182/71, Art. 3)."""
    year, month = divmod(at.year * 12 + at.month, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


class Contest(Base):
    """A shopper says that something about them is wrong; staff answer, and correct it if it is."""

    __tablename__ = "contests"
    __table_args__ = (
        CheckConstraint("kind IN ('other', 'order', 'tie', 'household')", name="kind"),
        CheckConstraint("outcome IN ('accepted', 'refused')", name="outcome"),
        Index("ix_contests_customer", "shop_id", "customer_id"),
        Index("ix_contests_open", "shop_id", "at", postgresql_where=text("answer IS NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    customer_id: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default=text("'other'"))
    """order: it is not theirs; tie: the two do not know each other; household: the two live apart."""
    order_id: Mapped[str | None]
    other_id: Mapped[str | None]
    """The other end of the tie, or who shares the address or card; the shopper is never told."""
    text: Mapped[str]
    at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    outcome: Mapped[str | None]
    """NULL: an answer that decides nothing."""

    @property
    def due_at(self) -> datetime:
        """Return when staff must have answered."""
        return month_after(self.at)


class Correction(Base):
    """Something known about a customer that is not so: every later run obeys it, whatever is told again."""

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("kind IN ('order', 'tie', 'household')", name="kind"),
        CheckConstraint("(kind = 'order') = (order_id IS NOT NULL)", name="order"),
        CheckConstraint("(kind = 'order') = (other_id IS NULL)", name="other"),
        Index("ix_corrections_customer", "shop_id", "customer_id"),
        Index("ix_corrections_order", "shop_id", "order_id", postgresql_where=text("order_id IS NOT NULL")),
        Index("ix_corrections_other", "shop_id", "other_id", postgresql_where=text("other_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    customer_id: Mapped[str]
    kind: Mapped[str]
    order_id: Mapped[str | None]
    """This order is not theirs."""
    other_id: Mapped[str | None]
    """This customer and they do not know each other, or are not of one household."""
    contest_id: Mapped[int | None]
    """The contest that it answers; that may be gone by now."""
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RightsRequest(Base):
    """A request by a person about their data, with its deadline: one calendar month (Art. 12(3) GDPR)."""

    __tablename__ = "rights_requests"
    __table_args__ = (
        CheckConstraint("kind IN ('access', 'export', 'objection', 'erasure', 'rectification')", name="kind"),
        Index("ix_rights_requests_customer", "shop_id", "customer_id"),
        Index("ix_rights_requests_open", "shop_id", "due_at", postgresql_where=text("done_at IS NULL")),
        Index("ix_rights_requests_done_at", "done_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = _shop_key()
    customer_id: Mapped[str | None]
    """A guest's is their name in the ledger. NULL: erased."""
    kind: Mapped[str]
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    """'shopper' on their page, 'operator' by command, or the Saleor id of who took it."""
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default=text("''"))
