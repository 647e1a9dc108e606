"""Whether a manifest is one that Saleor would take, and what it asks for."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    validate,
)

from sandbox.sdl import version_tuple

HEADER = re.compile(r"^(x-|authorization|brokerproperties$)", re.IGNORECASE)
IDENTIFIER_LIMIT = 256


class ManifestInvalid(Exception):
    """Why Saleor would not take the manifest, in its own manner: `field: [reasons]`."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__(", ".join(f"{field}: ['{reason}']" for field, reason in self.errors))


def is_url(value: object) -> bool:
    """Whether it is an absolute http(s) address."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def check_manifest(
    manifest: object, schema: GraphQLSchema, *, saleor_version: str, installed: Iterable[str]
) -> dict[str, Any]:
    """The manifest, found to be in order; else ManifestInvalid."""
    if not isinstance(manifest, dict):
        raise ManifestInvalid([("__all__", "Incorrect structure of manifest.")])
    errors = [*_structure(manifest)]
    if errors:
        raise ManifestInvalid(errors)
    required = manifest.get("requiredSaleorVersion")
    if required and not satisfies(saleor_version, required):
        errors.append(
            (
                "requiredSaleorVersion",
                f"Saleor version {saleor_version} is not supported by the app.",
            )
        )
    known = schema.type_map["PermissionEnum"].values  # type: ignore[attr-defined]
    if not set(manifest.get("permissions") or ()) <= set(known):
        errors.append(("permissions", "Given permissions don't exist."))
    if manifest["id"] in installed:
        errors.append(
            ("identifier", f"App with the same identifier is already installed: {manifest['name']}")
        )
    if not errors:
        errors = [*_extensions(manifest), *_webhooks(manifest, schema)]
    if errors:
        raise ManifestInvalid(errors)
    return manifest


def _structure(manifest: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name in ("id", "name", "version"):
        if not isinstance(manifest.get(name), str):
            yield name, "Field required"
    target = manifest.get("tokenTargetUrl")
    if target is not None and not is_url(target):
        yield "tokenTargetUrl", "Incorrect format."
    logo = ((manifest.get("brand") or {}).get("logo") or {}).get("default")
    if manifest.get("brand") and not is_url(logo):
        yield "brand", "Incorrect value for field: logo.default."
    for name, needed in (
        ("extensions", ("label", "url", "mount")),
        ("webhooks", ("name", "targetUrl", "query")),
    ):
        for item in manifest.get(name) or ():
            if any(not isinstance(item.get(key), str) for key in needed):
                yield name, "Field required"


def _extensions(manifest: dict[str, Any]) -> Iterable[tuple[str, str]]:
    seen: set[str] = set()
    for item in manifest.get("extensions") or ():
        relative = item["url"].startswith("/")
        if (relative and not manifest.get("appUrl")) or (not relative and not is_url(item["url"])):
            yield "extensions", "Incorrect value for field: url."
        if not set(item.get("permissions") or ()) <= set(manifest.get("permissions") or ()):
            yield "extensions", "Extension permission must be listed in App's permissions."
        identifier = (item.get("identifier") or "").strip()
        if len(identifier) > IDENTIFIER_LIMIT:
            yield "extensions", "Identifier is too long. Maximum length is 256 characters."
        if identifier and identifier in seen:
            yield "extensions", f"Duplicate extension identifier: {identifier}."
        seen.add(identifier)


def _webhooks(manifest: dict[str, Any], schema: GraphQLSchema) -> Iterable[tuple[str, str]]:
    kinds = schema.type_map["WebhookEventTypeAsyncEnum"].values  # type: ignore[attr-defined]
    waited = schema.type_map["WebhookEventTypeSyncEnum"].values  # type: ignore[attr-defined]
    for item in manifest.get("webhooks") or ():
        if not set(item.get("asyncEvents") or ()) <= set(kinds):
            yield "webhooks", "Invalid asynchronous event."
        if not set(item.get("syncEvents") or ()) <= set(waited):
            yield "webhooks", "Invalid synchronous event."
        if not is_url(item["targetUrl"]):
            yield "webhooks", "Invalid target url."
        if any(not HEADER.match(name) for name in item.get("customHeaders") or ()):
            yield "webhooks", "Invalid custom headers"
        try:
            events_of_query(schema, item["query"])
        except GraphQLError as error:
            yield "webhooks", f"Subscription query is not valid: {error.message}"


def events_of_query(schema: GraphQLSchema, text: str) -> list[str]:
    """The events that a subscription speaks of; GraphQLError when Saleor would not take it."""
    document = parse(text)
    errors = validate(schema, document)
    if errors:
        raise errors[0]
    operation = next(
        (node for node in document.definitions if isinstance(node, OperationDefinitionNode)), None
    )
    if operation is None or operation.operation != OperationType.SUBSCRIPTION:
        raise GraphQLError("Subscription operation can't be found.")
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    events = [
        name
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode) and field.name.value == "event"
        for name in _conditions(field.selection_set, fragments)
        if name != "Event"
    ]
    if not events:
        raise GraphQLError("Can't find a single event.")
    return [re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).upper() for name in dict.fromkeys(events)]


def _conditions(node: SelectionSetNode | None, fragments: dict[str, FragmentDefinitionNode]) -> Iterable[str]:
    for child in node.selections if node else ():
        found = fragments.get(child.name.value) if isinstance(child, FragmentSpreadNode) else child
        if isinstance(found, FragmentDefinitionNode | InlineFragmentNode):
            if found.type_condition:
                yield found.type_condition.name.value
            yield from _conditions(found.selection_set, fragments)


def satisfies(version: str, wanted: str) -> bool:
    """Whether a version lies in an npm range of the plain kind: comparators, `||`, `^`, `~`."""
    return any(
        all(_compare(version_tuple(version), part) for part in alternative.split())
        for alternative in re.sub(r"(?<=[<>=^~])\s+", "", wanted).split("||")
    )


def _compare(version: tuple[int, ...], part: str) -> bool:
    match = re.fullmatch(r"(>=|<=|>|<|=|\^|~)?v?(\d+(?:\.\d+)*)(?:\.[x*])*(?:-\d+)?", part)
    if match is None:
        return part in {"*", "x"}
    operator, bound = match[1] or "=", version_tuple(match[2])
    low = (*bound, 0, 0)[:3]
    above = _next(bound[: 1 if operator == "^" else 2 if operator == "~" else len(bound)])
    if operator in {"=", "^", "~"}:
        return low <= version < above
    return {
        ">=": version >= low,
        ">": version >= above if len(bound) < len(low) else version > low,
        "<": version < low,
        "<=": version < above if len(bound) < len(low) else version <= low,
    }[operator]


def _next(bound: tuple[int, ...]) -> tuple[int, ...]:
    return (*bound[:-1], bound[-1] + 1)
