"""The doctor: what is wrong with this installation, each finding with what to do about it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from graphql import GraphQLSchema, build_client_schema, get_introspection_query, parse, validate
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from saleor_influence_app import broker, db, pools, server_faults, settings, telemetry
from saleor_influence_app.errors import AppError, SaleorPermissionMissing
from saleor_influence_app.models import Backfill, BackfillState, Message, MessageState, Order, Shop
from saleor_influence_app.rights import register
from saleor_influence_app.saleor import operations
from saleor_influence_app.saleor.client import Opener, SaleorClient, open_client
from saleor_influence_app.saleor.identity import Identity, read_identity
from saleor_influence_app.saleor.keys import fetch_keys
from saleor_influence_app.saleor.versions import major_minor, reaches
from saleor_influence_app.shops import circuit_breaker, installations, panel_frames, webhook_registration
from saleor_influence_app.targeting import segment_rules
from webhooks import catalog

NEEDED = ("MANAGE_USERS", "MANAGE_ORDERS", "MANAGE_DISCOUNTS")
OPTIONAL = "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"
OPTIONAL_SINCE = (3, 23, 26)
BEAT_PATIENCE = timedelta(minutes=2)
LATELY = timedelta(days=7)
PATIENCE = timedelta(minutes=10)
"""Messages are handled within seconds; beat finds forgotten ones within a minute."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `advice` says what to do when it is not well, or what could be better."""

    subject: str
    well: bool
    message: str
    advice: str = ""


def good(subject: str, message: str, advice: str = "") -> Finding:
    """Return a finding that nothing must be done about."""
    return Finding(subject, well=True, message=message, advice=advice)


def bad(subject: str, message: str, advice: str) -> Finding:
    """Return a finding that a person must do something about."""
    return Finding(subject, well=False, message=message, advice=advice)


@dataclass(frozen=True, slots=True)
class DoctorContext:
    """What the doctor examines with."""

    transaction: db.Transaction = db.transaction
    opener: Opener = open_client
    fetch: installations.FetchKeys = fetch_keys


def examine_house(engine: Engine) -> Iterator[Finding]:
    """Give a finding each for database, migrations, broker and workers."""
    database = _database(engine)
    yield from database
    try:
        broker.ping()
    except Exception as error:  # noqa: BLE001 - kombu, redis and the socket each have their own
        url = settings.get().redis_url.get_secret_value()
        yield bad("broker", *_parted(server_faults.of_redis(error, url=url)))
        return
    yield good("broker", "Redis answers.")
    yield _workers()
    yield _beat()


def examine_shops(context: DoctorContext) -> Iterator[Finding]:
    """Give findings for each installed shop: token, permissions, keys, webhooks, documents."""
    with context.transaction() as session:
        shops = session.scalars(select(Shop).order_by(Shop.id)).all()
    if not shops:
        yield good("shops", "No shop has installed the app yet.")
    for shop in shops:
        if not shop.active:
            yield good(shop.api_url, "The app is switched off in this shop; nothing is checked.")
            continue
        yield from _shop(context, shop)


def _database(engine: Engine) -> Iterator[Finding]:
    config = Config()
    config.set_main_option("script_location", str(settings.ROOT / "saleor_influence_app" / "migrations"))
    try:
        with engine.connect() as connection:
            current = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError as error:
        yield bad("database", *_parted(server_faults.of_postgresql(error)))
        return
    yield good("database", "PostgreSQL answers.")
    if current == set(ScriptDirectory.from_config(config).get_heads()):
        yield good("migrations", "The tables are those of this version.")
    else:
        yield bad("migrations", "The tables are not those of this version.", "Run: ./influence migrate")


def _parted(said: str) -> tuple[str, str]:
    """Return what is wrong, and what to do about it."""
    wrong, _, advice = said.partition(". ")
    return f"{wrong.removesuffix('.')}.", advice


def _workers() -> Finding:
    start = "Start one: ./influence serve --only worker"
    try:
        queues: dict[str, list[dict[str, Any]]] = (
            broker.app.control.inspect(timeout=2.0).active_queues() or {}
        )
    except Exception as error:  # noqa: BLE001 - as for the broker
        return bad("workers", f"The workers could not be asked ({type(error).__name__}).", start)
    served = {queue["name"] for worker in queues.values() for queue in worker}
    missing = sorted(set(pools.QUEUES) - served)
    if not queues:
        return bad("workers", "No worker answers.", start)
    if missing:
        return bad("workers", f"No worker serves: {', '.join(missing)}.", start)
    return good("workers", f"{len(queues)} answer and serve every queue.")


