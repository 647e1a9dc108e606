"""Whose an order is: the account it is bound to, else the account with the same e-mail address.

Saleor attaches a guest's orders to a new account silently: no event, and the order's updatedAt stays.
So nothing is copied into the orders; guests are joined when read.
"""

from sqlalchemy import FromClause, Select, and_, case, func, join, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.models import ContestKind, Customer, Order
from saleor_influence_app.orders import corrections

ORDERS_OF = f"""SELECT o.order_id FROM customers me JOIN orders o ON o.shop_id = me.shop_id AND (
        o.customer_id = me.customer_id
        OR (o.email_hash = me.email_hash
            AND NOT EXISTS (SELECT FROM customers a WHERE a.shop_id = o.shop_id
                AND a.customer_id = o.customer_id AND a.deleted_at IS NULL)
            AND NOT EXISTS (SELECT FROM customers x WHERE x.shop_id = me.shop_id
                AND x.email_hash = me.email_hash AND x.deleted_at IS NULL
                AND (x.updated_at > me.updated_at
                    OR (x.updated_at = me.updated_at AND x.customer_id < me.customer_id)))))
    WHERE me.shop_id = :shop_id AND me.customer_id = :customer_id AND me.deleted_at IS NULL
        AND NOT EXISTS (SELECT FROM corrections c WHERE c.shop_id = o.shop_id
            AND c.kind = '{ContestKind.ORDER}' AND c.customer_id = me.customer_id
            AND c.order_id = o.order_id)"""  # noqa: S608
"""Select (order_id) of one customer's orders: the same as `order_owners`, without a look at all others."""


def order_owners(shop_id: int) -> Select[int, str, str]:
    """Select (shop_id, order_id, customer_id) of the shop's orders that belong to a customer who is there.

    Orders of guests without an account, and of deleted customers, are not in it; staff are. Nor are those
    that were found not to be theirs.
    """
    orders, owner = with_owners(shop_id)
    found = select(Order.shop_id, Order.order_id, owner.label("customer_id")).select_from(orders)
    return found.where(Order.shop_id == shop_id, owner.is_not(None))


def with_owners(shop_id: int) -> tuple[FromClause, ColumnElement[str]]:
    """Return the orders joined with what tells their owners, and whose each is: NULL for nobody's.

    In a question about the orders themselves this is one pass over them.
    """
    account = aliased(Customer, name="account")
    by_address = (
        select(Customer.email_hash, Customer.customer_id)
        .where(Customer.shop_id == shop_id, Customer.email_hash.is_not(None), Customer.deleted_at.is_(None))
        # An address has one account in Saleor; while it moves from one to another, we may know it of both.
        .ext(distinct_on(Customer.email_hash))
        .order_by(Customer.email_hash, Customer.updated_at.desc(), Customer.customer_id)
        .subquery("by_address")
    )
    found = func.coalesce(account.customer_id, by_address.c.customer_id)
    theirs_not = corrections.orders_not_theirs(shop_id).subquery("theirs_not")
    orders = (
        join(
            Order,
            account,
            and_(
                account.shop_id == Order.shop_id,
                account.customer_id == Order.customer_id,
                account.deleted_at.is_(None),
            ),
            isouter=True,
        )
        .outerjoin(by_address, by_address.c.email_hash == Order.email_hash)
        .outerjoin(
            theirs_not, and_(theirs_not.c.order_id == Order.order_id, theirs_not.c.customer_id == found)
        )
    )
    return orders, case((theirs_not.c.order_id.is_(None), found))
