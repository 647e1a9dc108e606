"""The pocket shop has Saleor's own schema: it answers what the product asks, and names what it has not."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
    parse,
    print_ast,
    validate,
    validate_schema,
)

import sandbox
from saleor_influence_app.saleor import operations
from sandbox import sdl
from sandbox.apps import App, Webhook
from sandbox.build import create_state
from sandbox.checkouts import Checkout
from sandbox.events import KINDS, Occurrence, body_of
from sandbox.gateway import Gateway
from sandbox.generate import fill
from sandbox.inputs import UNDERSTOOD
from sandbox.registry import RESOLVERS
from sandbox.schema import build_schema, snake
from sandbox.sessions import access_token
from sandbox.state import SandboxSettings, State
from sandbox.tokens import SigningKey
from sandbox.world import Attribute, CustomerType
from tests.support.recorded import saleor_schema, webhook_deliveries
from webhooks.catalog import manifest_webhooks

NEWEST = "3.23.28"
BY_CHANGE = {"field": "LAST_MODIFIED_AT", "direction": "ASC"}
PERMISSIONS = {"MANAGE_ORDERS", "MANAGE_USERS"}
PLAYED = ["3.21.69", "3.22.35", "3.22.36", "3.23.25", "3.23.26", NEWEST, "3.24.0"]


def ask(state: State, query: str, **variables: object) -> tuple[int, dict[str, Any]]:
    """What the pocket shop answers its staff."""
    staff = state.store.users_by_email[state.settings.admin_email]
    request = {"query": query, "variables": variables}
    return Gateway(state).answer(request, f"Bearer {access_token(state, staff)}")


def a_checkout(state: State) -> Checkout:
    variant = next(line.variant for one in state.store.orders.values() for line in one.lines if line.variant)
    given = {"channel": "default-channel", "lines": [{"variantId": variant.id, "quantity": 1}]}
    made = "mutation($i:CheckoutCreateInput!){checkoutCreate(input:$i){checkout{id} errors{message}}}"
    answer = ask(state, made, i=given)
    return state.store.checkouts[answer[1]["data"]["checkoutCreate"]["checkout"]["id"]]


def words(answer: tuple[int, dict[str, Any]]) -> list[str]:
    return [error["message"] for error in answer[1].get("errors", [])]


# -- versions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["3.22.35", "3.23.25"])
def test_the_schema_of_an_earlier_patch_release_is_valid(version: str) -> None:
    assert validate_schema(build_schema(version)) == []


@pytest.mark.parametrize("version", ["3.21.69", "3.22.36", NEWEST, "3.24.0"])
def test_the_schema_of_a_newest_patch_release_is_saleors_own(version: str) -> None:
    theirs = saleor_schema(".".join(version.split(".")[:2]))

    assert signatures(build_schema(version)) == signatures(theirs)


@pytest.mark.parametrize(
    ("version", "there", "missing"),
    [
        ("3.21.69", ["Query.orders"], ["OrderWhereInput", "Mutation.appProblemCreate", "CustomerDeleted"]),
        ("3.22.35", ["OrderWhereInput"], ["Mutation.appProblemCreate", "AppProblem", "CustomerType"]),
        ("3.22.36", ["Mutation.appProblemCreate", "App.problems"], ["CustomerType"]),
        ("3.23.25", ["CustomerDeleted"], ["CustomerType", "User.customerType", "CustomerInput.attributes"]),
        ("3.23.26", ["CustomerType", "User.assignedAttributes", "CustomerWhereInput.attributes"], []),
        ("3.24.0", ["CustomerType"], []),
    ],
)
def test_an_older_saleor_lacks_what_came_later(version: str, there: list[str], missing: list[str]) -> None:
    known = signatures(build_schema(version)).keys()

    assert [item for item in there if item not in known] == []
    assert [item for item in missing if item in known] == []


@pytest.mark.parametrize("since", sdl.ADDED)
def test_everything_that_a_patch_release_added_is_in_it_and_not_in_the_release_before(since: str) -> None:
    minor, _, patch = since.rpartition(".")
    before = signatures(build_schema(f"{minor}.{int(patch) - 1}"))
    added = signatures(build_schema(since)).keys() - before.keys()

    for pattern in sdl.ADDED[since]:
        assert [name for name in added if sdl.matches([pattern])(name)], pattern
    assert [name for name in before if sdl.matches(sdl.ADDED[since])(name)] == []


@pytest.mark.parametrize("version", ["3.20.1", "4.0.0", "3", "3.23.x", "newest"])
def test_a_version_whose_schema_is_not_stored_is_refused_in_words(version: str) -> None:
    with pytest.raises(sdl.VersionUnknown, match=r"has no schema of Saleor .* It can play 3\.21, 3\.22"):
        build_schema(version)


def signatures(schema: GraphQLSchema) -> dict[str, str]:
    """Each type, member and interface by name, with its type where it has one; arguments with defaults."""
    found: dict[str, str] = {}
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        found[name] = type(kind).__name__
        found |= {f"{name} & {one.name}": "" for one in getattr(kind, "interfaces", ())}
        found |= {f"{name}.{value}": "" for value in getattr(kind, "values", ())}
        found |= {f"{name} = {one.name}": "" for one in getattr(kind, "types", ())}
        for word, field in getattr(kind, "fields", {}).items():
            found[f"{name}.{word}"] = f"{field.type} {default_of(field)}"
            found |= {
                f"{name}.{word}({key}:)": f"{argument.type} {default_of(argument)}"
                for key, argument in getattr(field, "args", {}).items()
            }
    return found


def default_of(item: Any) -> str:
    node = getattr(item.ast_node, "default_value", None)
    return print_ast(node) if node else ""


# -- what is answered ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", PLAYED)
def test_every_document_of_the_app_is_valid_in_the_versions_that_it_is_for(version: str) -> None:
    schema, numbers = build_schema(version), sdl.version_tuple(version)
    texts = {
        name: operations.text_of(name) for name in operations.names() if numbers >= operations.since(name)
    }
    hooks = manifest_webhooks("https://app.example", saleor_version=(numbers[0], numbers[1]))
    texts |= {hook["name"]: hook["query"] for hook in hooks}

    found = {name: [e.message for e in validate(schema, parse(text))] for name, text in texts.items()}

    assert {name: errors for name, errors in found.items() if errors} == {}
    assert len(texts) > 20


@pytest.mark.parametrize("version", ["3.21.69", "3.22.36", NEWEST, "3.24.0"])
def test_every_question_of_the_app_and_every_body_that_it_is_sent_comes_without_an_error(
    version: str,
) -> None:
    state, numbers = create_state(SandboxSettings(saleor_version=version)), sdl.version_tuple(version)
    fill(state, customers=40, orders=200, seed=3)
    order = next(iter(state.store.orders.values()))
    user = next(one for one in state.store.users.values() if one.orders)
    variables = {
        "first": 100,
        "withTotal": True,
        "withCards": True,
        "id": user.id,
        "slug": "influence-segments",
        "sortBy": BY_CHANGE,
        "search": "Thanks",
        "metadata": [{"key": "influence.grant", "value": "1"}],
        "reference": "influence-1",
        "tag": "influence",
    }
    asked = {
        name: operations.text_of(name) for name in operations.names() if numbers >= operations.since(name)
    }
    found = {
        name: ask(state, text, **variables)
        for name, text in asked.items()
        if not re.search(r"^mutation", text, re.MULTILINE)
    }
    assert {name: answer for name, answer in found.items() if words(answer)} == {}
    assert len(found) > 6

    app = App(1, "1", "a", "A", state.store.clock.now(), frozenset(PERMISSIONS), "x" * 30)
    subjects = {"order": order, "user": user, "app": app, "checkout": a_checkout(state)}
    for hook in manifest_webhooks("https://app.example", saleor_version=(numbers[0], numbers[1])):
        events = hook.get("asyncEvents", [])  # those that Saleor waits for are sent with a checkout
        webhook = Webhook(1, "1", app, hook["name"], "", events, hook["query"])
        for event in KINDS.keys() & set(events):
            subject = subjects[KINDS[event].subject]
            occurrence = Occurrence(event, state.store.clock.now(), version, user, app, subject)
            body = body_of(state, webhook, occurrence)
            assert body, event
            assert "errors" not in body, (event, body["errors"])
    state.close()


def test_every_resolver_belongs_to_a_field_and_takes_arguments_that_it_has() -> None:
    schema = build_schema(NEWEST)
    arguments: dict[str, set[str]] = {}
    for name, kind in schema.type_map.items():
        for word, field in getattr(kind, "fields", {}).items():
            taken = {argument.out_name for argument in getattr(field, "args", {}).values()}
            arguments[f"{name}.{word}"] = taken
            arguments[f"*.{word}"] = arguments.get(f"*.{word}", set()) | taken

    assert {key for key in RESOLVERS if key not in arguments} == set()
    assert {key: answer.arguments - arguments[key] for key, answer in RESOLVERS.items()} == dict.fromkeys(
        RESOLVERS, frozenset()
    )


def test_every_input_field_that_is_understood_is_one_of_saleors_and_is_read_somewhere() -> None:
    known = build_schema(NEWEST).type_map
    read = set()
    for file in (
        *Path(sandbox.__file__).parent.glob("resolvers/*.py"),
        Path(sandbox.__file__).with_name("filters.py"),
    ):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                read |= set(node.value.split())
    strange, unread = set(), set()
    for name, fields in UNDERSTOOD.items():
        kind = known[name]
        assert isinstance(kind, GraphQLInputObjectType)
        strange |= {f"{name}.{field}" for field in fields - kind.fields.keys()}
        unread |= {f"{name}.{field}" for field in fields if snake(field) not in read}

    assert strange == set()
    # The address to return to is for a letter, and the pocket shop sends none.
    assert unread == {"AccountRegisterInput.redirectUrl"}


def test_every_input_type_that_a_resolver_may_be_given_says_which_fields_are_understood() -> None:
    schema = build_schema(NEWEST)
    found: set[str] = set()
    for coordinate, answer in RESOLVERS.items():
        name, _, word = coordinate.partition(".")
        kinds = [schema.type_map[name]] if name != "*" else schema.type_map.values()
        for field in (getattr(kind, "fields", {}).get(word) for kind in kinds):
            for argument in getattr(field, "args", {}).values():
                if argument.out_name in answer.arguments:
                    found |= inputs_of(argument.type)

    assert found - UNDERSTOOD.keys() == set()
    assert UNDERSTOOD.keys() - found == set()


def inputs_of(kind: Any) -> set[str]:
    """The input types that an understood value of this type is made of."""
    named = get_named_type(kind)
    if not isinstance(named, GraphQLInputObjectType):
        return set()
    fields = UNDERSTOOD.get(named.name, ())
    inner = (get_named_type(named.fields[field].type) for field in fields)
    return {named.name}.union(*(inputs_of(one) for one in inner if one is not named))


def test_the_messages_that_saleor_sent_can_be_asked_for_here() -> None:
    """Every key of the recorded bodies is a field of the type that the event is about."""
    import json

    known: dict[str, Any] = dict(build_schema(NEWEST).type_map)
    kinds = {"order": "Order", "user": "User", "app": "App"}
    unknown = set()
    for body in (json.loads(line["body"]) for line in webhook_deliveries()):
        for key, kind in kinds.items():
            if isinstance(body.get(key), dict):
                unknown |= {f"{kind}.{name}" for name in body[key] if name not in known[kind].fields}

    assert unknown == set()


@pytest.mark.parametrize(("given", "count"), [("", 100), ("(limit:3)", 3), ("(limit:101)", 101)])
def test_a_default_of_the_schema_counts_when_an_argument_is_not_given(
    state: State, given: str, count: int
) -> None:
    kind = state.store.default_customer_type()
    assert isinstance(kind, CustomerType)
    kind.attributes = [
        Attribute(number, str(number), "A", f"a-{number}", "CUSTOMER_TYPE", "MULTISELECT")
        for number in range(102)
    ]

    _, answer = ask(state, f"{{me{{assignedAttributes{given}{{__typename}}}}}}")

    assert len(answer["data"]["me"]["assignedAttributes"]) == count


def test_a_default_of_an_input_field_counts_when_it_is_not_given(state: State) -> None:
    install = "mutation($i:AppInstallInput!){appInstall(input:$i){appInstallation{id} errors{message}}}"
    wanted = {"appName": "A", "manifestUrl": "http://127.0.0.1:9/manifest"}

    ask(state, install, i=wanted)
    ask(state, install, i={**wanted, "activateAfterInstallation": False})

    assert [one.activate for one in state.installations.values()] == [True, False]


# -- what is not --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty() -> Any:
    """A shop that is only asked."""
    made = create_state(SandboxSettings(), key=SigningKey.generate())
    yield made
    made.close()


def roots_without_a_resolver() -> list[str]:
    schema = build_schema(NEWEST)
    roots = [kind for kind in (schema.query_type, schema.mutation_type) if kind is not None]
    return [
        f"{kind.name}.{name}"
        for kind in roots
        for name in kind.fields
        if f"{kind.name}.{name}" not in RESOLVERS
    ]


def test_every_query_and_mutation_without_a_resolver_says_that_it_is_not_there(empty: State) -> None:
    missing = roots_without_a_resolver()
    silent = {}
    for coordinate in missing:
        name, _, word = coordinate.partition(".")
        kind = empty.schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        answer = ask(empty, f"{name.lower()} {{{called(word, kind.fields[word])}}}")
        if words(answer) != [f"{coordinate} is not in the pocket shop."]:
            silent[coordinate] = answer

    assert silent == {}
    assert len(missing) > 300


def called(word: str, field: GraphQLField) -> str:
    """The field with the least that the schema demands."""
    required = [f"{key}:{literal(one.type)}" for key, one in field.args.items() if is_required_argument(one)]
    given = f"({','.join(required)})" if required else ""
    return f"{word}{given}{'{__typename}' if is_composite_type(get_named_type(field.type)) else ''}"


def literal(kind: Any) -> str:
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type)
    if isinstance(kind, GraphQLList):
        return "[]"
    if isinstance(kind, GraphQLEnumType):
        return str(next(iter(kind.values)))
    if isinstance(kind, GraphQLInputObjectType):
        fields = [
            f"{key}:{literal(one.type)}" for key, one in kind.fields.items() if is_required_input_field(one)
        ]
        return f"{{{','.join(fields)}}}"
    return LITERALS.get(kind.name, '"1"')


LITERALS = dict.fromkeys(("Int", "Float", "Decimal", "PositiveDecimal", "PositiveInt", "Minute", "Hour"), "1")
LITERALS |= {
    "Boolean": "true",
    "DateTime": '"2026-01-01T00:00:00Z"',
    "Date": '"2026-01-01"',
    "JSONString": '"{}"',
}


@pytest.mark.parametrize(
    ("query", "coordinate"),
    [
        (
            "{giftCards(first:1,sortBy:{field:CREATED_AT,direction:ASC}){totalCount}}",
            "Query.giftCards(sortBy:)",
        ),
        ("{me{avatar(size:32){url}}}", "User.avatar(size:)"),
        ("{me{avatar{url}}}", "User.avatar"),
        ("{me{storedPaymentSources{gateway}}}", "User.storedPaymentSources"),
        ("{shop{countries{code}}}", "Shop.countries"),
        ("{shop{metadata{key}}}", "Shop.metadata"),
        ("{shop{privateMetadata{key}}}", "Shop.privateMetadata"),
        ("{channels{warehouses{id}}}", "Channel.warehouses"),
        ('{orders(first:1,channel:"default-channel"){totalCount}}', "Query.orders(channel:)"),
        ('{orders(first:1,search:"x"){totalCount}}', "Query.orders(search:)"),
        ("{orders(first:1,where:{isClickAndCollect:true}){totalCount}}", "OrderWhereInput.isClickAndCollect"),
        ('{orders(first:1,where:{lines:{metadata:{key:"a"}}}){totalCount}}', "OrderWhereInput.lines"),
        ("{orders(first:1,filter:{isPreorder:true}){totalCount}}", "OrderFilterInput.isPreorder"),
        (
            "{orders(first:1,filter:{status:[READY_TO_CAPTURE]}){totalCount}}",
            "OrderStatusFilter.READY_TO_CAPTURE",
        ),
        ("{orders(first:1,sortBy:{field:RANK,direction:ASC}){totalCount}}", "OrderSortField.RANK"),
        ("{customers(first:1,where:{placedOrdersAt:{}}){totalCount}}", "CustomerWhereInput.placedOrdersAt"),
        ('{vouchers(first:1,channel:"x"){totalCount}}', "Query.vouchers(channel:)"),
        ("{vouchers(first:1,filter:{status:[ACTIVE]}){totalCount}}", "VoucherFilterInput.status"),
        ('{customerTypes(first:1,where:{slug:{eq:"x"}}){totalCount}}', "Query.customerTypes(where:)"),
        (
            'mutation{tokenCreate(email:"a",password:"b",audience:"c"){token}}',
            "Mutation.tokenCreate(audience:)",
        ),
        (
            'mutation{customerCreate(input:{email:"a@example.com",channel:"x"}){errors{code}}}',
            "UserCreateInput.channel",
        ),
        (
            'mutation{voucherCreate(input:{addCodes:["A"],countries:["DE"]}){errors{code}}}',
            "VoucherInput.countries",
        ),
        (
            "mutation{customerBulkUpdate(customers:[]){count}}",
            "ErrorPolicyEnum.REJECT_EVERYTHING",
        ),
    ],
)
def test_fields_arguments_inputs_and_values_that_are_not_there_are_named(
    state: State, query: str, coordinate: str
) -> None:
    before = len(state.store.objects)

    assert words(ask(state, query)) == [f"{coordinate} is not in the pocket shop."]
    assert len(state.store.objects) == before


def test_an_input_field_that_is_not_there_is_named_when_a_variable_holds_it(state: State) -> None:
    change = "mutation($i:UserCreateInput!){customerCreate(input:$i){errors{code}}}"

    status, answer = ask(state, change, i={"email": "a@example.com", "externalReference": None})

    assert status == 400
    assert words((status, answer)) == ["UserCreateInput.externalReference is not in the pocket shop."]
    assert "a@example.com" not in state.store.users_by_email


def test_a_default_that_is_not_understood_is_no_error_as_long_as_nobody_gives_another(state: State) -> None:
    def line(more: str) -> str:
        return (
            'mutation{draftOrderCreate(input:{channelId:"x",lines:[{quantity:1,variantId:"x"'
            f"{more}}}]}}){{errors{{field}}}}}}"
        )

    assert ask(state, line(""))[1]["data"] == {"draftOrderCreate": {"errors": [{"field": "channel"}]}}
    assert words(ask(state, line(",forceNewLine:false"))) == []
    assert words(ask(state, line(",forceNewLine:true"))) == [
        "OrderLineCreateInput.forceNewLine is not in the pocket shop."
    ]


def test_a_mistake_of_the_pocket_shop_is_not_taken_for_something_that_is_not_there(state: State) -> None:
    class Wrong:
        @property
        def name(self) -> str:
            return self.nothing  # type: ignore[attr-defined,no-any-return]

    state.store.channels.append(Wrong())  # type: ignore[arg-type]

    assert words(ask(state, "{channels{name}}")) == ["Internal Server Error"]
