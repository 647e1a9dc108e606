"""The codes of a programme: random, known by all that customers had, and what was ordered with them."""

import secrets
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, select, union_all

from saleor_influence_app.models import Order, PerkGrant, PerkProgramme
from saleor_influence_app.perks.strategies.discount_code.terms import CodeTerms

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are taken for one another."""
LENGTH = 12
"""Random letters of a code: 60 bits."""
WORD: ColumnElement[str] = func.coalesce(PerkGrant.code, PerkGrant.app_code)
"""The code that Saleor has for a grant, whoever may know it."""


def word_of(grant: PerkGrant) -> str | None:
    """Return the code that Saleor has for the grant, whoever may know it."""
    return grant.code if grant.code is not None else grant.app_code


def put_new(grant: PerkGrant, terms: CodeTerms) -> None:
    """The grant has a new code that nobody knows yet."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    code = f"{terms.prefix}{'-' if terms.prefix else ''}{letters}"
    grant.code, grant.app_code = (None, code) if terms.app_applies else (code, None)


def orders_of(programme: PerkProgramme) -> Select[int, str, Decimal]:
    """Select (grant_id, order_id, cost) of orders with a code of the programme, replaced ones too."""
    words = _words(programme)
    cost: ColumnElement[Decimal] = func.coalesce(Order.voucher_discount, Order.discount, 0)
    same = and_(Order.shop_id == programme.shop_id, Order.voucher_code == words.c.word)
    return select(words.c.grant_id, Order.order_id, cost.label("cost")).join(Order, same)


def _words(programme: PerkProgramme) -> Subquery:
    ours = PerkGrant.programme_id == programme.id
    grant_id = PerkGrant.id.label("grant_id")
    now = select(grant_id, WORD.label("word")).where(ours, WORD.is_not(None))
    before = select(grant_id, func.unnest(PerkGrant.past_codes).label("word")).where(
        ours, func.cardinality(PerkGrant.past_codes) > 0
    )
    return union_all(now, before).subquery("words")
