"""A simulated shop's facts as rows, for tests and benchmarks that need thousands of them."""

from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy
from saleor_influence_app.models import Customer, Order, OrderLine, PersonalCode, Tie
from scoring import simulate


def put_simulated(session: Session, shop_id: int, *, world: simulate.World, until: datetime) -> None:
    """The shop's customers, codes, ties and orders up to `until`, as the steps would store them."""
    people = world.customers
    ids = _ids("C", people["customer_no"])
    _put(
        session,
        shop_id,
        Customer,
        {"customer_id": ids, "updated_at": people["joined_at"], "seen_at": people["joined_at"],
         "email_hash": _hashes(people["guest_no"]),
         "is_staff": pa.repeat(pa.scalar(value=False), people.num_rows)},
    )  # fmt: skip
    orders = world.orders.filter(pc.less_equal(world.orders["created_at"], pa.scalar(until)))
    amounts = world.lines.append_column(
        "amount", pc.multiply(world.lines["unit_price"], world.lines["quantity"].cast(pa.float64()))
    )
    totals = amounts.group_by("order_no").aggregate([("amount", "sum")])
    orders = orders.join(totals, "order_no").sort_by("order_no")
    kept = pc.subtract(1.0, orders["refunded_share"].cast(pa.float64()))
    charged = pc.if_else(orders["cancelled"], 0.0, pc.multiply(orders["amount_sum"], kept))
    rows = orders.num_rows
    _put(
        session,
        shop_id,
        Order,
        {
            "order_id": _ids("O", orders["order_no"]),
            "number": orders["order_no"].cast(pa.string()),
            "created_at": orders["created_at"],
            "updated_at": orders["created_at"],
            "status": pc.if_else(orders["cancelled"], "CANCELED", "FULFILLED"),
            "charge_status": pa.repeat("FULL", rows),
            "channel": pa.repeat("default-channel", rows),
            "currency": orders["currency"],
            "gross": pc.round(orders["amount_sum"], 2),
            "net": pc.round(orders["amount_sum"], 2),
            "charged": pc.round(charged, 2),
            "voucher_code": orders["voucher_code"],
            "customer_id": _ids("C", orders["customer_no"]),
            "email_hash": _hashes(orders["guest_no"]),
            "fingerprint": pa.repeat("\\x00", rows),
        },
    )
    lines = amounts.join(orders.select(["order_no"]), "order_no", join_type="inner")
    numbers = pa.array(range(lines.num_rows), pa.int64())
    _put(
        session,
        shop_id,
        OrderLine,
        {
            "order_id": _ids("O", lines["order_no"]),
            "line_id": _ids("L", numbers),
            "product_id": _ids("P", lines["product_no"]),
            "category_id": _ids("K", lines["category_no"]),
            "quantity": lines["quantity"],
            "net": pc.round(lines["amount"], 2),
        },
    )
    known = world.ties.filter(pc.less_equal(world.ties["since"], pa.scalar(until)))
    _put(
        session,
        shop_id,
        Tie,
        {
            "source_id": _ids("C", known["source_no"]),
            "target_id": _ids("C", known["target_no"]),
            "kind": pa.repeat("friend", known.num_rows),
            "origin": pa.repeat("staff", known.num_rows),
            "weight": pa.repeat(1.0, known.num_rows),
            "valid_from": known["since"],
            "known_at": known["since"],
        },
    )
    codes = world.codes
    _put(
        session,
        shop_id,
        PersonalCode,
        {"code": codes["code"], "customer_id": _ids("C", codes["customer_no"]),
         "valid_from": codes["valid_from"]},
    )  # fmt: skip


def _ids(prefix: str, numbers: Any) -> Any:
    return pc.binary_join_element_wise(prefix, numbers.cast(pa.string()), "")


def _hashes(guests: Any) -> Any:
    """What stands for the e-mail address of each guest, as COPY takes it."""
    digits = pc.utf8_lpad(guests.cast(pa.string()), 12, "0")
    return pc.binary_join_element_wise("\\x", digits, "")


def _put(session: Session, shop_id: int, model: Any, columns: dict[str, Any]) -> None:
    table = pa.table(columns)
    bulk_copy.bring(session, table, like=model)
    names = ", ".join(table.column_names)
    session.execute(
        text(f"INSERT INTO {model.__tablename__} (shop_id, {names}) "
             f"SELECT :shop_id, {names} FROM incoming_{model.__tablename__}"),
        {"shop_id": shop_id},
    )  # fmt: skip
