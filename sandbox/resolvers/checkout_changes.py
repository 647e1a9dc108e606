"""What shoppers and apps do to a checkout: who knows its id may."""

from decimal import Decimal
from typing import Any

from sandbox.checkout_prices import drop_code, put_code, recalculate
from sandbox.checkouts import Checkout, CheckoutLine
from sandbox.delivery_options import make_stale
from sandbox.events import emit
from sandbox.gift_cards import GiftCard
from sandbox.homes import Address, Country
from sandbox.identifiers import global_id, type_and_key
from sandbox.lookup import node
from sandbox.registry import InputRefused, mutates
from sandbox.requestor import Call, PermissionDenied
from sandbox.resolvers.metadata import checked
from sandbox.resolvers.products import check_for_sale
from sandbox.selling import usable_code
from sandbox.store import Store
from sandbox.vouchers import NotApplicable, Voucher
from sandbox.world import Channel, User, Variant

_ADDRESS = (
    *("first_name", "last_name", "company_name", "street_address1", "street_address2"),
    *("postal_code", "city", "country_area", "phone"),
)
_COUNTRIES = {"DE": "Germany", "US": "United States of America", "PL": "Poland", "NL": "Netherlands"}
_PRIVATE_METADATA = ("HANDLE_CHECKOUTS", "MANAGE_CHECKOUTS")


def find_checkout(call: Call, identifier: str | None) -> Checkout:
    """The open checkout, or a refusal."""
    found: Checkout = node(call, identifier, Checkout)
    return found


def changed(call: Call, checkout: Checkout) -> dict[str, Any]:
    """The checkout was changed now, and is told so."""
    checkout.updated_at = call.now()
    emit(call.state, "CHECKOUT_UPDATED", checkout, by=call.requestor.principal)
    return {"checkout": checkout}


def _address(store: Store, given: dict[str, Any] | None, field: str) -> Address | None:
    if given is None:
        return None
    code = given.get("country")
    if not code:
        raise InputRefused("country", "This field is required.", "REQUIRED", address_type=field)
    values = {name: given[name] for name in _ADDRESS if given.get(name) is not None}
    return Address(
        id=global_id("Address", store.number("Address")),
        country=Country(code, _COUNTRIES.get(code, code)),
        **{"street_address1": "", "street_address2": "", "postal_code": "", "city": "", **values},
    )


def _check_prices(call: Call, lines: list[dict[str, Any]]) -> None:
    """Only apps that handle checkouts set prices, and Saleor names another permission in the refusal."""
    app = call.requestor.app
    if any("price" in line for line in lines) and (
        app is None or "HANDLE_CHECKOUTS" not in app.permission_codes
    ):
        raise PermissionDenied(
            message="Setting the custom price is allowed only for apps with `MANAGE_CHECKOUTS` permission."
        )


def _add(call: Call, checkout: Checkout, lines: list[dict[str, Any]]) -> None:
    """More pieces of what is there already, and new lines."""
    store = call.state.store
    for line in lines:
        if line["quantity"] < 1:
            message = "The quantity should be higher than zero."
            raise InputRefused("quantity", message, "ZERO_QUANTITY")
    variants: list[Variant | None] = [store.find(line["variant_id"], Variant) for line in lines]
    if None in variants:
        wrong = [line["variant_id"] for line, found in zip(lines, variants, strict=True) if found is None]
        message = f"Could not resolve to a node with the global id list of '{wrong}'."
        raise InputRefused("variantId", message, "GRAPHQL_ERROR")
    check_for_sale([one for one in variants if one is not None], checkout.channel, call.now())
    for line, variant in zip(lines, variants, strict=True):
        assert variant is not None  # noqa: S101 - refused above
        row = next((item for item in checkout.lines if item.variant is variant), None)
        if row is None:
            row = CheckoutLine(global_id("CheckoutLine", store.unique()), checkout, variant, 0)
            checkout.lines.append(row)
            store.add(row)
        row.quantity += line["quantity"]
        if "price" in line:
            row.price_override = line["price"]
        row.metadata.update(checked(line.get("metadata") or []))


def _channel(store: Store, slug: str | None) -> Channel:
    if slug is None:
        raise InputRefused("channel", "You need to provide channel slug.", "MISSING_CHANNEL_SLUG")
    found = next((channel for channel in store.channels if channel.slug == slug), None)
    if found is None:
        raise InputRefused("channel", f"Channel with '{slug}' slug does not exist.", "NOT_FOUND")
    return found


