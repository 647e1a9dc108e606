"""What others will bring within the horizon: orders with a customer's code, and purchases they lead to.

Codes: what was redeemed so far are the orders of a shop of its own whose customers are the owners of codes,
and goes by the same models (`forecasting`). Influence: what somebody is estimated to have caused so far,
once as it has gone on so far and once by how many purchases are to follow (`ledger.forecast`) for each that
did, in equal parts: who leads was found by a good past, and a forecast of many is pulled to their mean.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import gamma

from scoring import purchases
from scoring.forecasting import HALF_WIDTH, YEAR_DAYS, Forecaster
from scoring.ids import shaped
from scoring.parameters import ValueParameters
from scoring.purchases import ORDERS, PreparedOrders

Floats = npt.NDArray[np.float64]
CODES_AHEAD = pa.schema(
    [("customer_id", pa.string()), *((f"crv_expected{end}", pa.float64()) for end in ("", "_low", "_high"))]
)
REDEEMED = pa.schema([("source_id", pa.string()), ("order_id", pa.string()), ("credit", pa.float64())])
"""Orders with somebody's code, and what of them counts as brought."""
REDEEMED_ORDERS = """
SELECT redeemed.source_id AS customer_id, redeemed.order_id, placed AT TIME ZONE 'UTC' AS created_at,
       $currency AS currency, redeemed.credit AS charged, NULL::VARCHAR AS voucher_code
FROM redeemed JOIN (SELECT order_id, min(placed) AS placed FROM believed GROUP BY ALL) USING (order_id)
"""
KNOWN = (
    *("civ_estimate", "civ_low", "civ_high", "followed"),
    *("follow_on", "follow_on_days", "follow_on_money", "seen_days"),
)
LEAST_DAYS = 30.0
"""Nobody's past is taken for shorter: two purchases that followed within a day are no pace."""
PACE, UNEVEN = 0.9, 1.5
"""How far a pace is missed, of itself; the mean square of a line's money over the square of its mean."""
PERHAPS_NONE = 0.05
"""Where it is likelier than this that no purchase at all is caused (negative binomial), the low end is 0."""
LEAST_LINES = 0.05
LEAST_MONEY = 1e-9


@dataclass(frozen=True)
class CodesAhead:
    """What codes will bring each owner (`CODES_AHEAD`), and the model as JSON."""

    table: pa.Table
    model: dict[str, object]


def by_codes(prepared: PreparedOrders, redeemed: pa.Table | None, parameters: ValueParameters) -> CodesAhead:
    """Return what will be redeemed of the codes that ever were, within the horizon."""
    if redeemed is None or not redeemed.num_rows:
        return CodesAhead(CODES_AHEAD.empty_table(), {})
    prepared.connection.register("redeemed", redeemed)
    orders = purchases.table_of(prepared.connection, REDEEMED_ORDERS, currency=prepared.currency)
    own = replace(parameters, currency=prepared.currency, exchange_rates={})
    table, standing = shaped(orders, ORDERS), prepared.standing
    with purchases.opened(table, as_of=prepared.as_of, parameters=own, standing=standing) as of_codes:
        owners = purchases.summarise(of_codes).sort_by("customer_id")
        owners = owners.filter(pc.greater(owners["orders_count"], 0))
        if not owners.num_rows:
            return CodesAhead(CODES_AHEAD.empty_table(), {})
        found = Forecaster(of_codes, own).own_value(owners)
    ahead = found.ahead
    columns = (owners["customer_id"], *(pa.array(one) for one in (ahead.clv, ahead.low, ahead.high)))
    report = found.report()
    kept: dict[str, object] = {name: report.get(name) for name in ("method", "back_test", "total")}
    return CodesAhead(pa.table(dict(zip(CODES_AHEAD.names, columns, strict=True))), kept)


def by_influence(facts: pa.Table, parameters: ValueParameters) -> Floats:
    """Return what each will cause within the horizon and the ends of its 90 % interval, in three rows.

    facts: civ_estimate, civ_low, civ_high, followed (how many purchases did so far), follow_on,
    follow_on_days, follow_on_money (within the horizon), seen_days. The interval is that of a gamma
    distribution with the variances of what was caused so far, of the pace, and of the money of as many
    purchases as are to be caused. 0 where nothing is estimated.
    """
    columns = np.array([pc.fill_null(facts[name].cast(pa.float64()), 0.0).to_numpy() for name in KNOWN])
    who = np.flatnonzero(columns[0] > 0)
    caused, low, high, followed, follow_on, days, money, age = columns[:, who]
    horizon = parameters.horizon_days
    so_far = caused * horizon / np.maximum(age, LEAST_DAYS)
    to_follow = follow_on * horizon / np.maximum(days, 1.0)
    by_forecast = caused * to_follow / np.maximum(followed, 1.0)
    expected = np.where(days > 0, (so_far + by_forecast) / 2, so_far)
    line = np.divide(money, to_follow, out=caused / np.maximum(followed, 1.0), where=to_follow > 0)
    lines = expected / np.maximum(line, LEAST_MONEY)
    spread = (high - low) / (2 * HALF_WIDTH * caused)
    firm = 1 / (spread**2 + PACE**2)
    nothing = (1 + lines / firm) ** -firm
    shape = 1 / (1 / firm + UNEVEN / np.maximum(lines, LEAST_LINES))
    discount = (1 + parameters.annual_discount) ** (-horizon / (2 * YEAR_DAYS))
    least, most = (gamma.ppf(end, shape, scale=expected / shape) for end in (0.05, 0.95))
    found: Floats = np.zeros((3, facts.num_rows))
    found[:, who] = discount * np.array([expected, np.where(nothing > PERHAPS_NONE, 0.0, least), most])
    return found
