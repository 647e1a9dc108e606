"""100,000 orders from the inbox into the facts: `python -m benchmarks.projection [--messages N]`.

Prints messages a second for the product's projection, and beside it what reading the same bodies costs alone
(parsing and validating, without a database): the rest is hashing, PostgreSQL and the way there.
"""

import argparse
import time
from hashlib import sha256

import psycopg
from sqlalchemy import text

from benchmarks import _stack


def fill(shop_id: int, bodies: list[bytes]) -> None:
    """The bodies are pending messages."""
    from saleor_influence_app import db

    with db.engine().begin() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101 - for the type checker
        with (
            driver.cursor() as cursor,
            cursor.copy("COPY messages (shop_id, slug, body_hash, body) FROM STDIN") as copy,
        ):
            for body in bodies:
                copy.write_row((shop_id, "order_created", sha256(body).digest(), body))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    count = parser.parse_args().messages
    bodies = [_stack.order_body(number) for number in range(count)]
    with _stack.servers():
        from saleor_influence_app import db
        from saleor_influence_app.sync import projection
        from webhooks.events import parse

        shop_id = _stack.put_shop("http://127.0.0.1:1/graphql/")
        fill(shop_id, bodies)
        begin = time.perf_counter()
        for body in bodies:
            parse("order_created", body)
        reading = time.perf_counter() - begin
        begin, busy = time.perf_counter(), time.process_time()
        handled = projection.project(db.transaction, shop_id)
        seconds, busy = time.perf_counter() - begin, time.process_time() - busy
        with db.transaction() as session:
            orders = session.scalar(text("SELECT count(*) FROM orders"))
            lines = session.scalar(text("SELECT count(*) FROM order_lines"))
        print(f"{handled:,} messages -> {orders:,} orders, {lines:,} lines")
        print(f"projection       {seconds:7.1f} s  {handled / seconds:9,.0f} messages/s")
        print(f"  our process    {busy:7.1f} s of it; the rest is PostgreSQL and waiting")
        print(f"reading alone    {reading:7.1f} s  {reading / seconds:9.0%} of it")


if __name__ == "__main__":
    main()
