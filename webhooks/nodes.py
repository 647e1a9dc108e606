"""GraphQL objects read into frozen values; what is wrong with one is said without quoting it."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from webhooks.body import PayloadInvalid


class Payload(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def build(cls, **values: object) -> Self:
        """The value with these fields; raises PayloadInvalid which names what is wrong, without content."""
        try:
            return cls(**values)
        except ValidationError as error:
            raise PayloadInvalid(_in_words(error)) from None


def inner(node: object, *path: str) -> Any:
    """The value at the path, None where a step is null or absent; PayloadInvalid where it is no object."""
    for step in path:
        if node is None:
            return None
        if not isinstance(node, Mapping):
            raise PayloadInvalid(f"{'.'.join(path)}: {step} is looked for in something that is not an object")
        node = node.get(step)
    return node


def rows(node: Mapping[str, Any], name: str, *, at_most: int) -> list[Any]:
    """The list in a field; PayloadInvalid for anything else and for a longer one."""
    found = node.get(name)
    if not isinstance(found, list):
        raise PayloadInvalid(f"{name}: should be a list")
    if len(found) > at_most:
        raise PayloadInvalid(f"{name}: {len(found)} are more than {at_most}")
    return found


def _in_words(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    first = "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in problems[:3])
    return first if len(problems) <= 3 else f"{first}; and {len(problems) - 3} more"  # noqa: PLR2004
