"""Webhooks over HTTP: 2xx only after the delivery is stored, 5xx only for trouble of our own.

Saleor repeats a delivery after 5xx and never after 3xx or 4xx. So a body that is genuine but cannot
be read is stored too, for a person to see, and only what will never become acceptable gets a 4xx.
Nothing of a body is logged.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from fastapi.requests import Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from webhooks.body import PayloadInvalid, read_object
from webhooks.catalog import BY_SLUG, PATH_PREFIX, WebhookDefinition
from webhooks.envelopes import Envelope
from webhooks.nodes import inner
from webhooks.verification import SignatureInvalid, UnknownKey, verify

BODY_LIMIT: Final = 4 * 1024 * 1024  # an order of ten thousand lines is about half of it
THREADS: Final = 8  # each may hold a database connection
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShopKeys:
    """What must be known of a shop to judge its deliveries; those of a paused one are stored and wait."""

    shop_id: int
    app_id: str
    active: bool
    jwks: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A genuine body, its SHA-256, and when it was issued: None if that cannot be read."""

    shop_id: int
    slug: str
    body: bytes
    body_hash: bytes
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What Saleor is told; staff can read it beside the delivery in Saleor."""

    status: HTTPStatus
    code: str
    message: str

    def response(self) -> JSONResponse:
        """The answer as JSON; errors in the shape that the rest of the app uses."""
        if self.status < HTTPStatus.BAD_REQUEST:
            return JSONResponse({"status": self.code, "message": self.message}, self.status)
        return JSONResponse({"error": {"code": self.code, "message": self.message}}, self.status)


STORED: Final = Answer(HTTPStatus.OK, "STORED", "Stored.")
DROPPED: Final = Answer(HTTPStatus.ACCEPTED, "DROPPED", "The app caused this event itself: nothing to do.")
EVENT_UNKNOWN: Final = Answer(HTTPStatus.NOT_FOUND, "NOT_FOUND", "There is no webhook of this name.")
TOO_LARGE: Final = Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TOO_LARGE", "The body is too large.")
HEADERS_MISSING: Final = Answer(
    HTTPStatus.BAD_REQUEST, "HEADERS_MISSING", "The header saleor-api-url is missing."
)
WRONG_EVENT: Final = Answer(
    HTTPStatus.BAD_REQUEST, "WRONG_EVENT", "The body is of another event than the address."
)
SHOP_UNKNOWN: Final = Answer(HTTPStatus.FORBIDDEN, "SHOP_UNKNOWN", "The app is not installed in this shop.")
NOT_RECIPIENT: Final = Answer(HTTPStatus.FORBIDDEN, "NOT_RECIPIENT", "The delivery is not for this app.")
UNSIGNED: Final = Answer(HTTPStatus.UNAUTHORIZED, "SIGNATURE_INVALID", "The signature is missing or wrong.")
UNAVAILABLE: Final = Answer(
    HTTPStatus.SERVICE_UNAVAILABLE, "UNAVAILABLE", "The app is in trouble. Please repeat."
)


class _Ended(Exception):
    """The judgement ends here, with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


KeysOf = Callable[[str], ShopKeys | None]
RefetchKeys = Callable[[int], ShopKeys | None]
Accept = Callable[[Delivery], None]


