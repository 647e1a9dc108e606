"""What a shopper does at the storefront: fills a checkout, adds a code or a card, pays, and has an order.

Each function asks the shop's own API, of a pocket or a real Saleor. `token` is the session of a customer, the
token of an app that acts for one, or "" for a guest.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandbox.client import AnswerUnexpected, ShopClient

ADDRESS = {
    "firstName": "Ines",
    "lastName": "Costa",
    "streetAddress1": "Main Street 1",
    "city": "New York",
    "postalCode": "10001",
    "country": "US",
    "countryArea": "NY",
}
_ERRORS = "errors{field message code}"
_MONEY = "{gross{amount currency} net{amount}}"
CHECKOUT = f"""id email voucherCode discount{{amount}} discountName quantity isShippingRequired
    subtotalPrice{_MONEY} shippingPrice{_MONEY} totalPrice{_MONEY} giftCards{{id}}
    lines{{id quantity variant{{id}} unitPrice{{gross{{amount}}}} totalPrice{{gross{{amount}}}}}}"""
ORDER = f"""id number status chargeStatus userEmail user{{id}} voucherCode voucher{{id}} shippingMethodName
    total{_MONEY} totalCharged{{amount}} subtotal{_MONEY} shippingPrice{_MONEY}
    undiscountedTotal{{gross{{amount}}}}
    discounts{{type valueType value name total{{amount}}}} giftCards{{id}}
    lines{{quantity voucherCode variant{{id}} totalPrice{{gross{{amount}}}}}}"""


class Refused(AnswerUnexpected):
    """The shop said no; `code` and `field` are its own."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(f"{error['code']} ({error['field']}): {error['message']}")
        self.code, self.field = str(error["code"]), error["field"]


def _do(shop: ShopClient, mutation: str, *, token: str, **variables: Any) -> dict[str, Any]:
    [payload] = shop.data(mutation, token=token, **variables).values()
    for error in payload["errors"]:
        raise Refused(error)
    found: dict[str, Any] = payload
    return found


def open_checkout(
    shop: ShopClient,
    lines: Sequence[tuple[str, int]],
    *,
    token: str = "",
    channel: str = "default-channel",
    **more: Any,
) -> str:
    """Return the id of a new checkout with these variants in these quantities.

    A guest gives an `email`. Both addresses are `ADDRESS` unless others are given, as `shippingAddress` and
    `billingAddress`.
    """
    given = {"shippingAddress": ADDRESS, "billingAddress": ADDRESS, **more}
    rows = [{"variantId": variant, "quantity": quantity} for variant, quantity in lines]
    mutation = f"mutation($i:CheckoutCreateInput!){{checkoutCreate(input:$i){{checkout{{id}} {_ERRORS}}}}}"
    made = _do(shop, mutation, token=token, i={"channel": channel, "lines": rows, **given})
    return str(made["checkout"]["id"])


def read(shop: ShopClient, checkout: str, *, token: str = "") -> dict[str, Any]:
    """Return what is in the checkout and what it costs."""
    query = f"query($i:ID!){{checkout(id:$i){{{CHECKOUT}}}}}"
    found: dict[str, Any] = shop.data(query, token=token, i=checkout)["checkout"]
    return found


def add_code(shop: ShopClient, checkout: str, code: str, *, token: str = "") -> dict[str, Any]:
    """Add the code of a voucher or a gift card; `Refused` when it is not for this checkout."""
    mutation = f"""mutation($i:ID!,$c:String!){{checkoutAddPromoCode(id:$i,promoCode:$c){{
        checkout{{{CHECKOUT}}} {_ERRORS}}}}}"""
    found: dict[str, Any] = _do(shop, mutation, token=token, i=checkout, c=code)["checkout"]
    return found


