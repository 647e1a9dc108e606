"""What holds for every answer: one form of failure, no redirect, no frame but the shop's, bounded bodies."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from saleor_influence_app.api import auth, bounds, contract, failures, panel
from saleor_influence_app.api.cors import Origins, ShopperCors
from saleor_influence_app.models import Shop
from saleor_influence_app.shops import panel_frames
from sandbox.tokens import Signer
from tests.support.shop_server import API_URL, AppClient, claims, headers, register

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
    "/segments/edit/loyal",
    "/segments/category/Q2F0ZWdvcnk6MQ%3D%3D",
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


FRAMED = {"sec-fetch-dest": "iframe", "sec-fetch-site": "cross-site"}


@pytest.mark.usefixtures("built", "shop_id")
def test_a_dashboard_that_may_not_show_the_panel_is_told_so_in_words(
    client: AppClient, session: Session
) -> None:
    """Browsers keep a blank page where `frame-ancestors` forbids, so these words may be framed by anybody."""
    elsewhere = FRAMED | {"referer": "https://dash.example/dashboard/extensions/1"}
    answer = client.get("/", params=QUERY, headers=elsewhere)

    assert answer.status_code == 200
    assert "add https://dash.example to DASHBOARD_ORIGINS" in answer.text
    assert "the panel" not in answer.text
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    shop = session.scalars(select(Shop)).one()
    assert shop.blocked_origin == "https://dash.example"
    again = client.get("/", params=QUERY, headers=FRAMED | {"referer": "https://other.example/"})
    assert "https://other.example" in again.text
    session.expire_all()
    assert shop.blocked_origin == "https://dash.example", "one row a minute, whoever pretends to be what"


@pytest.mark.usefixtures("built", "shop_id")
@pytest.mark.parametrize(
    "told",
    [
        {"referer": "https://dash.example/"},  # no frame, as far as the browser says
        FRAMED | {"referer": "https://shop.example/dashboard/"},
        FRAMED | {"referer": ""},
        FRAMED | {"referer": "about:blank"},
        FRAMED | {"referer": "https://*/"},
        FRAMED | {"referer": "https://a b/"},
        FRAMED | {"referer": "//evil.example/"},
        FRAMED | {"referer": 'https://x"><script>alert(1)</script>/'},
        FRAMED | {"sec-fetch-site": "same-origin", "referer": "https://influence.example/"},
    ],
)
def test_every_other_frame_is_judged_by_the_browser_alone(client: AppClient, told: dict[str, str]) -> None:
    answer = client.get("/", params=QUERY, headers=told)

    assert answer.text == "<html>the panel</html>"
    assert directives(answer)["frame-ancestors"] == ["https://shop.example"]


@pytest.mark.usefixtures("built")
def test_a_dashboard_of_a_shop_without_the_app_is_told_so_in_words(client: AppClient, shop_id: int) -> None:
    assert shop_id
    told = FRAMED | {"referer": "https://unknown.example/dashboard/"}
    answer = client.get("/", params={"saleorApiUrl": "https://unknown.example/graphql/"}, headers=told)

    assert "not installed in the shop" in answer.text


def test_a_star_in_a_dashboards_origin_stands_for_names() -> None:
    origins = ["https://*.saleor.cloud", "http://localhost:9000"]
    assert panel_frames.may_frame("https://shop.saleor.cloud", origins)
    assert panel_frames.may_frame("http://localhost:9000", origins)
    for other in (
        "https://saleor.cloud.evil.example",
        "http://shop.saleor.cloud",
        "https://saleorXcloud",
        "",
    ):
        assert not panel_frames.may_frame(other, origins)


TEXT = "word " * 5_000


@pytest.mark.usefixtures("shop_id")
def test_files_and_pages_go_out_compressed_to_who_takes_it(client: AppClient, built: Path) -> None:
    (built / "assets" / "index-a1b2.js").write_text(TEXT)
    (built / "index.html").write_text(TEXT)
    (built / "assets" / "font-a1b2.woff2").write_bytes(TEXT.encode())

    for path in ("/assets/index-a1b2.js", "/"):
        answer = client.get(path, params=QUERY, headers={"accept-encoding": "br, gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["vary"]
        assert answer.text == TEXT
        assert answer.num_bytes_downloaded < len(TEXT) / 10 if answer.num_bytes_downloaded else True
        for refused in ("identity", "gzip;q=0", "br"):
            plain = client.get(path, params=QUERY, headers={"accept-encoding": refused})
            assert "content-encoding" not in plain.headers or path == "/", refused
            assert plain.text == TEXT
    script = client.get("/assets/index-a1b2.js", headers={"accept-encoding": "gzip"})
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    known = {"accept-encoding": "gzip", "if-none-match": script.headers["etag"]}
    assert client.get("/assets/index-a1b2.js", headers=known).status_code == 304
    font = client.get("/assets/font-a1b2.woff2", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in font.headers
    (built / "assets" / "index-a1b2.js").write_text("new" * 1_000)
    assert client.get("/assets/index-a1b2.js", headers={"accept-encoding": "gzip"}).text == "new" * 1_000


@pytest.mark.usefixtures("shop_id")
def test_what_the_build_compressed_goes_out_so_to_who_takes_it(client: AppClient, built: Path) -> None:
    (built / "assets" / "index-a1b2.js").write_text(TEXT)
    (built / "assets" / "index-a1b2.js.br").write_bytes(b"made by the build")

    answer = client.get("/assets/index-a1b2.js", headers={"accept-encoding": "br, gzip"})

    assert answer.content == b"made by the build"  # as it is: nothing here reads Brotli
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"
    for other in ("gzip", "br;q=0, gzip"):
        coding = client.get("/assets/index-a1b2.js", headers={"accept-encoding": other})
        assert (coding.headers["content-encoding"], coding.text) == ("gzip", TEXT)


def test_what_may_hold_a_token_is_never_compressed(app: FastAPI, client: AppClient) -> None:
    def tell() -> dict[str, str]:
        return {"secret": TEXT}

    for path in ("/api/shopper/tell", "/api/tell"):
        app.add_api_route(path, tell, methods=["GET", "POST"])
        app.router.routes.insert(0, app.router.routes.pop())

    takes = {"accept-encoding": "gzip"}
    assert "content-encoding" not in client.get("/api/shopper/tell", headers=takes).headers
    assert "content-encoding" not in client.post("/api/tell", headers=takes).headers
    assert client.get("/api/tell", headers=takes).headers["content-encoding"] == "gzip"


def test_live_asks_nobody_and_ready_looks_at_database_and_tables(client: AppClient, session: Session) -> None:
    assert client.get("/api/live").json() == {"status": "ok"}
    ready = {"status": "ok", "database": "ok", "tables": "ok", "broker": "ok"}
    assert (client.get("/api/ready").status_code, client.get("/api/ready").json()) == (200, ready)

    revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    for version, status in (("0001", 503), ("a-later-one", 200)):
        session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
        session.commit()
        answer = client.get("/api/ready")
        session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": revision})
        session.commit()
        assert (answer.status_code, answer.json()["tables"]) == (status, "old" if status == 503 else "ok")


@pytest.mark.usefixtures("no_database")
def test_without_database_the_process_lives_and_is_not_ready(client: AppClient) -> None:
    assert client.get("/api/live").status_code == 200
    answer = client.get("/api/ready")
    assert (answer.status_code, answer.json()["database"], answer.json()["tables"]) == (
        503,
        "down",
        "unknown",
    )


def test_a_database_that_hangs_is_down_within_moments(app: FastAPI, client: AppClient) -> None:
    released = threading.Event()

    @contextmanager
    def hangs() -> Iterator[Session]:
        released.wait(60)
        raise ConnectionError
        yield Session()

    app.dependency_overrides[auth.transactions] = lambda: hangs
    began = time.monotonic()
    try:
        for _ in range(3):
            assert client.get("/api/health").json()["database"] == "down"
        assert time.monotonic() - began < 30, "three answers, and nobody waited for the minute"
    finally:
        released.set()


@pytest.mark.usefixtures("engine")
def test_a_database_that_is_away_before_the_endpoint_is_reached_is_503_too() -> None:
    @contextmanager
    def down() -> Iterator[Session]:
        raise OperationalError("SELECT", {}, ConnectionError())
        yield Session()

    app = FastAPI()
    failures.install(app)
    app.add_middleware(ShopperCors, origins=Origins(down))

    answer = AppClient(app).get("/api/shopper/about", headers={"origin": "https://shop.example"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")


@pytest.mark.parametrize("state", ["25006", "42P01", "42703"])
def test_a_standby_or_missing_migration_passes_and_is_503(
    app: FastAPI, client: AppClient, engine: Engine, state: str
) -> None:
    def fail() -> None:
        with engine.connect() as connection:
            connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"))

    app.add_api_route("/api/fail", fail)
    app.router.routes.insert(0, app.router.routes.pop())

    answer = client.get("/api/fail")

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["retry-after"]


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
