import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_list_type,
    parse,
    validate,
)

from tests.support.bodies import APP_ID, encode, moment
from tests.support.recorded import saleor_schema
from webhooks.catalog import (
    BY_SLUG,
    CATALOG,
    ORDER_UPDATED,
    SUBSCRIPTIONS,
    WebhookDefinition,
    manifest_webhooks,
)
from webhooks.envelopes import OrderEvent
from webhooks.events import parse as parse_event

VERSIONS = {"3.21": (3, 21), "3.22": (3, 22), "3.23": (3, 23), "3.24": (3, 24)}
FILES = sorted(SUBSCRIPTIONS.glob("*.graphql"))


@pytest.fixture(scope="module", params=list(VERSIONS))
def saleor(request: pytest.FixtureRequest) -> tuple[tuple[int, int], GraphQLSchema]:
    """A stored schema of Saleor and its version."""
    return VERSIONS[request.param], saleor_schema(request.param)


def test_the_events_are_those_the_app_lives_on() -> None:
    assert [webhook.event for webhook in CATALOG] == [
        "ORDER_CREATED",
        "ORDER_BULK_CREATED",
        "ORDER_CONFIRMED",
        "ORDER_PAID",
        "ORDER_FULLY_PAID",
        "ORDER_UPDATED",
        "ORDER_CANCELLED",
        "ORDER_REFUNDED",
        "ORDER_FULLY_REFUNDED",
        "CUSTOMER_CREATED",
        "CUSTOMER_UPDATED",
        "CUSTOMER_DELETED",
        "ACCOUNT_DELETED",
        "APP_DELETED",
        "APP_STATUS_CHANGED",
        "CHECKOUT_CREATED",
        "CHECKOUT_UPDATED",
        "SHIPPING_LIST_METHODS_FOR_CHECKOUT",
        "CHECKOUT_FILTER_SHIPPING_METHODS",
    ]


def test_every_subscription_file_belongs_to_a_webhook_and_holds_one_subscription() -> None:
    of_one_order = {webhook.slug for webhook in CATALOG if webhook.payload is OrderEvent}
    assert {file.stem for file in FILES} == BY_SLUG.keys() - of_one_order | {ORDER_UPDATED}
    for file in FILES:
        definitions = parse(file.read_text(encoding="utf-8")).definitions
        assert len(definitions) == 1
        operation = definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        assert operation.operation is OperationType.SUBSCRIPTION


@pytest.mark.parametrize("webhook", CATALOG, ids=lambda webhook: webhook.slug)
def test_every_subscription_says_who_did_it_when_and_for_whom(webhook: WebhookDefinition) -> None:
    event = re.sub(r"\s+", " ", webhook.subscription())
    assert event.startswith(
        f"subscription {webhook.typename} {{ event {{ __typename issuedAt"
        " issuingPrincipal { __typename ... on App { id } ... on User { id } }"
        f" recipient {{ id }} ... on {webhook.typename} {{"
    )


@pytest.mark.parametrize("webhook", CATALOG, ids=lambda webhook: webhook.slug)
def test_no_subscription_asks_for_metadata_or_names(webhook: WebhookDefinition) -> None:
    fields = set(re.findall(r"\w+", webhook.subscription()))
    assert not {field for field in fields if "etadata" in field or "etafield" in field}
    assert not fields & {"firstName", "lastName", "companyName", "phone", "addresses", "billingAddress"}


@pytest.mark.parametrize("webhook", CATALOG, ids=lambda webhook: webhook.slug)
def test_of_an_address_only_what_tells_a_household_is_asked_for(webhook: WebhookDefinition) -> None:
    query = re.sub(r"\s+", " ", webhook.subscription())
    asked = query.partition("shippingAddress {")[2].partition("}")[0].split()
    assert asked in ([], ["streetAddress1", "streetAddress2", "postalCode", "city", "country", "{", "code"])
    assert query.count("{ code }") == query.count("shippingAddress"), "no code of a gift card"


@pytest.mark.parametrize("webhook", CATALOG, ids=lambda webhook: webhook.slug)
def test_cards_of_transactions_are_asked_for_where_saleor_knows_them(webhook: WebhookDefinition) -> None:
    asks_for_orders = "OrderFields" in webhook.document
    assert ("paymentMethodDetails" in webhook.subscription((3, 22))) == asks_for_orders
    assert ("paymentMethodDetails" in webhook.subscription()) == asks_for_orders
    assert "Transactions" not in webhook.subscription((3, 21))


def test_customer_events_ask_for_columns_of_the_row_only() -> None:
    # Saleor writes these bodies inside the request that changes the customer: each join slows a shop down.
    for slug in ("customer_created", "customer_updated", "customer_deleted", "account_deleted"):
        user = BY_SLUG[slug].subscription().split("user {")[1].split("}")[0].split()
        assert set(user) <= {"id", "email", "isStaff", "isActive", "isConfirmed", "dateJoined", "updatedAt"}


def test_each_subscription_is_valid_for_every_version_it_is_offered_to(
    saleor: tuple[tuple[int, int], GraphQLSchema],
) -> None:
    version, schema = saleor
    for webhook in CATALOG:
        errors = validate(schema, parse(webhook.subscription(version)))
        if version >= webhook.since:
            assert errors == [], f"{webhook.slug}: {errors}"
        else:  # else it could be offered earlier
            assert errors, f"{webhook.slug} is valid before {webhook.since}"


