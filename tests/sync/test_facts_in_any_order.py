"""Messages come late, twice and out of order; whatever the sequence, the rows are those of the story."""

from itertools import permutations
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.sync import projection
from tests.support.laws import law, some
from tests.support.tellings import Telling, customer, deliver, line, make_shop, order, state_of, tell, told

ORDERS = ("order-1", "order-2")
CUSTOMERS = ("user-1", "user-2")
GIVERS = ("user-2", "user-3")
MINUTES = st.integers(min_value=0, max_value=4)
"""Few moments, so that many are equal."""


@st.composite
def traits(draw: st.DrawFn, numbers: set[int]) -> dict[str, Any]:
    """The lines, and what tells an order's traits; or the lines alone, as an older subscription does."""
    lines = [line(number) for number in numbers]
    if draw(st.booleans()):
        return {"lines": lines}
    for one in lines:
        one["isGift"] = draw(st.booleans())
        one["variant"]["product"]["productType"] = {"kind": draw(st.sampled_from(("NORMAL", "GIFT_CARD")))}
    street = draw(st.sampled_from((None, "Lindenweg 12", "Am Markt 1")))
    card = {"lastDigits": draw(st.sampled_from(("", "1234"))), "expMonth": 5, "expYear": 2030}
    return {
        "lines": lines,
        "shippingAddress": {"streetAddress1": street, "postalCode": "1"} if street else None,
        "giftCards": [{"createdBy": {"id": one}} for one in draw(st.sets(st.sampled_from(GIVERS)))],
        "payments": [{"isActive": True, "creditCard": card}],
    }


@st.composite
def benefits(draw: st.DrawFn, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What tells an order's benefits; or nothing, as an older subscription does."""
    if draw(st.booleans()):
        return {}
    for one in lines:
        one["undiscountedTotalPrice"] = {"gross": {"amount": draw(st.sampled_from((12.0, 15.5)))}}
    used = [
        {"id": card, "createdBy": {"id": draw(st.sampled_from(GIVERS))}, "events": draw(uses())}
        for card in draw(st.sets(st.sampled_from(("card-1", "card-2"))))
    ]
    method = draw(st.sampled_from((None, "a", "Z", "ä")))
    return {
        "discounts": [{"type": "VOUCHER", "total": {"amount": draw(st.sampled_from((0.0, 2.0)))}}],
        "shippingPrice": {"gross": {"amount": draw(st.sampled_from((0.0, 4.9)))}},
        "undiscountedShippingPrice": {"amount": 4.9},
        "deliveryMethod": {"id": method} if method else None,
        "giftCards": used,
    }


@st.composite
def uses(draw: st.DrawFn) -> list[dict[str, Any]] | None:
    if draw(st.booleans()):
        return None
    amounts = draw(st.lists(st.sampled_from((1.0, 2.5)), max_size=2))
    return [_use(order_id, amount) for amount in amounts for order_id in ORDERS]


def _use(order_id: str, amount: float) -> dict[str, Any]:
    balance = {"oldCurrentBalance": {"amount": amount}, "currentBalance": {"amount": 0.0}}
    return {"orderId": order_id, "balance": balance}


@st.composite
def order_events(draw: st.DrawFn) -> Telling:
    order_id, user = draw(st.sampled_from(ORDERS)), draw(st.sampled_from((None, *CUSTOMERS)))
    changed = draw(MINUTES)
    numbers = draw(st.sets(st.integers(1, 3)))
    more = draw(traits(numbers))
    return told(
        draw(st.sampled_from(("order_created", "order_updated", "order_refunded", "order_cancelled"))),
        order(
            order_id,
            user=user,
            minutes=changed,
            status=draw(st.sampled_from(("UNFULFILLED", "CANCELED"))),
            charged=draw(st.sampled_from((0.0, 5.5, 12.0, -3.0))),
            voucherCode=draw(st.sampled_from((None, "ADA-10"))),
            **(more | draw(benefits(more["lines"]))),
        ),
        minutes=changed + draw(st.integers(0, 2)),
    )


@st.composite
def customer_events(draw: st.DrawFn) -> Telling:
    changed = draw(MINUTES)
    subject = customer(
        draw(st.sampled_from(CUSTOMERS)),
        minutes=changed,
        isStaff=draw(st.booleans()),
        email=draw(st.sampled_from(("a@example.com", "b@example.com", "guest@example.com", ""))),
    )
    if draw(st.booleans()):
        del subject["dateJoined"]
    slug = draw(st.sampled_from(("customer_created", "customer_updated")))
    return told(slug, subject, minutes=changed + draw(st.integers(0, 2)))


@st.composite
def deletions(draw: st.DrawFn) -> Telling:
    slug = draw(st.sampled_from(("customer_deleted", "account_deleted")))
    return told(slug, {"id": draw(st.sampled_from(CUSTOMERS))}, minutes=draw(MINUTES))


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Telling], list[Telling], int]:
    """A story, the same with every message once or more in another sequence, and the size of batches."""
    one = st.one_of(order_events(), order_events(), customer_events(), deletions())
    story = draw(st.lists(one, min_size=2, max_size=9))
    repeats = draw(st.lists(st.sampled_from(story), max_size=4))
    return story, draw(st.permutations(story + repeats)), draw(st.integers(1, 4))


@law(60, may=[HealthCheck.function_scoped_fixture])
@given(stories())
def test_any_sequence_with_any_repeats_ends_in_the_same_rows(
    session: Session, story: tuple[list[Telling], list[Telling], int]
) -> None:
    told_in_order, told_anyhow, batch = story
    straight, shuffled = make_shop(session), make_shop(session)

    tell(session, straight, *told_in_order)
    for number, (slug, body) in enumerate(told_anyhow):
        deliver(session, shuffled, [(slug, body + b" " * number)])  # other bytes: each is read again
        if number % 3 == 0:
            projection.project(db.transaction, shuffled, batch=batch)
    projection.project(db.transaction, shuffled, batch=batch)

    assert state_of(session, shuffled) == state_of(session, straight)


GUEST_BECOMES_CUSTOMER_AND_GOES = {
    "guest": told("order_created", order(userEmail="user-1@example.com"), minutes=0),
    "bound": told("order_updated", order(user="user-1", minutes=1), minutes=1),
    "created": told("customer_created", customer("user-1", minutes=1), minutes=1),
    "unbound": told("order_updated", order(minutes=3, userEmail="user-1@example.com"), minutes=3),
    "deleted": told("customer_deleted", {"id": "user-1"}, minutes=2),
}


@some("first", *GUEST_BECOMES_CUSTOMER_AND_GOES)
def test_a_deletion_forgets_them_wherever_it_comes_in_the_story(session: Session, first: str) -> None:
    rest = [name for name in GUEST_BECOMES_CUSTOMER_AND_GOES if name != first]
    ends = []
    for sequence in permutations(rest):
        shop_id = make_shop(session)
        for name in (first, *sequence):
            tell(session, shop_id, GUEST_BECOMES_CUSTOMER_AND_GOES[name])
        ends.append(state_of(session, shop_id))

    (left,) = ends[0]["orders"]
    assert (left["customer_id"], left["email_hash"], left["former_accounts"]) == (None, None, [""])
    assert all(end == ends[0] for end in ends)


def test_doubled_messages_in_one_batch_are_one(session: Session) -> None:
    shop_id, again = make_shop(session), make_shop(session)
    events = [told("order_created", order(minutes=n, charged=float(n)), minutes=n) for n in range(5)]

    tell(session, shop_id, *events)
    tell(session, again, *events, *reversed(events), *events)

    assert state_of(session, shop_id) == state_of(session, again)
