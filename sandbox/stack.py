"""The whole product on one machine: PostgreSQL, Redis, the pocket Saleor, the app's own processes."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from cryptography.fernet import Fernet

from sandbox.fast_clock import FastClock
from sandbox.parts import Part, PartFailed, start
from sandbox.servers import embedded_postgresql, embedded_redis, free_port

TOKEN_SECONDS = 200.0
"""For which a token is used; Saleor's live five minutes."""
KEPT = httpx.Limits(keepalive_expiry=2)
"""Shorter than servers keep a connection: none ends under a request."""
STAFF_EMAIL, STAFF_PASSWORD = "admin@example.com", "admin"


@dataclass(frozen=True)
class Ports:
    """Wanted loopback ports; one that is taken is replaced by a free one. 0 = any."""

    saleor: int = 8000
    app: int = 8080


@dataclass
class Stack:
    """Addresses of a running stack, and the pocket Saleor's GraphQL as its staff member."""

    saleor_url: str
    app_url: str
    database_url: str
    folder: Path
    mastodon_url: str
    bluesky_url: str
    variables: Mapping[str, str] = field(default_factory=dict)
    """The environment of the app's processes."""
    parts: list[Part] = field(default_factory=list)
    staff_token: str = ""
    sign_in_again: float = 0.0
    app_tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    """The staff member's tokens for apps, each with the moment to ask for another."""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, limits=KEPT))
    """One for all, since each new one reads the machine's certificates first."""

    @property
    def api_url(self) -> str:
        """The GraphQL address of the shop."""
        return f"{self.saleor_url}/graphql/"

    def check(self) -> None:
        """Raise `PartFailed` if any part has ended."""
        for part in self.parts:
            part.check()

    def saleor(self, query: str, **variables: object) -> dict[str, Any]:
        """Return `data` of a query to the shop as its staff member; raises on errors."""
        if time.monotonic() > self.sign_in_again:
            self.sign_in()
        return self._ask(query, variables)

    def sign_in(self) -> None:
        """Become the shop's staff member, anew before the token is over."""
        self.staff_token = ""
        data = self._ask(
            "mutation($e:String!,$p:String!){tokenCreate(email:$e,password:$p){token errors{message}}}",
            {"e": STAFF_EMAIL, "p": STAFF_PASSWORD},
        )
        self.staff_token = data["tokenCreate"]["token"]
        self.sign_in_again = time.monotonic() + TOKEN_SECONDS

    def _ask(self, query: str, variables: Mapping[str, object]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.staff_token}"} if self.staff_token else {}
        reply = self.http.post(self.api_url, json={"query": query, "variables": variables}, headers=headers)
        body = reply.json()
        if body.get("errors"):
            raise PartFailed(f"the shop answered {body['errors'][0]['message']}")
        data: dict[str, Any] = body["data"]
        return data

    def install(self, *, seconds: float = 180) -> str:
        """Install the app as the dashboard does; return the app's id in the shop."""
        manifest_url = f"{self.app_url}/api/manifest?customer-attributes=true"
        manifest = httpx.get(manifest_url, headers=SCHEMA).raise_for_status().json()
        data = self.saleor(
            "mutation($i:AppInstallInput!){appInstall(input:$i){errors{message} appInstallation{id}}}",
            i={
                "appName": "Influence",
                "manifestUrl": manifest_url,
                "permissions": manifest["permissions"],
                "activateAfterInstallation": True,
            },
        )
        if data["appInstall"]["errors"]:
            raise PartFailed(f"the installation was refused: {data['appInstall']['errors'][0]['message']}")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            state = self.saleor(
                "{appsInstallations{status message} apps(first:100){edges{node{id identifier isActive}}}}"
            )
            for installation in state["appsInstallations"]:
                if installation["status"] == "FAILED":
                    raise PartFailed(f"the installation failed: {installation['message']}")
            for edge in state["apps"]["edges"]:
                if edge["node"]["isActive"] and not state["appsInstallations"]:
                    return str(edge["node"]["id"])
            time.sleep(0.2)
        raise PartFailed("the installation did not end in time")

    def panel(
        self, app_id: str, path: str, *, json: object = None, csv: str | None = None, **parameters: str | int
    ) -> dict[str, Any]:
        """Return what the app's API answers to the staff member's panel; with `json` or `csv`, to a POST.

        Settings are PUT, since there is one of them.
        """
        headers = {"authorization-bearer": self._app_token(app_id), "saleor-api-url": self.api_url}
        method = "GET" if json is None and csv is None else "PUT" if path in SINGLE else "POST"
        url = f"{self.app_url}{path}"
        if csv is not None:
            headers["content-type"] = "text/csv"
        reply = self.http.request(method, url, params=parameters, json=json, content=csv, headers=headers)
        body: dict[str, Any] = reply.json() if reply.content else {}
        if reply.is_error:
            raise PartFailed(f"{method} {path}: {body['error']['message']}")
        return body

    def _app_token(self, app_id: str) -> str:
        token, until = self.app_tokens.get(app_id, ("", 0.0))
        if time.monotonic() > until:
            found = self.saleor("query($id:ID!){app(id:$id){accessToken}}", id=app_id)
            token = str(found["app"]["accessToken"])
            self.app_tokens[app_id] = token, time.monotonic() + TOKEN_SECONDS
        return token

    def personal_codes(self) -> list[dict[str, str]]:
        """Return the merchandiser's list of codes and their owners."""
        codes: list[dict[str, str]] = self._sandbox("personal-codes").json()
        return codes

    def ties(self) -> str:
        """Return the merchandiser's list of who knows whom, as a CSV to import."""
        return self._sandbox("ties.csv").text

    def let_ties_have_been_told_as_they_began(self) -> None:
        """Plant the past of an import: in this shop of years, made in a minute, ties were told in their time.

        A tie counts from when the app learns of it, and no request can say that this was earlier.
        """
        with psycopg.connect(self.database_url.replace("+psycopg", "")) as connection:
            connection.execute("UPDATE ties SET known_at = valid_from WHERE origin = 'staff'")

    def planted(self) -> tuple[set[str], set[str]]:
        """Return the ids of who leads others in this generated shop, and of who buys new products first."""
        planted = self._sandbox("planted").json()
        return set(planted["influencers"]), set(planted["early"])

    def name_of(self, customer_id: str) -> str:
        """Return a customer's name, as staff see it in the shop."""
        user = self.saleor("query($id:ID!){user(id:$id){firstName lastName}}", id=customer_id)["user"]
        return f"{user['firstName']} {user['lastName']}"

    def _sandbox(self, name: str) -> httpx.Response:
        return self.http.get(f"{self.saleor_url}/sandbox/{name}").raise_for_status()


