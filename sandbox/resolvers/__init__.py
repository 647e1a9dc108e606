"""What GraphQL answers, by topic. Importing the package registers every resolver."""

from sandbox.resolvers import (
    accounts,
    apps,
    attribute_changes,
    attributes,
    customers,
    installs,
    metadata,
    orders,
    payments,
    people,
    problems,
    sales,
    shop,
    vouchers,
    webhooks,
)

__all__ = [
    "accounts",
    "apps",
    "attribute_changes",
    "attributes",
    "customers",
    "installs",
    "metadata",
    "orders",
    "payments",
    "people",
    "problems",
    "sales",
    "shop",
    "vouchers",
    "webhooks",
]