def test_each_event_is_one_that_the_version_can_send(saleor: tuple[tuple[int, int], GraphQLSchema]) -> None:
    version, schema = saleor
    for key, name in (
        ("asyncEvents", "WebhookEventTypeAsyncEnum"),
        ("syncEvents", "WebhookEventTypeSyncEnum"),
    ):
        known = schema.type_map[name]
        assert isinstance(known, GraphQLEnumType)
        for entry in manifest_webhooks("https://app.example", saleor_version=version):
            assert set(entry.get(key, ())) <= set(known.values)


@pytest.mark.parametrize("with_nulls", [False, True], ids=["full", "null wherever Saleor may say null"])
def test_what_the_schema_can_answer_is_read(
    saleor: tuple[tuple[int, int], GraphQLSchema], *, with_nulls: bool
) -> None:
    version, schema = saleor
    for webhook in CATALOG:
        if version >= webhook.since:
            body = Answering(
                schema, parse(webhook.subscription(version)), webhook.typename, with_nulls=with_nulls
            ).body()
            assert parse_event(webhook.slug, encode(body)).recipient_id == APP_ID


def test_manifest_entries_name_the_address_the_event_and_the_query() -> None:
    entries = {
        (entry.get("asyncEvents") or entry["syncEvents"])[0]: entry
        for entry in manifest_webhooks("https://app.example/")
    }
    assert len(entries) == 19
    assert [event for event, entry in entries.items() if not entry["isActive"]] == [
        "CHECKOUT_FILTER_SHIPPING_METHODS"
    ]
    assert entries["ORDER_FULLY_PAID"] == {
        "name": "Order fully paid",
        "asyncEvents": ["ORDER_FULLY_PAID"],
        "query": BY_SLUG["order_fully_paid"].subscription(),
        "targetUrl": "https://app.example/api/webhooks/saleor/order_fully_paid",
        "isActive": True,
    }


def test_a_version_without_a_subscription_type_is_not_offered_that_webhook() -> None:
    # An unknown type in a query makes the whole installation fail.
    offered = {e["name"] for e in manifest_webhooks("https://a.example", saleor_version=(3, 22))}
    assert {webhook.name for webhook in CATALOG} - offered == {"Customer deleted"}
    assert len(manifest_webhooks("https://a.example", saleor_version=(3, 23))) == 19


def both(one: FieldNode, other: FieldNode) -> FieldNode:
    if one.selection_set is None or other.selection_set is None:
        return one
    selections = (*one.selection_set.selections, *other.selection_set.selections)
    return FieldNode(name=one.name, selection_set=SelectionSetNode(selections=selections))


class Answering:
    """The body that a schema allows for a subscription, with or without every null that it may hold."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, typename: str, *, with_nulls: bool
    ) -> None:
        self.schema = schema
        self.typename = typename
        self.with_nulls = with_nulls
        self.operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
        self.fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }

    def body(self) -> dict[str, Any]:
        event = self.operation.selection_set.selections[0]
        assert isinstance(event, FieldNode)
        assert event.selection_set is not None
        return self.answer(self.object_type(self.typename), event.selection_set)

    def object_type(self, name: str) -> GraphQLObjectType:
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)
        return found

    def answer(self, parent: GraphQLObjectType, selections: SelectionSetNode) -> dict[str, Any]:
        merged: dict[str, FieldNode] = {}  # two fragments may ask for parts of one object
        for field in self.fields(parent, selections):
            before = merged.get(field.name.value)
            merged[field.name.value] = field if before is None else both(before, field)
        return {name: self.value(parent, field) for name, field in merged.items()}

    def fields(self, parent: GraphQLObjectType, selections: SelectionSetNode) -> Iterator[FieldNode]:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, FragmentSpreadNode):
                yield from self.fields(parent, self.fragments[selection.name.value].selection_set)
            elif isinstance(selection, InlineFragmentNode):
                assert selection.type_condition is not None
                if selection.type_condition.name.value == parent.name:
                    yield from self.fields(parent, selection.selection_set)

    def value(self, parent: GraphQLObjectType, field: FieldNode) -> Any:
        name = field.name.value
        if name == "__typename":
            return parent.name
        if (parent.name, name) == ("App", "id"):
            return APP_ID
        kind = parent.fields[name].type
        # Without its time, its recipient or its subject an event says nothing.
        needed = parent.name == self.typename and name != "issuingPrincipal"
        if self.with_nulls and not isinstance(kind, GraphQLNonNull) and not needed:
            return None
        return self.present(get_nullable_type(kind), field)

    def present(self, kind: Any, field: FieldNode) -> Any:
        if is_list_type(kind):
            return [self.present(get_nullable_type(kind.of_type), field)]
        if field.selection_set is not None:
            return self.answer(self.concrete(kind), field.selection_set)
        if isinstance(kind, GraphQLEnumType):
            return next(iter(kind.values))
        if field.name.value == "currency":
            return "EUR"
        samples = {
            "DateTime": moment(minutes=5),
            "Boolean": True,
            "Int": 3,
            "Float": 1.5,
            "PositiveDecimal": 1.5,
        }
        return samples.get(get_named_type(kind).name, "text")

    def concrete(self, kind: GraphQLOutputType) -> GraphQLObjectType:
        if is_abstract_type(kind):
            return self.object_type(
                {"PaymentMethodDetails": "CardPaymentMethodDetails"}.get(kind.name, "User")
            )
        assert isinstance(kind, GraphQLObjectType)
        return kind
