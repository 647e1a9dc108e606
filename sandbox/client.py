"""A shop as seen from outside: asks GraphQL and keeps a staff session, of a pocket or a real Saleor."""

import time
from dataclasses import dataclass, field
from typing import Any

import httpx

SESSION_SECONDS = 240
STAFF = "mutation($e:String!,$p:String!){tokenCreate(email:$e,password:$p){token errors{message}}}"
HTTP_OK = 200


class AnswerUnexpected(AssertionError):
    """The shop answered with errors where none were expected."""


@dataclass
class ShopClient:
    """Asks the shop at `api_url`; as its staff unless another token is given."""

    api_url: str
    email: str = "admin@example.com"
    password: str = "admin"  # noqa: S105  # the password of every Saleor demo
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, trust_env=False))
    _session: tuple[str, float] = ("", 0.0)

    def post(self, query: str, *, token: str | None = None, **variables: Any) -> tuple[int, dict[str, Any]]:
        """HTTP status and JSON of an answer; `token` None asks as nobody."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.http.post(self.api_url, json={"query": query, "variables": variables}, headers=headers)
        return answer.status_code, answer.json()

    def staff_token(self) -> str:
        """A session token of the staff, renewed before it is over."""
        token, since = self._session
        if time.monotonic() - since > SESSION_SECONDS or not token:
            token = self.session_of(self.email, self.password)
            self._session = (token, time.monotonic())
        return token

    def session_of(self, email: str, password: str) -> str:
        """A session token of anybody with a password."""
        made = self.data(STAFF, token="", e=email, p=password)["tokenCreate"]
        if not made["token"]:
            raise AnswerUnexpected(f"No session for {email}: {made['errors']}")
        return str(made["token"])

    def data(self, query: str, *, token: str | None = None, **variables: Any) -> dict[str, Any]:
        """What was asked for; as staff when no token is given, AnswerUnexpected on errors."""
        status, answer = self.post(query, token=self.staff_token() if token is None else token, **variables)
        if status != HTTP_OK or answer.get("errors"):
            raise AnswerUnexpected(f"{status}: {answer.get('errors') or answer}")
        found: dict[str, Any] = answer["data"]
        return found

    def do(self, mutation: str, *, token: str | None = None, **variables: Any) -> dict[str, Any]:
        """The payload of the one mutation in the text; AnswerUnexpected when it has errors."""
        [payload] = self.data(mutation, token=token, **variables).values()
        if payload.get("errors"):
            raise AnswerUnexpected(str(payload["errors"]))
        result: dict[str, Any] = payload
        return result

    def close(self) -> None:
        """No connection is left open."""
        self.http.close()
