"""What a run reads of a shop, as queries: orders, their lines, codes, ties, and who takes no part.

Buyers without an account are guests with a name of ours, so that the ledger knows what they bought: by their
e-mail hash, or for a single order. Who objects is nobody in any of it: their orders stay in the shop's
totals, as a stranger's would, and their ties, codes and marks of a household are left out.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Float,
    LargeBinary,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.models import (
    Category,
    CodeLeak,
    Customer,
    Evidence,
    Exclusion,
    ExclusionReason,
    Objection,
    Order,
    OrderLine,
    PersonalCode,
    PrivacySettingsRow,
    Tie,
    TieOrigin,
    Trial,
    TrialState,
)
from saleor_influence_app.orders import corrections, ownership
from saleor_influence_app.shops.suppression import GUEST, objects
from saleor_influence_app.social.networks import COMBINABLE
from scoring.words import LEADS

NO_PURCHASE = ("CANCELED", "EXPIRED", "DRAFT")
"""States of an order that is none: whatever was charged is on its way back."""
MARKS = ("household", "payment", "mailbox")
"""What two customers share who are one household."""
MOST_AT_HOME = 8
"""An address or a card of more customers is an office or a parcel station, no household."""


def lines(shop_id: int) -> Any:
    """Select the lines of the shop's purchases, with their buyers and how far they were paid."""
    bought = purchases(shop_id).subquery("bought")
    return select(
        OrderLine.order_id,
        OrderLine.line_id,
        bought.c.buyer_id,
        OrderLine.product_id,
        OrderLine.category_id,
        bought.c.created_at,
        bought.c.currency,
        cast(OrderLine.net, Float).label("net"),
        bought.c.paid_share,
        OrderLine.is_gift,
        OrderLine.is_gift_card,
    ).join(bought, and_(OrderLine.shop_id == shop_id, OrderLine.order_id == bought.c.order_id))


def codes(shop_id: int) -> Any:
    """Select whose the personal codes are."""
    return select(PersonalCode.code, PersonalCode.customer_id, PersonalCode.valid_from).where(
        PersonalCode.shop_id == shop_id, ~objects(shop_id, PersonalCode.customer_id)
    )


def leaks(shop_id: int) -> Any:
    """Select from when to when crediting of which code is paused."""
    return select(CodeLeak.code, CodeLeak.since, CodeLeak.until).where(CodeLeak.shop_id == shop_id)


def ties(shop_id: int) -> Any:
    """Select who may influence whom; what networks say counts while the shop has them switched on.

    Who was found not to know whom stays apart, though orders or staff tell it again.
    Among them are those of networks whose terms allow no combining: see `money_ties`.
    """
    names = ("source_id", "target_id", "kind", "weight", "valid_from", "valid_to", "known_at")
    counts = (Tie.origin != TieOrigin.SOCIAL) | _network_is_on(shop_id)
    strangers = corrections.are_strangers(shop_id, Tie.source_id, Tie.target_id)
    told = select(*(getattr(Tie, name) for name in names)).where(Tie.shop_id == shop_id, counts, ~strangers)
    return told.where(~objects(shop_id, Tie.source_id), ~objects(shop_id, Tie.target_id))


def money_ties(shop_id: int) -> Any:
    """Select of the ties those that may count beside others: without networks that forbid combining."""
    may = (Tie.origin != TieOrigin.SOCIAL) | _network_of(Tie.kind).in_(COMBINABLE)
    return ties(shop_id).where(may)


def leaders(shop_id: int) -> Any:
    """Select who leads by the last run: a verdict does not go as easily as it comes."""
    whole = (Evidence.shop_id == shop_id, Evidence.topic == "", Evidence.inferred == LEADS)
    return select(Evidence.customer_id).where(*whole)


def networks(shop_id: int) -> Any:
    """Select the networks that are switched on and that ties have come of."""
    social = (Tie.shop_id == shop_id, Tie.origin == TieOrigin.SOCIAL, _network_is_on(shop_id))
    return select(_network_of(Tie.kind)).where(*social).distinct().order_by(_network_of(Tie.kind))


def _network_of(kind: Any) -> Any:
    return func.split_part(kind, literal_column("':'"), literal_column("1"))


def _network_is_on(shop_id: int) -> Any:
    on = (
        PrivacySettingsRow.shop_id == shop_id,
        PrivacySettingsRow.enabled,
        PrivacySettingsRow.networks.has_key(_network_of(Tie.kind)),
    )
    return select(null()).where(*on).exists()


