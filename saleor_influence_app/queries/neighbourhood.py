"""Who may have led whom around a customer, one or two steps away, and the communities among them."""
# ruff: noqa: S608 - statements are put together from our own words

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.queries import shown_credits
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.shown_credits import Link, Person


class Neighbour(Person):
    """A person of the neighbourhood; the customer who was asked for has depth 0."""

    depth: int
    credit: Money | None
    """Of the links to people one step nearer, in both directions: what the cut goes by. Null at depth 0."""
    community: int
    """The number of their community, counted from 1."""


class Community(ApiModel):
    """People who are linked more among each other than to the rest."""

    number: int
    people: int


class NeighboursLeftOut(ApiModel):
    """How many there are beside those shown: they have less credit."""

    depth_1: int
    depth_2: int
    """Only people who are linked to somebody shown at depth 1."""
    links: int
    """Between people who are shown."""


class Neighbourhood(ApiModel):
    """People by depth, then by credit; links from the middle outwards, then by credit."""

    customer_id: str
    depth: int
    """As it was asked for."""
    people: list[Neighbour]
    """Empty where nothing is known of the customer, or they object."""
    links: list[Link]
    communities: list[Community]
    """The largest first."""
    modularity: float | None
    """How clearly the communities are apart, up to 1; about 0 = not at all. Null without links."""
    guests: int
    """Guests who bought after this customer: they have no id and are not among the people."""
    left_out: NeighboursLeftOut


# Links are looked up by who followed: somebody may be followed by thousands, but follows few (OFFSET 0 keeps
# the planner from turning that round).
_STRONGEST = 'ORDER BY credit DESC, customer_id COLLATE "C"'
_NEIGHBOURHOOD = text(f"""
WITH {shown_credits.VISIBLE}, near AS (
    SELECT customer_id, sum(credit) AS credit, min(currency) AS currency FROM (
        SELECT customer_id, credit, currency FROM visible
        WHERE source_id = :customer_id AND NOT by_guest
        UNION ALL
        SELECT source_id, credit, currency FROM visible WHERE customer_id = :customer_id AND NOT by_guest
    ) AS ends GROUP BY customer_id
), nearest AS (
    SELECT * FROM near {_STRONGEST} LIMIT :most_people
), far AS (
    SELECT customer_id, sum(credit) AS credit, min(currency) AS currency FROM (
        SELECT v.customer_id, v.credit, v.currency, false AS is_near
        FROM nearest n JOIN visible v ON v.source_id = n.customer_id WHERE NOT v.by_guest
        UNION ALL
        SELECT v.source_id, v.credit, v.currency, false
        FROM nearest n JOIN visible v ON v.customer_id = n.customer_id
        UNION ALL
        SELECT customer_id, 0, NULL, true FROM near
    ) AS ends
    WHERE :depth > 1 AND customer_id <> :customer_id
    GROUP BY customer_id HAVING NOT bool_or(is_near)
), people AS (
    SELECT CAST(:customer_id AS text) AS customer_id, 0 AS depth, NULL AS credit, NULL AS currency
    WHERE EXISTS (SELECT FROM near) OR EXISTS (SELECT FROM scores WHERE shop_id = :shop_id
        AND customer_id = :customer_id AND customer_id NOT IN {shown_credits.OBJECTORS})
    UNION ALL
    SELECT customer_id, 1, credit, currency FROM nearest
    UNION ALL
    (SELECT customer_id, 2, credit, currency FROM far {_STRONGEST} LIMIT :most_people)
), links AS (
    SELECT {shown_credits.LINK_SUMS}, least(a.depth, b.depth) AS depth
    FROM people b
    CROSS JOIN LATERAL (SELECT * FROM visible WHERE customer_id = b.customer_id OFFSET 0) AS v
    JOIN people a ON a.customer_id = v.source_id
    GROUP BY v.source_id, v.customer_id, a.depth, b.depth
), kept AS (
    SELECT *, row_number() OVER (
        ORDER BY depth, credit DESC, source_id COLLATE "C", customer_id COLLATE "C") AS place
    FROM links ORDER BY place LIMIT :most_links
)
SELECT
    (SELECT coalesce(jsonb_agg({shown_credits.PERSON_JSON} || jsonb_build_object('depth', p.depth,
        'own_credit', CAST(p.credit AS text), 'own_currency', p.currency)
        ORDER BY p.depth, p.credit DESC, p.customer_id COLLATE "C"), '[]')
        FROM people p {shown_credits.SCORE_OF_PERSON}) AS people,
    (SELECT coalesce(jsonb_agg({shown_credits.LINK_JSON} ORDER BY l.place), '[]')
        FROM kept l {shown_credits.EVIDENCE_OF_LINK}) AS links,
    (SELECT count(DISTINCT customer_id) FROM visible WHERE source_id = :customer_id AND by_guest) AS guests,
    (SELECT count(*) FROM near) AS near, (SELECT count(*) FROM far) AS far,
    (SELECT count(*) FROM links) AS all_links
""")


def neighbourhood(
    session: Session, shop_id: int, customer_id: str, *, depth: int, most: int
) -> Neighbourhood:
    """Who may have led this customer or followed them, and who those? At most `most` people a step."""
    given = {"customer_id": customer_id, "depth": depth, "most_people": most}
    found = session.execute(_NEIGHBOURHOOD, shown_credits.parameters(shop_id) | given).one()
    links = [shown_credits.link(one) for one in found.links]
    groups, modularity = communities([one["customer_id"] for one in found.people], links)
    numbers = {person: place for place, group in enumerate(groups, 1) for person in group}
    people = [_neighbour(one, numbers[one["customer_id"]]) for one in found.people]
    shown = [sum(one.depth == step for one in people) for step in (1, 2)]
    return Neighbourhood(
        customer_id=customer_id,
        depth=depth,
        people=people,
        links=links,
        communities=[Community(number=place, people=len(group)) for place, group in enumerate(groups, 1)],
        modularity=modularity,
        guests=found.guests,
        left_out=NeighboursLeftOut(
            depth_1=found.near - shown[0], depth_2=found.far - shown[1], links=found.all_links - len(links)
        ),
    )


def communities(people: Sequence[str], links: Sequence[Link]) -> tuple[list[list[str]], float | None]:
    """Return the people by community, the largest first, and the modularity of this division.

    Greedy maximisation of modularity (Clauset, Newman, Moore 2004, Phys. Rev. E 70, 066111) on the
    undirected graph whose weights are credit. Nothing is random: the same links give the same communities.
    """
    import networkx as nx  # only where a graph is asked for

    places = {person: place for place, person in enumerate(people)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(places.values())
    for one in links:
        ends = places[one.source_id], places[one.customer_id]
        weight = float(one.credit.amount)
        if weight > 0:
            weight += graph.edges[ends]["weight"] if graph.has_edge(*ends) else 0
            graph.add_edge(*ends, weight=weight)
    found = [set(group) for group in nx.community.greedy_modularity_communities(graph, weight="weight")]
    groups = sorted((sorted(group) for group in found), key=lambda group: (-len(group), group))
    named = [[people[place] for place in group] for group in groups]
    if graph.number_of_edges() == 0:
        return named, None
    return named, round(nx.community.modularity(graph, found, weight="weight"), 4)


def _neighbour(found: dict[str, Any], community: int) -> Neighbour:
    written = found["own_credit"]
    credit = None if written is None else amount(Decimal(written), found["own_currency"])
    fields = shown_credits.person_fields(found)
    return Neighbour(**fields, depth=found["depth"], credit=credit, community=community)
