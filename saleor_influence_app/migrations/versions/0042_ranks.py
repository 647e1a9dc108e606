"""Ranks are no longer stored; lists have an index for each of their orders.

The columns stay for processes of the release before, which write them; see `env.OF_THE_LAST_RELEASE`.
"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

FORMER = {"ix_scores_rank": "scores (shop_id, rank)"}
# Where most customers have nothing in a column, its index is of the others alone.
HAS_ANY = {
    "value": "",
    "clv": "",
    "revenue": "",
    "orders_count": "",
    "crv": " WHERE crv <> 0",
    "civ": " WHERE civ IS NOT NULL",
    "score": " WHERE score IS NOT NULL",
    "follow_on": " WHERE follow_on IS NOT NULL",
}
INDEXES = {
    f"ix_scores_{column}": f"scores (shop_id, {column} DESC, customer_id){where}"
    for column, where in HAS_ANY.items()
}
INDEXES |= {
    "ix_scores_verdict": "scores (shop_id, verdict, value DESC, customer_id) "
    "WHERE verdict <> 'not enough evidence'",
    "ix_ties_hidden": "ties (shop_id, target_id) WHERE is_hidden",
}


def upgrade() -> None:
    for table in ("scores", "scores_past"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN rank SET DEFAULT 0")
    _replace(FORMER, INDEXES)


def downgrade() -> None:
    _replace(INDEXES, FORMER)
    for table in ("scores", "scores_past"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN rank DROP DEFAULT")


def _replace(old: dict[str, str], new: dict[str, str]) -> None:
    with op.get_context().autocommit_block():
        # One that was broken off is there and not valid.
        for name in old | new:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        for name, what in new.items():
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")
