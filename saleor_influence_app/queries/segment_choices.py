"""What a segment can be made of in this shop: columns, and the categories and networks they can be about."""

from typing import Literal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import privacy_settings
from saleor_influence_app.models import Category, Evidence, NetworkScore, Score
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.social.networks import COMBINABLE, NETWORKS
from saleor_influence_app.targeting import segment_columns

MOST_CATEGORIES = 500
_JUDGED = ("leads", "proven")


class SegmentColumn(ApiModel):
    """A column that a condition may name; `operators` are those that fit it."""

    column: str
    group: str
    label: str
    unit: Literal["money", "count", "days", "points", "percent", "times", "grade"]
    operators: list[Literal[">=", "<=", "==", ">", "<"]]
    grades: list[str]
    """The words that a threshold is one of, the weakest first; none where it is a number."""
    about: Literal["category", "network"] | None
    """What a condition must say beside it."""
    orders: bool
    """Whether members may be ordered by it."""


class AboutChoice(ApiModel):
    """A category or a network that a condition can be about, and for how many something is known there.

    Of a category: who leads others in it; of a network: who has scores there.
    """

    id: str
    name: str
    customers: int


class SegmentChoices(ApiModel):
    """Everything that a definition may be put together from."""

    columns: list[SegmentColumn]
    categories: list[AboutChoice]
    networks: list[AboutChoice]
    asks_for_consent: bool
    """Whether shoppers are asked to agree to perks and to being contacted."""
    currency: str | None


def choices(session: Session, shop_id: int) -> SegmentChoices:
    """What can a segment be made of?"""
    return SegmentChoices(
        columns=[SegmentColumn.model_validate(one) for one in segment_columns.choices()],
        categories=_categories(session, shop_id),
        networks=_networks(session, shop_id),
        asks_for_consent=privacy_settings.read(session, shop_id).enabled,
        currency=session.scalars(select(Score.currency).where(Score.shop_id == shop_id).limit(1)).first(),
    )


def _categories(session: Session, shop_id: int) -> list[AboutChoice]:
    """Return categories of which there is evidence, those in which most customers lead first."""
    leading = func.count().filter(Evidence.verdict.in_(_JUDGED))
    name = func.coalesce(Category.name, Evidence.topic)
    named = and_(Category.shop_id == Evidence.shop_id, Category.category_id == Evidence.topic)
    rows = session.execute(
        select(Evidence.topic, name.label("name"), leading.label("leading"))
        .outerjoin(Category, named)
        .where(Evidence.shop_id == shop_id, Evidence.topic != "")
        .group_by(Evidence.topic, name)
        .order_by(leading.desc(), name, Evidence.topic)
        .limit(MOST_CATEGORIES)
    )
    return [AboutChoice(id=row.topic, name=row.name, customers=row.leading) for row in rows]


def _networks(session: Session, shop_id: int) -> list[AboutChoice]:
    """Return networks whose scores may stand beside other figures, as far as somebody has one."""
    count = func.count()
    rows = session.execute(
        select(NetworkScore.kind, count.label("customers"))
        .where(NetworkScore.shop_id == shop_id, NetworkScore.kind.in_(COMBINABLE))
        .group_by(NetworkScore.kind)
        .order_by(count.desc(), NetworkScore.kind)
    )
    return [AboutChoice(id=row.kind, name=NETWORKS[row.kind].title, customers=row.customers) for row in rows]
