"""How an account that was anonymised is recognised: by an address that nobody can have or that says so.

Saleor tells of no such act. What shops and their tools do is to change the address: to one below `.invalid`
(RFC 2606), to Saleor's own obfuscation (`a...@example.com`, core/anonymize), to a domain that says so
(`user-1234@deleted.example`), or to a name that says so and whom it was (`redacted-9@shop.example`). A name
alone (`deleted@shop.example`, `gdpr@shop.example`) may be a mailbox that somebody reads: it says nothing.
"""

import re

_SAYS_SO = r"(?:anonymi[sz]ed|deleted|erased|redacted|removed)"
_WHO = r"(?:user|customer|account|member|guest|person)"
_ID = r"(?:[0-9a-f-]*[0-9][0-9a-f-]*)"
# deleted-user, deleted_8f14e45f, removed.customer.7 · gdpr.customer.7 · anonymous-81 · user-1234-deleted
_NAMED = rf"""
    {_SAYS_SO} [-_.+]? (?:{_WHO} [-_.+]? {_ID}? | {_ID})
    | gdpr [-_.+]? (?:{_SAYS_SO} | {_WHO}) [-_.+]? {_ID}
    | anonymous [-_.+]? {_ID}
    | {_WHO} [-_.+]? {_ID}? [-_.+]? {_SAYS_SO}
"""
_NOBODY = re.compile(
    rf"""
    .+@(?:.+\.)?invalid
    | [^@]*\.\.\.@example\.com
    | .+@(?:.+\.)?{_SAYS_SO}\.(?:example|test|local|localhost|[a-z0-9-]+\.[a-z0-9.-]+)
    | (?:{_NAMED})@.+
    | (?:{_SAYS_SO}|anonymous)@(?:.+\.)?(?:example|test|localhost|example\.(?:com|net|org))
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,  # ASCII: else a dotless i is taken for i
)
LONGEST = 400


def is_nobody(email: str | None) -> bool:
    """Say whether this is the address of somebody who was made unrecognisable."""
    return email is not None and len(email) <= LONGEST and _NOBODY.fullmatch(email.strip()) is not None
