"""A burst of deliveries looks its shop up once, and nobody is remembered for longer than is good."""

from saleor_influence_app.api.deliveries import KNOWN_SECONDS, KNOWN_SHOPS, KnownShops
from webhooks.router import ShopKeys

API_URL = "https://shop.example/graphql/"


class Table:
    """A table of shops that counts how often it is asked, and a clock."""

    def __init__(self) -> None:
        self.rows: dict[str, ShopKeys] = {API_URL: ShopKeys(1, "QXBwOjE=", active=True, jwks={})}
        self.asked: list[str] = []
        self.now = 0.0

    def look_up(self, api_url: str) -> ShopKeys | None:
        self.asked.append(api_url)
        return self.rows.get(api_url)

    def known(self) -> KnownShops:
        return KnownShops(self.look_up, clock=lambda: self.now)


def test_a_burst_asks_once_and_after_a_while_again() -> None:
    table = Table()
    known = table.known()

    assert [known(API_URL) for _ in range(100)] == [table.rows[API_URL]] * 100
    assert len(table.asked) == 1

    table.now = KNOWN_SECONDS
    known(API_URL)
    assert len(table.asked) == 2


def test_a_shop_that_installs_the_app_is_known_at_once() -> None:
    table = Table()
    known = table.known()
    new = "https://new.example/graphql/"
    assert known(new) is None

    table.rows[new] = ShopKeys(2, "QXBwOjI=", active=True, jwks={})

    assert known(new) == table.rows[new]


def test_a_reinstalled_shop_is_judged_by_its_new_id_within_seconds() -> None:
    table = Table()
    known = table.known()
    known(API_URL)
    table.rows[API_URL] = ShopKeys(3, "QXBwOjM=", active=True, jwks={})

    table.now += KNOWN_SECONDS

    found = known(API_URL)
    assert found is not None
    assert found.app_id == "QXBwOjM="


def test_forgetting_looks_up_anew_and_a_removed_shop_is_gone() -> None:
    table = Table()
    known = table.known()
    known(API_URL)
    table.rows.clear()

    known.forget()

    assert known(API_URL) is None


def test_addresses_that_anybody_can_make_up_fill_no_memory() -> None:
    table = Table()
    known = table.known()

    for number in range(KNOWN_SHOPS * 3):
        known(f"https://made-up-{number}.example/graphql/")
    assert len(known._known) == 0

    table.rows = {f"https://{number}.example/": table.rows[API_URL] for number in range(KNOWN_SHOPS * 2)}
    for api_url in table.rows:
        known(api_url)
    assert len(known._known) == KNOWN_SHOPS
