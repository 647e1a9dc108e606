"""The inventory's tables of what is told of customers and guests, and of what they asked for."""

from typing import Any

from saleor_influence_app.personal_data.holding import (
    DELETE,
    Holding,
    clear,
    columns_of,
    ends,
    keep,
)

GOES = ends(DELETE)
"""Whoever is erased, deleted or anonymised has no row there."""
FACTS_STAY = keep("facts-stay")
OWN_CHOICE = keep("own-choice")

_FACTS: dict[str, Any] = {"basis": "legitimate-interest", "source": ("saleor",), "recipients": ("staff",)}
_TOLD: dict[str, Any] = {
    "purpose": "influence",
    "basis": "legitimate-interest",
    "source": ("staff",),
    "recipients": ("staff",),
    "kept": "until-told-otherwise",
}
_SOCIAL: dict[str, Any] = {
    "whose": ("customer",),
    "purpose": "social",
    "basis": "consent",
    "objection": OWN_CHOICE,
} | GOES
_OF_PROFILES: dict[str, Any] = _SOCIAL | {
    "through": ("profile_id", "profiles", "id"),
    "source": ("network",),
    "recipients": ("staff",),
}
_ASKED: dict[str, Any] = {"purpose": "rights", "basis": "legal-obligation", "objection": OWN_CHOICE} | GOES

FACTS = (
    Holding(
        table="customers",
        whose=("customer", "staff"),
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            address_hash="email_hash mailbox_hash",
            account="is_staff date_joined deleted_at",
            technical="updated_at seen_at",
        ),
        purpose="intake",
        kept="until-erased",
        named_by=("customer_id",),
        hashes=("email_hash", "mailbox_hash"),
        objection=FACTS_STAY,
        **_FACTS,
        **GOES,
    ),
    Holding(
        table="orders",
        whose=("customer", "guest", "shop"),
        columns=columns_of(
            shop="shop_id channel",
            person="customer_id former_accounts gift_givers",
            address_hash="email_hash mailbox_hash",
            household_hash="address_hash payment_hash",
            purchase="order_id number created_at status charge_status currency gross net charged "
            "gift_card_lines gift_lines discount voucher_discount delivery_method shipping_gross "
            "list_prices line_discounts",
            code="voucher_code",
            gift_card="gift_cards",
            technical="updated_at seen_at fingerprint traits_updated_at traits_seen_at benefits_updated_at "
            "benefits_seen_at",
        ),
        purpose="influence",
        kept="orders-months",
        named_by=("customer_id",),
        listed_in=("former_accounts", "gift_givers"),
        hashes=("email_hash", "mailbox_hash"),
        others={"customer_id": ("former_accounts", "gift_givers")},
        left_out={"fingerprint": "technical"},
        objection=FACTS_STAY,
        **_FACTS,
        **ends(
            clear(
                *("customer_id", "former_accounts", "gift_givers"),
                *("email_hash", "mailbox_hash", "address_hash", "payment_hash", "gift_cards"),
            )
        ),
    ),
    Holding(
        table="order_lines",
        whose=("customer", "guest", "shop"),
        columns=columns_of(
            shop="shop_id",
            purchase="order_id line_id product_id category_id quantity net is_gift_card is_gift",
        ),
        purpose="influence",
        kept="orders-months",
        through=("order_id", "orders", "order_id"),
        objection=FACTS_STAY,
        **_FACTS,
        **ends(keep("orders-are-the-shops")),
    ),
    Holding(
        table="order_service",
        whose=("customer", "guest", "shop"),
        columns=columns_of(
            shop="shop_id warehouse",
            purchase="order_id paid_at first_fulfilled_at promised_by refund_asked_at refunded_at refunded "
            "cancelled_by_staff",
            technical="updated_at seen_at fingerprint",
        ),
        purpose="fair-service",
        kept="orders-months",
        through=("order_id", "orders", "order_id"),
        left_out={"fingerprint": "technical"},
        objection=FACTS_STAY,
        **_FACTS,
        **ends(keep("orders-are-the-shops")),
    ),
    Holding(
        table="messages",
        whose=("customer", "guest", "shop"),
        columns=columns_of(
            shop="shop_id",
            body="body",
            technical="id slug body_hash received_at handled_at state attempts error correlation_id",
        ),
        purpose="intake",
        kept="until-handled",
        left_out={"body_hash": "technical", "correlation_id": "technical"},
        objection=FACTS_STAY,
        **_FACTS,
        **GOES,
    ),
    Holding(
        table="personal_codes",
        whose=("customer",),
        columns=columns_of(shop="shop_id", person="customer_id", code="code", technical="valid_from"),
        named_by=("customer_id",),
        objection=FACTS_STAY,
        **_TOLD,
        **GOES,
    ),
    Holding(
        table="code_leaks",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            code="code",
            technical="since until reason found_at expected seen tail replaced_at",
        ),
        named_by=("customer_id",),
        objection=FACTS_STAY,
        **_TOLD | {"source": ("computed", "staff")},
        **GOES,
    ),
    Holding(
        table="exclusions",
        whose=("customer",),
        columns=columns_of(shop="shop_id", person="customer_id", account="reason"),
        named_by=("customer_id",),
        objection=FACTS_STAY,
        **_TOLD,
        **GOES,
    ),
    Holding(
        table="ties",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            person="source_id target_id",
            tie="kind origin weight valid_from valid_to known_at is_hidden",
        ),
        **_TOLD | {"source": ("saleor", "staff", "network", "customer")},
        named_by=("source_id", "target_id"),
        others={"source_id": ("target_id",), "target_id": ("source_id",)},
        objection=FACTS_STAY,
        **GOES,
    ),
)

