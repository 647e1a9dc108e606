"""What a request costs, counted as Saleor does it (defaults of variables ignored), and its mutations.

Of Saleor's table of costs it has the fields that the pocket shop answers.
"""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

_LISTS = {
    "Query": (
        "apps categories checkouts collections customers customerTypes giftCards orders products "
        "productVariants vouchers appExtensions"
    ),
    "Collection": "products",
    "User": "giftCards orders",
    "Voucher": "categories collections products variants",
}
_SINGLES = {
    "Query": "app appsInstallations attribute channels checkout giftCard me order product user voucher",
    "App": "extensions webhooks",
    "Checkout": (
        "availableCollectionPoints availableShippingMethods billingAddress channel giftCards lines "
        "shippingAddress shippingMethod shippingMethods transactions user"
    ),
    "Collection": "channelListings",
    "CustomerType": "attributes",
    "GiftCard": "app createdBy events product usedBy",
    "Order": (
        "billingAddress channel deliveryMethod discounts events fulfillments giftCards lines payments "
        "shippingAddress transactions user voucher"
    ),
    "Fulfillment": "warehouse",
    "OrderLine": "variant",
    "Product": "category channelListings collections productType variants",
    "ProductChannelListing": "channel",
    "ProductVariant": "product",
    "Category": "parent",
    "User": "assignedAttribute customerType userPermissions",
    "AssignedAttribute": "attribute",
    "AssignedMultiChoiceAttribute": "attribute",
    "Voucher": "channelListings",
    "VoucherChannelListing": "channel",
}
# Type and field -> the arguments that multiply the cost of the field and of all that hangs on it.
COSTS: dict[tuple[str, str], tuple[str, ...]] = {
    **{(name, item): () for name, items in _SINGLES.items() for item in items.split()},
    **{(name, item): ("first", "last") for name, items in _LISTS.items() for item in items.split()},
    ("App", "problems"): ("limit",),
    ("User", "assignedAttributes"): ("limit",),
    ("AssignedMultiChoiceAttribute", "value"): ("limit",),
}


@dataclass
class CostCounter:
    """Adds up one operation."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]
    multipliers: list[int] = field(default_factory=list)

    def selections(self, node: SelectionSetNode | None, parent: Any) -> int:
        """The cost of all that is selected here; of fragments on different types only the dearest counts."""
        total = 0
        by_type: dict[str, int] = {}
        for child in node.selections if node else ():
            if isinstance(child, FieldNode):
                total += self._field(child, parent)
                continue
            fragment = (
                self.fragments.get(child.name.value) if isinstance(child, FragmentSpreadNode) else child
            )
            condition = getattr(fragment, "type_condition", None)
            kind = self.schema.get_type(condition.name.value) if condition else parent
            if isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode) and kind is not None:
                cost = self.selections(fragment.selection_set, kind)
                by_type[kind.name] = by_type.get(kind.name, 0) + cost
        return total + max(by_type.values(), default=0)

    def _field(self, node: FieldNode, parent: Any) -> int:
        definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None:
            return 0
        names = COSTS.get((parent.name, node.name.value))
        outer = self.multipliers
        cost = 0
        if names is not None:
            factor = sum(self._integer(node, name, definition) for name in names)
            self.multipliers = [*outer, factor] if factor > 0 else outer
            cost = 1
            for multiplier in self.multipliers:
                cost *= multiplier
        cost += self.selections(node.selection_set, get_named_type(definition.type))
        self.multipliers = outer
        return cost

    def _integer(self, node: FieldNode, name: str, definition: GraphQLField) -> int:
        """The whole number given for an argument, or its default in the schema, or 0."""
        value: Any = next((item.value for item in node.arguments or () if item.name.value == name), None)
        argument = definition.args.get(name)
        if value is None and argument is not None and argument.ast_node is not None:
            value = argument.ast_node.default_value
        given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else value
        if isinstance(given, IntValueNode):
            return int(given.value)
        return given if isinstance(given, int) else 0


def cost_of(schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]) -> int:
    """The cost of a document, as Saleor reports it in extensions.cost."""
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    roots = {
        OperationType.QUERY: schema.query_type,
        OperationType.MUTATION: schema.mutation_type,
        OperationType.SUBSCRIPTION: schema.subscription_type,
    }
    counter = CostCounter(schema, fragments, variables)
    return sum(
        counter.selections(node.selection_set, roots[node.operation])
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    )


def count_mutations(document: DocumentNode) -> int:
    """How many mutations the document asks for."""
    return sum(
        len(node.selection_set.selections)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode) and node.operation == OperationType.MUTATION
    )


def is_subscription(document: DocumentNode) -> bool:
    """Whether the document asks for events."""
    return any(
        isinstance(node, OperationDefinitionNode) and node.operation == OperationType.SUBSCRIPTION
        for node in document.definitions
    )
