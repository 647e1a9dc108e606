"""A shop's webhooks brought to those of this version; unlike extensions, an app may change them by itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from saleor_influence_app import db, log, settings
from saleor_influence_app.errors import AppError, InputInvalid, SaleorPermissionMissing, SaleorRefused
from saleor_influence_app.models import Shop
from saleor_influence_app.saleor.client import Opener, SaleorClient, open_client, refusals_in
from saleor_influence_app.saleor.identity import read_identity
from saleor_influence_app.saleor.versions import major_minor
from webhooks import catalog

logger = log.get(__name__)

EVENTS = ("asyncEvents", "syncEvents")
"""Those that Saleor only tells of, and those whose answer it waits for."""
Node = Mapping[str, Any]
Do = Literal["create", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do in Saleor; `why` is for the person who reads the plan."""

    do: Do
    name: str
    why: str
    webhook_id: str | None = None
    input: Node | None = None


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was done, or would be, in one shop; `trouble` is why it ended early."""

    api_url: str
    changes: tuple[Change, ...] = ()
    trouble: str | None = None


def upgrade_all(
    transaction: db.Transaction, *, dry_run: bool = False, opener: Opener = open_client
) -> Iterator[Upgrade]:
    """Give what was done in each shop that is switched on; trouble in one leaves the others theirs."""
    with transaction() as session:
        shops = session.scalars(select(Shop).where(Shop.active).order_by(Shop.id)).all()
    for shop in shops:
        changes: list[Change] = []
        try:
            with opener(shop.api_url, shop.token_encrypted) as client:
                identity = read_identity(client)
                version = major_minor(identity.saleor_version if identity else shop.schema_version)
                changes = plan(existing(client), version)
                if not dry_run:
                    carry_out(client, changes)
        except SaleorPermissionMissing:
            trouble = "permission denied: the app was probably removed from this shop"
            yield Upgrade(shop.api_url, trouble=trouble)
        except AppError as error:
            yield Upgrade(shop.api_url, tuple(changes), error.message)
        else:
            yield Upgrade(shop.api_url, tuple(changes))


def existing(client: SaleorClient) -> list[Node]:
    """Return the app's webhooks in the shop."""
    app = client.execute("app_webhooks")["app"]
    if app is None:
        raise SaleorRefused("The token is not one of an app.")
    return list(app["webhooks"] or [])


def plan(found: Sequence[Node], version: tuple[int, int], *, base_url: str | None = None) -> list[Change]:
    """Return what makes the webhooks those of the catalog: by name, and without switching any on or off.

    Webhooks that somebody pointed elsewhere than to our webhook addresses are not ours and stay.
    """
    wanted = catalog.manifest_webhooks(base_url or _base_url(found), saleor_version=version)
    changes: list[Change] = []
    kept: set[str] = set()
    for entry in wanted:
        same = [node for node in found if node["name"] == entry["name"]]
        if not same:
            changes.append(Change("create", entry["name"], "it is not there", input=_input(entry)))
            continue
        kept.add(same[0]["id"])
        differing = _differing(same[0], entry)
        if differing:
            changes.append(
                Change(
                    "update",
                    entry["name"],
                    f"{', '.join(differing)} differ{'s' if len(differing) == 1 else ''}",
                    webhook_id=same[0]["id"],
                    input={key: value for key, value in _input(entry).items() if key != "isActive"},
                )
            )
    changes += [
        Change("delete", str(node["name"]), "this version does not use it", webhook_id=node["id"])
        for node in found
        if node["id"] not in kept and catalog.PATH_PREFIX in node["targetUrl"]
    ]
    return changes


def carry_out(client: SaleorClient, changes: Sequence[Change]) -> None:
    """The changes are made, in order; raises `SaleorRefused` at the first that Saleor does not take."""
    for change in changes:
        variables: dict[str, Any] = {}
        if change.webhook_id is not None:
            variables["id"] = change.webhook_id
        if change.input is not None:
            variables["input"] = change.input
        data = client.execute(f"webhook_{change.do}", variables)
        problems = refusals_in(data, f"webhook{change.do.title()}")
        if change.do == "delete":  # one that is gone already is what was wanted
            problems = [problem for problem in problems if problem.get("code") != "NOT_FOUND"]
        if problems:
            problem = problems[0]
            raise SaleorRefused(f"{change.name}: {problem.get('message')} ({problem.get('code')})")
        logger.info("webhook.changed", do=change.do, name=change.name)


def _base_url(found: Sequence[Node]) -> str:
    """Return where this app is as Saleor sees it: as set, or as the webhooks that are there say."""
    if given := settings.get().app_api_base_url:
        return given
    for node in found:
        base, prefix, _ = str(node["targetUrl"]).partition(catalog.PATH_PREFIX)
        if prefix:
            return base
    raise InputInvalid("Set APP_API_BASE_URL: the shop has no webhook of this app that tells the address.")


def _input(entry: Node) -> dict[str, Any]:
    known = ("name", "targetUrl", *EVENTS, "query", "isActive")
    return {key: entry[key] for key in known if key in entry}


def _differing(node: Node, entry: Node) -> list[str]:
    there = {event["eventType"] for kind in EVENTS for event in node[kind]}
    here = {event for kind in EVENTS for event in entry.get(kind, ())}
    pairs = {
        "address": (node["targetUrl"], entry["targetUrl"]),
        "query": (_normal(node["subscriptionQuery"]), _normal(entry["query"])),
        "events": (there, here),
    }
    return [name for name, (found, wanted) in pairs.items() if found != wanted]


def _normal(query: str | None) -> str:
    """Return a query in one form: how it is indented makes no difference."""
    from graphql import GraphQLError, parse, print_ast  # no process of the app loads it before it is needed

    try:
        return print_ast(parse(query or ""))
    except GraphQLError:
        return query or ""
