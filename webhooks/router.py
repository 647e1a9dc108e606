"""Webhooks over HTTP: 2xx only after the delivery is stored, 5xx only for what passes.

Saleor repeats a delivery after 5xx and never after 3xx or 4xx. So a body that is genuine but cannot
be read is stored too, for a person to see, and only what will never become acceptable gets a 4xx: a shop
that is being installed, or whose new key cannot be fetched just now, gets 503. Each 503 is logged with its
reason; nothing of a body is logged.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final, Protocol, TypeVar

from fastapi import APIRouter
from fastapi.requests import Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from webhooks.body import PayloadInvalid, read_object
from webhooks.catalog import BY_SLUG, PATH_PREFIX, WebhookDefinition
from webhooks.envelopes import CheckoutEvent, Envelope, MethodsEvent
from webhooks.nodes import inner
from webhooks.reading import BodyTooLarge, BodyTooSlow, Bounds, NoRoom, body_of
from webhooks.verification import SignatureInvalid, UnknownKey, named_key, verify

BODY_LIMIT: Final = 4 * 1024 * 1024  # an order of ten thousand lines is about half of it
THREADS: Final = 8  # each may hold a database connection
FETCHING_THREADS: Final = 4  # each may wait for a shop's server
MOST_AT_ONCE: Final = 500  # deliveries in one process; more are repeated later
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
class WebhookResponse:
    """What Saleor is told; staff can read it beside the delivery in Saleor."""

    status: HTTPStatus
    code: str
    message: str
    answer: Any = None
    """What Saleor asked for, where it did."""

    def response(self) -> JSONResponse:
        """The answer as JSON; errors in the shape that the rest of the app uses."""
        if self.answer is not None:
            return JSONResponse(self.answer, self.status)
        if self.status < HTTPStatus.BAD_REQUEST:
            return JSONResponse({"status": self.code, "message": self.message}, self.status)
        return JSONResponse({"error": {"code": self.code, "message": self.message}}, self.status)


STORED: Final = WebhookResponse(HTTPStatus.OK, "STORED", "Stored.")
ANSWERED: Final = WebhookResponse(HTTPStatus.OK, "ANSWERED", "Answered.")
DROPPED: Final = WebhookResponse(
    HTTPStatus.ACCEPTED, "DROPPED", "The app caused this event itself: nothing to do."
)
UNREADABLE: Final = WebhookResponse(
    HTTPStatus.UNPROCESSABLE_ENTITY, "UNREADABLE", "The body cannot be understood."
)
EVENT_UNKNOWN: Final = WebhookResponse(HTTPStatus.NOT_FOUND, "NOT_FOUND", "There is no webhook of this name.")
TOO_LARGE: Final = WebhookResponse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TOO_LARGE", "The body is too large.")
HEADERS_MISSING: Final = WebhookResponse(
    HTTPStatus.BAD_REQUEST, "HEADERS_MISSING", "The header saleor-api-url is missing."
)
WRONG_EVENT: Final = WebhookResponse(
    HTTPStatus.BAD_REQUEST, "WRONG_EVENT", "The body is of another event than the address."
)
SHOP_UNKNOWN: Final = WebhookResponse(
    HTTPStatus.FORBIDDEN, "SHOP_UNKNOWN", "The app is not installed in this shop."
)
NOT_RECIPIENT: Final = WebhookResponse(
    HTTPStatus.FORBIDDEN, "NOT_RECIPIENT", "The delivery is not for this app."
)
UNSIGNED: Final = WebhookResponse(
    HTTPStatus.UNAUTHORIZED, "SIGNATURE_INVALID", "The signature is missing or wrong."
)
UNAVAILABLE: Final = WebhookResponse(
    HTTPStatus.SERVICE_UNAVAILABLE, "UNAVAILABLE", "The app is in trouble. Please repeat."
)
UNDECIDED: Final = WebhookResponse(
    HTTPStatus.SERVICE_UNAVAILABLE, "UNDECIDED", "The app is being installed in this shop. Please repeat."
)
KEY_UNKNOWN: Final = WebhookResponse(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "KEY_UNKNOWN",
    "The shop's new key could not be fetched yet. Please repeat.",
)
BUSY: Final = WebhookResponse(
    HTTPStatus.SERVICE_UNAVAILABLE, "BUSY", "The app takes as many deliveries as it can. Please repeat."
)
TOO_SLOW: Final = WebhookResponse(
    HTTPStatus.SERVICE_UNAVAILABLE, "TOO_SLOW", "The body did not arrive in time. Please repeat."
)
DOUBTFUL: Final = (SHOP_UNKNOWN, UNSIGNED, NOT_RECIPIENT)
"""Refusals that an installation at this moment, here or in another process, would turn into a welcome."""


class _Ended(Exception):
    """The judgement ends here, with this answer."""

    def __init__(self, answer: WebhookResponse) -> None:
        super().__init__(answer.code)
        self.answer = answer


class Undecided(Exception):
    """Whether the app is installed in this shop is being decided at this moment."""


class SecondLook(Protocol):
    """What is asked before a delivery is refused for good."""

    def look_again(self, api_url: str) -> "ShopKeys | None":
        """Return the shop as it is now, past every cache; raises Undecided during an installation."""

    def key_sets_with(self, kid: str) -> Iterable[Mapping[str, Any]]:
        """Return the key sets of installed shops that have a key of this name."""


KeysOf = Callable[[str], ShopKeys | None]
RefetchKeys = Callable[[int], ShopKeys | None]
Accept = Callable[[Delivery], None]
Question = CheckoutEvent | MethodsEvent
Reply = Callable[[int, Question], Any]
Judged = TypeVar("Judged", WebhookResponse, ShopKeys)


def build_router(  # noqa: PLR0913 - each is something of the world that is passed in
    *,
    keys_of: KeysOf,
    refetch_keys: RefetchKeys,
    accept: Accept,
    reply: Reply,
    body_limit: int = BODY_LIMIT,
    second_look: SecondLook | None = None,
) -> APIRouter:
    """A router that receives every webhook of the catalog under `/api/webhooks/saleor/{slug}`.

    All callbacks run in a worker thread; whatever they raise is answered with 503.

    - `keys_of(api_url)`: the installed shop of exactly this address, None if there is none.
    - `refetch_keys(shop_id)`: the shop with a key set just fetched from it. Called when a signature names
      an unknown key, which anybody can provoke: *it* must limit its rate, and returns None if it may not
      or cannot ask now. That is answered with 503, since the key may well be a new one.
    - `accept(delivery)`: return once the delivery is committed; a repeat of the same bytes is a no-op.
    - `reply(shop_id, event)`: what Saleor, which waits, is answered about a checkout. It must be quick.
    - `second_look`: asked before a refusal that an installation would change.
    """
    reception = _Reception(_Intake(keys_of, refetch_keys, accept, reply, second_look), Bounds(body_limit))
    router = APIRouter()
    # A plain route: FastAPI's dependency solving would cost more than the signature.
    router.add_route(PATH_PREFIX + "/{slug}", reception.receive, methods=["POST"], include_in_schema=False)
    return router


class _Reception:
    """Reads a delivery within bounds and has it judged in threads that wait for nothing else.

    Threads of their own: slow answers to people do not hold up Saleor, nor the other way round. They also
    cost a seventh less of a request than anyio's. Keys are fetched in others: a shop's server may be slow.
    """

    def __init__(self, intake: "_Intake", bounds: Bounds) -> None:
        self._intake = intake
        self._bounds = bounds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
        self._fetching = ThreadPoolExecutor(FETCHING_THREADS, thread_name_prefix="webhook-keys")
        self._running = 0

    async def receive(self, request: Request) -> Response:
        webhook = BY_SLUG.get(request.path_params["slug"])
        if webhook is None:
            return EVENT_UNKNOWN.response()
        self._running += 1
        try:
            answer = BUSY if self._running > MOST_AT_ONCE else await self._answer(webhook, request)
        finally:
            self._running -= 1
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            _log.warning("webhook to be repeated: slug=%s reason=%s", webhook.slug, answer.code)
        return answer.response()

    async def _answer(self, webhook: WebhookDefinition, request: Request) -> WebhookResponse:
        loop = asyncio.get_running_loop()

        async def admit() -> None:
            refusal = await loop.run_in_executor(self._threads, self._intake.refusal, request.headers)
            if refusal is not None:
                raise _Ended(refusal)

        announced = request.headers.get("content-length", "")
        try:
            async with body_of(
                request.receive, announced=announced, bounds=self._bounds, admit=admit
            ) as body:
                given = (webhook, request.headers, body)
                judge = copy_context().run  # the thread knows the request by the variables of its context
                answer = await loop.run_in_executor(self._threads, judge, self._intake.answer, *given)
                if answer is KEY_UNKNOWN:
                    answer = await loop.run_in_executor(
                        self._fetching, judge, self._intake.answer_anew, *given
                    )
                return answer
        except _Ended as ended:
            return ended.answer
        except BodyTooLarge:
            return TOO_LARGE
        except BodyTooSlow:
            return TOO_SLOW
        except NoRoom:
            return BUSY
        except ClientDisconnect:  # nobody is there to read the answer
            return UNAVAILABLE


@dataclass(frozen=True, slots=True)
class _Intake:
    """The order of judgements: shop, signature, recipient, event, echo, storage."""

    keys_of: KeysOf
    refetch_keys: RefetchKeys
    accept: Accept
    reply: Reply
    second_look: SecondLook | None

    def refusal(self, headers: Mapping[str, str]) -> WebhookResponse | None:
        """What ends it before more of the body is read, None if nothing does."""
        found = _guarded("", lambda: self._known(headers))
        return found if isinstance(found, WebhookResponse) else None

    def answer(self, webhook: WebhookDefinition, headers: Mapping[str, str], body: bytes) -> WebhookResponse:
        """What the delivery is answered; KEY_UNKNOWN: `answer_anew` must be asked."""

        def judge() -> WebhookResponse:
            shop = self._known(headers)
            try:
                return self._store(webhook, headers, body, shop=shop)
            except _Ended as ended:
                if ended.answer not in DOUBTFUL:
                    raise
                newer = self._now(headers)
                if newer is None or newer == shop:
                    raise
                return self._store(webhook, headers, body, shop=newer)

        return _guarded(webhook.slug, judge)

    def answer_anew(
        self, webhook: WebhookDefinition, headers: Mapping[str, str], body: bytes
    ) -> WebhookResponse:
        """The same with keys that are fetched now; a key of another shop is none of this one."""

        def judge() -> WebhookResponse:
            shop = self._now(headers)
            if shop is None:
                return SHOP_UNKNOWN
            answer = self._store(webhook, headers, body, shop=shop)
            if answer is not KEY_UNKNOWN:
                return answer
            if self._is_of_another(headers["saleor-signature"], body):
                return UNSIGNED
            fresh = self.refetch_keys(shop.shop_id)
            if fresh is None:
                return KEY_UNKNOWN
            answer = self._store(webhook, headers, body, shop=fresh)
            return UNSIGNED if answer is KEY_UNKNOWN else answer

        return _guarded(webhook.slug, judge)

    def _known(self, headers: Mapping[str, str]) -> ShopKeys:
        """The shop that the headers name; ends with the Answer that refuses it."""
        api_url = headers.get("saleor-api-url")
        if not api_url:
            raise _Ended(HEADERS_MISSING)
        if not headers.get("saleor-signature"):
            raise _Ended(UNSIGNED)
        shop = self.keys_of(api_url)
        if shop is None and self.second_look is not None:
            shop = self.second_look.look_again(api_url)
        if shop is None:
            raise _Ended(SHOP_UNKNOWN)
        return shop

    def _now(self, headers: Mapping[str, str]) -> ShopKeys | None:
        look_up = self.keys_of if self.second_look is None else self.second_look.look_again
        return look_up(headers["saleor-api-url"])

    def _store(
        self, webhook: WebhookDefinition, headers: Mapping[str, str], body: bytes, *, shop: ShopKeys
    ) -> WebhookResponse:
        """Judge by these keys and store; KEY_UNKNOWN where the signature names none of them."""
        try:
            verify(headers["saleor-signature"], body, shop.jwks)
        except SignatureInvalid:
            raise _Ended(UNSIGNED) from None
        except UnknownKey:
            return KEY_UNKNOWN
        if webhook.is_sync:
            answer = self.reply(shop.shop_id, _question(webhook, body, shop.app_id))
            return replace(ANSWERED, answer=answer)
        issued_at = _read_genuine(webhook, body, shop.app_id)
        self.accept(Delivery(shop.shop_id, webhook.slug, body, sha256(body).digest(), issued_at))
        return STORED

    def _is_of_another(self, signature: str, body: bytes) -> bool:
        """Whether another installed shop signed this: then no new key of the named shop can have."""
        kid = named_key(signature)
        for jwks in () if self.second_look is None else self.second_look.key_sets_with(kid):
            try:
                verify(signature, body, jwks)
            except (SignatureInvalid, UnknownKey):
                continue
            return True
        return False


def _guarded(slug: str, judge: Callable[[], Judged]) -> Judged | WebhookResponse:
    try:
        return judge()
    except _Ended as ended:
        return ended.answer
    except Undecided:
        return UNDECIDED
    except Exception as error:  # noqa: BLE001 - whatever it is, Saleor must repeat the delivery
        # Not the message and no traceback: a database error quotes the values of its statement.
        _log.error("webhook not stored: slug=%s error=%s", slug, type(error).__name__)
        return UNAVAILABLE


def _read_genuine(webhook: WebhookDefinition, body: bytes, app_id: str) -> datetime | None:
    """When the event was issued, None if the body cannot be read; ends with the Answer that ends it here."""
    try:
        data = read_object(body)
    except PayloadInvalid:
        return None
    _check_addressed(webhook, data, app_id)
    try:
        envelope = Envelope.of(data, now=datetime.now(UTC))
    except PayloadInvalid:
        return None
    principal = envelope.issuing_principal
    if principal and (principal.typename, principal.id) == ("App", app_id) and not webhook.about_this_app:
        raise _Ended(DROPPED)
    return envelope.issued_at


def _question(webhook: WebhookDefinition, body: bytes, app_id: str) -> Question:
    """What Saleor asks; ends with the Answer that refuses it."""
    try:
        data = read_object(body)
        _check_addressed(webhook, data, app_id)
        asked = MethodsEvent if webhook.payload is MethodsEvent else CheckoutEvent
        return asked.of(data, now=datetime.now(UTC))
    except PayloadInvalid as error:
        _log.warning("webhook not understood: slug=%s reason=%s", webhook.slug, error.reason)
        raise _Ended(UNREADABLE) from None


def _check_addressed(webhook: WebhookDefinition, data: Mapping[str, Any], app_id: str) -> None:
    """End it if the body is for another app, or of another event than the address."""
    # Another app of the shop may point a webhook of its own at us, signed by the same key.
    if _id_of(data, "recipient") != app_id:
        raise _Ended(NOT_RECIPIENT)
    # The path is not signed: a body sent to the address of another event must not take its own place.
    if data.get("__typename") != webhook.typename:
        raise _Ended(WRONG_EVENT)


def _id_of(data: Mapping[str, Any], name: str) -> object:
    try:
        return inner(data, name, "id")
    except PayloadInvalid:
        return None
