"""The post-purchase survey: a link for each order that is asked about, and what was responded."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Identity, Index, LargeBinary, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import is_, one_of, shop_key


class SurveyChannel(StrEnum):
    """How somebody came to the shop, as they say themselves."""

    FRIEND = "friend"
    ADVERT = "advert"
    SEARCH = "search"
    SOCIAL = "social"
    OTHER = "other"
    NOBODY = "nobody"


class SurveyLink(Base):
    """The one-time token of an order that is asked about; the token itself stands in Saleor alone."""

    __tablename__ = "survey_links"
    __table_args__ = (Index("ix_survey_links_expiry", "expires_at"),)

    shop_id: Mapped[int] = shop_key(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 of the newest token that was made for Saleor; NULL: none was, yet."""
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When the order's question was responded to, by whichever way, or its time ran out."""


class SurveyResponse(Base):
    """Who or what told somebody of the shop, by an order; words that people wrote are in no column."""

    __tablename__ = "survey_responses"
    __table_args__ = (
        one_of("channel", SurveyChannel),
        CheckConstraint(f"named_id IS NULL OR {is_('channel', SurveyChannel.FRIEND)}", name="named"),
        CheckConstraint("named_id <> respondent_id", name="self"),
        UniqueConstraint("shop_id", "order_id"),
        Index("ix_survey_responses_respondent", "shop_id", "respondent_id"),
        Index("ix_survey_responses_named", "shop_id", "named_id"),
        Index("ix_survey_responses_age", "responded_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    order_id: Mapped[str]
    respondent_id: Mapped[str]
    """The customer or guest whose order it was at the time."""
    channel: Mapped[str]
    named_id: Mapped[str | None]
    """The customer whom they named; NULL: nobody whom the shop knows, or who said no."""
    agreed_at: Mapped[datetime | None]
    """When the named customer agreed that staff see their name here; NULL: they have not."""
    responded_at: Mapped[datetime] = mapped_column(server_default=func.now())
