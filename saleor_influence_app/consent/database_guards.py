"""The database's guards on consent: are they there, as the migrations declare them, and do they fire?

Whoever owns the tables can replace a function or switch a trigger off. Nothing prevents it, but it is found.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, Row, Table, text
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.models import Consent

SEARCH_PATH = ["search_path=public, pg_temp"]
_MIGRATIONS = Path("saleor_influence_app") / "migrations"
_FUNCTIONS = text("""
    SELECT p.proname AS name, p.prosrc AS body, p.proconfig AS config, p.prosecdef AS as_owner,
        l.lanname AS language, p.provolatile AS volatility,
        count(*) OVER (PARTITION BY p.proname) AS namesakes
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname = ANY (:names)
""")
_TRIGGERS = text("""
    SELECT t.tgname AS name, c.relname AS table_name, t.tgenabled AS enabled, t.tgisinternal AS internal,
        pg_get_triggerdef(t.oid) AS definition
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (:tables) ORDER BY c.relname, t.tgname
""")
_BYPASSED = text("""
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (:tables)
        AND (c.relrowsecurity OR EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid))
    ORDER BY c.relname
""")
_CHECKS = text("""
    SELECT conname FROM pg_constraint
    WHERE conrelid = 'public.consents'::regclass AND contype = 'c' AND convalidated
""")


def trouble(session: Session) -> list[str]:
    """Return in words what is not as the migrations declare it; an empty list if all is."""
    if session.scalar(text("SHOW session_replication_role")) != "origin":
        return ["session_replication_role is not origin: no guard of the database works"]
    functions, triggers = _declared()
    tables = sorted({_table(definition) for definition in triggers.values()})
    found = session.execute(_TRIGGERS, {"tables": tables}).all()
    rows = session.execute(_FUNCTIONS, {"names": list(functions)}).all()
    return [
        *_functions({row.name: row for row in rows}, functions),
        *_triggers(found, triggers),
        *(
            f"rows of the table {table} are rewritten or hidden by a rule or a policy"
            for table in session.scalars(_BYPASSED, {"tables": tables})
        ),
        *_checks(set(session.scalars(_CHECKS))),
    ]


def _functions(found: dict[str, Row[Any]], declared: dict[str, tuple[str, str]]) -> Iterator[str]:
    for name, (declaration, body) in declared.items():
        row = found.get(name)
        if row is None:
            yield f"the function {name} is missing"
        elif row.namesakes > 1:
            yield f"there is more than one function {name}"
        elif (row.body, row.config, row.as_owner, row.language, row.volatility) != (
            body,
            SEARCH_PATH,
            False,
            "plpgsql" if "LANGUAGE plpgsql" in declaration else "sql",
            "i" if "IMMUTABLE" in declaration else "s" if "STABLE" in declaration else "v",
        ):
            yield f"the function {name} was replaced: it is not as the migrations declare it"


def _triggers(found: Sequence[Row[Any]], declared: dict[str, str]) -> Iterator[str]:
    there: set[str] = set()
    for row in found:
        there.add(row.name)
        if row.enabled != "O":
            what = "a trigger of a foreign key" if row.internal else f"the trigger {row.name}"
            yield f"{what} on {row.table_name} is switched off"
        elif row.internal:
            continue
        elif row.name not in declared:
            yield f"no migration declares the trigger {row.name} on {row.table_name}"
        elif _plain(row.definition) != declared[row.name]:
            yield f"the trigger {row.name} on {row.table_name} was replaced"
    for name in sorted(declared.keys() - there):
        yield f"the trigger {name} on {_table(declared[name])} is missing"


def _checks(there: set[str]) -> Iterator[str]:
    table = Consent.__table__
    for constraint in table.constraints if isinstance(table, Table) else ():
        if isinstance(constraint, CheckConstraint) and constraint.name not in there:
            yield f"the constraint {constraint.name} on consents is missing"


@lru_cache(maxsize=1)
def _declared() -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Return functions by name (declaration, body) and triggers by name, as the newest migration has each."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(settings.ROOT / _MIGRATIONS))
    functions: dict[str, tuple[str, str]] = {}
    triggers: dict[str, str] = {}
    for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        for declaration, body in getattr(script.module, "FUNCTIONS", {}).items():
            functions[declaration.partition("(")[0]] = declaration, body
        for kind, names in (("TRIGGER", "TRIGGERS"), ("CONSTRAINT TRIGGER", "CONSTRAINTS")):
            for name, event, function in getattr(script.module, names, ()):
                triggers[name] = _plain(f"CREATE {kind} {name} {event} EXECUTE FUNCTION {function}()")
    return functions, triggers


def _plain(definition: str) -> str:
    """Return a trigger's definition without what may be written one way or another."""
    sorted_events = re.sub(
        r"(BEFORE|AFTER) (\w+(?: OR \w+)*) ON ",
        lambda found: f"{found[1]} {' OR '.join(sorted(found[2].split(' OR ')))} ON ",
        definition,
    )
    return re.sub(r"[()]", "", sorted_events.replace(" ON public.", " ON "))


def _table(definition: str) -> str:
    return definition.partition(" ON ")[2].partition(" ")[0]
