"""The credit rows that may be shown as links between people, and the shapes of a person and a link.

Left out are people who object, rows that rest on a network whose tie is gone (a consent ended), those of a
survey response whose named person has not agreed to be shown, and redeemed codes that were set aside. Guests
have no id to show and are only counted.
"""
# ruff: noqa: S608 - statements are put together from our own words

from decimal import Decimal

from saleor_influence_app.fields import Json
from saleor_influence_app.models import NAMED
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.credits import GUEST
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.verdicts import NOT_ENOUGH, SET_ASIDE, Verdict
from saleor_influence_app.social.networks import NETWORKS

MOST_LINKS = 1_000
"""An answer has at most so many links, whatever the number of people."""


class Person(ApiModel):
    """Somebody of a graph, with the figures of the newest run; null where they have none."""

    customer_id: str
    verdict: Verdict
    value: Money | None
    crv: Money | None
    civ: Money | None
    influenced: int | None
    """How many people they led, guests among them."""


class Link(ApiModel):
    """`source_id` may have led `customer_id` to these order lines."""

    source_id: str
    customer_id: str
    orders: int
    lines: int
    tie_kinds: list[str]
    proven: Money
    """Paid with the source's personal code."""
    credit: Money
    """`proven`, and of other lines the share that is the source's before chance is taken off."""
    booked: Money
    """`proven`, and of the rest the part beyond chance where the source's verdict is that they lead."""


OBJECTORS = "(SELECT customer_id FROM objections WHERE shop_id = :shop_id AND ended_at IS NULL)"
"""Nobody of these is shown. (Of who was erased or deleted there is no row: they go with the account.)"""
MAY_BE_SHOWN = """EXISTS (SELECT FROM ties t WHERE t.shop_id = c.shop_id AND t.source_id = c.source_id
            AND t.target_id = c.customer_id AND NOT t.is_hidden)"""
"""Whether a tie of these two rests on more than a response whose named person has not agreed."""
VISIBLE = f"""visible AS NOT MATERIALIZED (
    SELECT c.source_id, c.customer_id, c.order_id, c.line_id, c.product_id, c.tie_kind, c.days_between,
        c.amount, c.credit, c.proven, s.currency, starts_with(c.customer_id, :guest) AS by_guest
    FROM credits c JOIN scores s ON s.shop_id = c.shop_id AND s.customer_id = c.source_id
    WHERE c.shop_id = :shop_id AND c.tie_kind <> ALL (:set_aside) AND NOT starts_with(c.source_id, :guest)
        AND c.source_id NOT IN {OBJECTORS} AND c.customer_id NOT IN {OBJECTORS}
        AND (split_part(c.tie_kind, ':', 1) <> ALL (:networks) OR EXISTS (SELECT FROM ties t
            WHERE t.shop_id = c.shop_id AND t.source_id = c.source_id AND t.target_id = c.customer_id
                AND t.kind = c.tie_kind))
        AND (c.tie_kind <> '{NAMED}' OR {MAY_BE_SHOWN})
)"""
"""A common table: the credit rows, each with the currency of its source's money."""
LINK_SUMS = """v.source_id, v.customer_id, count(DISTINCT v.order_id) AS orders, count(*) AS lines,
        array_agg(DISTINCT v.tie_kind ORDER BY v.tie_kind) AS tie_kinds, min(v.currency) AS currency,
        sum(v.credit) AS credit, coalesce(sum(v.credit) FILTER (WHERE v.proven), 0) AS proven"""
"""Columns of a link, from the rows `v` of its two ends."""
_BEYOND_CHANCE = "CASE WHEN e.inferred = 'leads' THEN CAST(e.af AS numeric) ELSE 0 END"
LINK_JSON = f"""jsonb_build_object('source_id', l.source_id, 'customer_id', l.customer_id, 'orders', l.orders,
        'lines', l.lines, 'tie_kinds', l.tie_kinds, 'currency', l.currency,
        'credit', CAST(l.credit AS text), 'proven', CAST(l.proven AS text),
        'booked', CAST(l.proven + (l.credit - l.proven) * coalesce({_BEYOND_CHANCE}, 0) AS text))"""
"""A link `l` as JSON; needs `EVIDENCE_OF_LINK`."""
EVIDENCE_OF_LINK = """LEFT JOIN evidence e
        ON e.shop_id = :shop_id AND e.customer_id = l.source_id AND e.topic = ''"""
PERSON_JSON = """jsonb_build_object('customer_id', p.customer_id, 'verdict', s.verdict,
        'currency', s.currency, 'influenced', s.influenced, 'value', CAST(s.value AS text),
        'crv', CAST(s.crv AS text), 'civ', CAST(s.civ AS text))"""
"""A person `p` as JSON; needs `SCORE_OF_PERSON`."""
SCORE_OF_PERSON = "LEFT JOIN scores s ON s.shop_id = :shop_id AND s.customer_id = p.customer_id"


def parameters(shop_id: int) -> Json:
    """Return what `VISIBLE` needs."""
    return {
        "shop_id": shop_id,
        "guest": GUEST,
        "set_aside": list(SET_ASIDE),
        "networks": list(NETWORKS),
        "most_links": MOST_LINKS,
    }


def person_fields(found: Json) -> Json:
    """Return the fields of a `Person` from its JSON."""
    money = {name: _money(found, name) for name in ("value", "crv", "civ")}
    kept = {name: found[name] for name in ("customer_id", "influenced")}
    return kept | money | {"verdict": found["verdict"] or NOT_ENOUGH}


def link(found: Json) -> Link:
    """Return the link of its JSON."""
    money = {name: _money(found, name) for name in ("proven", "credit", "booked")}
    kept = {name: found[name] for name in ("source_id", "customer_id", "orders", "lines", "tie_kinds")}
    return Link.model_validate(kept | money)


def _money(found: Json, name: str) -> Money | None:
    written = found[name]
    return None if written is None else amount(Decimal(written), found["currency"])
