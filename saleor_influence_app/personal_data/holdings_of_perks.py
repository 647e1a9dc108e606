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
            "currency most_money most_uses most_people uses_each external_id made_at ended_at "
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
            code="code",
            perk="arm is_open by_hand state reserved external_id drawn_at given_at",
            technical="id programme_id error changed_at",
        ),
        basis="legitimate-interest",
        source=("computed", "staff"),
        recipients=("staff", "saleor", "webhook", "mail-server"),
        named_by=("customer_id",),
        objection=keep("own-choice"),
        left_out={"reserved": "technical"},
        **_PERKS,
        **ends(clear("customer_id")),
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
    Holding(
        table="hand_off_settings",
        whose=("shop",),
        columns=columns_of(
            shop="shop_id webhook_url webhook_events smtp_host smtp_port smtp_security sender_address "
            "sender_name mails_each",
            credential="webhook_secret_encrypted smtp_login smtp_password_encrypted",
        ),
        basis="not-personal",
        source=("staff",),
        recipients=("staff",),
        objection=_NOT_PERSONAL,
        **_PERKS,
        **ends(_NOT_PERSONAL),
    ),
    Holding(
        table="hand_off_deliveries",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            perk="channel event grant_id happened_at",
            segment="segment",
            technical="id message_id state attempts next_attempt_at lease_until error done_at",
        ),
        basis="legitimate-interest",
        source=("computed",),
        recipients=("staff", "webhook", "mail-server"),
        named_by=("customer_id",),
        objection=keep("own-choice"),
        **_PERKS | {"kept": "30-days"},
        **ends(DELETE),
    ),
    Holding(
        table="mail_stops",
        whose=("customer",),
        columns=columns_of(shop="shop_id", person="customer_id", request="at"),
        basis="legal-obligation",
        source=("customer",),
        recipients=("nobody",),
        named_by=("customer_id",),
        objection=keep("own-choice"),
        **_PERKS | {"kept": "until-erased"},
        **ends(DELETE),
    ),
)
