"""What holds for every answer: one form of failure, no redirect, no frame but the shop's, bounded bodies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from saleor_influence_app.api import auth, bounds, contract, panel
from saleor_influence_app.sandbox.tokens import Signer
from tests.install.shop import API_URL, AppClient, claims, headers, register

QUERY = {"saleorApiUrl": API_URL, "id": "QXBwOjE=", "customerId": "VXNlcjox"}
PLACES = (
    "/",
    "/widgets/customer",
    "/widgets/order",
    "/widgets/voucher",
    "/widgets/home",
    "/popups/customer",
    "/popups/customers",
    "/customers",
    "/customers/influence",
    "/discounts",
)


@pytest.fixture
def built(app: FastAPI, tmp_path: Path) -> Path:
    """A built panel."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<html>the panel</html>")
    (tmp_path / "assets" / "index-a1b2.js").write_text("js")
    (tmp_path / "secret.txt").write_text("secret")
    app.dependency_overrides[panel.distribution] = lambda: tmp_path
    return tmp_path


def directives(answer: Any) -> dict[str, list[str]]:
    parts = answer.headers["content-security-policy"].split("; ")
    return {name: sources for name, *sources in (part.split(" ") for part in parts)}


@pytest.mark.usefixtures("built", "shop_id")
@pytest.mark.parametrize("place", PLACES)
def test_every_mount_shows_the_panel_in_the_frame_of_its_shop(client: AppClient, place: str) -> None:
    answer = client.get(place, params=QUERY)

    assert (answer.status_code, answer.text) == (200, "<html>the panel</html>")
    policy = directives(answer)
    assert policy["frame-ancestors"] == ["https://shop.example"]
    assert policy["connect-src"] == ["'self'", "https://shop.example"]
    assert policy["default-src"] == policy["style-src"] == ["'self'"]
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "x-frame-options" not in answer.headers


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "api_url",
    [
        "https://unknown.example/graphql/",
        "https://shop.example; script-src *",
        "https://shop.example/graphql/\r\nset-cookie: x=1",
        "\0",
        "",
        "x" * 5_000,
    ],
)
def test_a_shop_that_is_not_installed_may_not_frame_the_panel(
    client: AppClient, shop_id: int, api_url: str
) -> None:
    assert shop_id
    answer = client.get("/", params={"saleorApiUrl": api_url})

    assert answer.status_code == 200
    assert directives(answer)["frame-ancestors"] == ["'none'"]
    assert directives(answer)["connect-src"] == ["'self'"]
    assert "set-cookie" not in answer.headers


def test_dashboards_elsewhere_are_named_by_the_operator_and_odd_ones_left_out() -> None:
    policy = panel.policy(
        "https://shop.example", ["https://dash.example", "http://localhost:9000", "x; script-src *"]
    )

    assert policy.endswith("frame-ancestors https://shop.example https://dash.example http://localhost:9000")
    assert "script-src" not in policy


@pytest.mark.usefixtures("built", "shop_id")
def test_built_files_may_be_kept_for_ever(client: AppClient) -> None:
    answer = client.get("/assets/index-a1b2.js")

    assert (answer.status_code, answer.text) == (200, "js")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js",
        "/assets/../secret.txt",
        "/assets/%2e%2e/secret.txt",
        "/assets/..%2fsecret.txt",
        "/assets/.hidden",
        "/assets/",
        "/assets",
        "/secret.txt",
        "/favicon.ico",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/docs.json",
        "/openapi.json",
    ],
)
def test_nothing_but_the_built_files_can_be_had(client: AppClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NOT_FOUND"


def test_without_a_build_a_page_says_what_to_do(client: AppClient, app: FastAPI, tmp_path: Path) -> None:
    app.dependency_overrides[panel.distribution] = lambda: tmp_path

    answer = client.get("/")

    assert answer.status_code == 200
    assert "make panel" in answer.text


@pytest.mark.parametrize("page", ["about", "privacy", "support"])
def test_the_pages_that_the_manifest_names_exist(client: AppClient, page: str) -> None:
    answer = client.get(f"/{page}")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert directives(answer)["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/health/", 404),
        ("GET", "/api/manifest/", 404),
        ("GET", "/api/register", 404),
        ("POST", "/api/manifest", 405),
        ("DELETE", "/api/health", 405),
        ("GET", "/docs", 200),  # the panel, which says that nothing lives there
    ],
)
def test_a_wrong_path_or_method_is_never_redirected(
    client: AppClient, built: Path, method: str, path: str, status: int
) -> None:
    assert built
    answer = client.request(method, path)

    assert answer.status_code == status
    if status != 200:
        assert set(answer.json()["error"]) == {"code", "message"}


