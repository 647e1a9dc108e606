"""The segments a shop starts with; every one can be changed or dropped.

None of them is a punishment: a segment only ever adds, so each asks for what somebody did, never for what
they did not do. `loyal`, `rising` and `beta-tester` look at own orders alone and have no percentile in
them: what others bring by their codes pushes no quiet customer out.
"""

from scoring.definitions import Condition, SegmentDefinition

INFLUENCER = SegmentDefinition(
    name="influencer",
    title="Influencer",
    description="At least three people bought because of this customer: proven by a code or by the ledger.",
    # Three, as the method asks for three followers before it believes in influence.
    conditions=(
        Condition("verdict", ">=", "leads"),
        Condition("influenced", ">=", 3, 2),
    ),
    max_share=0.05,
    order_by="influenced",
)
AMBASSADOR = SegmentDefinition(
    name="ambassador",
    title="Ambassador",
    description="Recommends again and again, to several people, over months.",
    conditions=(
        Condition("ambassador", ">=", 60, 50),
        Condition("verdict", ">=", "leads"),
        Condition("frequency", ">=", 1),
    ),
    max_share=0.05,
    needs="ledger",
    order_by="ambassador",
)
RISING = SegmentDefinition(
    name="rising",
    title="Rising",
    description="New within the last half year, came back at least twice and is still coming.",
    # After 240 days a customer is not new any more: loyal by then, or not.
    conditions=(
        Condition("age_days", "<=", 180, 240),
        Condition("frequency", ">=", 2),
        Condition("days_since_last_order", "<=", 60, 90),
    ),
    max_share=0.1,
    order_by="clv",
)
LOYAL = SegmentDefinition(
    name="loyal",
    title="Loyal",
    description="Came back at least three times over half a year or more and keeps their own rhythm.",
    # Their own rhythm: somebody who buys every spring is as loyal as somebody who buys every week.
    conditions=(
        Condition("frequency", ">=", 3),
        Condition("recency_days", ">=", 180),
        Condition("gaps_since_last_order", "<=", 2.5, 4),
    ),
    order_by="clv",
)
BETA_TESTER = SegmentDefinition(
    name="beta-tester",
    title="Beta tester",
    description="Knows the shop well and was here lately: the people to ask about something new.",
    conditions=(
        Condition("frequency", ">=", 5),
        Condition("age_days", ">=", 180),
        Condition("days_since_last_order", "<=", 45, 90),
    ),
    max_share=0.03,
    order_by="frequency",
)
DEFAULT_SEGMENTS = (INFLUENCER, AMBASSADOR, RISING, LOYAL, BETA_TESTER)
