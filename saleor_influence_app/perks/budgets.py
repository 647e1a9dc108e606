"""What a programme may still give: money, uses and people, counted from its rows, under its lock."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from saleor_influence_app.models import GrantState, PerkArm, PerkProgramme, RewardState, TopUpState

# ruff: noqa: S608 - only states of our own tables are put into statements
_ALIVE = f"g.state IN ('{GrantState.STAGED}', '{GrantState.GIVEN}')"
_COMMITTED = text(f"""
WITH used AS (
    SELECT grant_id, sum(uses) AS uses, sum(cost) AS cost FROM (
        SELECT grant_id, uses, CASE WHEN currency = :currency THEN cost ELSE 0 END AS cost
        FROM perk_redemptions WHERE programme_id = :programme_id
        UNION ALL SELECT grant_id, 0, amount FROM perk_rewards
        WHERE programme_id = :programme_id
            AND state IN ('{RewardState.STAGED}', '{RewardState.GIVEN}')
        -- What is added to a reward is spent beside what is kept for rewards to come; what is added to a
        -- grant's own card is in its part, and spent as it is redeemed.
        UNION ALL SELECT grant_id, 0, amount FROM perk_top_ups
        WHERE programme_id = :programme_id AND reward_id IS NOT NULL
            AND state IN ('{TopUpState.STAGED}', '{TopUpState.GIVEN}')
    ) spent GROUP BY grant_id
)
SELECT
    count(*) FILTER (WHERE {_ALIVE} AND NOT g.is_open) AS members,
    count(*) FILTER (WHERE {_ALIVE} AND g.is_open) AS regulars,
    coalesce(sum(u.uses), 0) AS uses,
    coalesce(sum(CASE WHEN {_ALIVE}
        THEN greatest(:each + cardinality(g.past_codes) - coalesce(u.uses, 0), 0) ELSE 0 END), 0)
        AS open_uses,
    coalesce(sum(u.cost), 0) AS cost,
    coalesce(sum(CASE WHEN {_ALIVE} THEN greatest(g.reserved - coalesce(u.cost, 0), 0) ELSE 0 END), 0)
        AS reserved
FROM perk_grants g LEFT JOIN used u ON u.grant_id = g.id
WHERE g.programme_id = :programme_id AND g.arm = '{PerkArm.GRANTED}'
""")


@dataclass
class Budget:
    """What is left; each grant takes its part. None: there is no limit."""

    money: Decimal | None
    uses: int | None
    members: int | None
    regulars: int
    """Seats for regular customers who are not in the segment."""

    def admits(self, *, reserve: Decimal, uses: int, is_open: bool) -> bool:
        """Say whether another grant fits."""
        seats = self.regulars if is_open else self.members
        return (seats is None or seats > 0) and self.affords(reserve=reserve, uses=uses)

    def affords(self, *, reserve: Decimal, uses: int) -> bool:
        """Say whether so much more fits, for somebody who has a seat."""
        return (self.money is None or self.money >= reserve) and (self.uses is None or self.uses >= uses)

    def take(self, *, reserve: Decimal, uses: int, is_open: bool) -> None:
        """Take a grant's part."""
        if self.money is not None:
            self.money -= reserve
        if self.uses is not None:
            self.uses -= uses
        if is_open:
            self.regulars -= 1
        elif self.members is not None:
            self.members -= 1


def left(session: Session, programme: PerkProgramme) -> Budget:
    """Return what the programme may still give; lock its row, so that nobody else gives meanwhile."""
    found: Row[tuple[int, int, int, int, Decimal, Decimal]] = session.execute(
        _COMMITTED,
        {"programme_id": programme.id, "each": programme.uses_each, "currency": programme.currency},
    ).one()
    open_seats = seats_for_regulars(programme.most_people, programme.open_share)
    people = programme.most_people
    return Budget(
        money=None if programme.most_money is None else programme.most_money - found.cost - found.reserved,
        uses=None if programme.most_uses is None else programme.most_uses - found.uses - found.open_uses,
        members=None if people is None else people - open_seats - found.members,
        regulars=open_seats - found.regulars,
    )


def seats_for_regulars(people: int | None, open_share: float) -> int:
    """Return how many of the seats do not depend on influence; without a number of seats none."""
    return 0 if people is None else round(people * open_share)
