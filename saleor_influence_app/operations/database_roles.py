"""Roles of the database: who owns the tables, the app, and the signer of consents.

The app may read and write rows, but neither change nor delete consents, and has no right over tables,
triggers or functions. What a foreign key deletes goes by the owner's right, so that a shop still goes whole.
"""

from dataclasses import dataclass

from psycopg import errors, sql
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.errors import SettingInvalid

_READ_BY_SIGNER = ("shops", "consents", "consent_subjects", "profiles", "tombstones", "consent_heads")
_EXISTS = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)")
_POWERS = text("""
    SELECT r.rolsuper OR pg_has_role(c.relowner, 'MEMBER')
        OR has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE')
        OR has_table_privilege(c.oid, 'TRUNCATE') OR has_table_privilege(c.oid, 'TRIGGER')
    FROM pg_class c, pg_roles r
    WHERE c.oid = 'public.consents'::regclass AND r.rolname = current_user
""")


@dataclass(frozen=True, slots=True)
class Role:
    """A role as an address of the database names it."""

    name: str
    password: str | None

    @classmethod
    def of(cls, url: str) -> "Role | None":
        """Return the role in the address; None where it names none."""
        found = make_url(url)
        if found.username is None:
            return None
        return cls(found.username, None if found.password is None else str(found.password))


def arrange(connection: Connection) -> list[str]:
    """Give the app's and the signer's role what they need and nothing else; returns their names.

    For the owner's connection, after each migration. Roles that are missing are made, with the passwords that
    the addresses have. One role for everything is left as it is.
    """
    given = settings.get()
    owner = connection.scalar(text("SELECT current_user"))
    connection.rollback()  # of the question
    app = Role.of(given.database_url.get_secret_value())
    signer = Role.of(given.signer_database_url.get_secret_value()) if given.signer_database_url else None
    roles = [role for role in (app, signer) if role is not None and role.name != owner]
    if app is None or app not in roles:
        return []
    try:
        with connection.begin():
            for role in roles:
                _make(connection, role)
            for statement in _for_app(writes_heads=signer is None):
                _execute(connection, statement, app.name)
            for role in roles[1:]:
                for statement in _for_signer():
                    _execute(connection, statement, role.name)
    except ProgrammingError as error:
        if not isinstance(error.orig, errors.InsufficientPrivilege):
            raise
        names = " and ".join(role.name for role in roles)
        raise SettingInvalid(
            f"MIGRATION_DATABASE_URL's role may not make or arrange the roles {names}: make them first "
            "(CREATE ROLE … LOGIN PASSWORD …), and give it the tables. docs/operate.md says how."
        ) from None
    return [role.name for role in roles]


def is_mighty(session: Session) -> bool:
    """Say whether this process's role could change consents or switch their guards off."""
    return bool(session.scalar(_POWERS))


def _for_app(*, writes_heads: bool) -> list[str]:
    heads = "" if writes_heads else "REVOKE INSERT, UPDATE ON consent_heads FROM {role}"
    return [
        "GRANT USAGE ON SCHEMA public TO {role}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "REVOKE UPDATE, DELETE ON consents FROM {role}",
        "REVOKE UPDATE ON consent_subjects FROM {role}",
        "REVOKE DELETE ON consent_heads FROM {role}",
        "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
        *([heads] if heads else []),
    ]


def _for_signer() -> list[str]:
    return [
        "GRANT USAGE ON SCHEMA public TO {role}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT SELECT ON {', '.join(_READ_BY_SIGNER)} TO {{role}}",
        "GRANT INSERT, UPDATE ON consent_heads TO {role}",
    ]


def _make(connection: Connection, role: Role) -> None:
    if not connection.scalar(_EXISTS, {"name": role.name}):
        password = (
            sql.SQL(" PASSWORD {}").format(sql.Literal(role.password)) if role.password else sql.SQL("")
        )
        made = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role.name)) + password
        connection.exec_driver_sql(made.as_string(None))
    database = connection.scalar(text("SELECT current_database()")) or ""
    allowed = sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}")
    connection.exec_driver_sql(
        allowed.format(sql.Identifier(database), sql.Identifier(role.name)).as_string(None)
    )


def _execute(connection: Connection, statement: str, role: str) -> None:
    connection.exec_driver_sql(sql.SQL(statement).format(role=sql.Identifier(role)).as_string(None))
