"""Personal voucher codes: whose a code is, as staff say it."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import run_queue, settings
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import Customer, PersonalCode


def assign(session: Session, shop_id: int, code: str, *, customer_id: str, valid_from: datetime) -> str:
    """The code is this customer's from then on, and a run that counts it is queued; returns it as stored."""
    bare = code.strip()
    if not bare:
        raise InputInvalid("A code must not be empty.")
    known = select(Customer.customer_id).where(
        Customer.shop_id == shop_id, Customer.customer_id == customer_id, Customer.deleted_at.is_(None)
    )
    if session.scalars(known.with_for_update(key_share=True)).first() is None:
        raise RowMissing("There is no such customer in this shop.")
    row = insert(PersonalCode).values(
        shop_id=shop_id, code=bare, customer_id=customer_id, valid_from=valid_from
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=[PersonalCode.shop_id, PersonalCode.code],
            set_={"customer_id": row.excluded.customer_id, "valid_from": row.excluded.valid_from},
        )
    )
    run_queue.request(session, shop_id, delay=settings.get().score_delay_seconds)
    return bare


def release(session: Session, shop_id: int, code: str) -> None:
    """The code is nobody's, and a run that no longer counts it is queued."""
    gone = session.execute(
        delete(PersonalCode)
        .where(PersonalCode.shop_id == shop_id, PersonalCode.code == code.strip())
        .returning(PersonalCode.code)
    ).scalar()
    if gone is None:
        raise RowMissing("There is no such personal code in this shop.")
    run_queue.request(session, shop_id, delay=settings.get().score_delay_seconds)