SINGLE = frozenset({"/api/settings", "/api/privacy-settings"})
SCHEMA = {"saleor-schema-version": "3.23"}


@contextmanager
def running(
    folder: Path,
    *,
    saleor_arguments: list[str],
    ports: Ports,
    environment: Mapping[str, str] | None = None,
    clock: FastClock | None = None,
) -> Iterator[Stack]:
    """Serve everything from `folder` until the block ends; `PartFailed` when a part does not come up.

    With a clock all parts have that one, and the app's beat waits for its `hand_over`.
    """
    with ExitStack() as stop:
        database_url = stop.enter_context(embedded_postgresql(folder / "postgresql"))
        if clock is not None:
            clock.enter(database_url)
            stop.callback(clock.hand_over)
        (folder / "redis").mkdir(parents=True, exist_ok=True)
        redis_url = stop.enter_context(embedded_redis(folder / "redis"))
        saleor_port, app_port = free_port(ports.saleor), free_port(ports.app)
        mastodon_port, bluesky_port = free_port(), free_port()
        stack = Stack(
            saleor_url=f"http://127.0.0.1:{saleor_port}",
            app_url=f"http://127.0.0.1:{app_port}",
            database_url=database_url,
            folder=folder,
            mastodon_url=f"http://127.0.0.1:{mastodon_port}",
            bluesky_url=f"http://127.0.0.1:{bluesky_port}",
        )
        stop.callback(stack.http.close)
        variables = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": Fernet.generate_key().decode(),
            "ALLOWED_DOMAIN_PATTERN": rf"http://127\.0\.0\.1:{saleor_port}",
            "ALLOW_PRIVATE_NETWORKS": "true",
            "APP_IFRAME_BASE_URL": stack.app_url,
            "TOMBSTONE_FOLDER": str(folder / "tombstones"),
            "LOG_JSON": "false",
            **(environment or {}),
            **(clock.variables if clock else {}),
        }
        saleor = ["-m", "sandbox", "--port", str(saleor_port), *saleor_arguments]
        app = ["-m", "saleor_influence_app.cli", "serve", "--port", str(app_port)]
        networks = ["-m", "sandbox.networks"]
        networks += ["--mastodon-port", str(mastodon_port), "--bluesky-port", str(bluesky_port)]
        stack.variables = variables
        parts = {"the pocket Saleor": saleor, "the pocket networks": networks, "the app": app}
        for name, arguments in parts.items():
            part = start(name, arguments, variables=variables, folder=folder)
            stack.parts.append(part)
            stop.callback(part.stop)
        _await(stack, f"{stack.saleor_url}/.well-known/jwks.json")
        _await(stack, f"{stack.mastodon_url}/sandbox/people")
        _await(stack, f"{stack.app_url}/api/health")
        stack.check()
        yield stack


def _await(stack: Stack, url: str, *, seconds: float = 400) -> None:
    deadline = time.monotonic() + seconds
    while True:
        stack.check()
        try:
            if httpx.get(url, timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > deadline:
            raise PartFailed(f"{url} did not answer in {seconds:.0f} s")
        time.sleep(0.1)