def remove_code(shop: ShopClient, checkout: str, code: str, *, token: str = "") -> dict[str, Any]:
    """Take the code of a voucher or a gift card out again."""
    mutation = f"""mutation($i:ID!,$c:String!){{checkoutRemovePromoCode(id:$i,promoCode:$c){{
        checkout{{{CHECKOUT}}} {_ERRORS}}}}}"""
    found: dict[str, Any] = _do(shop, mutation, token=token, i=checkout, c=code)["checkout"]
    return found


def ways(shop: ShopClient, checkout: str, *, token: str = "") -> list[dict[str, Any]]:
    """Return the ways to have it sent, those that cannot be chosen included."""
    query = """query($i:ID!){checkout(id:$i){shippingMethods{id name active message price{amount currency}
        maximumDeliveryDays}}}"""
    found: list[dict[str, Any]] = shop.data(query, token=token, i=checkout)["checkout"]["shippingMethods"]
    return found


def send_by(shop: ShopClient, checkout: str, way: str, *, token: str = "") -> dict[str, Any]:
    """Choose a way by its id."""
    mutation = f"""mutation($i:ID!,$w:ID!){{checkoutDeliveryMethodUpdate(id:$i,deliveryMethodId:$w){{
        checkout{{{CHECKOUT}}} {_ERRORS}}}}}"""
    found: dict[str, Any] = _do(shop, mutation, token=token, i=checkout, w=way)["checkout"]
    return found


def authorize_card(shop: ShopClient, checkout: str, code: str, *, amount: str, token: str = "") -> None:
    """A gift card is to pay so much as a transaction; it is charged when the checkout is an order."""
    mutation = f"""mutation($i:ID!,$g:PaymentGatewayToInitialize!,$a:PositiveDecimal){{
        transactionInitialize(id:$i,paymentGateway:$g,amount:$a){{transaction{{id}} {_ERRORS}}}}}"""
    gateway = {"id": "saleor.io.gift-card-payment-gateway", "data": {"code": code}}
    _do(shop, mutation, token=token, i=checkout, g=gateway, a=amount)


def pay(shop: ShopClient, checkout: str, *, token: str | None = None, but: Decimal = Decimal(0)) -> None:
    """Pay what is left to pay, as the payment app whose token it is, or as staff; but for so much."""
    total = read(shop, checkout, token=shop.staff_token())["totalPrice"]["gross"]
    total["amount"] = float(Decimal(str(total["amount"])) - but)
    if total["amount"] <= 0:
        return
    mutation = f"""mutation($i:ID!,$t:TransactionCreateInput!){{transactionCreate(id:$i,transaction:$t){{
        transaction{{id}} {_ERRORS}}}}}"""
    payment = {"name": "Card", "pspReference": checkout, "amountCharged": total}
    _do(shop, mutation, token=shop.staff_token() if token is None else token, i=checkout, t=payment)


def complete(shop: ShopClient, checkout: str, *, token: str = "") -> dict[str, Any]:
    """Return the order that the checkout has become, as staff see it."""
    mutation = f"mutation($i:ID!){{checkoutComplete(id:$i){{order{{id}} {_ERRORS}}}}}"
    made = _do(shop, mutation, token=token, i=checkout)["order"]["id"]
    query = f"query($i:ID!){{order(id:$i){{{ORDER}}}}}"
    found: dict[str, Any] = shop.data(query, i=made)["order"]
    return found


def buy(
    shop: ShopClient,
    lines: Sequence[tuple[str, int]],
    *,
    token: str = "",
    codes: Sequence[str] = (),
    way: str | None = None,
    **given: Any,
) -> dict[str, Any]:
    """Return the order of a shopper who adds these codes and cards, chooses a way by its name, and pays.

    Without a name it is the first way that there is. `given` goes to `open_checkout`.
    """
    checkout = open_checkout(shop, lines, token=token, **given)
    for method in ways(shop, checkout, token=token):
        if way in {None, method["name"]} and method["active"]:
            send_by(shop, checkout, method["id"], token=token)
            break
    for code in codes:
        add_code(shop, checkout, code, token=token)
    pay(shop, checkout)
    return complete(shop, checkout, token=token)
