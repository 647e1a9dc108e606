"""Lists of the papers that follow from the inventory: what is held, why, seen by whom, for how long."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from saleor_influence_app.consent.languages import Language
from saleor_influence_app.consent.report_words import words
from saleor_influence_app.personal_data.holding import Holding, Rule
from saleor_influence_app.personal_data.inventory import HOLDINGS

ACTS = ("erasure", "objection", "deletion", "anonymisation")
OF_PEOPLE = frozenset({"customer", "guest"})
PAST = "_past"
SOCIAL = frozenset({"social", "consent-proof"})
"""Purposes that exist where profiles can be linked."""
Words = dict[str, Any]


def lists(kind: str, flags: Collection[str], *, language: Language) -> dict[str, str]:
    """Return the lists by placeholder, each in the template's own form."""
    said = words(language)
    every = list(HOLDINGS.values())
    of_people = [one for one in every if OF_PEOPLE & set(one.whose) and in_use(one, flags)]
    if kind == "record":
        purposes = _by_purpose(every, said, flags, data=_by_table, technical=True)
    else:
        purposes = _by_purpose(of_people, said, flags, data=_by_category, technical=False)
    used = [one for one in of_people if kind != "assessment" or one.basis == "legitimate-interest"]
    recipients, used_now = (_recipients(every, flags, is_off=all_of_them) for all_of_them in (True, False))
    return {
        "purposes": "\n\n".join(purposes),
        "tables": "\n".join([said["labels"]["used"], *_with_retention(_newest(used), said)]),
        "recipients": "\n".join(
            f"- {said['recipients'][key]}" + ("" if key in used_now else f" ({said['not_in_use']})")
            for key in recipients
        ),
        "acts": "\n\n".join(_act(name, every, said) for name in ACTS),
    }


def in_use(one: Holding, flags: Collection[str]) -> bool:
    """Say whether what the table is for is switched on, or its rows are still held."""
    if one.purpose in SOCIAL or one.basis == "consent" or one.source == ("network",):
        return "social" in flags or "paused" in flags
    own = {
        "attribution": "survey",
        "fair-service": "fair_service",
        "trials": "trials",
        "perks": "perks",
        "writeback": "writes",
    }
    return one.purpose not in own or own[one.purpose] in flags


def _by_purpose(
    held: Sequence[Holding],
    said: Words,
    flags: Collection[str],
    *,
    data: Callable[[Sequence[Holding], Words], list[str]],
    technical: bool,
) -> Iterable[str]:
    """Return a block for each purpose and basis; `technical` names everything, also what is switched off."""
    order, label = list(said["purposes"]), said["labels"]
    for purpose, basis in sorted(
        dict.fromkeys((one.purpose, one.basis) for one in held), key=lambda pair: order.index(pair[0])
    ):
        of_it = [one for one in held if (one.purpose, one.basis) == (purpose, basis)]
        title = said["purposes_by_basis"].get(f"{purpose}/{basis}", said["purposes"][purpose])
        is_off = not any(in_use(one, flags) for one in of_it)
        off = f" ({said['not_in_use']})" if is_off else ""
        sources = _told(_sources(of_it, flags, is_off=is_off), said["sources"])
        recipients = _told(_recipients(of_it, flags, is_off=is_off), said["recipients"])
        whose = _told(_but_nobody(_keys(of_it, lambda one: one.whose)), said["whose"])
        yield "\n".join(
            [
                f"{title}{off}",
                *([f"- {label['whose']}: {whose}"] if technical else []),
                *data(of_it, said),
                f"- {label['basis']}: {said['bases'][basis]}",
                f"- {label['source']}: {sources}",
                f"- {label['recipients']}: {recipients}",
                *_kept(_newest(of_it), said),
            ]
        )


def _by_table(held: Sequence[Holding], said: Words) -> list[str]:
    """Return what is held, table by table."""
    return [f"- {said['labels']['data']}:", *(f"  - {_table(one, said)}" for one in held)]


def _by_category(held: Sequence[Holding], said: Words) -> list[str]:
    """Return what is held as the person reads it: which things, and which data of them altogether."""
    found = [key for key in _keys(held, _categories) if key != "staff"]
    details = "; ".join(said["categories"][key] for key in found)
    return [
        f"- {said['labels']['data']}: {_titles(_newest(held), said)}",
        f"- {said['labels']['details']}: {details}",
    ]


def _newest(held: Iterable[Holding]) -> list[Holding]:
    """Return the tables without those of earlier results, which say the same in the same columns."""
    return [one for one in held if not one.table.endswith(PAST)]


def _sources(held: Sequence[Holding], flags: Collection[str], *, is_off: bool) -> list[str]:
    """Return where the data are from now; of what is off, where they would be from."""
    social = is_off or "social" in flags or "paused" in flags
    return [key for key in _keys(held, lambda one: one.source) if social or key != "network"]


def _recipients(held: Sequence[Holding], flags: Collection[str], *, is_off: bool) -> list[str]:
    off = {
        "network": "social" not in flags and "paused" not in flags,
        "saleor": "writes" not in flags,
        "webhook": "webhook" not in flags,
        "mail-server": "shop_mail" not in flags,
        "tombstone-folder": "tombstones" not in flags,
    }
    found = [key for key in _keys(held, lambda one: one.recipients) if is_off or not off.get(key, False)]
    return _but_nobody(found)


def _but_nobody(keys: list[str]) -> list[str]:
    return [key for key in keys if key != "nobody"] or ["nobody"]


def _table(one: Holding, said: Words) -> str:
    return f"{said['tables'][one.table]} ({one.table}): {_told(_categories(one), said['categories'])}"


def _categories(one: Holding) -> list[str]:
    found = dict.fromkeys(one.columns.values())
    told = [key for key in found if key not in {"shop", "technical"}]
    return [str(key) for key in told or found]


def _with_retention(held: Iterable[Holding], said: Words) -> Iterable[str]:
    for one in held:
        yield f"- {_table(one, said)}. {said['labels']['kept']}: {said['kept'][one.kept]}."


def _kept(held: Sequence[Holding], said: Words) -> list[str]:
    """Return how long everything is kept; what is kept alike is told together."""
    label, keys = said["labels"]["kept"], _keys(held, lambda one: (one.kept,))
    if len(keys) == 1:
        return [f"- {label}: {said['kept'][keys[0]]}"]
    return [
        f"- {label}:",
        *(
            f"  - {_titles([one for one in held if one.kept == key], said)}: {said['kept'][key]}"
            for key in keys
        ),
    ]


def _titles(held: Iterable[Holding], said: Words) -> str:
    return "; ".join(said["tables"][one.table] for one in held)


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
