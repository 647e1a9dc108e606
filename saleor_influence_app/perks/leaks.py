"""Personal codes that leak: found from their redemptions, and credited no more from the burst on.

Looked at every few hours for every code that somebody redeemed in the last year. What was found stays until
staff say that it was all right; then the burst counts as past, by which more is expected.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, run_queue
from saleor_influence_app.models import CodeLeak, Shop, TieOrigin
from saleor_influence_app.shops import problems
from scoring import leaks
from scoring.leaks import Leak, Redemption

logger = log.get(__name__)

LOOKED_BACK = timedelta(days=365)
FEWEST_STRANGERS = min(rule.least for rule in leaks.RULES)
"""With fewer no rule finds a leak."""

REPLACED = "replaced"
"""Why a code is not credited that staff replaced although it did not leak."""

# A stranger: no tie to the owner from before the order (one that anybody can tell is none),
# no address, card or mailbox of theirs.
_REDEMPTIONS = text("""
WITH codes AS (
    SELECT code, customer_id, valid_from FROM personal_codes WHERE shop_id = :shop_id
), used AS (
    SELECT c.code, c.customer_id AS owner, c.valid_from, o.order_id, o.created_at, o.address_hash,
        o.payment_hash, o.mailbox_hash, o.email_hash, coalesce(o.customer_id, a.customer_id) AS buyer_id,
        coalesce(o.customer_id, a.customer_id, encode(o.email_hash, 'hex'), o.order_id) AS buyer
    FROM codes c
    JOIN orders o ON o.shop_id = :shop_id AND o.voucher_code = c.code AND o.created_at >= c.valid_from
    LEFT JOIN customers a ON a.shop_id = :shop_id AND o.customer_id IS NULL AND a.email_hash = o.email_hash
        AND a.deleted_at IS NULL
    WHERE o.created_at >= :since
)
SELECT u.code, u.owner, u.valid_from, u.created_at, u.buyer,
    u.buyer IS DISTINCT FROM u.owner
    AND NOT EXISTS (SELECT FROM ties t WHERE t.shop_id = :shop_id AND t.origin <> :survey
        AND greatest(t.valid_from, t.known_at) < u.created_at
        AND ((t.source_id = u.owner AND t.target_id = u.buyer_id)
            OR (t.source_id = u.buyer_id AND t.target_id = u.owner)))
    AND NOT EXISTS (SELECT FROM orders h WHERE h.shop_id = :shop_id AND h.customer_id = u.owner
        AND (h.address_hash = u.address_hash OR h.payment_hash = u.payment_hash
            OR h.email_hash = u.mailbox_hash)) AS stranger,
    NOT EXISTS (SELECT FROM orders e WHERE e.shop_id = :shop_id AND e.created_at < u.created_at
        AND (e.customer_id = u.buyer_id OR e.email_hash = u.email_hash)) AS first_order