def _beat() -> Finding:
    start = "Start it: ./influence serve --only beat"
    with telemetry.connect() as client:
        seen = telemetry.read(client, pools.QUEUES).seen
    ticked = seen.get("beat")
    if ticked is None:
        return bad("beat", "Beat has not been seen since Redis was started or emptied.", start)
    age = timedelta(seconds=time.time() - ticked)
    if age > BEAT_PATIENCE:
        return bad("beat", f"Beat last looked at its clock {age.total_seconds():,.0f} s ago.", start)
    return good("beat", "Beat looks at its clock.")


def _shop(context: DoctorContext, shop: Shop) -> Iterator[Finding]:
    try:
        with context.opener(shop.api_url, shop.token_encrypted) as client:
            identity = read_identity(client)
            yield (token := _token(shop, identity))
            if identity is None or not token.well:
                return
            with context.transaction() as session:
                installations.refresh(session, shop.id, identity)
                circuit_breaker.answered(session, shop.id)
            yield from _permissions(shop, identity)
            yield _frames(shop)
            yield _keys(context, shop)
            yield _webhooks(shop, client, identity)
            yield _documents(shop, client, identity)
            yield from _work(context, shop)
    except SaleorPermissionMissing:
        yield bad(
            shop.api_url,
            "Saleor does not accept the app's token.",
            "The app was probably removed there while we were down. Install it again, or remove its rows: "
            f"./influence forget --shop {shop.api_url}",
        )
    except AppError as error:
        yield bad(shop.api_url, error.message, "Check that the shop answers at this address.")


def _work(context: DoctorContext, shop: Shop) -> Iterator[Finding]:
    """Give what waits for too long or has failed here, whoever is to blame."""
    with context.transaction() as session:
        db.use_one_snapshot(session)
        states = select(Message.state, func.count(), func.min(Message.received_at))
        found = session.execute(states.where(Message.shop_id == shop.id).group_by(Message.state)).all()
        histories = session.scalars(
            select(Backfill).where(Backfill.shop_id == shop.id, Backfill.state == BackfillState.FAILED)
        ).all()
        refused = segment_rules.refused(session, shop.id)
        late = register.overdue(session, shop.id)
        silent = session.scalar(
            select(func.count()).where(Order.shop_id == shop.id, Order.benefits_updated_at.is_(None))
        )
    if late.total:
        yield bad(
            shop.api_url, late.sentence, "Answer them there; the law gives one month (Art. 12(3) GDPR)."
        )
    for state, count, oldest in found:
        if state == MessageState.FAILED:
            advice = "The panel shows why. After an upgrade of the app: ./influence retry-messages"
            yield bad(shop.api_url, f"{count:,} webhook messages could not be understood.", advice)
        elif state == MessageState.PENDING and oldest < datetime.now(UTC) - PATIENCE:
            message = f"{count:,} webhook messages wait, the oldest since {oldest:%Y-%m-%d %H:%M} UTC."
            yield bad(shop.api_url, message, "Start worker and beat: ./influence serve")
    for name, why in refused.items():
        advice = f"Change it or drop it: PUT or DELETE /api/segments/{name}."
        yield bad(shop.api_url, f"The segment {name} is assigned to nobody: {why}.", advice)
    if silent:
        message = f"{silent:,} orders do not say what was taken off and which gift cards paid."
        advice = f"Read them again: ./influence backfill --shop {shop.api_url} --restart"
        yield good(shop.api_url, message, advice)
    for history in histories:
        advice = f"Tried again hourly; at once with: ./influence backfill --shop {shop.api_url} --restart"
        yield bad(shop.api_url, f"The history of {history.kind} could not be read: {history.error}", advice)


def _token(shop: Shop, identity: Identity | None) -> Finding:
    if identity is not None and identity.app_id == shop.app_id:
        return good(shop.api_url, f"The token is good (Saleor {identity.saleor_version}).")
    return bad(shop.api_url, "The token is one of another app.", "Install the app again.")


