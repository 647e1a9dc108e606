"""Where the shop lies: every object by its id, and the indices that pages are cut from."""

import itertools
import secrets
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sandbox.checkouts import Checkout
from sandbox.coming import Coming
from sandbox.gift_cards import GiftCard, GiftCardTag
from sandbox.identifiers import global_id
from sandbox.index import SortedIndex
from sandbox.orders import Order, Transaction
from sandbox.shipping import ShippingRate
from sandbox.vouchers import Voucher, VoucherCode
from sandbox.world import Attribute, Category, Channel, CustomerType, Product, User, Variant


class Clock:
    """The time in UTC; strictly rising, so that two writes are never at the same microsecond."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The present moment, later than every one given before."""
        moment = datetime.now(UTC)
        if moment <= self._last:
            moment = self._last + datetime.resolution
        self._last = moment
        return moment


class Store:
    """One shop in memory. Callers hold the lock of the state around reads and writes."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.objects: dict[str, Any] = {}
        self.users: dict[int, User] = {}
        self.users_by_email: dict[str, User] = {}
        self.orders: dict[int, Order] = {}
        self.guest_orders: dict[str, list[Order]] = {}
        self.channels: list[Channel] = []
        self.vouchers: dict[int, Voucher] = {}
        self.codes: dict[str, tuple[Voucher, VoucherCode]] = {}
        self.gift_cards: dict[str, GiftCard] = {}
        self.checkouts: dict[str, Checkout] = {}
        # By the id of the checkout that the order was made of.
        self.completed: dict[str, Order] = {}
        self.shipping_rates: list[ShippingRate] = []
        self.gift_card_tags: dict[str, GiftCardTag] = {}
        self.attributes: dict[int, Attribute] = {}
        self.customer_types: dict[int, CustomerType] = {}
        self.order_indices: dict[str, SortedIndex[Order]] = {
            "NUMBER": SortedIndex(lambda order: order.pk),
            "CREATED_AT": SortedIndex(lambda order: order.created),
            "LAST_MODIFIED_AT": SortedIndex(lambda order: order.updated_at),
        }
        self.customer_indices: dict[str, SortedIndex[User]] = {
            "EMAIL": SortedIndex(lambda user: user.email),
            "CREATED_AT": SortedIndex(lambda user: user.date_joined),
            "LAST_MODIFIED_AT": SortedIndex(lambda user: user.updated_at),
        }
        # Saleor knows no owner of a code; the merchandiser does: code, customer_id, valid_from.
        self.personal_codes: list[dict[str, str]] = []
        # Nor who knows whom: source, target, and since when the one may influence the other.
        self.ties: list[tuple[str, str, datetime]] = []
        self.planted: dict[str, list[str]] = {"influencers": [], "early": []}
        # What will be bought, by its day, in a shop whose next weeks are known.
        self.coming: deque[Coming] = deque()
        self._numbers: dict[str, Iterator[int]] = {}

    def number(self, kind: str) -> int:
        """The next number of this kind of object."""
        return next(self._numbers.setdefault(kind, itertools.count(1)))

    def skip(self, kind: str, count: int) -> None:
        """So many numbers of this kind are taken."""
        self._numbers[kind] = itertools.count(self.number(kind) + count)

    @staticmethod
    def unique() -> str:
        """A random UUID, as Saleor gives to orders."""
        return str(uuid.uuid4())

    def add(self, item: Any) -> None:
        """The object can be found by its id."""
        self.objects[item.id] = item

    def find(self, value: str | None, *types: type) -> Any:
        """The object with this id if it is of one of the types, else None."""
        item = self.objects.get(value) if value else None
        return item if isinstance(item, types) else None

    def rows(self, kind: type) -> list[Any]:
        """Every object of a kind that is small in number."""
        return [item for item in self.objects.values() if isinstance(item, kind)]

    # -- people -------------------------------------------------------------------------------------------

    def new_user(self, email: str, joined: datetime, **fields: Any) -> User:
        """A user that has an id and is in no index yet."""
        key = self.number("User")
        # Who is given no time of a last change was last changed when they joined.
        changed = fields.pop("updated_at", joined)
        return User(
            pk=key, id=global_id("User", key), email=email, date_joined=joined, updated_at=changed, **fields
        )

    def put_user(self, user: User) -> None:
        """The user is found by id, e-mail address and, as a customer, by the indices."""
        self.add(user)
        self.users[user.pk] = user
        self.users_by_email[user.email.lower()] = user
        if not user.is_staff or user.orders:
            for index in self.customer_indices.values():
                index.put(user.pk, user)

    def touch_user(self, user: User) -> None:
        """The user was changed now."""
        user.updated_at = self.clock.now()
        if not user.deleted:
            self.put_user(user)

    def rename_user(self, user: User, email: str) -> None:
        """The user has another e-mail address."""
        self.users_by_email.pop(user.email.lower(), None)
        user.email = email

    def remove_user(self, user: User) -> None:
        """The user is gone; their orders stay, with the address and without the user."""
        for order in user.orders:
            order.user = None
            self.guest_orders.setdefault(order.user_email.lower(), []).append(order)
        user.orders, user.deleted = [], True
        for checkout in [one for one in self.checkouts.values() if one.user is user]:
            del self.objects[checkout.id], self.checkouts[checkout.id]
        for card in self.gift_cards.values():
            if card.assigned_to is user:
                card.assigned_to, card.is_active = None, False
        del self.objects[user.id], self.users[user.pk]
        self.users_by_email.pop(user.email.lower(), None)
        for index in self.customer_indices.values():
            index.drop(user.pk)

    def attach_guest_orders(self, user: User) -> None:
        """Orders made as a guest with this address are theirs: Saleor tells nobody (facts, section 4)."""
        orders = self.guest_orders.pop(user.email.lower(), [])
        for order in orders:
            order.user = user
        user.orders.extend(orders)

    def default_customer_type(self) -> CustomerType | None:
        """The type of those who were given none."""
        return next((kind for kind in self.customer_types.values() if kind.is_default), None)

    # -- orders -------------------------------------------------------------------------------------------

    def put_order(self, order: Order) -> None:
        """The order is found by its id and, unless it is a draft, in the indices."""
        self.add(order)
        self.orders[order.pk] = order
        if order.status != "DRAFT":
            for index in self.order_indices.values():
                index.put(order.pk, order)

    def order_of(self, reference: str) -> Order | None:
        """The order or draft with this external reference, which is unique."""
        return next((one for one in self.orders.values() if one.external_reference == reference), None)

    def drop_draft(self, order: Order) -> None:
        """The draft is gone: it was in no index."""
        del self.objects[order.id], self.orders[order.pk]

    def join_order(self, order: Order) -> None:
        """The order lies with its customer, or with the other guests."""
        if order.user is None:
            self.guest_orders.setdefault(order.user_email.lower(), []).append(order)
        else:
            order.user.orders.append(order)
            self.put_user(order.user)

    def touch_order(self, order: Order) -> None:
        """The order was changed now."""
        order.updated_at = self.clock.now()
        if order.status != "DRAFT":
            self.order_indices["LAST_MODIFIED_AT"].put(order.pk, order)

    def load(self, users: Iterable[User], orders: Iterable[Order]) -> None:
        """A whole shop is in: the indices are built once."""
        for order in orders:
            self.objects[order.id] = self.orders[order.pk] = order
            if order.user is None:
                self.guest_orders.setdefault(order.user_email.lower(), []).append(order)
            else:
                order.user.orders.append(order)
        for user in users:
            self.objects[user.id] = self.users[user.pk] = user
            self.users_by_email[user.email.lower()] = user
        customers = [(key, user) for key, user in self.users.items() if not user.is_staff or user.orders]
        placed = [(key, order) for key, order in self.orders.items() if order.status != "DRAFT"]
        for people in self.customer_indices.values():
            people.load(customers)
        for sales in self.order_indices.values():
            sales.load(placed)

    # -- goods and codes ----------------------------------------------------------------------------------

    def put_channel(self, channel: Channel) -> None:
        """The channel is open."""
        self.add(channel)
        self.channels.append(channel)

    def put_product(self, product: Product) -> None:
        """The product and its variants are on the shelf."""
        for item in (product, *product.variants):
            self.add(item)

    def put_voucher(self, voucher: Voucher) -> None:
        """The voucher can be found."""
        self.add(voucher)
        self.vouchers[voucher.pk] = voucher

    def put_codes(self, voucher: Voucher, words: Iterable[str]) -> list[VoucherCode]:
        """The voucher has these codes too; in another case it is another code, as in Saleor."""
        new = [VoucherCode(global_id("VoucherCode", self.unique()), word, self.clock.now()) for word in words]
        for code in new:
            self.add(code)
            self.codes[code.code] = (voucher, code)
        voucher.codes[:0] = reversed(new)
        return new

    def drop_codes(self, codes: Iterable[VoucherCode]) -> None:
        """The codes are gone from their vouchers."""
        gone = {code.id for code in codes}
        owners = {self.codes.pop(self.objects.pop(key).code)[0].pk for key in gone}
        for owner in owners:
            voucher = self.vouchers[owner]
            voucher.codes = [code for code in voucher.codes if code.id not in gone]

    def drop_voucher(self, voucher: Voucher) -> None:
        """The voucher is gone with its codes; orders keep the code that they were made with."""
        self.drop_codes(voucher.codes)
        del self.objects[voucher.id], self.vouchers[voucher.pk]
        for order in self.orders.values():
            if order.voucher is voucher:
                order.voucher = None

    def put_gift_card(self, card: GiftCard) -> None:
        """The card is found by its id and by its code."""
        self.add(card)
        self.gift_cards[card.code] = card

    def gift_card_tag(self, word: str) -> GiftCardTag:
        """The tag of this word; made when no card has had it yet."""
        if word not in self.gift_card_tags:
            key = global_id("GiftCardTag", self.number("GiftCardTag"))
            self.gift_card_tags[word] = GiftCardTag(key, word)
        return self.gift_card_tags[word]

    def drop_gift_card(self, card: GiftCard) -> None:
        """The card is gone."""
        del self.objects[card.id], self.gift_cards[card.code]
        if card.last_used_on is not None:
            for order in self.orders.values():
                order.gift_cards = [other for other in order.gift_cards if other is not card]

    def is_promo_code(self, word: str) -> bool:
        """Whether a voucher or a gift card has this code."""
        return word in self.codes or word in self.gift_cards

    def new_promo_code(self) -> str:
        """A code that nobody has, as Saleor makes them: ABCD-EFGH-IJKL."""
        while True:
            digits = secrets.token_hex(6).upper()
            word = "-".join((digits[:4], digits[4:8], digits[8:]))
            if not self.is_promo_code(word):
                return word

    def products(self) -> list[Product]:
        """All products, the oldest first."""
        return self.rows(Product)

    def variants(self) -> list[Variant]:
        """All variants."""
        return self.rows(Variant)

    def categories(self) -> list[Category]:
        """All categories."""
        return self.rows(Category)

    def transactions(self) -> list[Transaction]:
        """All payments that came in through transactions."""
        return self.rows(Transaction)