def trials(shop_id: int) -> Any:
    """Select the trials that have a result: lots from the first look on, invitations once they ended."""
    told, told_bought, untold_bought = (
        case((Trial.things.is_not(None), column)).label(name)
        for name, column in (
            ("told", Trial.invited),
            ("told_bought", Trial.invited_bought),
            ("untold_bought", Trial.held_out_bought),
        )
    )
    p = func.coalesce(Trial.p, 1 / func.greatest(Trial.e_value, 1.0)).label("p")
    seen = case((Trial.things.is_not(None), Trial.looked_at), else_=Trial.ended_at).label("seen_at")
    return select(
        Trial.id.label("trial_id"), Trial.customer_id, seen, p, told, told_bought, untold_bought
    ).where(
        Trial.shop_id == shop_id,
        or_(
            and_(Trial.things.is_(None), Trial.state == TrialState.ENDED),
            and_(Trial.things.is_not(None), Trial.looked_at.is_not(None)),
        ),
    )


def categories(shop_id: int) -> Any:
    """Select the tree of categories."""
    return select(Category.category_id, Category.parent_id).where(Category.shop_id == shop_id)


def customers(shop_id: int) -> Any:
    """Select who takes no part, and who shares a delivery address or a card with whom: one row each."""
    bought = purchases(shop_id).cte("bought")
    no_marks = [cast(null(), LargeBinary).label(name) for name in MARKS]
    no = literal(value=False)
    marked = (
        select(
            Customer.customer_id,
            Customer.is_staff,
            (func.coalesce(Exclusion.reason, "") == ExclusionReason.RESELLER).label("is_reseller"),
            (func.coalesce(Exclusion.reason, "") == ExclusionReason.TEST).label("is_test"),
            no.label("opted_out"),
            *no_marks,
        )
        .outerjoin(Exclusion, _same_customer(Exclusion))
        .where(Customer.shop_id == shop_id)
        .where(Customer.is_staff | Exclusion.reason.is_not(None))
    )
    objecting = select(
        Objection.customer_id,
        *(no.label(name) for name in ("is_staff", "is_reseller", "is_test")),
        literal(value=True).label("opted_out"),
        *no_marks,
    ).where(Objection.shop_id == shop_id, Objection.ended_at.is_(None))
    marks = [
        _marked(name, corrections.divided(shop_id, shared.cte(f"shared_{name}")).subquery(f"divided_{name}"))
        for name, shared in (
            *((name, _sharing(bought, name)) for name in ("household", "payment")),
            ("mailbox", _mailboxes(shop_id, bought)),
        )
    ]
    rows = union_all(marked, objecting, *marks).subquery("rows")
    names = ("customer_id", "is_staff", "is_reseller", "is_test", "opted_out")
    return select(
        *(rows.c[name] for name in names),
        *(func.encode(rows.c[name], "hex").label(name) for name in MARKS),
    )


def orders_by_key(shop_id: int, seed: Any) -> Any:
    """Select every purchase with its key, its buyer's, and the buyer's name where they have no account."""
    bought = purchases(shop_id).subquery("bought")
    has_account = bought.c.customer_id.is_not(None)
    names = ("created_at", "currency", "charged", "paid_share", "voucher_code")
    return select(
        key(bought.c.order_id, seed).label("order_key"),
        bought.c.order_id,
        key(bought.c.buyer_id, seed).label("buyer_key"),
        case((~has_account, bought.c.buyer_id)).label("guest_id"),
        has_account.label("has_account"),
        *(bought.c[name] for name in names),
    )


def lines_by_key(shop_id: int, seed: Any) -> Any:
    """Select all lines with the keys of their orders, those that are no purchases as well."""
    return select(
        key(OrderLine.order_id, seed).label("order_key"),
        OrderLine.line_id,
        OrderLine.product_id,
        OrderLine.category_id,
        cast(OrderLine.net, Float).label("net"),
        OrderLine.is_gift,
        OrderLine.is_gift_card,
    ).where(OrderLine.shop_id == shop_id)


def ties_by_key(shop_id: int, seed: Any) -> Any:
    """Select the ties with the keys of both ends."""
    told = ties(shop_id).subquery("told")
    ends = (key(told.c[f"{end}_id"], seed).label(f"{end}_key") for end in ("source", "target"))
    return select(*ends, *(told.c[name] for name in ("kind", "weight", "valid_from", "valid_to", "known_at")))


def people_by_key(shop_id: int, seed: int) -> Any:
    """Select who has an account, with their keys."""
    known = select(key(Customer.customer_id, seed).label("key"), Customer.customer_id.label("id"))
    return known.where(Customer.shop_id == shop_id)


def tie_ends_by_key(shop_id: int, keys: list[int], seed: int) -> Any:
    """Select those at an end of a tie who have one of the keys."""
    wanted = select(func.unnest(cast(keys, ARRAY(BigInteger))))
    ends = (Tie.source_id, Tie.target_id)
    found = (
        select(key(end, seed).label("key"), end.label("id")).where(
            Tie.shop_id == shop_id, key(end, seed).in_(wanted)
        )
        for end in ends
    )
    return union(*found)


