"""A shop whose segments have members, without the orders and runs that would make them."""

from collections.abc import Sequence

from sqlalchemy import text

_CUSTOMERS = text("""
    INSERT INTO customers (shop_id, customer_id, updated_at, seen_at)
    SELECT :shop_id, name, now(), now() FROM unnest(CAST(:names AS text[])) AS name
    ON CONFLICT DO NOTHING
""")
_MEMBERS = text("""
    INSERT INTO memberships (shop_id, segment, customer_id, run_id, since, reason, parts)
    SELECT :shop_id, :segment, name, :run_id, now(), '', '[]' FROM unnest(CAST(:names AS text[])) AS name
""")
_RUN = text("""
    INSERT INTO runs (shop_id, kind, state, finished_at) VALUES (:shop_id, 'full', 'done', now()) RETURNING id
""")


def put_members(shop_id: int, segment: str, names: Sequence[str]) -> None:
    """These customers are in the segment, by a run of its own."""
    from saleor_influence_app import db
    from saleor_influence_app.targeting import definitions

    with db.transaction() as session:
        definitions.store_defaults(session, shop_id)
        given = {"shop_id": shop_id, "segment": segment, "names": list(names)}
        run_id = session.execute(_RUN, given).scalar_one()
        session.execute(_CUSTOMERS, given)
        session.execute(_MEMBERS, given | {"run_id": run_id})
