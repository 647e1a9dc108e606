"""Saleor's own schemas, as they are stored in `data/`, and what an earlier patch release lacks of them."""

import lzma
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from fnmatch import translate
from pathlib import Path
from typing import Any

from graphql import DefinitionNode, DocumentNode, parse

STORED = ("3.21", "3.22", "3.23", "3.24")
"""The versions whose schemas are stored."""
ADDED = {
    "3.22.36": ("AppProblem*", "App.problems", "Mutation.appProblem*"),
    "3.23.26": (
        "CustomerType*",
        "*.customerType",
        "Query.customerTypes",
        "Mutation.customerType*",
        "User & ObjectWithAttributes",
        "User.assignedAttribute*",
        "CustomerInput.attributes",
        "UserCreateInput.attributes",
        "CustomerWhereInput.attributes",
        "AttributeTypeEnum.CUSTOMER_TYPE",
        "PermissionEnum.MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES",
        "Webhook*Enum.CUSTOMER_TYPE_*",
    ),
}
"""What a patch release added, as names of types, `Type.member` and `Type & Interface`; `*` is any text."""
_DATA = Path(__file__).with_name("data")
# Descriptions, and Saleor's two directives that are for its documentation.
_FOR_READERS = re.compile(
    r'"""[\s\S]*?"""|@doc\(category: "[^"]*"\)|@webhookEventsInfo\(asyncEvents: [^)]*\)'
)


class VersionUnknown(ValueError):
    """No schema of this version is stored."""


def version_tuple(version: str) -> tuple[int, ...]:
    """Return a version that can be compared."""
    return tuple(int(part) for part in version.split("."))


def text_of(version: str) -> str:
    """Return Saleor's own schema for a version (3.23 or 3.23.28), as its newest patch release has it."""
    minor = ".".join(version.split(".")[:2])
    if minor not in STORED or not re.fullmatch(r"[0-9]+(\.[0-9]+)*", version):
        known = ", ".join(STORED)
        raise VersionUnknown(f"The pocket shop has no schema of Saleor {version}. It can play {known}.")
    return lzma.decompress((_DATA / f"schema-{minor}.graphql.xz").read_bytes()).decode()


def document_of(version: str) -> DocumentNode:
    """Return the parsed schema of exactly that version, without what is for its readers only.

    That is two thirds of the text: leaving it out more than halves the time that parsing takes.
    """
    document = parse(_FOR_READERS.sub("", text_of(version)), no_location=True)
    patterns = [
        pattern
        for since, added in ADDED.items()
        if version_tuple(version) < version_tuple(since)
        for pattern in added
    ]
    return _without(document, patterns) if patterns else document


def matches(patterns: Iterable[str]) -> Callable[[str], object]:
    """Return what tells whether a name matches one of the patterns."""
    return re.compile("|".join(map(translate, patterns))).match


def _without(document: DocumentNode, patterns: list[str]) -> DocumentNode:
    """Return the document without the types and members whose names match."""
    added = matches(patterns)
    kept: list[DefinitionNode] = []
    for node in document.definitions:
        name = getattr(getattr(node, "name", None), "value", "")
        if added(name):
            continue
        changed: dict[str, Any] = {}
        for part, joint in (("fields", "."), ("values", "."), ("interfaces", " & ")):
            members = getattr(node, part, None) or ()
            left = tuple(one for one in members if not added(f"{name}{joint}{one.name.value}"))
            if len(left) < len(members):
                changed[part] = left
        kept.append(replace(node, **changed) if changed else node)
    return replace(document, definitions=tuple(kept))