@mutates("checkoutCreate")
def checkout_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """There is a checkout, of the customer whose session it is."""
    store, user = call.state.store, call.requestor.user
    channel = _channel(store, input_.get("channel"))
    if input_.get("private_metadata") is not None:
        call.requestor.require(*_PRIVATE_METADATA)
    _check_prices(call, input_["lines"])
    token, moment = store.unique(), call.now()
    checkout = Checkout(
        pk=store.number("Checkout"),
        token=token,
        id=global_id("Checkout", token),
        created=moment,
        updated_at=moment,
        channel=channel,
        user=user,
        own_email=input_.get("email") or (user.email if user else None),
        shipping_address=_address(store, input_.get("shipping_address"), "SHIPPING"),
        billing_address=_address(store, input_.get("billing_address"), "BILLING"),
        metadata=checked(input_.get("metadata") or []),
        private_metadata=checked(input_.get("private_metadata") or []),
    )
    _add(call, checkout, input_["lines"])
    store.add(checkout)
    store.checkouts[checkout.id] = checkout
    emit(call.state, "CHECKOUT_CREATED", checkout, by=call.requestor.principal)
    return {"checkout": checkout, "created": True}


def _changed_contents(call: Call, checkout: Checkout) -> dict[str, Any]:
    make_stale(call.state, checkout)
    recalculate(call.state.store, checkout)
    return changed(call, checkout)


@mutates("checkoutLinesAdd")
def checkout_lines_add(call: Call, *, lines: list[dict[str, Any]], id_: str | None = None) -> dict[str, Any]:
    """More is in it."""
    _check_prices(call, lines)
    checkout = find_checkout(call, id_)
    _add(call, checkout, lines)
    return _changed_contents(call, checkout)


@mutates("checkoutLinesUpdate")
def checkout_lines_update(
    call: Call, *, lines: list[dict[str, Any]], id_: str | None = None
) -> dict[str, Any]:
    """Other quantities are in it, or at other prices; a line of which nothing is left is gone."""
    _check_prices(call, lines)
    checkout = find_checkout(call, id_)
    for line in lines:
        row = _row(checkout, line)
        if line.get("quantity") is not None:
            row.quantity = line["quantity"]
        elif call.requestor.app is None:
            raise InputRefused("quantity", "The quantity is required for all lines.", "REQUIRED")
        if "price" in line:
            price: Decimal | None = line["price"]
            row.price_override = price
        row.metadata.update(checked(line.get("metadata") or []))
    checkout.lines = [row for row in checkout.lines if row.quantity > 0]
    return _changed_contents(call, checkout)


def _row(checkout: Checkout, line: dict[str, Any]) -> CheckoutLine:
    key = line.get("line_id") or line.get("variant_id")
    for row in checkout.lines:
        if key in {row.id, row.variant.id}:
            return row
    message = f"Could not resolve to a node with the global id list of '['{key}']'."
    raise InputRefused("lineId", message, "GRAPHQL_ERROR")


@mutates("checkoutEmailUpdate")
def checkout_email_update(call: Call, *, email: str, id_: str | None = None) -> dict[str, Any]:
    """A guest has said where to write to."""
    if not email:
        raise InputRefused("email", "This field cannot be blank.", "REQUIRED")
    checkout = find_checkout(call, id_)
    if "@" not in email:
        raise InputRefused("email", "Enter a valid email address.", "INVALID")
    checkout.own_email = email
    return changed(call, checkout)


@mutates("checkoutCustomerAttach")
def checkout_customer_attach(
    call: Call, *, customer_id: str | None = None, id_: str | None = None
) -> dict[str, Any]:
    """The checkout is a customer's: their own session's, or one that an app may act for."""
    checkout, asking = find_checkout(call, id_), call.requestor.user
    if checkout.user is not None:
        message = "You cannot reassign a checkout that is already attached to a user."
        raise PermissionDenied(message=message)
    customer = asking
    if customer_id is not None and (asking is None or asking.id != customer_id):
        call.requestor.require("IMPERSONATE_USER")
        found: User = node(call, customer_id, User)
        customer = found
    elif customer is None:
        message = "The customerId value must be provided when running mutation as app."
        raise InputRefused("customerId", message, "REQUIRED")
    checkout.user, checkout.own_email = customer, None
    return changed(call, checkout)


