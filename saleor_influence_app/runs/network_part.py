"""A consent for a network ends: of what is computed of the customer, what rests on that network goes.

The rest stays, here and in Saleor, for others keep it as well: expected purchases, orders with the own code,
scores (no network's tie is in them), and every segment that the own numbers still meet. Influence that rested
on the network cannot be told without a run: until the next one there is not enough evidence.
"""
# ruff: noqa: S608 - statements are put together from names of our own tables

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app.models import (
    VERSIONED,
    Credit,
    Erasure,
    Evidence,
    Membership,
    NetworkScore,
    RunState,
    Score,
    TieOrigin,
)
from saleor_influence_app.social.networks import NETWORKS
from saleor_influence_app.targeting import condition_sources, definitions
from saleor_influence_app.writeback import staging
from scoring import membership
from scoring.columns import COLUMNS
from scoring.definitions import SegmentDefinition

Given = dict[str, Any]
BLENDED = "scores-1"
"""The version of main scores that counted the ties of all networks, and so did money."""

_OF_NETWORK = "split_part({}, ':', 1) = :network"
_TABLES = {
    model: (model.__tablename__, VERSIONED[model].name) for model in (Score, Evidence, Credit, NetworkScore)
}
_HERE = "shop_id = :shop_id AND customer_id = :customer_id"
_CREDITS = " UNION ALL ".join(
    f"SELECT source_id, customer_id FROM {table} WHERE shop_id = :shop_id AND "
    + _OF_NETWORK.format("tie_kind")
    + " AND :customer_id IN (source_id, customer_id)"
    for table in _TABLES[Credit]
)
_RESTS = text(f"""
    WITH rows AS ({_CREDITS}), led AS (
        SELECT FROM ties WHERE shop_id = :shop_id AND source_id = :customer_id
            AND origin = '{TieOrigin.SOCIAL}'
            AND {_OF_NETWORK.format("kind")}
    ), done AS (
        SELECT id, model->'ledger'->>'scores_version' = :blended AS blended FROM runs
        WHERE shop_id = :shop_id AND state = '{RunState.DONE}'
    )
    SELECT EXISTS (SELECT FROM led) OR EXISTS (SELECT FROM rows WHERE source_id = :customer_id) AS influence,
        EXISTS (SELECT FROM rows) AS net,
        EXISTS (SELECT FROM led) OR EXISTS (SELECT FROM rows)
            OR EXISTS (SELECT FROM network_scores WHERE {_HERE} AND kind = :network) AS known,
        coalesce((SELECT blended FROM done ORDER BY id DESC LIMIT 1), false) AS blended,
        coalesce((SELECT bool_or(blended) FROM done), false) AS blended_before
""")
_APART = tuple(
    text(f"DELETE FROM {table} WHERE {_HERE} AND kind = :network") for table in _TABLES[NetworkScore]
)
_REASONS = tuple(text(f"DELETE FROM {table} WHERE {_HERE}") for table in _TABLES[Evidence])
_NET = tuple(text(f"UPDATE {table} SET net = NULL WHERE {_HERE}") for table in _TABLES[Score])
_SCORE_COLUMNS = ("score", "reach", "amplification", "network", "ambassador")
_SCORES = tuple(
    text(f"UPDATE {table} SET {', '.join(f'{name} = NULL' for name in _SCORE_COLUMNS)} WHERE {_HERE}")
    for table in _TABLES[Score]
)
# What is proven stays proven: by orders with the code, of so many people, or by a trial.
_INFLUENCE = tuple(
    text(f"""
        UPDATE {table} AS s SET civ = NULL, civ_estimate = NULL, civ_low = NULL, civ_high = NULL,
            possible_up_to = NULL, civ_expected = NULL, civ_expected_low = NULL, civ_expected_high = NULL,
            influenced = CASE WHEN crv > 0 THEN least(influenced, (
                SELECT count(DISTINCT c.customer_id) FROM credits c WHERE c.shop_id = :shop_id
                    AND c.source_id = :customer_id AND c.proven AND c.credit > 0)) END,
            verdict = CASE WHEN verdict = 'proven' THEN verdict ELSE 'not enough evidence' END,
            value = clv + coalesce(crv_expected, 0), value_low = clv_low + coalesce(crv_expected_low, 0),
            value_high = clv_high + coalesce(crv_expected_high, 0)
        WHERE s.{_HERE.replace("AND ", "AND s.")}
    """)
    for table in _TABLES[Score]
)
# As `scoring.values` says it: by value, equal ones alike, in whole per cent.
_PERCENTILE = text(f"""
    UPDATE scores s SET percentile = floor(100.0 * (r.everybody - r.better - r.equal / 2.0) / r.everybody)
    FROM (
        SELECT count(*) AS everybody, count(*) FILTER (WHERE o.value > own.value) AS better,
            count(*) FILTER (WHERE o.value = own.value) AS equal
        FROM scores own JOIN scores o USING (shop_id)
        WHERE own.{_HERE.replace("AND ", "AND own.")}
    ) AS r WHERE s.{_HERE.replace("AND ", "AND s.")}
""")


