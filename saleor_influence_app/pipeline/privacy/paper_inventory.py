"""Lists of the papers that follow from the inventory: what is held, why, seen by whom, for how long."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from saleor_influence_app.pipeline.privacy.holding import Holding, Rule
from saleor_influence_app.pipeline.privacy.inventory import HOLDINGS
from saleor_influence_app.pipeline.privacy.paper_words import Language, words

ACTS = ("erasure", "objection", "deletion", "anonymisation")
OF_PEOPLE = frozenset({"customer", "guest"})
SOCIAL = frozenset({"social", "consent-proof"})
"""Purposes that exist where profiles can be linked."""
Words = dict[str, Any]


def lists(kind: str, flags: Collection[str], *, language: Language) -> dict[str, str]:
    """Return the lists by placeholder, each in the template's own form."""
    said = words(language)
    held = [one for one in HOLDINGS.values() if kind == "record" or _concerns(one, flags)]
    technical = kind == "record"
    return {
        "purposes": "\n\n".join(_by_purpose(held, said, flags, technical=technical)),
        "tables": _tables(
            [one for one in held if kind != "assessment" or one.basis == "legitimate-interest"], said
        ),
        "recipients": "\n".join(
            f"- {said['recipients'][key]}" for key in _keys(held, lambda one: one.recipients)
        ),
        "acts": "\n\n".join(_act(name, held, said) for name in ACTS),
    }


def _concerns(one: Holding, flags: Collection[str]) -> bool:
    """Say whether the table holds something of a customer or guest, and is in use."""
    return bool(OF_PEOPLE & set(one.whose)) and in_use(one, flags)


def in_use(one: Holding, flags: Collection[str]) -> bool:
    """Say whether what the table is for is switched on, or its rows are still held."""
    if one.purpose in SOCIAL or one.basis == "consent":
        return "social" in flags or "paused" in flags
    return {"trials": "trials" in flags, "writeback": "writes" in flags}.get(one.purpose, True)


def _by_purpose(
    held: Sequence[Holding], said: Words, flags: Collection[str], *, technical: bool
) -> Iterable[str]:
    pairs = dict.fromkeys((one.purpose, one.basis) for one in held)
    for purpose, basis in sorted(pairs, key=lambda pair: list(said["purposes"]).index(pair[0])):
        of_it = [one for one in held if (one.purpose, one.basis) == (purpose, basis)]
        off = "" if any(in_use(one, flags) for one in of_it) else f" ({said['not_in_use']})"
        label = said["labels"]
        whose = _keys(of_it, lambda one: one.whose)
        lines = [
            f"{said['purposes'][purpose]}{off}",
            *([f"- {label['whose']}: {_told(whose, said['whose'])}"] if technical else []),
            f"- {label['data']}: {'; '.join(_table(one, said, technical=technical) for one in of_it)}",
            f"- {label['basis']}: {said['bases'][basis]}",
            f"- {label['source']}: {_told(_sources(of_it, flags, technical=technical), said['sources'])}",
            f"- {label['recipients']}: "
            + _told(_recipients(of_it, flags, technical=technical), said["recipients"]),
            f"- {label['kept']}: {_kept(of_it, said)}",
        ]
        yield "\n".join(lines)


def _sources(held: Sequence[Holding], flags: Collection[str], *, technical: bool) -> list[str]:
    social = technical or "social" in flags or "paused" in flags
    return [key for key in _keys(held, lambda one: one.source) if social or key != "network"]


def _recipients(held: Sequence[Holding], flags: Collection[str], *, technical: bool) -> list[str]:
    off = {
        "network": "social" not in flags and "paused" not in flags,
        "saleor": "writes" not in flags,
        "tombstone-folder": "tombstones" not in flags,
    }
    found = [key for key in _keys(held, lambda one: one.recipients) if technical or not off.get(key, False)]
    return [key for key in found if key != "nobody"] or ["nobody"]


def _table(one: Holding, said: Words, *, technical: bool) -> str:
    name = f" ({one.table})" if technical else ""
    return f"{said['tables'][one.table]}{name}: {_told(_categories(one), said['categories'])}"


def _categories(one: Holding) -> list[str]:
    found = dict.fromkeys(one.columns.values())
    told = [key for key in found if key not in {"shop", "technical"}]
    return [str(key) for key in told or found]


def _tables(held: Sequence[Holding], said: Words) -> str:
    return "\n".join(
        f"- {_table(one, said, technical=True)}. {said['labels']['kept']}: {said['kept'][one.kept]}."
        for one in held
    )


def _kept(held: Sequence[Holding], said: Words) -> str:
    """Return how long everything is kept; what is kept alike is told together."""
    keys = _keys(held, lambda one: (one.kept,))
    if len(keys) == 1:
        return str(said["kept"][keys[0]])
    return "; ".join(
        f"{', '.join(said['tables'][one.table] for one in held if one.kept == key)}: {said['kept'][key]}"
        for key in keys
    )


def _act(name: str, held: Sequence[Holding], said: Words) -> str:
    ruled: dict[str, list[str]] = {}
    for one in held:
        rule: Rule = getattr(one, name)
        if rule.act == "keep":
            key = f"{said['acts']['keep']} ({said['because'][rule.because]})"
        else:
            key = said["acts"][rule.act]
        columns = f" ({', '.join(rule.columns)})" if rule.columns else ""
        ruled.setdefault(key, []).append(f"{one.table}{columns}")
    return "\n".join([said["rights"][name], *(f"- {key}: {', '.join(of)}" for key, of in ruled.items())])


def _keys(held: Iterable[Holding], of: Callable[[Holding], Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(key for one in held for key in of(one)))


def _told(keys: Iterable[str], said: dict[str, str]) -> str:
    return ", ".join(said[key] for key in keys)