@mutates("checkoutShippingAddressUpdate")
def checkout_shipping_address_update(
    call: Call, *, shipping_address: dict[str, Any], id_: str | None = None
) -> dict[str, Any]:
    """It goes there."""
    checkout = find_checkout(call, id_)
    checkout.shipping_address = _address(call.state.store, shipping_address, "SHIPPING")
    return _changed_contents(call, checkout)


@mutates("checkoutBillingAddressUpdate")
def checkout_billing_address_update(
    call: Call, *, billing_address: dict[str, Any], id_: str | None = None
) -> dict[str, Any]:
    """The bill goes there."""
    checkout = find_checkout(call, id_)
    checkout.billing_address = _address(call.state.store, billing_address, "BILLING")
    return changed(call, checkout)


def _invalid_code() -> InputRefused:
    return InputRefused("promoCode", "Promo code is invalid", "INVALID")


@mutates("checkoutAddPromoCode")
def checkout_add_promo_code(call: Call, *, promo_code: str, id_: str | None = None) -> dict[str, Any]:
    """A voucher's code or a gift card is in it; why a card of somebody else is refused is not said."""
    checkout, store = find_checkout(call, id_), call.state.store
    if promo_code in store.codes:
        _add_code(store, checkout, promo_code)
    elif promo_code in store.gift_cards:
        card = store.gift_cards[promo_code]
        is_fine = card.is_valid(call.now().date()) and card.currency == checkout.currency
        if not (is_fine and card.is_usable_by(checkout.user)):
            raise _invalid_code()
        if card not in checkout.gift_cards:
            checkout.gift_cards.append(card)
    else:
        raise _invalid_code()
    make_stale(call.state, checkout)
    return changed(call, checkout)


def _add_code(store: Store, checkout: Checkout, word: str) -> None:
    found = usable_code(store, checkout.channel, word)
    if found is None:
        raise _invalid_code()
    try:
        put_code(checkout, *found)
    except NotApplicable as error:
        message = "Voucher is not applicable to this checkout."
        raise InputRefused("promoCode", message, "VOUCHER_NOT_APPLICABLE") from error


@mutates("checkoutRemovePromoCode")
def checkout_remove_promo_code(
    call: Call, *, promo_code: str | None = None, promo_code_id: str | None = None, id_: str | None = None
) -> dict[str, Any]:
    """The code or the card is out of it."""
    if bool(promo_code) is bool(promo_code_id):
        message = "At least one of arguments is required: 'promo_code', 'promo_code_id'."
        if promo_code:
            message = "Argument 'promo_code' cannot be combined with 'promo_code_id'"
        raise InputRefused(None, message, "GRAPHQL_ERROR")
    checkout = find_checkout(call, id_)
    if promo_code:
        _remove_word(call.state.store, checkout, promo_code)
    else:
        _remove_by_id(call.state.store, checkout, promo_code_id or "")
    return _changed_contents(call, checkout)


def _remove_word(store: Store, checkout: Checkout, word: str) -> None:
    if word == checkout.voucher_code:
        drop_code(checkout)
        return
    if word in store.codes:
        message = "Cannot remove a voucher not attached to this checkout."
        raise InputRefused("promoCode", message, "INVALID")
    card = store.gift_cards.get(word)
    if card is None:
        raise InputRefused("promoCode", "Promo code does not exists.", "NOT_FOUND")
    if card not in checkout.gift_cards:
        message = "Cannot remove a gift card not attached to this checkout."
        raise InputRefused("promoCode", message, "INVALID")
    checkout.gift_cards.remove(card)


def _remove_by_id(store: Store, checkout: Checkout, key: str) -> None:
    named = type_and_key(key)
    if named is None:
        raise InputRefused("promoCodeId", f"Invalid ID: {key}.", "GRAPHQL_ERROR")
    if named[0] not in {"Voucher", "GiftCard"}:
        raise InputRefused("promoCodeId", "Must receive Voucher or GiftCard id.", "NOT_FOUND")
    if named[0] == "Voucher" and checkout.voucher_code is not None:
        voucher: Voucher | None = store.find(key, Voucher)
        if voucher is None:
            raise InputRefused("promoCodeId", f"Couldn't resolve to a node: {named[1]}", "NOT_FOUND")
        if all(code.code != checkout.voucher_code for code in voucher.codes):
            message = "Couldn't remove a promo code from a checkout."
            raise InputRefused("promoCodeId", message, "NOT_FOUND")
        drop_code(checkout)
        return
    card: GiftCard | None = store.find(key, GiftCard)
    checkout.gift_cards = [other for other in checkout.gift_cards if other is not card]
