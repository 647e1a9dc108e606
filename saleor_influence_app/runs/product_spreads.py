"""Which products spread most, as a run stores it: nobody is named, and no page sums up the ledger."""
# ruff: noqa: S608 - statements are put together from our own words

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.fields import Json
from saleor_influence_app.runs.inputs import NO_PURCHASE
from scoring.parameters import LEAST_PAID

MOST = 50
SET_ASIDE = "code: "
"""Kinds of ties that begin so are redeemed codes that count for nothing."""

IS_PURCHASE = """NOT l.is_gift AND o.status <> ALL (:no_purchase) AND o.charged > 0
        AND o.charged >= :least_paid * greatest(o.gross, o.charged)
        AND NOT (o.customer_id IS NULL AND '' = ANY (o.former_accounts))"""
"""That a line `l` of an order `o` counts, as `inputs` reads them: bought, paid, and not of who was erased."""
OF_PURCHASE: Json = {"no_purchase": list(NO_PURCHASE), "least_paid": LEAST_PAID}
"""What `IS_PURCHASE` needs."""
_SPREADS = text(f"""
WITH led AS (
    SELECT c.product_id, c.order_id, c.customer_id, least(1, sum(
        CASE WHEN c.proven THEN 1.0 WHEN e.inferred = 'leads' AND c.amount > 0
            THEN CAST(c.credit / c.amount AS float8) * e.af ELSE 0.0 END)) AS part
    FROM credits c
    LEFT JOIN evidence e ON e.shop_id = c.shop_id AND e.customer_id = c.source_id AND e.topic = ''
    WHERE c.shop_id = :shop_id AND NOT starts_with(c.tie_kind, :set_aside)
    GROUP BY c.product_id, c.order_id, c.customer_id, c.line_id
), most AS (
    SELECT product_id, count(DISTINCT order_id) AS tied, count(DISTINCT customer_id) AS followers,
        sum(part) AS brought
    FROM led GROUP BY product_id ORDER BY tied DESC, product_id COLLATE "C" LIMIT :most
)
SELECT most.product_id, most.tied, most.followers, CAST(most.brought AS float8) AS brought,
    count(DISTINCT o.order_id) AS purchases
FROM most
LEFT JOIN order_lines l ON l.shop_id = :shop_id AND l.product_id = most.product_id
LEFT JOIN orders o ON o.shop_id = l.shop_id AND o.order_id = l.order_id AND {IS_PURCHASE}
GROUP BY 1, 2, 3, 4 ORDER BY most.tied DESC, most.product_id COLLATE "C"
""")


def most_spread(session: Session, shop_id: int) -> list[Json]:
    """Return the products with the most purchases after somebody the buyer is tied to, most first.

    Of each: `tied`, how many such purchases; `followers`, of how many people; `brought`, how many of them
    are counted; `purchases`, how many there are in all.
    """
    given = OF_PURCHASE | {"shop_id": shop_id, "set_aside": SET_ASIDE, "most": MOST}
    found = session.execute(_SPREADS, given).mappings()
    return [dict(one) | {"brought": round(one["brought"], 3)} for one in found]