SOCIAL = (
    Holding(
        table="profiles",
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            profile="network network_hash network_id base_url api_id handle url proof proven_at",
            credential="token_encrypted",
            technical="id token_expires_at state next_at failures trouble trouble_reason trouble_since "
            "walk_cursor walk_seen walk_found walk_pages walk_skipped walk_landmark",
        ),
        source=("customer", "network"),
        recipients=("staff", "network"),
        kept="while-consented",
        named_by=("customer_id",),
        left_out={
            "token_encrypted": "secret",
            "walk_found": "others",
            **dict.fromkeys(
                ("walk_cursor", "walk_landmark", "walk_pages", "walk_seen", "walk_skipped"), "technical"
            ),
        },
        **_SOCIAL,
    ),
    Holding(
        table="snapshots",
        columns=columns_of(
            shop="shop_id",
            reach="followers following posts followers_seen followers_known posts_read engagement_median "
            "topics",
            technical="profile_id at rows_skipped",
        ),
        kept="features-months",
        **_OF_PROFILES,
    ),
    Holding(
        table="posts",
        columns=columns_of(
            shop="shop_id", reach="reactions reshares replies topics", technical="profile_id post_id at"
        ),
        kept="posts-days",
        **_OF_PROFILES,
    ),
    Holding(
        table="pending_links",
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            profile="network base_url method handle",
            credential="secret",
            technical="id expires_at",
        ),
        source=("customer",),
        recipients=("network",),
        kept="an-hour",
        named_by=("customer_id",),
        **_SOCIAL,
    ),
    Holding(
        table="invitations",
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            profile="network handle",
            staff="made_by",
            technical="id made_at expires_at",
        ),
        **_SOCIAL | {"basis": "legitimate-interest"},
        source=("staff",),
        recipients=("staff",),
        kept="30-days",
        named_by=("customer_id",),
        left_out={"made_by": "others"},
    ),
)

RIGHTS = (
    Holding(
        table="consent_subjects",
        whose=("customer",),
        columns=columns_of(shop="shop_id", person="customer_id", credential="salt"),
        source=("customer",),
        recipients=("nobody",),
        kept="until-erased",
        named_by=("customer_id",),
        **_ASKED | {"purpose": "consent-proof"},
    ),
    Holding(
        table="consents",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            keyed_name="customer_ref",
            consent="number purpose network action wording wording_version language limits proof age_ok at",
            technical="previous_hash hash",
        ),
        purpose="consent-proof",
        basis="legal-obligation",
        source=("customer",),
        recipients=("staff",),
        kept="with-the-shop",
        through=("customer_ref", "consent_subjects", "customer_id"),
        objection=OWN_CHOICE,
        **ends(keep("proof-of-consent")),
    ),
    Holding(
        table="notices",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id", person="customer_id", request="kind", profile="network", technical="id at"
        ),
        source=("computed",),
        recipients=("nobody",),
        kept="13-months",
        named_by=("customer_id",),
        **_ASKED,
    ),
    Holding(
        table="contests",
        whose=("customer",),
        columns=columns_of(
            shop="shop_id",
            person="customer_id other_id",
            purchase="order_id",
            request="kind outcome",
            words="text answer",
            staff="answered_by",
            technical="id at answered_at",
        ),
        source=("customer", "staff"),
        recipients=("staff",),
        kept="until-erased",
        named_by=("customer_id",),
        mentions=("other_id",),
        left_out={"answered_by": "others", "other_id": "others"},
        **_ASKED,
    ),
    Holding(
        table="corrections",
        whose=("customer", "guest"),
        columns=columns_of(
            shop="shop_id",
            person="customer_id other_id",
            purchase="order_id",
            request="kind",
            staff="made_by",
            technical="id contest_id made_at",
        ),
        source=("customer", "staff"),
        recipients=("staff",),
        kept="until-erased",
        named_by=("customer_id", "other_id"),
        others={"customer_id": ("other_id",), "other_id": ("customer_id", "order_id")},
        left_out={"made_by": "others"},
        **_ASKED,
    ),
    Holding(
        table="objections",
        whose=("customer", "guest"),
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            request="at by ended_at ended_by",
            words="reason",
            technical="id",
        ),
        source=("customer", "staff"),
        recipients=("staff",),
        kept="until-erased",
        named_by=("customer_id",),
        **_ASKED,
    ),
    Holding(
        table="rights_requests",
        whose=("customer", "guest", "staff"),
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            request="kind received_at due_at done_at",
            words="note",
            staff="received_by done_by",
            technical="id",
        ),
        purpose="rights",
        basis="legal-obligation",
        source=("customer", "staff"),
        recipients=("staff",),
        kept="until-done-then-nameless-13-months",
        named_by=("customer_id",),
        left_out={"received_by": "others", "done_by": "others"},
        objection=keep("keeps-it-ended"),
        **ends(clear("customer_id")),
    ),
    Holding(
        table="erasures",
        whose=("customer", "guest"),
        columns=columns_of(
            shop="shop_id",
            person="customer_id",
            request="reason network state asked_at finished_at certificate",
            technical="id",
        ),
        source=("customer", "saleor", "staff"),
        recipients=("staff",),
        kept="until-done-then-nameless-13-months",
        named_by=("customer_id",),
        **_ASKED | ends(clear("customer_id")) | {"objection": keep("keeps-it-ended")},
    ),
)

PEOPLE = (*FACTS, *SOCIAL, *RIGHTS)
