"""The inventory's tables that speak of shops, of their staff, and of nobody."""

from typing import Any

from saleor_influence_app.personal_data.holding import Holding, columns_of, ends, keep

_PLAIN: dict[str, Any] = {
    "whose": ("shop",),
    "purpose": "operation",
    "basis": "not-personal",
    "source": ("saleor",),
    "recipients": ("staff",),
    "kept": "with-the-shop",
} | ends(keep("not-personal"), "objection")
_NAMELESS = ends(keep("names-nobody"), "objection")

SHOPS = (
    Holding(
        table="shops",
        columns=columns_of(
            shop="id api_url app_id jwks schema_version saleor_version permissions active currency "
            "exchange_rates horizon_days ledger_rule orders_months most_perks "
            "segments_only survey survey_days fair_service public_mirror referral_url "
            "segments_attribute_id write_back blocked_origin",
            credential="token_encrypted email_key_encrypted",
            technical="jwks_fetched_at jwks_read_at installed_at attribute_retry_at status_at "
            "deliveries_read_at categories_asked_at blocked_at held_run_id",
        ),
        **_PLAIN,
    ),
    Holding(
        table="registrations",
        columns=columns_of(shop="api_url", technical="id until"),
        **_PLAIN,
    ),
    Holding(
        table="contacts",
        columns=columns_of(
            shop="shop_id",
            technical="reconcile_at compare_at full_run_at failures silent_since wait_until",
        ),
        **_PLAIN,
    ),
    Holding(
        table="backfills",
        columns=columns_of(
            shop="shop_id",
            technical="kind state cursor done total rows_per_second started_at finished_at lease_until "
            "watermark error comparison trouble_since",
        ),
        **_PLAIN,
    ),
    Holding(
        table="drift_checks",
        columns=columns_of(
            shop="shop_id",
            technical="checked_at orders_saleor orders_here customers_saleor customers_here gaps mended "
            "every_id_at",
        ),
        **_PLAIN,
    ),
    Holding(
        table="order_months",
        columns=columns_of(shop="shop_id", purchase="month channel currency orders gross charged"),
        **_PLAIN,
    ),
    Holding(
        table="consent_heads",
        columns=columns_of(
            shop="shop_id",
            keyed_name="signed",
            technical="id rows signed_at filed_at mailed_at put_at stamped_at stamp trouble",
        ),
        **_PLAIN
        | {
            "whose": ("nobody",),
            "purpose": "consent-proof",
            "basis": "legal-obligation",
            "source": ("computed",),
        }
        | _NAMELESS,
    ),
    Holding(
        table="categories",
        columns=columns_of(shop="shop_id category_id parent_id name"),
        **_PLAIN,
    ),
    Holding(
        table="segments",
        columns=columns_of(shop="shop_id name position definition"),
        **_PLAIN | {"source": ("staff",)},
    ),
    Holding(
        table="customer_views",
        columns=columns_of(shop="shop_id name sort asked columns"),
        **_PLAIN | {"source": ("staff",)},
    ),
    Holding(
        table="customer_exports",
        columns=columns_of(
            shop="shop_id sort asked", staff="asked_by", technical="id state asked_at finished_at rows after"
        ),
        **_PLAIN
        | {
            "whose": ("shop", "staff"),
            "purpose": "security",
            "basis": "legitimate-interest",
            "source": ("staff",),
            "kept": "13-months",
        }
        | ends(keep("staff-only"), "objection"),
    ),
    Holding(
        table="runs",
        columns=columns_of(
            shop="shop_id",
            technical="id kind state attempts interruptions queued_at not_before as_of started_at "
            "finished_at lease_until parameters model counts notes error step progress cancel_asked "
            "back_to seconds peak_memory_mb correlation_ids",
        ),
        **_PLAIN | {"source": ("computed",)},
    ),
    Holding(
        table="problems",
        columns=columns_of(shop="shop_id", technical="key message since dismissed_at reported"),
        **_PLAIN | {"source": ("computed",), "recipients": ("staff", "saleor")},
    ),
    Holding(
        table="network_apps",
        columns=columns_of(
            shop="shop_id network base_url redirect_uri client_id", credential="secret_encrypted"
        ),
        **_PLAIN | {"purpose": "security", "source": ("network",), "recipients": ("network",)},
    ),
    Holding(
        table="privacy_settings",
        columns=columns_of(
            shop="shop_id enabled minimum_age posts_days features_months controller_name "
            "controller_contact officer authority operator transfers storefront_origins networks countries",
            staff="confirmed_by",
            credential="secrets_encrypted",
            technical="confirmed_at",
        ),
        **_PLAIN
        | {"whose": ("shop", "staff"), "purpose": "rights", "basis": "legal-obligation", "source": ("staff",)}
        | ends(keep("staff-only"), "objection"),
    ),
    Holding(
        table="revocations",
        columns=columns_of(
            shop="shop_id network base_url",
            credential="token_encrypted",
            technical="id erasure_id attempts next_at",
        ),
        **_PLAIN
        | {
            "whose": ("nobody",),
            "purpose": "security",
            "basis": "legal-obligation",
            "source": ("network",),
            "recipients": ("network",),
            "kept": "until-revoked",
        }
        | _NAMELESS,
    ),
    Holding(
        table="tombstones",
        columns=columns_of(
            shop="shop_id",
            keyed_name="who",
            consent="purpose network",
            technical="number what at checksum noted_at",
        ),
        **_PLAIN
        | {
            "whose": ("nobody",),
            "purpose": "rights",
            "basis": "legal-obligation",
            "source": ("customer", "saleor", "staff"),
            "recipients": ("tombstone-folder",),
            "kept": "always",
        }
        | ends(keep("keeps-it-ended"), "objection"),
    ),
    Holding(
        table="tombstone_folders",
        columns=columns_of(technical="name host lines bytes rows head seen_at joined_at trusted_until"),
        **_PLAIN
        | {"whose": ("nobody",), "source": ("operator",), "recipients": ("nobody",), "kept": "always"},
    ),
)
