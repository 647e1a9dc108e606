"""Ids are texts, or whole numbers that stand for them: then they stay so from the first table to the last."""

import pyarrow as pa

OF_PEOPLE = ("customer_id", "buyer_id", "source_id", "target_id")
IDS = frozenset({*OF_PEOPLE, "order_id", "line_id", "product_id"})
"""Columns whose ids may be numbers; categories are always named."""


def shaped(table: pa.Table, schema: pa.Schema, *, safe: bool = True) -> pa.Table:
    """Return the table in the columns and types of the schema; ids that are numbers stay numbers."""
    return table.select(schema.names).cast(as_in(schema, table.schema), safe=safe)


def as_in(schema: pa.Schema, given: pa.Schema) -> pa.Schema:
    """Return the schema with the numbers of `given` where it has ids that are numbers."""
    fields = [
        field.with_type(given.field(field.name).type)
        if field.name in IDS and pa.types.is_integer(given.field(field.name).type)
        else field
        for field in schema
    ]
    return pa.schema(fields)


def nobody(schema: pa.Schema, like: pa.DataType) -> pa.Table:
    """Return a table without rows whose ids of people are of that type."""
    fields = [field.with_type(like) if field.name in OF_PEOPLE else field for field in schema]
    return pa.schema(fields).empty_table()
