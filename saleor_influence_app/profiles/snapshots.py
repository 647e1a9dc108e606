"""Daily snapshots of linked profiles: the numbers are stored, strangers and texts are not.

A long list of followers is read in slices, in as many runs as it takes. Between them, only the profiles of
consenting customers that were found in it are stored.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, lease_renewal, log
from saleor_influence_app.consent import agreements, ledger, privacy_settings
from saleor_influence_app.models import Profile, ProfileState, Purpose, Shop
from saleor_influence_app.profiles import follows, link_failures, network_clients, posts, responses
from saleor_influence_app.profiles.follows import FollowersRead
from saleor_influence_app.profiles.posts import PostsRead
from saleor_influence_app.profiles.responses import ResponsesRead
from saleor_influence_app.rights import standing
from saleor_influence_app.shops import social_tokens
from saleor_influence_app.social.failures import Failure, Final, Reason
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import AccountRef, Credentials, Network, NetworkProfile, Token

logger = log.get(__name__)

EVERY = timedelta(days=1)
SLICE_SECONDS = 60.0
"""After this long a worker makes room for other shops and queues a task for the rest."""
LEASE = timedelta(minutes=15)
"""Renewed while the profile is read; when it ends, the worker has died and another one may take over."""
REFRESH_BEFORE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class SnapshotContext:
    """What a snapshot of a profile needs of the database."""

    profile: Profile
    network: Network
    app: Credentials | None
    token: Token | None = field(repr=False)
    consenting: dict[bytes, int]
    """Profiles of other customers who may be read: keyed hash to id."""
    hash_key: bytes = field(repr=False)
    topics: posts.Topics
    keep_posts: timedelta


def take(
    transaction: db.Transaction, profile_id: int, *, http: RateLimitedHttp, now: datetime | None = None
) -> bool:
    """Take a snapshot of the profile, or record why it failed; return False if it was not due."""
    moment = now or datetime.now(UTC)
    with transaction() as session:
        context = _claim(session, profile_id, now=moment, http=http)
    if context is None:
        return False
    with lease_renewal.renewed(lambda: _renew(transaction, profile_id), lease=LEASE):
        found = _fetch(transaction, context, now=moment)
    if isinstance(found, Failure):
        return _record_failure(transaction, context, found, now=moment)
    with transaction() as session:
        _keep(session, context, now=moment, found=found)
    return True


def take_due(
    transaction: db.Transaction, shop_id: int, *, http: RateLimitedHttp, slice_seconds: float = SLICE_SECONDS
) -> int:
    """Take snapshots of the shop's due profiles, as many as fit in a slice; return how many."""
    until = time.monotonic() + slice_seconds
    with transaction() as session:
        of_shop = link_failures.due(Profile.id).where(Profile.shop_id == shop_id)
        due = session.scalars(of_shop.order_by(Profile.next_at)).all()
    for count, profile_id in enumerate(due):
        if time.monotonic() > until:
            with transaction() as session:
                db.after_commit(session, "social.snapshot", shop_id)
            return count
        take(transaction, profile_id, http=http)
    return len(due)


@dataclass(frozen=True)
class _Found:
    seen: NetworkProfile
    posted: PostsRead | None
    followers_read: FollowersRead
    responded: ResponsesRead

    @property
    def skipped(self) -> int:
        """Return how many rows could not be read."""
        posted = self.posted.skipped if self.posted is not None else 0
        return self.followers_read.skipped + posted + self.responded.skipped

    @property
    def list_unreadable(self) -> Final | None:
        """Return the failure if the list of followers did not have its documented form."""
        failure = self.followers_read.failure
        unreadable = isinstance(failure, Final) and failure.reason is Reason.UNREADABLE
        return failure if unreadable and isinstance(failure, Final) else None


def _fetch(transaction: db.Transaction, context: SnapshotContext, *, now: datetime) -> _Found | Failure:
    """Read the profile, its followers and its posts from the network."""
    token = _fresh(context, now)
    if isinstance(token, Failure):
        return token
    if token is not None and token is not context.token:
        with transaction() as session:
            social_tokens.renew(session, context.profile, token, app=context.app)
    # The handle as we know it: on Mastodon, its domain may differ from the server's.
    handle = context.profile.handle.removeprefix("@")
    account = AccountRef(token=token, api_id=context.profile.api_id, handle=handle)
    seen = context.network.profile(account)
    if isinstance(seen, Failure):
        return seen
    if seen.network_id != context.profile.network_id:
        return Final(reason=Reason.GONE, sentence="The network now has another account under this id.")
    followers_read = follows.read(
        context.network, account, context.profile, consenting=context.consenting, key=context.hash_key
    )
    posted = None
    if not followers_read.again:
        posted = posts.read(context.network, account, context.topics, since=now - context.keep_posts, now=now)
    return _Found(seen, posted, followers_read, _responded(context, account, posted))


