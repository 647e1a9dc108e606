"""How a product spread: who bought it first, and who followed whom to it, by the stored credit rows."""
# ruff: noqa: S608 - statements are put together from our own words

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.fields import Json
from saleor_influence_app.queries import shown_credits
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.shown_credits import Link, Person


class Follower(Person):
    """Somebody in the cascade of a product."""

    parent_id: str | None
    """Whom they followed: of several the one with the most credit. Null: nobody is known."""
    parent_share: float | None
    """The parent's part of the credit of all shown who may have led them; null without a parent or credit."""
    rival_ids: list[str]
    """Who else may have led them: the others who share it, most credit first."""
    root_id: str
    """Who stands at the beginning of their tree."""
    depth: int
    """Steps from there."""
    bought_at: datetime | None
    """Their first purchase of the product. Null: not known, only their personal code was used for it."""


class Tree(ApiModel):
    """All who followed one person to the product, directly or through others."""

    root_id: str
    people: int
    """The root among them."""
    depth: int
    """Steps from the root to the person farthest from it."""
    structural_virality: float
    """Mean distance between two of its people: near 2 = one person led all, more = it was passed on."""


class FollowersLeftOut(ApiModel):
    """How many there are beside those shown: they follow later, or are followed later."""

    people: int
    links: int
    """Between people who are shown; never one to a parent."""


class Cascade(ApiModel):
    """People by time of purchase, links by time of following, trees by size (of the people shown)."""

    product_id: str
    people: list[Follower]
    links: list[Link]
    trees: list[Tree]
    dominant_path: list[str]
    """From a root to the end: of all paths from parent to follower the one with the most credit."""
    guests: int
    """Guests who followed somebody to it: they have no id and are not among the people."""
    left_out: FollowersLeftOut


# A source's time follows from a difference in days, a floating-point number: exact to a millisecond.
# People are taken in as they follow somebody, each with whom they followed, so that a cut parts no such two.
# No table is joined with itself: without statistics the planner would compare each row with each.
_CASCADE = text(f"""
WITH {shown_credits.VISIBLE}, rows AS (
    SELECT v.*, o.created_at AS bought_at, row_number() OVER () AS number
    FROM visible v JOIN orders o ON o.shop_id = :shop_id AND o.order_id = v.order_id
    WHERE v.product_id = :product_id
), ends AS (
    SELECT rows.*, customer_id AS person, false AS leads, bought_at AS at FROM rows WHERE NOT by_guest
    UNION ALL
    SELECT rows.*, source_id, true, CASE WHEN NOT proven THEN date_trunc('milliseconds',
        bought_at - days_between * interval '1 day' + interval '0.0005 seconds') END FROM rows
), timed AS (
    SELECT ends.*, min(at) OVER (PARTITION BY person) AS first_at FROM ends
), led AS (
    SELECT source_id, customer_id, order_id, tie_kind, days_between, credit, proven, currency,
        max(first_at) FILTER (WHERE NOT leads) AS at, max(first_at) FILTER (WHERE leads) AS source_at
    FROM timed WHERE NOT by_guest
    GROUP BY number, source_id, customer_id, order_id, tie_kind, days_between, credit, proven, currency,
        bought_at
    HAVING bought_at < max(first_at) FILTER (WHERE NOT leads) + interval '0.001 seconds'
        AND coalesce(max(first_at) FILTER (WHERE leads) < max(first_at) FILTER (WHERE NOT leads), true)
), entered AS (
    SELECT customer_id, min(at) AS at, min(bought_at) AS bought_at, bool_or(followed) AS followed FROM (
        SELECT customer_id, at, at AS bought_at, true AS followed FROM led
        UNION ALL
        SELECT source_id, at, source_at, false FROM led
    ) AS people GROUP BY customer_id
), people AS (
    SELECT customer_id, at, bought_at, row_number() OVER (
        ORDER BY at, followed, customer_id COLLATE "C") AS place
    FROM entered ORDER BY place LIMIT :most_people
), links AS (
    SELECT {shown_credits.LINK_SUMS}, p.place, row_number() OVER (PARTITION BY v.customer_id
        ORDER BY sum(v.credit) DESC, min(v.days_between), v.source_id COLLATE "C") AS choice
    FROM led v JOIN people p ON p.customer_id = v.customer_id
    WHERE v.at <= (SELECT max(at) FROM people)
    GROUP BY v.source_id, v.customer_id, p.place
), kept AS (
    SELECT * FROM links ORDER BY choice, place LIMIT :most_links
)
SELECT
    (SELECT coalesce(jsonb_agg({shown_credits.PERSON_JSON}
        || jsonb_build_object('bought_at', p.bought_at)
        ORDER BY coalesce(p.bought_at, p.at), p.bought_at NULLS FIRST, p.customer_id COLLATE "C"), '[]')
        FROM people p {shown_credits.SCORE_OF_PERSON}) AS people,
    (SELECT coalesce(jsonb_agg({shown_credits.LINK_JSON} ORDER BY l.place, l.choice), '[]')
        FROM kept l {shown_credits.EVIDENCE_OF_LINK}) AS links,
    (SELECT count(DISTINCT customer_id) FROM rows WHERE by_guest) AS guests,
    (SELECT count(*) FROM entered) AS everybody, (SELECT count(*) FROM links) AS all_links
""")


