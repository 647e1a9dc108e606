"""What a trial says, in one plain sentence."""

from datetime import datetime

from saleor_influence_app.experiments.trials import PROVES, SETTLE
from saleor_influence_app.models import Trial, TrialState

_NOT_BEGUN = {
    TrialState.PLANNING: "Being planned: a worker is finding the contacts.",
    TrialState.STARTING: "Starting: a worker is drawing the lots.",
}


def proof(trial: Trial) -> str:
    """Return the sentence of a trial that proves influence."""
    return f"Proven: {_counted(trial)} ({_evidence(trial)})."


def sentence(trial: Trial, *, proven: bool | None, family: int) -> str:
    """Return what is known of a trial now; `family`: how many of the shop the last run judged together."""
    if trial.state in _NOT_BEGUN:
        return _NOT_BEGUN[TrialState(trial.state)]
    if trial.state == TrialState.REFUSED:
        return trial.refusal or "It cannot be made."
    if trial.things is None:
        return _of_invitations(trial, proven=proven, family=family)
    if trial.state == TrialState.PLANNED:
        return _plan(trial)
    return _of_lots(trial, proven=proven, family=family)


def _plan(trial: Trial) -> str:
    things = len(trial.things or ())
    smallest = _percent(trial.detectable)
    return (
        f"{trial.contacts or 0:,} contacts times {things} things are {trial.invited + trial.held_out:,} "
        f"exposures, half of them told: an effect of {smallest} or more is proven four times in five."
    )


def _of_lots(trial: Trial, *, proven: bool | None, family: int) -> str:
    stopped = trial.state == TrialState.STOPPED
    if trial.e_value is None:
        begun = f"{trial.contacts or 0:,} contacts have the letter"
        return (
            f"Stopped on {_day(trial.ended_at)}, before anything was counted."
            if stopped
            else f"Not enough yet: {begun}, and nothing has been counted."
        )
    if proven:
        return proof(trial)
    said = f"{_counted(trial)} ({_evidence(trial)})"
    if trial.e_value >= PROVES:
        if proven is None:
            return f"{_capital(said)}; the next run says what that means."
        return f"No proof: {said}; among the {family:,} trials of this shop that is not beyond chance."
    if trial.state == TrialState.RUNNING:
        return f"Not enough yet: {said}; {PROVES:.0f} proves it. Running until {_day(trial.ends_at)}."
    began = f"Stopped on {_day(trial.ended_at)}, not shown" if stopped else "Not shown"
    smallest = _percent(trial.detectable)
    power = f" An effect of {smallest} or more would be proven four times in five." if not stopped else ""
    return f"{began}: {said}.{power}"


def _of_invitations(trial: Trial, *, proven: bool | None, family: int) -> str:
    if trial.state == TrialState.STOPPED:
        return f"Stopped on {_day(trial.ended_at)}: no result."
    if trial.state == TrialState.RUNNING:
        sizes = f"{trial.invited:,} invited in this customer's name, {trial.held_out:,} held out"
        looked = f"the result is counted once, on {_day(trial.ends_at + SETTLE)}"
        return f"Running until {_day(trial.ends_at)}: {sizes}; {looked}."
    if proven:
        return proof(trial)
    if proven is None:
        return f"{_capital(_counted(trial))}; the next run says what that means."
    if trial.difference_low is not None and trial.difference_low > 0:
        beyond = f"among the {family:,} trials of this shop that is not beyond chance"
        return f"No proof: {_counted(trial)} ({_evidence(trial)}); {beyond}."
    return f"No difference shown: {_counted(trial)} ({_evidence(trial)})."


def _counted(trial: Trial) -> str:
    if trial.things is None:
        invited = f"of {trial.invited:,} invited in this customer's name {trial.invited_bought:,} bought"
        return f"{invited}, of {trial.held_out:,} held out {trial.held_out_bought:,}"
    told = (
        f"told that this customer chose a thing, {trial.invited_bought or 0:,} of {trial.invited:,} bought it"
    )
    return f"{told}; not told, {trial.held_out_bought or 0:,} of {trial.held_out:,}"


def _evidence(trial: Trial) -> str:
    if trial.things is None:
        return f"p = {_p(trial.p)}"
    e_value = trial.e_value or 0.0
    return f"e = {e_value:,.0f}" if e_value >= PROVES else f"e = {e_value:.1f}"


def _p(p: float | None) -> str:
    """Say it as papers do."""
    if p is None or p >= 0.995:  # noqa: PLR2004 - would be told as 1.00
        return "1"
    if p < 0.001:  # noqa: PLR2004 - digits behind which nobody looks
        return f"{p:.0e}".replace("e-0", "e-")
    return f"{p:.3f}" if p < 0.01 else f"{p:.2f}"  # noqa: PLR2004 - the same


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"  # noqa: PLR2004 - two digits


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%-d %B %Y}"
