"""How often a law is tried: a sample in `make test`, more in `make test-all`, many at night.

The environment chooses: HYPOTHESIS_PROFILE=sample, ci or nightly.
"""

import os
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

TIMES = {"sample": 0.25, "ci": 1.0, "nightly": 10.0}
"""Each profile, and the share of the examples of CI that it tries."""
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "sample")


def choose_profile() -> None:
    """Give every law without a number of its own the number of the chosen profile."""
    for name, times in TIMES.items():
        settings.register_profile(name, max_examples=int(100 * times), deadline=None)
    settings.load_profile(PROFILE)


def law(examples: int, *, sample: int | None = None, may: Collection[HealthCheck] = ()) -> settings:
    """Return the settings of a law that CI tries with so many examples.

    sample: how many `make test` tries, a quarter where nothing is said; may: health checks to do without.
    """
    chosen = int(examples * TIMES[PROFILE])
    if sample is not None and PROFILE == "sample":
        chosen = sample
    return settings(max_examples=chosen, deadline=None, suppress_health_check=list(may))


def some(what: str, *values: Any, every: int | None = None) -> pytest.MarkDecorator:
    """Return the parameters of a test, all of them in `make test-all`.

    In `make test` the first alone, or `every` so many, beginning with the first.
    """
    step = every or len(values)
    chosen = [one if place % step == 0 else _for_test_all(one) for place, one in enumerate(values)]
    return pytest.mark.parametrize(what, chosen)


def _for_test_all(one: Any) -> Any:
    """Return the value of a parameter, which may be a `pytest.param` with an id, with the marker."""
    if isinstance(one, type(pytest.param())):
        return pytest.param(*one.values, id=one.id, marks=pytest.mark.exhaustive)
    return pytest.param(one, marks=pytest.mark.exhaustive)
