"""The inventory's tables of what is computed of customers and guests, drawn, and written to Saleor."""

from dataclasses import replace
from typing import Any

from saleor_influence_app.personal_data.holding import DELETE, Holding, clear, columns_of, ends

_COMPUTED: dict[str, Any] = {
    "whose": ("customer", "guest"),
    "purpose": "influence",
    "basis": "legitimate-interest",
    "source": ("computed",),
    "recipients": ("staff",),
    "kept": "newest-and-30-days",
    "named_by": ("customer_id",),
    "objection": DELETE,
} | ends(DELETE)
COMPUTED = (
    Holding(
        table="scores",
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            technical="run_id",
            score="currency orders_count revenue frequency recency_days age_days monetary_value "
            "clv clv_low clv_high crv crv_orders civ civ_estimate civ_low civ_high "
            "possible_up_to influenced net crv_expected crv_expected_low crv_expected_high civ_expected "
            "civ_expected_low civ_expected_high value value_low value_high score reach amplification "
            "network ambassador follow_on follow_on_low follow_on_high follow_on_days follow_on_money "
            "verdict evidence rank percentile",
        ),
        **_COMPUTED,
    ),
    Holding(
        table="evidence",
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            technical="run_id",
            score="topic pairs followers trusted_followers observed expected observed_before "
            "expected_before rr rr_low rr_high af p_timing p_lead inferred verdict missing rests_on "
            "trial_id credit civ civ_estimate civ_low civ_high possible_up_to contacts "
            "reach_contacts purchases exposures credit_lines amplification_rate "
            "engaged_contacts interactions intensity months network_mean",
        ),
        **_COMPUTED,
    ),
    Holding(
        table="credits",
        columns=columns_of(
            shop="shop_id",
            person="source_id customer_id",
            technical="run_id",
            purchase="order_id line_id product_id topic amount",
            tie="tie_kind days_between sharers",
            score="share trust cap credit proven",
        ),
        **_COMPUTED
        | {
            "named_by": ("source_id", "customer_id"),
            "others": {"source_id": ("customer_id", "order_id", "line_id"), "customer_id": ("source_id",)},
        },
    ),
    Holding(
        table="network_scores",
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            technical="run_id",
            score="kind reach amplification network ambassador contacts reach_contacts "
            "amplification_rate engaged_contacts interactions months",
        ),
        **_COMPUTED | {"whose": ("customer",), "basis": "consent", "source": ("network", "computed")},
    ),
    Holding(
        table="memberships",
        columns=columns_of(
            shop="shop_id", person="customer_id", technical="run_id", segment="segment since reason parts"
        ),
        **_COMPUTED | {"recipients": ("staff", "saleor", "webhook")},
    ),
)
PAST = tuple(
    replace(one, table=f"{one.table}_past", columns={**one.columns, "until_run": "technical"})
    for one in COMPUTED
)

BANDS = (
    Holding(
        table="score_bands",
        columns=columns_of(shop="shop_id", person="customer_id", technical="month", score="band"),
        **_COMPUTED | {"whose": ("customer",), "purpose": "fair-service", "kept": "13-months"},
    ),
)

SUGGESTED = (
    Holding(
        table="learning_steps",
        columns=columns_of(
            shop="shop_id", person="customer_id", technical="run_id position messages", score="kind gain"
        ),
        **_COMPUTED | {"whose": ("customer",)},
    ),
)
"""Of the newest run alone."""

DRAWN = (
    Holding(
        table="trials",
        columns=columns_of(
            shop="shop_id category_id things",
            person="customer_id",
            trial="state refusal contacts needs rule_version started_at ends_at ended_at looked_at "
            "base_share detectable invited held_out invited_bought held_out_bought e_value p "
            "difference difference_low difference_high",
            staff="made_by",
            technical="id seed",
        ),
        left_out={"made_by": "others"},
        **_COMPUTED | {"purpose": "trials", "source": ("staff", "computed"), "kept": "until-erased"},
    ),
    Holding(
        table="trial_guests",
        columns=columns_of(
            shop="shop_id", person="customer_id", trial="invited told drawn_at social", technical="trial_id"
        ),
        **_COMPUTED
        | {"purpose": "trials", "recipients": ("staff", "saleor", "webhook"), "kept": "until-erased"},
    ),
)

WRITTEN = (
    Holding(
        table="outbox",
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            score="wanted written",
            request="withdrawn",
            technical="state attempts next_attempt_at lease_until error changed_at run_id",
        ),
        **_COMPUTED
        | {
            "whose": ("customer",),
            "purpose": "writeback",
            "recipients": ("saleor",),
            "kept": "until-erased",
            **ends(clear("wanted"), "objection"),
            "deletion": DELETE,
        },
    ),
)

EXPORTED = (
    Holding(
        table="customer_export_rows",
        columns=columns_of(
            shop="shop_id", person="customer_id", score="line", technical="export_id position"
        ),
        **_COMPUTED | {"kept": "an-hour"},
    ),
)
"""Lines of files that staff asked for."""