def _permissions(shop: Shop, identity: Identity) -> Iterator[Finding]:
    missing = [code for code in NEEDED if code not in identity.permissions]
    grant = "Grant it in the dashboard: Extensions, Influence, permissions."
    if missing:
        yield bad(shop.api_url, f"The app lacks the permission {', '.join(missing)}.", grant)
    else:
        yield good(shop.api_url, "The app has the permissions that it needs.")
    if OPTIONAL not in identity.permissions and reaches(identity.saleor_version, OPTIONAL_SINCE):
        message = f"Without {OPTIONAL} segments are in private metadata only and cannot be filtered by."
        yield good(shop.api_url, message, grant)


def _frames(shop: Shop) -> Finding:
    """Tell which dashboards show the panel, and of one that tried lately and may not."""
    origins = panel_frames.allowed(shop.api_url)
    tried, at = shop.blocked_origin, shop.blocked_at
    if tried and at and at > datetime.now(UTC) - LATELY and not panel_frames.may_frame(tried, origins):
        return bad(
            shop.api_url,
            f"A page at {tried} tried to show the panel on {at:%Y-%m-%d %H:%M} UTC and may not.",
            f"If it is your dashboard, add {tried} to DASHBOARD_ORIGINS and restart the app.",
        )
    advice = "A dashboard at another address shows a blank page: name it in DASHBOARD_ORIGINS."
    return good(shop.api_url, f"Dashboards at {', '.join(origins)} show the panel.", advice)


def _keys(context: DoctorContext, shop: Shop) -> Finding:
    try:
        fetched = {key["kid"] for key in context.fetch(shop.api_url)["keys"]}
    except AppError as error:
        return bad(shop.api_url, error.message, "Webhooks cannot be verified after a change of keys.")
    if fetched == {key["kid"] for key in shop.jwks["keys"]}:
        return good(shop.api_url, "The key set is the one that we know.")
    return good(shop.api_url, "The key set has changed; the next delivery makes us read it anew.")


def _webhooks(shop: Shop, client: SaleorClient, identity: Identity) -> Finding:
    found = webhook_registration.existing(client)
    changes = webhook_registration.plan(found, major_minor(identity.saleor_version))
    always = {webhook.name for webhook in catalog.CATALOG if webhook.is_on_at_first}
    off = [str(node["name"]) for node in found if not node["isActive"] and node["name"] in always]
    if changes:
        named = ", ".join(f"{change.name} ({change.why})" for change in changes[:3])
        more = f" and {len(changes) - 3} more" if len(changes) > 3 else ""  # noqa: PLR2004 - as cut
        return bad(
            shop.api_url,
            f"Webhooks are not as they should be: {named}{more}.",
            "Run: ./influence webhooks migrate",
        )
    if off:
        return bad(shop.api_url, f"Webhooks are switched off: {', '.join(off)}.", "Switch them on in Saleor.")
    return good(shop.api_url, f"All {len(found)} webhooks are as they should be.")


def _documents(shop: Shop, client: SaleorClient, identity: Identity) -> Finding:
    answer = client.execute_document(get_introspection_query(descriptions=False))
    # Saleor describes defaults of enums as strings ("ORIGINAL"), which a strict reading refuses.
    schema = build_client_schema(answer, assume_valid=True)  # type: ignore[arg-type]
    known = [name for name in operations.names() if reaches(identity.saleor_version, operations.since(name))]
    texts = {name: operations.text_of(name) for name in known}
    version = major_minor(identity.saleor_version)
    texts |= {hook.slug: hook.subscription(version) for hook in catalog.CATALOG if version >= hook.since}
    wrong = [f"{name}: {message}" for name, text in texts.items() for message in _errors(schema, text)[:1]]
    if wrong:
        advice = "This version of the app does not fit this Saleor. Update the app, or tell its authors."
        return bad(shop.api_url, f"Saleor would refuse {'; '.join(wrong[:3])}", advice)
    return good(shop.api_url, f"All {len(texts)} GraphQL documents fit the shop's schema.")


def _errors(schema: GraphQLSchema, text: str) -> Sequence[str]:
    return [error.message for error in validate(schema, parse(text))]
