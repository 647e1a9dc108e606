"""Codes that the app alone applies, codes that were replaced, a cap of perks a customer: none until used."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_CHECKS = {
    "arm": ("arm IN ('granted', 'held_out', 'refused')", "arm IN ('granted', 'held_out')"),
    "held_out_has_nothing": (
        "(arm <> 'granted') = (state = 'none')",
        "(arm = 'held_out') = (state = 'none')",
    ),
}
_REFUSALS = (
    "refusal IN ('not_theirs', 'expired', 'used', 'budget', 'held_out', 'no_consent', 'cap', 'household', "
    "'leak_paused')"
)


def upgrade() -> None:
    op.add_column("shops", sa.Column("most_perks", sa.Integer(), nullable=True))
    op.add_column("code_leaks", sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("perk_grants", sa.Column("refusal", sa.Text(), nullable=True))
    op.add_column("perk_grants", sa.Column("app_code", sa.Text(), nullable=True))
    op.add_column(
        "perk_grants",
        sa.Column("past_codes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_index(
        "uq_perk_grants_app_code",
        "perk_grants",
        ["shop_id", "app_code"],
        unique=True,
        postgresql_where=sa.text("app_code IS NOT NULL"),
    )
    for name, (new, _) in _CHECKS.items():
        _replace(name, new)
    op.create_check_constraint(op.f("ck_perk_grants_refusal"), "perk_grants", _REFUSALS)
    op.create_check_constraint(
        op.f("ck_perk_grants_refused"), "perk_grants", "(arm = 'refused') = (refusal IS NOT NULL)"
    )


def downgrade() -> None:
    op.execute("DELETE FROM perk_grants WHERE arm = 'refused'")
    op.drop_constraint(op.f("ck_perk_grants_refused"), "perk_grants")
    op.drop_constraint(op.f("ck_perk_grants_refusal"), "perk_grants")
    for name, (_, old) in _CHECKS.items():
        _replace(name, old)
    op.drop_index("uq_perk_grants_app_code", table_name="perk_grants")
    for column in ("past_codes", "app_code", "refusal"):
        op.drop_column("perk_grants", column)
    op.drop_column("code_leaks", "replaced_at")
    op.drop_column("shops", "most_perks")


def _replace(name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_perk_grants_{name}"), "perk_grants")
    op.create_check_constraint(op.f(f"ck_perk_grants_{name}"), "perk_grants", condition)
