"""What lots say of the ledger's claims: by how much a shop's identified total is cut where trials ran.

The ledger claims that a share of what contacts buy after a sender was caused. Of the same senders, lots show
a lower bound of the share of told purchases that was caused. The total is multiplied by bound over claim, at
most 1: it never grows.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring import lots

Floats = npt.NDArray[np.float64]
ENOUGH = 0.8
"""Power with which the claim would have been shown."""


@dataclass(frozen=True)
class Calibration:
    """What lots say: nothing, by default.

    factor: what the total is multiplied by; 1 where lots say too little, or nothing was run. trials: how many
    were counted. claimed: the share that the ledger says was caused, of their senders; bound: the lower bound
    by lots. enough: had the claim been right, so many buyers would have shown it.
    """

    factor: float = 1.0
    trials: int = 0
    claimed: float = 0.0
    bound: float = 0.0
    enough: bool = False

    @property
    def sentence(self) -> str:
        """Return for staff what the lots mean for the total; empty without trials."""
        if not self.trials:
            return ""
        ran = "1 trial by lot" if self.trials == 1 else f"{self.trials:,} trials by lot"
        if not self.enough:
            return f"{ran} so far: too few bought to check the total by them."
        claim = f"of what contacts bought after the senders the ledger lays {self.claimed:.0%} to them"
        shown = f"lots show at least {self.bound:.0%}"
        if self.factor >= 1:
            return f"{ran}: {claim}, {shown}. The total stands."
        return f"{ran}: {claim}, {shown}. The total is multiplied by {self.factor:.2f}."

    def report(self) -> dict[str, object]:
        """Return it as JSON."""
        return {
            "factor": self.factor,
            "trials": self.trials,
            "claimed": self.claimed,
            "bound": self.bound,
            "enough": self.enough,
            "sentence": self.sentence,
        }


NOTHING = Calibration()


def calibrate(trials: pa.Table | None, senders: pa.Array, claims: Floats) -> Calibration:
    """Return what trials say of `claims`, the share caused that the ledger lays to `senders`.

    Trials count together: their told and untold buyers are coins of one kind under no effect. Who has no
    claim is left out.
    """
    if trials is None or trials.num_rows == 0:
        return NOTHING
    of_lots = trials.filter(pc.is_valid(trials["told"]))
    place = pc.fill_null(pc.index_in(of_lots["customer_id"].cast(senders.type), value_set=senders), -1)
    at = place.to_numpy().astype(np.int64)
    claim = np.where(at >= 0, claims[at] if len(claims) else 0.0, 0.0)
    told, bought, others = (
        of_lots[name].to_numpy().astype(np.float64) for name in ("told", "told_bought", "untold_bought")
    )
    counted = claim > 0
    if not told[counted].sum():
        return NOTHING
    claimed = float(np.average(claim[counted], weights=told[counted]))
    heads, tails = int(bought[counted].sum()), int(others[counted].sum())
    bound = lots.caused_low(heads, tails)
    enough = bound > 0 or lots.proves_by(heads + tails, 1 / (2 - claimed)) >= ENOUGH
    return Calibration(
        factor=min(1.0, bound / claimed) if enough else 1.0,
        trials=int(np.count_nonzero(counted)),
        claimed=claimed,
        bound=bound,
        enough=enough,
    )
