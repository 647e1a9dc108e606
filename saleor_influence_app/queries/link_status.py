"""Who is linked, who waits, who withdrew: for the staff of a shop."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app.models import Action, Purpose
from saleor_influence_app.queries import data_subject_report
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.data_subject_report import (
    ConsentRow,
    LinkedProfile,
    NetworkScores,
    TieCount,
)
from saleor_influence_app.shops.suppression import objects

LinkStatus = Literal["linked", "waiting", "withdrawn"]


class LinkState(ApiModel):
    """Where a customer stands with a network. waiting: invited, or agreed without a proven profile yet."""

    customer_id: str
    network: str
    state: LinkStatus
    handle: str | None
    proof: str | None
    trouble: str | None
    since: datetime


class LinkPage(ApiModel):
    """Some of them, and how many there are in all."""

    switched_on: bool
    """False: no admin has ever switched social profiles on, so there is nobody."""
    total: int
    links: list[LinkState]


class CustomerProfiles(ApiModel):
    """A customer's profiles with proof, their rows of the consent ledger, and what follows from them."""

    customer_id: str
    switched_on: bool
    """False: no admin has ever switched social profiles on, so there is nothing."""
    profiles: list[LinkedProfile]
    consents: list[ConsentRow]
    links: list[LinkState]
    network_scores: list[NetworkScores]
    ties: list[TieCount]


_LINKS = f"""
    WITH latest AS (
        SELECT DISTINCT ON (s.customer_id, c.network) s.customer_id, c.network, c.action, c.at
        FROM consent_subjects s
        JOIN consents c ON c.shop_id = s.shop_id AND c.customer_ref = consent_ref(s.salt, s.customer_id)
        WHERE s.shop_id = :shop_id AND c.purpose = '{Purpose.LINK}'
        ORDER BY s.customer_id, c.network, c.number DESC
    ), known AS (
        SELECT customer_id, network, 'linked' AS state, handle, proof, trouble, proven_at AS since, 1 AS place
        FROM profiles WHERE shop_id = :shop_id
        UNION ALL
        SELECT customer_id, network, 'waiting', handle, NULL, NULL, made_at, 2
        FROM invitations WHERE shop_id = :shop_id AND expires_at > now()
        UNION ALL
        SELECT customer_id, network, CASE action WHEN '{Action.GIVEN}' THEN 'waiting' ELSE 'withdrawn' END,
            NULL, NULL, NULL, at, 3
        FROM latest
    ), links AS (
        SELECT DISTINCT ON (customer_id, network) * FROM known ORDER BY customer_id, network, place
    )
    SELECT *, count(*) OVER () AS total FROM links
    WHERE (CAST(:state AS text) IS NULL OR state = :state)
        AND (CAST(:network AS text) IS NULL OR network = :network)
        AND (CAST(:customer_id AS text) IS NULL OR customer_id = :customer_id)
    ORDER BY since DESC, customer_id, network OFFSET :offset LIMIT :limit
"""


def links(  # noqa: PLR0913 - each is one part of the query string
    session: Session,
    shop_id: int,
    *,
    state: LinkStatus | None = None,
    network: str | None = None,
    customer_id: str | None = None,
    page: tuple[int, int] = (0, 100),
) -> LinkPage:
    """Who is linked, waits or withdrew, newest first? `page` is (offset, limit)."""
    given: dict[str, Any] = {
        "shop_id": shop_id,
        "state": state,
        "network": network,
        "customer_id": customer_id,
        "offset": page[0],
        "limit": page[1],
    }
    rows = session.execute(text(_LINKS), given).all()
    return LinkPage(
        switched_on=_switched_on(session, shop_id),
        total=rows[0].total if rows else 0,
        links=[LinkState.model_validate(row) for row in rows],
    )


def profiles_of(session: Session, shop_id: int, customer_id: str) -> CustomerProfiles:
    """Which profiles has this customer proven, what did they consent to, and what follows from it?

    Of who objects staff see that they are linked, and no number.
    """
    objected = session.scalar(select(objects(shop_id, customer_id)))
    profiles = data_subject_report.profiles(session, shop_id, customer_id)
    if objected:
        profiles = [one.model_copy(update={"snapshots": [], "posts_held": 0}) for one in profiles]
    return CustomerProfiles(
        customer_id=customer_id,
        switched_on=_switched_on(session, shop_id),
        profiles=profiles,
        consents=data_subject_report.consents(session, shop_id, customer_id),
        links=links(session, shop_id, customer_id=customer_id).links,
        network_scores=data_subject_report.network_scores(session, shop_id, customer_id),
        ties=[] if objected else data_subject_report.tie_counts(session, shop_id, customer_id),
    )


def _switched_on(session: Session, shop_id: int) -> bool:
    query = text("SELECT EXISTS (SELECT FROM privacy_settings WHERE shop_id = :shop_id)")
    return bool(session.scalar(query, {"shop_id": shop_id}))
