"""Saleor's versions: '3.23' in headers, '3.23.28' or '3.24.0-alpha.1' in answers."""

import re

OLDEST = (3, 21)


def parts(text: str | None) -> tuple[int, ...]:
    """Return the numbers at the beginning of a version; none if it begins with something else."""
    found = re.match(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}(?![0-9])", text or "")
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def major_minor(text: str | None) -> tuple[int, int]:
    """Return major and minor; what cannot be read counts as the oldest version that we know."""
    found = re.match(r"([0-9]{1,4})\.([0-9]{1,4})(?![0-9])", text or "")
    return (int(found[1]), int(found[2])) if found else OLDEST


def reaches(version: str | None, needed: tuple[int, ...]) -> bool:
    """Say whether a version is at least the needed one; '3.23' alone reaches every patch of it."""
    found = re.match(r"([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?(?![0-9])", version or "")
    if not found:
        return needed <= OLDEST
    parts = tuple(int(part) for part in found.groups() if part is not None)
    return parts >= needed[: len(parts)]