def _renew(transaction: db.Transaction, profile_id: int) -> bool:
    """Renew the lease on the profile."""
    with transaction() as session:
        session.execute(
            update(Profile)
            .where(Profile.id == profile_id, Profile.state == ProfileState.LINKED)
            .values(next_at=func.greatest(Profile.next_at, func.now() + LEASE))
        )
    return True


def _responded(context: SnapshotContext, account: AccountRef, posted: PostsRead | None) -> ResponsesRead:
    if posted is None:
        return ResponsesRead()
    return responses.read(
        context.network, account, posted, consenting=context.consenting, key=context.hash_key
    )


def _claim(
    session: Session, profile_id: int, *, now: datetime, http: RateLimitedHttp
) -> SnapshotContext | None:
    """Take the lease on a profile that is due, consented to and switched on; else return None."""
    profile = session.scalars(
        select(Profile)
        .join(Shop, Shop.id == Profile.shop_id)
        .where(
            Profile.id == profile_id,
            Profile.state == ProfileState.LINKED,
            Profile.next_at <= now,
            Shop.active,
        )
        .where(func.consent_given(Profile.shop_id, Profile.customer_id, Purpose.SCORE, Profile.network))
        .with_for_update(of=Profile, skip_locked=True)
    ).first()
    if profile is None or not privacy_settings.is_on(session, profile.shop_id, profile.network):
        return None
    if not standing.takes_part(session, profile.shop_id, profile.customer_id):
        # It stays linked, but nothing is read: no scores are computed for them.
        session.execute(update(Profile).where(Profile.id == profile_id).values(next_at=now + EVERY))
        return None
    shop_id, network, base_url = profile.shop_id, profile.network, profile.base_url
    chosen = privacy_settings.read(session, shop_id)
    agreed = agreements.readable(session, shop_id, network, chosen=chosen)
    # Paused: until they agree again, or the settings are confirmed anew.
    next_at = now + LEASE if profile.customer_id in agreed else None
    session.execute(update(Profile).where(Profile.id == profile_id).values(next_at=next_at))
    if next_at is None:
        logger.info("profile.paused", profile_id=profile_id)
        return None
    app = network_clients.app_of(session, shop_id, network, base_url=base_url)
    return SnapshotContext(
        profile=profile,
        network=network_clients.at(network, base_url, app, http=http),
        app=app,
        token=social_tokens.open_token(profile.token_encrypted),
        consenting=follows.consenting(session, profile, readable=agreed),
        hash_key=follows.hash_key(session, shop_id),
        topics=posts.topics_of(session, shop_id),
        keep_posts=timedelta(days=agreements.posts(network, chosen, agreed[profile.customer_id]).number),
    )


def _fresh(context: SnapshotContext, now: datetime) -> Token | Failure | None:
    """Return the token, refreshed if it expires soon; None for a profile that was proven by its text."""
    token = context.token
    if token is None or token.expires_at is None or token.expires_at > now + REFRESH_BEFORE:
        return token
    return context.network.refresh(token)


def _record_failure(
    transaction: db.Transaction, context: SnapshotContext, failure: Failure, *, now: datetime
) -> bool:
    with transaction() as session:
        link_failures.record(session, context.profile, failure, now=now)
    return True


def _keep(session: Session, context: SnapshotContext, *, now: datetime, found: _Found) -> None:
    """Store what was found, if the customer still consents."""
    profile, followers_read = context.profile, found.followers_read
    # A withdrawal waits for this lock, or we see it: no tie begins after its consent has ended.
    ledger.lock(session, profile.shop_id)
    chosen = privacy_settings.hold(session, profile.shop_id)
    agreed = agreements.readable(session, profile.shop_id, profile.network, chosen=chosen)
    still = session.scalars(
        select(Profile.id)
        .where(Profile.id == profile.id, Profile.network_hash == profile.network_hash)
        .where(func.consent_given(Profile.shop_id, Profile.customer_id, Purpose.SCORE, Profile.network))
        .with_for_update()
    ).first()
    if still is None or profile.customer_id not in agreed:
        return
    follows.keep(session, profile, followers_read, now=now, readable=agreed)
    if followers_read.again and followers_read.failure is not None:
        link_failures.record(session, profile, followers_read.failure, now=now)
    elif followers_read.again:
        link_failures.clear(session, profile, next_at=now, shown={})
        db.after_commit(session, "social.snapshot", profile.shop_id)
    else:
        if found.posted is not None:
            posts.keep(session, profile, found.posted)
        last = {who: agreements.features(profile.network, chosen, one) for who, one in agreed.items()}
        responses.keep(session, profile, found.responded, now=now, last=last)
        posts.snapshot(
            session,
            profile,
            now=now,
            seen=found.seen,
            posted=found.posted,
            followers_read=followers_read,
            skipped=found.skipped,
        )
        shown = {"handle": found.seen.handle, "url": found.seen.url}
        beside = found.responded.failure or found.list_unreadable
        link_failures.clear(session, profile, next_at=now + EVERY, shown=shown, beside=beside)
    logger.info(
        "profile.seen",
        profile_id=profile.id,
        followers_seen=followers_read.seen,
        rows_skipped=found.skipped,
        more=followers_read.again,
    )
