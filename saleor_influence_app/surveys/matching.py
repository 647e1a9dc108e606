"""Whom a respondent means: by a personal code, a linked handle, or an e-mail address, which is only hashed.

Every way is tried whatever is written, so that neither reply nor time tells whether somebody was found.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import privacy_settings
from saleor_influence_app.models import Customer, PersonalCode, Profile, ProfileState
from saleor_influence_app.shops import shops
from saleor_influence_app.shops.suppression import objects


def named(session: Session, shop_id: int, written: str) -> str | None:
    """Return the one customer whom the text means; None for nobody, several, staff, and who objects.

    The customer is locked against deletion until the commit.
    """
    text = written.strip()
    address = shops.email_hash(shops.email_key(session, shop_id), text) or b""
    handle = text.lower().removeprefix("@")
    on = privacy_settings.read(session, shop_id).enabled
    by_code = select(PersonalCode.customer_id).where(
        PersonalCode.shop_id == shop_id, func.lower(PersonalCode.code) == text.lower()
    )
    by_handle = select(Profile.customer_id).where(
        Profile.shop_id == shop_id,
        Profile.state == ProfileState.LINKED,
        func.ltrim(func.lower(Profile.handle), "@") == handle,
    )
    by_address = select(Customer.customer_id).where(
        Customer.shop_id == shop_id, Customer.email_hash == address
    )
    meant = {
        customer_id
        for counts, query in ((True, by_code), (on, by_handle), ("@" in text, by_address))
        for customer_id in session.scalars(query)
        if counts
    }
    alive = (
        select(Customer.customer_id)
        .where(Customer.shop_id == shop_id, Customer.customer_id.in_(meant), Customer.deleted_at.is_(None))
        .where(~Customer.is_staff, ~objects(shop_id, Customer.customer_id))
        .with_for_update(key_share=True)
    )
    found = session.scalars(alive).all()
    return found[0] if len(found) == 1 and text else None
