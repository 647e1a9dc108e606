"""What staff decide: codes, ties, exclusions and segments."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key


class PersonalCode(Base):
    """A voucher code that belongs to one customer; to Saleor ABC and abc are two codes."""

    __tablename__ = "personal_codes"
    __table_args__ = (
        Index("ix_personal_codes_lower", "shop_id", text("lower(code)")),
        Index("ix_personal_codes_customer", "shop_id", "customer_id"),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    valid_from: Mapped[datetime]


class CodeLeak(Base):
    """A personal code that leaks: crediting of its orders is paused from `since` on, before `until`."""

    __tablename__ = "code_leaks"
    __table_args__ = (
        CheckConstraint("since < until", name="paused"),
        Index("ix_code_leaks_customer", "shop_id", "customer_id"),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    """When the burst began, before it was found."""
    until: Mapped[datetime | None]
    """NULL: paused still."""
    customer_id: Mapped[str]
    """Whose code it was."""
    reason: Mapped[str]
    """One of `scoring.leaks.LeakReason`, or `perks.leaks.REPLACED`."""
    found_at: Mapped[datetime]
    expected: Mapped[float | None]
    seen: Mapped[int | None]
    tail: Mapped[float | None]
    """So many strangers were expected, so many came, with this probability; NULL where staff said so."""
    replaced_at: Mapped[datetime | None]
    """When its owner got another code: it is never credited again, and staff need not look."""


class TieOrigin(StrEnum):
    """How a tie is known: orders prove it, staff told it, a network shows it, a survey response tells it."""

    ORDERS = "orders"
    STAFF = "staff"
    SOCIAL = "social"
    SURVEY = "survey"


class Tie(Base):
    """One customer may influence another: why, how strongly, from when to when."""

    __tablename__ = "ties"
    __table_args__ = (
        one_of("origin", TieOrigin),
        CheckConstraint("source_id <> target_id", name="self"),
        CheckConstraint("weight > 0", name="weight"),
        CheckConstraint("valid_from < valid_to", name="valid"),
        CheckConstraint(f"{is_('origin', TieOrigin.ORDERS)} OR known_at IS NOT NULL", name="known"),
        Index("ix_ties_target", "shop_id", "target_id"),
        Index("ix_ties_hidden", "shop_id", "target_id", postgresql_where=text("is_hidden")),
        Index("ix_ties_social", "kind", "valid_to", postgresql_where=is_("origin", TieOrigin.SOCIAL)),
        Index(
            "ix_ties_social_ended", "shop_id", "valid_to", postgresql_where=is_("origin", TieOrigin.SOCIAL)
        ),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    source_id: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """code, gift, named, what staff call it; a network for a follow, `…:responses` for those to posts."""
    origin: Mapped[str]
    """Staff name ties by hand, CSV or API. A social one is of the network that `kind` begins with, between
    two who consent, which the database checks."""
    weight: Mapped[float] = mapped_column(server_default=text("1"))
    valid_from: Mapped[datetime | None]
    """NULL: since always."""
    valid_to: Mapped[datetime | None]
    known_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    """When we learnt of it: it counts from the later of this and `valid_from`. NULL: an order proves it."""
    is_hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether it rests on survey responses alone whose named person has not agreed to be shown in it."""


NAMED = "named"
"""The kind of ties that survey responses tell."""


def counts_from() -> ColumnElement[datetime]:
    """Return from when a tie counts: who was told of it afterwards, knows what was bought."""
    return func.greatest(Tie.valid_from, Tie.known_at)


class ExclusionReason(StrEnum):
    """Why the ledger passes a customer by."""

    RESELLER = "reseller"
    TEST = "test"


class Exclusion(Base):
    """A customer whom the ledger passes by: their purchases say nothing about influence."""

    __tablename__ = "exclusions"
    __table_args__ = (one_of("reason", ExclusionReason),)

    shop_id: Mapped[int] = shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]


class Segment(Base):
    """A segment as data; `definition` is a `scoring.segments.SegmentDefinition` as JSON."""

    __tablename__ = "segments"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    definition: Mapped[dict[str, Any]]
