"""The shopper's statement as it is answered: what the tables say, and what they may contest of it."""

from dataclasses import asdict
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from saleor_influence_app.queries import data_subject_report, perks
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.data_subject_report import Standing, Statement
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.perks import ShopperPerk
from saleor_influence_app.rights import contests, standing, subjects
from saleor_influence_app.surveys import responses
from saleor_influence_app.surveys.responses import SurveyChannel

MOST_TIES = 500


class OrderShown(ApiModel):
    """An order that counts as theirs."""

    order_id: str
    number: str
    created_at: datetime
    charged: Money
    has_email: bool
    has_address: bool
    has_card: bool
    """A keyed hash of it is held; the thing itself is not."""


class TieShown(ApiModel):
    """A tie to somebody who is not named: `handle` is for contesting it."""

    handle: str
    kind: str
    may_be_led: bool
    since: datetime | None


class HouseholdShown(ApiModel):
    """Somebody who is taken to be of the same home, who is not named."""

    handle: str
    by: list[Literal["address", "card"]]


class SurveyResponseShown(ApiModel):
    """What they responded to the shop's survey. Whether the shop knows whom they named is not said."""

    id: int
    order_number: str | None
    channel: SurveyChannel
    responded_at: datetime


class NamingShown(ApiModel):
    """Somebody said that they told them of the shop; who it was is not said."""

    id: int
    named_at: datetime
    agreed_at: datetime | None


class ShopperStatement(Statement):
    """Everything about one person, who may be a guest."""

    is_guest: bool
    takes_part: bool
    """Whether anything is computed of them."""
    orders: list[OrderShown]
    tie_rows: list[TieShown]
    households: list[HouseholdShown]
    perks: list[ShopperPerk]
    survey_responses: list[SurveyResponseShown]
    namings: list[NamingShown]


def statement_of(session: Session, shop_id: int, customer_id: str, *, base: str = "") -> ShopperStatement:
    """What is held of this customer or guest, what follows from it, and what can be contested?

    `base` is the address of this app, for links; without it they begin with a slash.
    """
    stands = standing.standing(session, shop_id, customer_id)
    shown = Standing.model_validate(asdict(stands))
    found = data_subject_report.statement(session, shop_id, customer_id, standing=shown)
    ties = list(contests.ties_of(session, shop_id, customer_id))[:MOST_TIES]
    return ShopperStatement(
        **{name: getattr(found, name) for name in Statement.model_fields},
        is_guest=subjects.is_guest(customer_id),
        takes_part=stands.takes_part,
        orders=[
            OrderShown(
                order_id=one.order_id,
                number=one.number,
                created_at=one.created_at,
                charged=amount(one.charged, one.currency),
                has_email=one.email_hash is not None,
                has_address=one.address_hash is not None,
                has_card=one.payment_hash is not None,
            )
            for one in subjects.orders_of(session, shop_id, customer_id)
        ],
        perks=perks.of_shopper(session, shop_id, customer_id, base=base),
        survey_responses=_survey(session, shop_id, customer_id),
        namings=[
            NamingShown.model_validate(asdict(one))
            for one in responses.namings(session, shop_id, customer_id)
        ],
        tie_rows=[TieShown.model_validate(one) for one in ties],
        households=[
            HouseholdShown(handle=one.handle, by=list(one.by))
            for one in contests.households_of(session, shop_id, customer_id)
        ],
    )


def _survey(session: Session, shop_id: int, customer_id: str) -> list[SurveyResponseShown]:
    """What they responded, with the numbers of the orders while these are known."""
    numbers = {one.order_id: one.number for one in subjects.orders_of(session, shop_id, customer_id)}
    return [
        SurveyResponseShown(
            id=one.id,
            order_number=numbers.get(one.order_id),
            channel=SurveyChannel(one.channel),
            responded_at=one.responded_at,
        )
        for one in responses.of_respondent(session, shop_id, customer_id)
    ]
