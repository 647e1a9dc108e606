"""A pocket Mastodon and a pocket Bluesky on loopback: `python -m sandbox.networks`."""

import argparse
import signal
import sys
import threading
from datetime import UTC, datetime

from sandbox.networks.bluesky import Bluesky
from sandbox.networks.mastodon import Mastodon
from sandbox.networks.people import generate, just_posted
from sandbox.networks.server import running


def main(arguments: list[str] | None = None) -> int:
    """Serve both until the process is asked to end; says where on the standard output."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.networks", description=__doc__)
    parser.add_argument("--mastodon-port", type=int, default=8010, help="0 = a free one")
    parser.add_argument("--bluesky-port", type=int, default=8011, help="0 = a free one")
    parser.add_argument("--people", type=int, default=200, help="accounts on each")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other people")
    options = parser.parse_args(arguments)
    people = generate(options.people, seed=options.seed)
    just_posted(people, datetime.now(UTC))
    ended = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: ended.set())
    with (
        running(Mastodon(people=people), options.mastodon_port) as mastodon,
        running(Bluesky(people=people), options.bluesky_port) as bluesky,
    ):
        sys.stdout.write(f"Mastodon {mastodon}\nBluesky {bluesky}\n")
        sys.stdout.flush()
        ended.wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
