"""The inventory's tables of the post-purchase survey."""

from saleor_influence_app.personal_data.holding import DELETE, Holding, columns_of, ends, keep

SURVEYS = (
    Holding(
        table="survey_links",
        whose=("customer", "guest"),
        columns=columns_of(
            shop="shop_id",
            purchase="order_id",
            credential="token_hash",
            technical="made_at expires_at used_at",
        ),
        purpose="attribution",
        basis="legitimate-interest",
        source=("computed",),
        recipients=("saleor",),
        kept="30-days",
        through=("order_id", "orders", "order_id"),
        left_out={"token_hash": "secret"},
        objection=keep("own-choice"),
        **ends(keep("names-nobody")),
    ),
    Holding(
        table="survey_responses",
        whose=("customer", "guest"),
        columns=columns_of(
            shop="shop_id",
            person="respondent_id named_id",
            purchase="order_id",
            response="channel agreed_at responded_at",
            technical="id",
        ),
        purpose="attribution",
        basis="legitimate-interest",
        source=("customer",),
        recipients=("staff",),
        kept="survey-days",
        named_by=("respondent_id",),
        mentions=("named_id",),
        left_out={"named_id": "others", "agreed_at": "others"},
        objection=keep("own-choice"),
        **ends(DELETE),
    ),
)
