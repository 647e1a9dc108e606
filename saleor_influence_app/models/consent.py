"""Privacy settings, the consent ledger, and its signed heads."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import one_of, shop_key, within


class Purpose(StrEnum):
    """What somebody can consent to, in the order in which they are asked."""

    LINK = "link"
    SCORE = "score"
    PERKS = "perks"
    OUTREACH = "outreach"


OF_A_NETWORK = (Purpose.LINK, Purpose.SCORE)
"""Purposes that are consented to network by network."""


class Action(StrEnum):
    """What somebody decided about a purpose."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class PrivacySettingsRow(Base):
    """What an admin confirmed: without a row here, and `enabled` in it, there are no social profiles."""

    __tablename__ = "privacy_settings"

    shop_id: Mapped[int] = shop_key(primary_key=True)
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


class ConsentSubject(Base):
    """Whom rows of the consent ledger are about: deleting this row leaves them naming nobody."""

    __tablename__ = "consent_subjects"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    """32 random bytes; `customer_ref` of their consents is the SHA-256 of the salt and their id."""


class Consent(Base):
    """A row of the consent ledger: only ever added, each chained to the one before; see 0002."""

    __tablename__ = "consents"
    __table_args__ = (
        one_of("purpose", Purpose),
        one_of("action", Action),
        CheckConstraint(f"({within('purpose', OF_A_NETWORK)}) = (network IS NOT NULL)", name="network"),
        CheckConstraint(f"action = '{Action.WITHDRAWN}' OR age_ok", name="age"),
        Index("ix_consents_customer_ref", "shop_id", "customer_ref", "purpose"),
    )

    shop_id: Mapped[int] = shop_key(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    customer_ref: Mapped[bytes]
    purpose: Mapped[str]
    network: Mapped[str | None]
    action: Mapped[str]
    wording: Mapped[str]
    """What they read, to the letter; empty where somebody else's act ended the consent."""
    wording_version: Mapped[str]
    language: Mapped[str]
    proof: Mapped[str]
    """How we know that it was the customer: their Saleor session; or why it ended without them."""
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
    shop_id: Mapped[int] = shop_key()
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