def test_health_says_that_database_and_broker_answer(client: AppClient) -> None:
    answer = client.get("/api/health")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "broker": "ok"}


@pytest.fixture
def no_database(app: FastAPI) -> Iterator[None]:
    """A database that refuses connections."""
    engine = create_engine("postgresql+psycopg://127.0.0.1:1/none", connect_args={"connect_timeout": 1})

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    app.dependency_overrides[auth.transactions] = lambda: transaction
    yield
    engine.dispose()


@pytest.mark.usefixtures("no_database")
def test_without_database_health_is_503_and_says_so(client: AppClient) -> None:
    answer = client.get("/api/health")

    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": "down", "broker": "ok"}


@pytest.mark.usefixtures("no_database")
def test_without_database_a_registration_is_503_in_saleors_form(client: AppClient) -> None:
    answer = register(client)

    assert answer.status_code == 503
    assert answer.json()["success"] is False
    assert answer.json()["error"]["code"] == "UNAVAILABLE"
    assert "127.0.0.1" not in answer.text


@pytest.mark.usefixtures("no_database", "built")
def test_without_database_the_panel_is_503_in_the_one_form(client: AppClient) -> None:
    answer = client.get("/", params=QUERY)

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "UNAVAILABLE"
    assert answer.headers["retry-after"]


def test_without_database_webhooks_are_503_so_that_saleor_repeats(engine: Engine) -> None:
    from saleor_influence_app.api import deliveries

    assert engine

    @contextmanager
    def broken() -> Iterator[Session]:
        raise ConnectionError
        yield Session()

    app = FastAPI()
    app.include_router(deliveries.router(body_limit=1_000, transaction=broken))
    answer = AppClient(app).post(
        "/api/webhooks/saleor/order_created",
        content=b"{}",
        headers={"saleor-api-url": API_URL, "saleor-signature": "a..b"},
    )

    assert answer.status_code == 503


def test_a_fault_of_ours_says_nothing_of_our_inside(app: FastAPI, client: AppClient) -> None:
    def fail() -> None:
        raise RuntimeError("secret detail")

    app.add_api_route("/api/fail", fail)
    app.router.routes.insert(0, app.router.routes.pop())

    answer = client.get("/api/fail")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize("announced", [True, False])
def test_a_large_body_is_refused_with_and_without_its_length(client: AppClient, *, announced: bool) -> None:
    body = b"x" * (bounds.BODY_LIMIT + 1)

    async def chunks() -> Any:
        yield body

    answer = client.post("/api/register", content=body if announced else chunks())

    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "INVALID_INPUT"


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 5_000, "1e3"])
def test_an_odd_length_is_no_way_around_the_bound(client: AppClient, length: str) -> None:
    answer = client.post("/api/register", content=b"{}", headers={"content-length": length})

    assert answer.status_code in {413, 422}


def test_the_description_names_operations_as_our_functions() -> None:
    paths = contract.describe()["paths"]

    assert paths["/api/health"]["get"]["operationId"] == "read_health"
    assert all(path.startswith("/api/") for path in paths)


@pytest.mark.usefixtures("shop_id")
def test_wrong_input_is_answered_with_the_place_and_without_the_value(
    app: FastAPI, client: AppClient, signer: Signer
) -> None:
    def take(limit: int) -> int:
        return limit

    app.add_api_route("/api/take", take)
    app.router.routes.insert(0, app.router.routes.pop())

    answer = client.get("/api/take?limit=secret", headers=headers(signer.token(claims())))

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "INVALID_INPUT"
    assert answer.json()["error"]["message"].startswith("limit: ")
    assert "secret" not in answer.text
