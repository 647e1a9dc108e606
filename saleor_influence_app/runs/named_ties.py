"""Ties of kind `named`: a customer or guest said after an order who told them of the shop."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import NAMED, TieOrigin
from saleor_influence_app.orders import corrections
from saleor_influence_app.runs import inputs
from saleor_influence_app.shops import shops
from scoring.parameters import LEAST_PAID

# Who bought then is read anew in every run: a guest may have an account since, or the order be not theirs.
# Dated by the order, known from the response on, so that neither this order nor one before earns anything.
# A response whose order is nobody's any more is of somebody who was erased while they sent it.
_DERIVE = """
    WITH bought AS ({purchases}), erased AS (
        DELETE FROM survey_responses r USING orders o
        WHERE r.shop_id = :shop_id AND o.shop_id = :shop_id AND o.order_id = r.order_id
            AND o.customer_id IS NULL AND '' = ANY (o.former_accounts)
    ), known AS (
        SELECT r.named_id AS source_id, b.buyer_id AS target_id,
            min(least(b.created_at, r.responded_at)) AS valid_from, min(r.responded_at) AS known_at,
            bool_and(r.agreed_at IS NULL) AS is_hidden
        FROM survey_responses r
        JOIN bought b ON b.order_id = r.order_id
        JOIN customers s ON s.shop_id = :shop_id AND s.customer_id = r.named_id
        WHERE r.shop_id = :shop_id AND b.paid_share >= {least} AND b.buyer_id <> r.named_id
            AND NOT b.is_nobodys AND s.deleted_at IS NULL AND NOT s.is_staff
            AND NOT EXISTS (SELECT FROM objections j WHERE j.shop_id = :shop_id AND j.ended_at IS NULL
                AND j.customer_id = r.named_id)
        GROUP BY r.named_id, b.buyer_id
    ), gone AS (
        DELETE FROM ties t WHERE shop_id = :shop_id AND origin = '{survey}' AND NOT EXISTS (
            SELECT FROM known k WHERE (k.source_id, k.target_id) = (t.source_id, t.target_id))
    )
    INSERT INTO ties AS t (shop_id, source_id, target_id, kind, origin, valid_from, known_at, is_hidden)
    SELECT :shop_id, source_id, target_id, '{named}', '{survey}', valid_from, known_at, is_hidden FROM known
    ON CONFLICT (shop_id, source_id, target_id, kind) DO UPDATE
    SET valid_from = excluded.valid_from, known_at = excluded.known_at, is_hidden = excluded.is_hidden
    WHERE t.origin = '{survey}' AND (t.valid_from, t.known_at, t.is_hidden)
        IS DISTINCT FROM (excluded.valid_from, excluded.known_at, excluded.is_hidden)
"""


def derive(session: Session, shop_id: int) -> None:
    """Make the ties that follow from survey responses those of the responses as they are now.

    Buyers are accounts or guests, as in the ledger's lines. Who objects is at no end of any of them.
    """
    shops.lock_facts(session, shop_id)
    db.expect_many_rows(session)
    bought = inputs.purchases(shop_id).subquery("p")
    nobodys = corrections.is_not_theirs(shop_id, bought.c.order_id).label("is_nobodys")
    columns = (bought.c[name] for name in ("order_id", "buyer_id", "created_at", "paid_share"))
    inner = select(*columns, nobodys).compile(
        dialect=session.get_bind().dialect, compile_kwargs={"literal_binds": True}
    )
    session.execute(
        text(
            _DERIVE.format(
                purchases=str(inner).replace(":", r"\:"),
                survey=TieOrigin.SURVEY,
                named=NAMED,
                least=LEAST_PAID,
            )
        ),
        {"shop_id": shop_id},
    )
