"""Customers whom the ledger passes by: resellers and test accounts, as staff say it."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import models, run_queue, settings
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import Customer, Exclusion

ExclusionReason = models.ExclusionReason


def exclude(session: Session, shop_id: int, customer_id: str, *, reason: str) -> None:
    """Exclude the customer from the ledger, and queue a run without them."""
    known = select(Customer.customer_id).where(
        Customer.shop_id == shop_id, Customer.customer_id == customer_id, Customer.deleted_at.is_(None)
    )
    if session.scalars(known.with_for_update(key_share=True)).first() is None:
        raise RowMissing("There is no such customer in this shop.")
    row = insert(Exclusion).values(shop_id=shop_id, customer_id=customer_id, reason=reason)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Exclusion.shop_id, Exclusion.customer_id], set_={"reason": row.excluded.reason}
        )
    )
    run_queue.request(session, shop_id, delay=settings.get().score_delay_seconds)


def include(session: Session, shop_id: int, customer_id: str) -> None:
    """Include the customer again, and queue a run with them."""
    gone = session.execute(
        delete(Exclusion)
        .where(Exclusion.shop_id == shop_id, Exclusion.customer_id == customer_id)
        .returning(Exclusion.customer_id)
    ).scalar()
    if gone is None:
        raise RowMissing("This customer is not excluded.")
    run_queue.request(session, shop_id, delay=settings.get().score_delay_seconds)
