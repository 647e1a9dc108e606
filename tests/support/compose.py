"""What `docker compose config` would make of a file, for the parts of the format that ours uses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class VariableMissing(Exception):
    """`${NAME:?message}` without a value."""


def read_dotenv(text: str) -> dict[str, str]:
    """Lines NAME=value; quotes are taken off, and a comment follows white space."""
    found = {}
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, value = line.partition("=")
        value = value.strip()
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        found[name.strip()] = value[1:-1] if quoted else re.sub(r"\s+#.*$", "", value)
    return found


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Replace $NAME, ${NAME} and the forms with :- - :+ + :? ?, which may be nested; $$ is a dollar."""
    out, place = "", 0
    while place < len(text):
        if text[place] != "$":
            out, place = out + text[place], place + 1
        elif text.startswith("$$", place):
            out, place = out + "$", place + 2
        elif text.startswith("${", place):
            end = _closing(text, place + 2)
            out, place = out + _braced(text[place + 2 : end], variables), end + 1
        else:
            name = NAME.match(text, place + 1)
            assert name, f"a $ that names nothing in {text!r}"
            out, place = out + variables.get(name.group(), ""), name.end()
    return out


def _closing(text: str, place: int) -> int:
    depth = 1
    while depth:
        if text.startswith("${", place):
            depth, place = depth + 1, place + 2
            continue
        depth -= text[place] == "}"
        place += 1
    return place - 1


def _braced(text: str, variables: Mapping[str, str]) -> str:
    name = NAME.match(text)
    assert name, text
    operator = re.match(r":?[-+?]", text[name.end() :])
    value = variables.get(name.group())
    if operator is None:
        assert name.end() == len(text), text
        return value or ""
    there = bool(value) if operator.group().startswith(":") else value is not None
    word = text[name.end() + operator.end() :]
    kind = operator.group()[-1]
    if kind == "+":
        return interpolate(word, variables) if there else ""
    if there:
        return value or ""
    if kind == "?":
        raise VariableMissing(word)
    return interpolate(word, variables)


@dataclass(frozen=True)
class Project:
    """The services that would be started, as the file and the variables say."""

    services: dict[str, dict[str, Any]]
    profiles: frozenset[str]

    @classmethod
    def read(cls, folder: Path, *, dotenv: str, exported: Mapping[str, str]) -> "Project":
        """Read docker-compose.yml as with this .env and these variables; those exported come first."""
        named = read_dotenv(dotenv)
        variables = named | dict(exported)
        # Anchors and merges are YAML's, and are resolved before variables are put in.
        document = yaml.safe_load((folder / "docker-compose.yml").read_text())
        document = _everywhere(document, variables)
        profiles = frozenset(filter(None, variables.get("COMPOSE_PROFILES", "").split(",")))
        services = {
            name: _with_environment(service, named)
            for name, service in document["services"].items()
            if not service.get("profiles") or profiles & set(service["profiles"])
        }
        return cls(services, profiles)

    def order(self) -> list[str]:
        """The services, each after all that it waits for; an AssertionError where that is impossible."""
        done: list[str] = []
        waiting = dict(self.services)
        while waiting:
            free = [name for name, one in waiting.items() if set(one.get("depends_on", {})) <= set(done)]
            assert free, f"these wait for one another, or for what is not started: {sorted(waiting)}"
            for name in free:
                done.append(name)
                del waiting[name]
        return done


def _everywhere(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return interpolate(value, variables)
    if isinstance(value, list):
        return [_everywhere(one, variables) for one in value]
    if isinstance(value, dict):
        return {key: _everywhere(one, variables) for key, one in value.items()}
    return value


def _with_environment(service: dict[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    """The container's environment: that of `env_file`, and over it what `environment` says."""
    files = service.get("env_file", [])
    assert files in ([], [".env"])
    given = {name: str(value) for name, value in service.get("environment", {}).items()}
    return service | {"environment": (dict(named) if files else {}) | given}