def cascade(session: Session, shop_id: int, product_id: str, *, most: int) -> Cascade:
    """Who followed whom to this product? At most `most` people, of the first who followed."""
    given = {"product_id": product_id, "most_people": most}
    found = session.execute(_CASCADE, shown_credits.parameters(shop_id) | given).one()
    links = [shown_credits.link(one) for one in found.links]
    strongest = {one.customer_id: one.source_id for one in reversed(links)}
    parents = {one["customer_id"]: strongest.get(one["customer_id"]) for one in found.people}
    return Cascade(
        product_id=product_id,
        people=_followers(found.people, parents, links),
        links=links,
        trees=trees(parents),
        dominant_path=dominant_path(parents, links),
        guests=found.guests,
        left_out=FollowersLeftOut(
            people=found.everybody - len(found.people), links=found.all_links - len(links)
        ),
    )


def trees(parents: dict[str, str | None]) -> list[Tree]:
    """Return the trees of a forest, given each person's parent; the largest first.

    One parent each, as in Bakshy, Hofman, Mason, Watts 2011 (WSDM, "Everyone's an influencer"). Structural
    virality is equation 1 of Goel, Anderson, Hofman, Watts 2016 (Management Science 62(1)).
    """
    import networkx as nx  # only where a graph is asked for

    forest: nx.Graph[str] = nx.Graph()
    forest.add_nodes_from(parents)
    forest.add_edges_from((parent, person) for person, parent in parents.items() if parent is not None)
    found = []
    for root in (person for person, parent in parents.items() if parent is None):
        steps = nx.single_source_shortest_path_length(forest, root)
        tree = forest.subgraph(steps)
        virality = round(nx.average_shortest_path_length(tree), 4)
        found.append(
            Tree(root_id=root, people=len(steps), depth=max(steps.values()), structural_virality=virality)
        )
    return sorted(found, key=lambda one: (-one.people, one.root_id))


def dominant_path(parents: dict[str, str | None], links: Sequence[Link]) -> list[str]:
    """Return the path of the forest along which most credit passed; of equal ones the first by time."""
    import networkx as nx  # only where a graph is asked for

    credit = {(one.source_id, one.customer_id): float(one.credit.amount) for one in links}
    forest: nx.DiGraph[str] = nx.DiGraph()
    for person, parent in parents.items():
        if parent is not None:
            forest.add_edge(parent, person, credit=credit.get((parent, person), 0.0))
    path: list[str] = nx.dag_longest_path(forest, weight="credit", default_weight=0)
    return path if len(path) > 1 else []


def _followers(
    people: Sequence[Json], parents: dict[str, str | None], links: Sequence[Link]
) -> list[Follower]:
    """Return the people with parent, rivals, root and depth; a parent comes before those who followed."""
    found: dict[str, Follower] = {}
    sharing: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        sharing[link.customer_id].append(link)
    for one in people:
        rivals = sharing[one["customer_id"]]
        parent_id = parents[one["customer_id"]]
        parent = None if parent_id is None else found[parent_id]
        found[one["customer_id"]] = Follower(
            **shown_credits.person_fields(one),
            bought_at=one["bought_at"],
            parent_id=parent_id,
            parent_share=_part(rivals, parent_id),
            rival_ids=[link.source_id for link in rivals if link.source_id != parent_id],
            root_id=one["customer_id"] if parent is None else parent.root_id,
            depth=0 if parent is None else parent.depth + 1,
        )
    return list(found.values())


def _part(links: Sequence[Link], parent_id: str | None) -> float | None:
    whole = sum(float(one.credit.amount) for one in links)
    own = sum(float(one.credit.amount) for one in links if one.source_id == parent_id)
    return round(own / whole, 4) if own > 0 else None