FROM used u ORDER BY u.code, u.created_at
""")


class _Code:
    """A code, whose it is since when, and who redeemed it."""

    def __init__(self, row: Any) -> None:
        self.owner: str = row.owner
        self.valid_from: datetime = row.valid_from
        self.redemptions: list[Redemption] = []


def sweep(transaction: db.Transaction, *, now: datetime | None = None) -> None:
    """Look at every shop's codes; one shop's trouble stops no other."""
    moment = now or datetime.now(UTC)
    with transaction() as session:
        shop_ids = list(session.scalars(select(Shop.id).where(Shop.active).order_by(Shop.id)))
    for shop_id in shop_ids:
        try:
            with transaction() as session:
                look(session, shop_id, now=moment)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep tries again
            logger.error("codes.not_looked_at", shop_id=shop_id, error=type(error).__name__)  # noqa: TRY400


def look(session: Session, shop_id: int, *, now: datetime) -> int:
    """Pause the crediting of codes that leak since the burst began; returns how many are new."""
    codes = _codes(session, shop_id, since=now - LOOKED_BACK)
    paused, cleared = _known(session, shop_id)
    histories = {
        name: leaks.history(
            code.redemptions, since=max(code.valid_from, now - LOOKED_BACK), until=paused.get(name, now)
        )
        for name, code in codes.items()
    }
    found = 0
    for name, code in codes.items():
        if name in paused or histories[name].strangers < FEWEST_STRANGERS:
            continue
        leak = leaks.find(
            code.redemptions,
            valid_from=max(code.valid_from, now - LOOKED_BACK),
            prior=leaks.learn([one for other, one in histories.items() if other != name]),
            cleared=cleared.get(name),
        )
        if leak is not None:
            _pause(session, shop_id, name, code=code, leak=leak)
            found += 1
    if found:
        run_queue.request(session, shop_id)
    _report(session, shop_id)
    return found


def clear(session: Session, shop_id: int, code: str, *, now: datetime) -> bool:
    """Staff say that the code is all right: crediting goes on; says whether it was paused."""
    rows = session.scalars(
        select(CodeLeak).where(
            CodeLeak.shop_id == shop_id,
            CodeLeak.code == code,
            CodeLeak.until.is_(None),
            CodeLeak.replaced_at.is_(None),
        )
    ).all()
    for row in rows:
        row.until = now
    session.flush()
    if rows:
        run_queue.request(session, shop_id)
        _report(session, shop_id)
    return bool(rows)


def replaced(session: Session, shop_id: int, code: str, *, customer_id: str, now: datetime) -> None:
    """The owner of the code got another one: from now on, or since a burst, this one is never credited."""
    open_leak = update(CodeLeak).where(
        CodeLeak.shop_id == shop_id, CodeLeak.code == code, CodeLeak.until.is_(None)
    )
    found = session.scalars(open_leak.values(replaced_at=now).returning(CodeLeak.code)).all()
    if not found:
        session.add(
            CodeLeak(
                shop_id=shop_id,
                code=code,
                since=now,
                customer_id=customer_id,
                reason=REPLACED,
                found_at=now,
                replaced_at=now,
            )
        )
    session.flush()
    _report(session, shop_id)


def _codes(session: Session, shop_id: int, *, since: datetime) -> Mapping[str, _Code]:
    found: dict[str, _Code] = {}
    for row in _redemptions(session, shop_id, since):
        code = found.setdefault(row.code, _Code(row))
        code.redemptions.append(
            Redemption(row.created_at, row.buyer, stranger=row.stranger, first_order=row.first_order)
        )
    return found


def _redemptions(session: Session, shop_id: int, since: datetime) -> Iterator[Any]:
    yield from session.execute(_REDEMPTIONS, {"shop_id": shop_id, "since": since, "survey": TieOrigin.SURVEY})


def _known(session: Session, shop_id: int) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Return since when codes are paused, and until when staff found codes all right."""
    paused: dict[str, datetime] = {}
    cleared: defaultdict[str, datetime] = defaultdict(lambda: datetime.min.replace(tzinfo=UTC))
    for row in session.scalars(select(CodeLeak).where(CodeLeak.shop_id == shop_id)):
        if row.until is None:
            paused[row.code] = row.since
        else:
            cleared[row.code] = max(cleared[row.code], row.until)
    return paused, dict(cleared)


def _pause(session: Session, shop_id: int, name: str, *, code: _Code, leak: Leak) -> None:
    row = insert(CodeLeak).values(
        shop_id=shop_id,
        code=name,
        since=leak.since,
        customer_id=code.owner,
        reason=leak.reason,
        found_at=leak.found_at,
        expected=leak.expected,
        seen=leak.seen,
        tail=leak.tail,
    )
    session.execute(row.on_conflict_do_nothing())
    logger.warning("code.leaks", shop_id=shop_id, reason=leak.reason)


def _report(session: Session, shop_id: int) -> None:
    count = session.scalar(
        select(func.count())
        .select_from(CodeLeak)
        .where(CodeLeak.shop_id == shop_id, CodeLeak.until.is_(None), CodeLeak.replaced_at.is_(None))
    )
    if count:
        codes = "1 personal code is" if count == 1 else f"{count:,} personal codes are"
        problems.raise_problem(
            session,
            shop_id,
            problems.CODE_LEAKS,
            f"{codes} redeemed by more strangers than their owner's circle explains: since then nothing is "
            "credited for them. See Discounts, Influence perks, Personal codes.",
        )
    else:
        problems.resolve_problem(session, shop_id, problems.CODE_LEAKS)