def build_router(
    *, keys_of: KeysOf, refetch_keys: RefetchKeys, accept: Accept, body_limit: int = BODY_LIMIT
) -> APIRouter:
    """A router that receives every webhook of the catalog under `/api/webhooks/saleor/{slug}`.

    All three callbacks run in a worker thread; whatever they raise is answered with 503.

    - `keys_of(api_url)`: the installed shop of exactly this address, None if there is none.
    - `refetch_keys(shop_id)`: the shop with a key set just fetched from it. Called when a signature names
      an unknown key, which anybody can provoke: *it* must limit its rate, and returns None if it may not
      or cannot ask now. That is answered with 503, since the key may well be a new one.
    - `accept(delivery)`: return once the delivery is committed; a repeat of the same bytes is a no-op.
    """
    intake = _Intake(keys_of, refetch_keys, accept)
    # Threads of their own: slow answers to people do not hold up Saleor, nor the other way round. They also
    # cost a seventh less of a request than anyio's.
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")

    async def receive(request: Request) -> Response:
        webhook = BY_SLUG.get(request.path_params["slug"])
        if webhook is None:
            return EVENT_UNKNOWN.response()
        try:
            body = await _read(request, body_limit)
        except ClientDisconnect:  # nobody is there to read the answer
            return UNAVAILABLE.response()
        if body is None:
            return TOO_LARGE.response()
        loop = asyncio.get_running_loop()
        # The thread knows the request by the variables of its context.
        judge = copy_context().run
        answer = await loop.run_in_executor(threads, judge, intake.answer, webhook, request.headers, body)
        return answer.response()

    router = APIRouter()
    # A plain route: FastAPI's dependency solving would cost more than the signature.
    router.add_route(PATH_PREFIX + "/{slug}", receive, methods=["POST"], include_in_schema=False)
    return router


async def _read(request: Request, limit: int) -> bytes | None:
    """The body, None as soon as it exceeds the limit: no more than that is ever held."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > len(str(limit)) or int(announced) > limit):
        return None
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


@dataclass(frozen=True, slots=True)
class _Intake:
    """The order of judgements: shop, signature, recipient, event, echo, storage."""

    keys_of: KeysOf
    refetch_keys: RefetchKeys
    accept: Accept

    def answer(self, webhook: WebhookDefinition, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            shop = self._shop(headers, body)
            issued_at = _read_genuine(webhook, body, shop.app_id)
            self.accept(Delivery(shop.shop_id, webhook.slug, body, sha256(body).digest(), issued_at))
        except _Ended as ended:
            return ended.answer
        except Exception as error:  # noqa: BLE001 - whatever it is, Saleor must repeat the delivery
            # Not the message and no traceback: a database error quotes the values of its statement.
            _log.error("webhook not stored: slug=%s error=%s", webhook.slug, type(error).__name__)
            return UNAVAILABLE
        return STORED

    def _shop(self, headers: Mapping[str, str], body: bytes) -> ShopKeys:
        """The shop that signed the body; ends with the Answer that refuses it."""
        api_url = headers.get("saleor-api-url")
        signature = headers.get("saleor-signature")
        if not api_url:
            raise _Ended(HEADERS_MISSING)
        if not signature:
            raise _Ended(UNSIGNED)
        shop = self.keys_of(api_url)
        if shop is None:
            raise _Ended(SHOP_UNKNOWN)
        try:
            try:
                verify(signature, body, shop.jwks)
            except UnknownKey:
                shop = self.refetch_keys(shop.shop_id)
                if shop is None:
                    raise _Ended(UNAVAILABLE) from None
                verify(signature, body, shop.jwks)
        except (SignatureInvalid, UnknownKey):
            raise _Ended(UNSIGNED) from None
        return shop


def _read_genuine(webhook: WebhookDefinition, body: bytes, app_id: str) -> datetime | None:
    """When the event was issued, None if the body cannot be read; ends with the Answer that ends it here."""
    try:
        data = read_object(body)
    except PayloadInvalid:
        return None
    # Another app of the shop may point a webhook of its own at us, signed by the same key.
    if _id_of(data, "recipient") != app_id:
        raise _Ended(NOT_RECIPIENT)
    # The path is not signed: a body sent to the address of another event must not take its own place.
    if data.get("__typename") != webhook.typename:
        raise _Ended(WRONG_EVENT)
    try:
        envelope = Envelope.of(data, now=datetime.now(UTC))
    except PayloadInvalid:
        return None
    principal = envelope.issuing_principal
    if principal and (principal.typename, principal.id) == ("App", app_id) and not webhook.about_this_app:
        raise _Ended(DROPPED)
    return envelope.issued_at


def _id_of(data: Mapping[str, Any], name: str) -> object:
    try:
        return inner(data, name, "id")
    except PayloadInvalid:
        return None
