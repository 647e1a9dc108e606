"""How an account that was anonymised is recognised: by an address that nobody can have or that says so.

Saleor tells of no such act. What shops do is to change the address: to one below `.invalid` (RFC 2606), to
Saleor's own obfuscation (`a...@example.com`, core/anonymize), or to a name that says it.
"""

import re

_NOBODY = re.compile(
    r"""
    .+@(?:.+\.)?invalid
    | [^@]*\.\.\.@example\.com
    | (?:anonymi[sz]ed|deleted|erased|removed|gdpr)
      (?:[-_.+]?(?:user|customer|account))?(?:[-_.+]?[0-9a-f-]*)@.+
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,  # ASCII: else a dotless i is taken for i
)
LONGEST = 400


def is_nobody(email: str | None) -> bool:
    """Say whether this is the address of somebody who was made unrecognisable."""
    return email is not None and len(email) <= LONGEST and _NOBODY.fullmatch(email.strip()) is not None
