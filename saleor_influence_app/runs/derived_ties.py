"""Ties between customers that follow from orders: redeemed personal codes, used gift cards."""

from sqlalchemy import func, or_, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import Order, TieOrigin
from saleor_influence_app.orders import ownership
from saleor_influence_app.runs import inputs
from saleor_influence_app.shops import shops
from scoring.parameters import LEAST_PAID

# A redeemed code ties its owner to who redeemed it, a used gift card who bought it to who used it; both from
# that order on, so that the order itself earns nothing by the tie. While a code leaks it ties nobody.
_DERIVED = """
    WITH owners AS ({owners}), objecting AS (
        SELECT customer_id FROM objections WHERE shop_id = :shop_id AND ended_at IS NULL
    ), paid AS (
        SELECT o.order_id, o.created_at, o.voucher_code, o.gift_givers, w.customer_id
        FROM orders o JOIN owners w USING (order_id)
        WHERE o.shop_id = :shop_id AND o.status <> ALL (:no_purchase)
            AND o.charged > 0 AND o.charged >= {least} * o.gross
    ), found AS (
        SELECT c.customer_id AS source_id, p.customer_id AS target_id, 'code' AS kind, p.created_at
        FROM paid p JOIN personal_codes c
          ON c.shop_id = :shop_id AND c.code = p.voucher_code AND c.valid_from <= p.created_at
        WHERE NOT EXISTS (
            SELECT FROM code_leaks l WHERE l.shop_id = :shop_id AND l.code = c.code
                AND l.since <= p.created_at AND (l.until IS NULL OR p.created_at < l.until))
        UNION ALL
        SELECT g.giver_id, p.customer_id, 'gift', p.created_at
        FROM paid p CROSS JOIN unnest(p.gift_givers) AS g (giver_id)
    ), known AS (
        SELECT source_id, target_id, kind, min(created_at) AS valid_from FROM found
        JOIN customers s ON s.shop_id = :shop_id AND s.customer_id = source_id
        WHERE source_id <> target_id AND s.deleted_at IS NULL AND NOT s.is_staff
            AND NOT EXISTS (SELECT FROM objecting j WHERE j.customer_id = source_id)
            AND NOT EXISTS (SELECT FROM objecting j WHERE j.customer_id = target_id)
        GROUP BY source_id, target_id, kind
    ), gone AS (
        DELETE FROM ties t WHERE shop_id = :shop_id AND origin = '{orders}' AND NOT EXISTS (
            SELECT FROM known k
            WHERE (k.source_id, k.target_id, k.kind) = (t.source_id, t.target_id, t.kind))
    )
    INSERT INTO ties AS t (shop_id, source_id, target_id, kind, origin, valid_from, known_at)
    SELECT :shop_id, source_id, target_id, kind, '{orders}', valid_from, NULL FROM known
    ON CONFLICT (shop_id, source_id, target_id, kind) DO UPDATE
    SET valid_from = excluded.valid_from, known_at = NULL
    WHERE t.origin = '{orders}'
        AND (t.valid_from IS DISTINCT FROM excluded.valid_from OR t.known_at IS NOT NULL)
"""


def derive(session: Session, shop_id: int) -> None:
    """Make the ties that follow from orders those of the shop's orders as they are now."""
    shops.lock_facts(session, shop_id)
    db.expect_many_rows(session)
    ties = or_(Order.voucher_code.is_not(None), func.cardinality(Order.gift_givers) > 0)
    inner = (
        ownership.order_owners(shop_id)
        .where(ties)
        .compile(dialect=session.get_bind().dialect, compile_kwargs={"literal_binds": True})
    )
    session.execute(
        text(_DERIVED.format(owners=inner, orders=TieOrigin.ORDERS, least=LEAST_PAID)),
        {"shop_id": shop_id, "no_purchase": list(inputs.NO_PURCHASE)},
    )
