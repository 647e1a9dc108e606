"""The inventory's tables of perks: programmes, who was drawn for them, and what was used."""

from typing import Any

from saleor_influence_app.personal_data.holding import DELETE, Holding, clear, columns_of, ends, keep

_PERKS: dict[str, Any] = {"purpose": "perks", "kept": "with-the-shop"}
_NAMES_NOBODY = keep("names-nobody")
_NOT_PERSONAL = keep("not-personal")

PERKS = (
    Holding(
        table="perk_programmes",
        whose=("shop",),
        columns=columns_of(
            shop="shop_id kind title segment open_share terms needs_consent hold_out state starts_at ends_at "
            "currency most_money most_uses most_people uses_each external_id preview made_at ended_at "
            "planned_error loss_seen_at judged_at result",
            staff="made_by",
            technical="id seed enrolled_run_id",
        ),
        basis="not-personal",
        source=("staff",),
        recipients=("staff", "saleor"),
        objection=_NOT_PERSONAL,
        **_PERKS,
        **ends(_NOT_PERSONAL),
    ),
    Holding(
        table="perk_grants",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            code="code app_code past_codes",
            perk="arm refusal is_open by_hand state reserved external_id visits drawn_at given_at",
            technical="id programme_id error changed_at",
        ),
        basis="legitimate-interest",
        source=("computed", "staff"),
        recipients=("staff", "saleor"),
        named_by=("customer_id",),
        objection=keep("own-choice"),
        left_out={"reserved": "technical", "app_code": "technical", "past_codes": "technical"},
        **_PERKS,
        **ends(clear("customer_id")),
    ),
    Holding(
        table="perk_invitations",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            perk="state waiting_since invited_at answer_by answered_at answers",
            technical="id programme_id grant_id",
        ),
        basis="legitimate-interest",
        source=("computed", "customer"),
        recipients=("staff",),
        through=("grant_id", "perk_grants", "id"),
        objection=keep("own-choice"),
        **_PERKS,
        **ends(_NAMES_NOBODY),
    ),
    Holding(
        table="perk_remarks",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            words="text",
            technical="id programme_id question at",
        ),
        basis="legitimate-interest",
        source=("customer",),
        recipients=("staff",),
        named_by=("customer_id",),
        objection=keep("own-choice"),
        **_PERKS | {"kept": "until-erased"},
        **ends(DELETE),
    ),
    Holding(
        table="perk_redemptions",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            purchase="order_id uses paid cost currency at by_owner",
            technical="id programme_id grant_id",
        ),
        basis="legitimate-interest",
        source=("saleor", "computed"),
        recipients=("staff",),
        through=("grant_id", "perk_grants", "id"),
        objection=keep("facts-stay"),
        **_PERKS,
        **ends(_NAMES_NOBODY),
    ),
    Holding(
        table="perk_rewards",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            purchase="order_id",
            perk="state refusal amount currency external_id due_at returned_at made_at",
            technical="id programme_id grant_id error changed_at",
        ),
        basis="legitimate-interest",
        source=("computed",),
        recipients=("staff", "saleor"),
        through=("grant_id", "perk_grants", "id"),
        objection=keep("facts-stay"),
        left_out={"order_id": "others"},
        **_PERKS,
        **ends(_NAMES_NOBODY),
    ),
    Holding(
        table="outreach_tasks",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            perk="state due_at answer done_at",
            words="note",
            staff="taken_by",
            technical="id programme_id grant_id changed_at",
        ),
        basis="consent",
        source=("computed", "staff"),
        recipients=("staff",),
        named_by=("customer_id",),
        left_out={"taken_by": "others"},
        objection=keep("own-choice"),
        **_PERKS | {"kept": "while-consented"},
        **ends(DELETE),
    ),
    Holding(
        table="saleor_writes",
        whose=("nobody",),
        columns=columns_of(
            shop="shop_id",
            technical="id kind key payload state version attempts next_attempt_at lease_until error",
        ),
        basis="not-personal",
        source=("computed",),
        recipients=("saleor",),
        objection=_NOT_PERSONAL,
        **_PERKS | {"kept": "until-handled"},
        **ends(_NOT_PERSONAL),
    ),
)
