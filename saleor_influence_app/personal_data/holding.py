"""The shape of the inventory: what a table holds, of whom, why, and what becomes of it. See `inventory`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Whose = Literal["customer", "guest", "staff", "shop", "nobody"]
"""Whom the rows speak of; `nobody`: technical, or no longer to be tied to anybody."""
Purpose = Literal[
    "intake",  # taking over what Saleor says of orders and customers
    "influence",  # computing values, scores and who led whom to what
    "households",  # telling one household or person with several addresses from several people
    "writeback",  # writing values and segments into Saleor's customer records
    "trials",  # measuring by lot whether invitations in somebody's name work
    "perks",  # giving perks to members of segments, and counting their use
    "fair-service",  # auditing whether some customers are served worse than others
    "attribution",  # asking who told somebody of the shop
    "social",  # reading profiles that people have linked themselves
    "consent-proof",  # proving who consented to what
    "rights",  # answering and keeping what people asked for
    "security",  # keeping credentials
    "operation",  # running the app
]
Basis = Literal["legitimate-interest", "consent", "legal-obligation", "not-personal"]
"""Art. 6(1)(f), (a), (c) GDPR; `not-personal`: no personal data."""
Source = Literal["saleor", "staff", "customer", "network", "computed", "operator"]
Recipient = Literal["staff", "saleor", "network", "webhook", "mail-server", "tombstone-folder", "nobody"]
"""Who gets to see it beside the person: `saleor` with every app there that may read customer metadata;
`webhook` and `mail-server` are the shop's own, where it hands perks off;
`nobody` beside the operator."""
Kept = Literal[
    "with-the-shop",  # until the app is removed from the shop
    "orders-months",  # as the shop chose, 36 months by default; then sums by month
    "until-erased",  # until the person is erased or deleted
    "until-handled",  # while waiting; a body that was not understood 30 days
    "newest-and-30-days",  # the newest state, and 30 days of earlier runs
    "until-told-otherwise",  # until staff take it back, or the person is erased or deleted
    "while-consented",  # until the consent it rests on ends
    "posts-days",  # as the shop chose, 30 days at most
    "survey-days",  # as the shop chose, a year by default
    "features-months",  # as the shop chose, 13 months at most; shorter where a network's terms say so
    "an-hour",  # 10 minutes (sign-in) or 1 hour
    "30-days",
    "13-months",
    "until-done-then-nameless-13-months",
    "until-revoked",
    "always",  # outlives the shop: it protects backups
]
Category = Literal[
    "person",  # the id of a customer: the person's own, or in `others` somebody else's
    "address-hash",  # keyed hash of an e-mail address
    "household-hash",  # keyed hash of a delivery address or a card
    "purchase",  # what was bought, when, for how much, with which discount and delivery
    "code",
    "gift-card",  # the id of a gift card that was used, and what it paid
    "account",  # dates and kind of the account
    "tie",
    "response",  # who or what told them of the shop
    "score",  # values, scores, ranks, and the numbers they are made of
    "segment",
    "trial",
    "perk",  # what was drawn for somebody, given and taken back
    "profile",  # name, address and id on a network
    "reach",  # counts of followers, posts and responses
    "consent",
    "request",  # what somebody asked for or was told
    "words",  # free text that people wrote
    "body",  # what Saleor sent, as it came
    "staff",  # the id of a staff member
    "credential",  # tokens and keys
    "keyed-name",  # a keyed hash in place of a person, which nothing here can be looked up by
    "shop",  # the shop, its settings and catalogue
    "technical",  # numbers, states, times
]
KeptBecause = Literal[
    "not-personal",
    "orders-are-the-shops",  # orders stay with the shop, without the person
    "names-nobody",  # what is left cannot be tied to anybody
    "proof-of-consent",  # Art. 7(1)
    "keeps-it-ended",  # what makes sure that it stays so, also after a restore
    "facts-stay",  # an objection ends what is computed, not what is known
    "own-choice",  # the person's own, and taken back on the person's page
    "staff-only",  # speaks of staff
]
LeftOut = Literal["others", "secret", "technical"]
"""Why an export leaves a column out: it speaks of others, it is a secret, it means nothing outside."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a row: it goes, these columns of it are emptied, or it stays, and why."""

    act: Literal["delete", "clear", "keep"]
    columns: tuple[str, ...] = ()
    because: KeptBecause | None = None


DELETE = Rule("delete")


def clear(*columns: str) -> Rule:
    """Return the rule that these columns are emptied (of a list: the person's entry)."""
    return Rule("clear", columns)


def keep(because: KeptBecause) -> Rule:
    """Return the rule that the row stays."""
    return Rule("keep", because=because)


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """A table: what it holds, and what becomes of it."""

    table: str
    whose: tuple[Whose, ...]
    columns: Mapping[str, Category]
    purpose: Purpose
    basis: Basis
    source: tuple[Source, ...]
    recipients: tuple[Recipient, ...]
    kept: Kept
    erasure: Rule
    objection: Rule
    deletion: Rule
    """Saleor deleted the account."""
    anonymisation: Rule
    """Saleor's account was made nobody's: an erasure that nobody asked us for."""
    named_by: tuple[str, ...] = ()
    """Columns that hold the id of a person."""
    mentions: tuple[str, ...] = ()
    """Columns that hold the id of somebody else, and are emptied when that one is erased or deleted."""
    listed_in: tuple[str, ...] = ()
    """Columns that hold a list of ids of persons."""
    hashes: tuple[str, ...] = ()
    """Columns that hold a keyed hash of an e-mail address: by these a guest is found."""
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the column that names the person: columns that then speak of somebody else."""
    through: tuple[str, str, str] | None = None
    """(column, table, its column): whose the rows are follows from those of another table."""
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    """Columns that an export leaves out, beside those that speak of others."""


def ends(rule: Rule, *names: str) -> dict[str, Any]:
    """Return this rule for erasure, deletion and anonymisation, and for what else is named."""
    return dict.fromkeys(("erasure", "deletion", "anonymisation", *names), rule)


def columns_of(**named: str) -> dict[str, Category]:
    """Return columns by name from lists of columns by category: `address_hash="email_hash"`.

    Categories are written with underscores here; a test holds them against `Category`.
    """
    return {
        column: category.replace("_", "-")  # type: ignore[misc] # the test checks it
        for category, columns in named.items()
        for column in columns.split()
    }