def take_away(session: Session, shop_id: int, customer_id: str, *, network: str) -> None:
    """Nothing computed of the customer rests on this network any more; call it while its ties are here."""
    staging.lock(session, shop_id)
    given: Given = {"shop_id": shop_id, "customer_id": customer_id, "network": network}
    rests = session.execute(_RESTS, given | {"blended": BLENDED}).one()
    statements = [*_APART, *(_NET if rests.net else ())]
    changed = bool(rests.net)
    for place, blended in enumerate((rests.blended, rests.blended_before)):
        if rests.influence and (NETWORKS[network].terms.combinable or blended):
            statements += [_INFLUENCE[place], _REASONS[place]]
            changed = True
        if rests.known and blended:
            statements.append(_SCORES[place])
            changed = True
    for statement in (*statements, *((_PERCENTILE,) if changed else ())):
        session.execute(statement, given)
    blended = rests.known and rests.blended_before
    concerned = {
        name: definition
        for name, definition in definitions.of_shop(session, shop_id).items()
        if any(
            one.about == network or (changed and _may_rest_on_networks(one.column, blended=blended))
            for one in definition.conditions
        )
    }
    _keep_in_segments(session, shop_id, customer_id, concerned=concerned)
    if changed or concerned:
        staging.stage_one(session, shop_id, customer_id)


def _keep_in_segments(
    session: Session, shop_id: int, customer_id: str, *, concerned: dict[str, SegmentDefinition]
) -> None:
    """Leave the customer in those of the segments, now and in earlier runs, that their numbers still meet.

    Only segments that ask for what may rest on networks are `concerned`; scores do where they were blended.
    Places among others stay as they were.
    """
    places: list[Any] = [Membership.__table__, VERSIONED[Membership]]
    row = condition_sources.row_of(session, shop_id, customer_id, definitions=concerned.values())
    for name, definition in concerned.items():
        numbers = [] if row is None else membership.numbers(definition, row)
        for place in places:
            inside = (place.c.shop_id == shop_id, place.c.customer_id == customer_id, place.c.segment == name)
            if row is None or not membership.stays(definition, numbers):
                session.execute(delete(place).where(*inside))
                continue
            parts = membership.parts(definition, numbers, membership.times(row, row["day"]))
            session.execute(update(place).where(*inside).values(reason="", parts=parts))


def _may_rest_on_networks(column: str, *, blended: bool) -> bool:
    return COLUMNS[column].by_networks or (blended and column in _SCORE_COLUMNS)


def take_away_since(session: Session, shop_id: int, since: datetime) -> None:
    """The same for consents that ended after a run had read the ties, in what that run has written."""
    ended = select(Erasure.customer_id, Erasure.network).where(
        Erasure.shop_id == shop_id,
        Erasure.asked_at >= since,
        Erasure.customer_id.is_not(None),
        Erasure.network.is_not(None),
    )
    for customer_id, network in session.execute(ended.distinct()).all():
        if customer_id is not None and network is not None:
            take_away(session, shop_id, customer_id, network=network)