def texts_by_key(texts: list[str], seed: int) -> Any:
    """Select these texts with their keys."""
    one = func.unnest(cast(texts, ARRAY(Text))).column_valued("id")
    return select(key(one, seed).label("key"), one).distinct()


def key(text: Any, seed: Any) -> Any:
    """Return what stands for an id within a run: its 64-bit hash."""
    return func.hashtextextended(text, cast(seed, BigInteger))


def purchases(shop_id: int) -> Any:
    """Select every purchase with its buyer, guest or not; NULL for who objects."""
    orders, owner = ownership.with_owners(shop_id)
    nobodys = corrections.is_not_theirs(shop_id, Order.order_id)
    address = case((~nobodys, func.encode(Order.email_hash, "hex")))
    guest = literal(GUEST) + func.coalesce(address, Order.order_id)
    buyer = func.coalesce(owner, guest)
    whole = func.greatest(Order.gross, Order.charged)
    return (
        select(
            Order.order_id,
            Order.created_at,
            Order.currency,
            cast(func.greatest(Order.charged, 0) / func.nullif(whole, 0), Float).label("paid_share"),
            cast(Order.charged, Float).label("charged"),
            Order.voucher_code,
            case((Objection.id.is_(None), buyer)).label("buyer_id"),
            case((Objection.id.is_(None), func.nullif(owner, ""))).label("customer_id"),
            Order.address_hash.label("household"),
            Order.payment_hash.label("payment"),
            case((~nobodys, func.coalesce(Order.mailbox_hash, Order.email_hash))).label("mailbox"),
        )
        .select_from(orders)
        .outerjoin(
            Objection,
            and_(Objection.shop_id == shop_id, Objection.customer_id == buyer, Objection.ended_at.is_(None)),
        )
        .where(_counts(shop_id))
    )


def _counts(shop_id: int) -> ColumnElement[bool]:
    """Say in SQL that an order is a purchase, and not of somebody who was deleted or erased."""
    nobodys = Order.customer_id.is_(None) & (literal("") == func.any_(Order.former_accounts))
    return and_(Order.shop_id == shop_id, Order.status.not_in(NO_PURCHASE), ~nobodys)


def _sharing(bought: Any, name: str) -> Any:
    """Select buyers who share the address or the card with a few others."""
    mark, buyer = bought.c[name], bought.c.buyer_id
    of_somebody = (mark.is_not(None), buyer.is_not(None))
    # Nearly every mark is of one buyer, with many orders: those are not told apart one by one.
    number = key(buyer, 0)
    of_several = select(mark).where(*of_somebody).group_by(mark).having(func.min(number) < func.max(number))
    pairs = select(buyer, mark.label("mark")).where(*of_somebody, mark.in_(of_several))
    known = pairs.distinct().cte(f"known_{name}")
    shared = (
        select(known.c.mark)
        .group_by(known.c.mark)
        .having(func.count().between(2, MOST_AT_HOME))
        .subquery(f"few_{name}")
    )
    return select(known.c.buyer_id.label("customer_id"), known.c.mark).join(
        shared, shared.c.mark == known.c.mark
    )


def _mailboxes(shop_id: int, bought: Any) -> Any:
    """Select buyers and accounts whose mail goes to one mailbox, however many addresses it has."""
    # Most mailboxes have one address: only where somebody used a variant can there be two people of one.
    variants = union(
        *(
            select(table.mailbox_hash).where(table.shop_id == shop_id, table.mailbox_hash.is_not(None))
            for table in (Customer, Order)
        )
    ).cte("variants")
    of_variants = select(variants.c.mailbox_hash)
    mailbox = func.coalesce(Customer.mailbox_hash, Customer.email_hash)
    accounts = select(Customer.customer_id, mailbox.label("mark")).where(
        Customer.shop_id == shop_id,
        mailbox.in_(of_variants),
        Customer.deleted_at.is_(None),
        Customer.email_hash.is_not(None),
        ~objects(shop_id, Customer.customer_id),
    )
    buyers = select(bought.c.buyer_id, bought.c.mailbox).where(
        bought.c.buyer_id.is_not(None), bought.c.mailbox.in_(of_variants)
    )
    known = union(accounts, buyers).subquery("known_mailbox")
    return select(known.c.customer_id, known.c.mark)


def _marked(name: str, shared: Any) -> Any:
    """Select rows that say nothing of a customer but this mark."""
    no = literal(value=False)
    return select(
        shared.c.customer_id.label("customer_id"),
        *(no.label(label) for label in ("is_staff", "is_reseller", "is_test", "opted_out")),
        *((shared.c.mark if one == name else cast(null(), LargeBinary)).label(one) for one in MARKS),
    )


def _same_customer(table: type[Exclusion]) -> ColumnElement[bool]:
    return and_(table.shop_id == Customer.shop_id, table.customer_id == Customer.customer_id)
