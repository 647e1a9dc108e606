"""Each network's answers in their documented form, and which of their fields are optional to us."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import AccountRef, Credentials, Network, Token
from saleor_influence_app.social.networks import bluesky, instagram, mastodon, reddit, tiktok, x, youtube
from tests.support.apis import Api

APP = Credentials(client_id="id", client_secret="secret")
TOKEN = Token(access="a")
Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Documented:
    """One network: answers by path, `optional` fields of its profile, and of a row of its lists."""

    connect: Callable[[RateLimitedHttp, Api], Network]
    account: AccountRef
    answers: dict[str, Any]
    profile: tuple[str, tuple[Path, ...]]
    post: tuple[str, Path, tuple[Path, ...]]
    """The path of the answer, the list in it, and optional fields of its rows."""
    identity: tuple[Path, Path]
    """In the answer with the profile, and in a row of posts."""
    made: Callable[[str], dict[str, Any]] | None = None
    """Answers that name the server itself, by its address."""
    followers: tuple[str, Path, Path] | None = None
    """The path of the answer, the list in it, and the id in its rows."""


def changed(body: Any, path: Path, value: Any) -> Any:
    """A copy with another value there; Ellipsis takes the field away."""
    copy = deepcopy(body)
    place = copy
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copy


def at(body: Any, path: Path) -> Any:
    for step in path:
        body = body[step]
    return body


MOMENT = "2026-01-02T03:04:05.000Z"
DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"


def _account(here: str) -> dict[str, Any]:
    account = {
        "id": "1",
        "uri": f"{here}/users/alma",
        "username": "alma",
        "acct": "alma",
        "display_name": "Alma",
        "url": f"{here}/@alma",
        "avatar": f"{here}/a.png",
        "note": "<p>I knit.</p>",
        "created_at": MOMENT,
        "followers_count": 3,
        "following_count": 2,
        "statuses_count": 1,
        "locked": False,
        "hide_collections": None,
        "suspended": False,
        "fields": [{"name": "web", "value": "x", "verified_at": None}],
    }
    return {"/api/v1/accounts/1": account}


STATUSES = [
    {
        "id": str(number),
        "created_at": MOMENT,
        "visibility": "public",
        "content": "<p>Socks</p>",
        "favourites_count": 3,
        "reblogs_count": 2,
        "replies_count": 1,
        "reblog": None,
    }
    for number in (1, 2)
]
MASTODON = Documented(
    connect=lambda http, api: mastodon.at(http, api.base_url, APP),
    made=_account,
    account=AccountRef(token=TOKEN, api_id="1"),
    answers={
        "/api/v1/accounts/1/statuses": STATUSES,
        "/api/v1/accounts/1/followers": [
            {"id": str(n), "uri": f"https://b.example/users/{n}", "acct": f"{n}@b.example"} for n in (7, 8, 9)
        ],
    },
    profile=(
        "/api/v1/accounts/1",
        (
            *tuple(
                (name,)
                for name in (
                    "username",
                    "display_name",
                    "url",
                    "avatar",
                    "note",
                    "created_at",
                    "followers_count",
                    "following_count",
                    "statuses_count",
                    "locked",
                    "hide_collections",
                    "fields",
                )
            ),
            ("fields", 0),
            ("fields", 0, "value"),
        ),
    ),
    post=(
        "/api/v1/accounts/1/statuses",
        (),
        (("content",), ("favourites_count",), ("reblogs_count",), ("replies_count",)),
    ),
    identity=(("uri",), ("id",)),
    followers=("/api/v1/accounts/1/followers", (), ("uri",)),
)
BLUESKY = Documented(
    connect=lambda http, api: bluesky.at(http, api.base_url),
    account=AccountRef(api_id=DID),
    answers={
        "/xrpc/app.bsky.actor.getProfile": {
            "did": DID,
            "handle": "alma.example",
            "displayName": "Alma",
            "description": "I knit.",
            "avatar": "https://cdn.example/a",
            "createdAt": MOMENT,
            "followersCount": 3,
            "followsCount": 2,
            "postsCount": 1,
            "labels": [{"val": "x", "src": DID}],
        },
        "/xrpc/app.bsky.graph.getFollowers": {
            "followers": [{"did": f"did:plc:{n}"} for n in "abc"],
        },
        "/xrpc/app.bsky.feed.getAuthorFeed": {
            "feed": [
                {
                    "post": {
                        "uri": f"at://{DID}/app.bsky.feed.post/{n}",
                        "author": {"did": DID},
                        "record": {"text": "Socks", "createdAt": MOMENT},
                        "indexedAt": MOMENT,
                        "replyCount": 1,
                        "repostCount": 2,
                        "likeCount": 3,
                    }
                }
                for n in (1, 2)
            ]
        },
    },
    profile=(
        "/xrpc/app.bsky.actor.getProfile",
        (
            *tuple(
                (name,)
                for name in (
                    "handle",
                    "displayName",
                    "description",
                    "avatar",
                    "createdAt",
                    "followersCount",
                    "followsCount",
                    "postsCount",
                    "labels",
                )
            ),
            ("labels", 0),
            ("labels", 0, "val"),
        ),
    ),
    post=(
        "/xrpc/app.bsky.feed.getAuthorFeed",
        ("feed",),
        (
            ("post", "author"),
            ("post", "record"),
            ("post", "record", "text"),
            ("post", "replyCount"),
            ("post", "repostCount"),
            ("post", "likeCount"),
        ),
    ),
    identity=(("did",), ("post", "uri")),
    followers=("/xrpc/app.bsky.graph.getFollowers", ("followers",), ("did",)),
)
CHANNEL = "UCAuUUnT6oDeKwE6v1NGQxug"
YOUTUBE = Documented(
    connect=lambda http, api: youtube.at(http, APP, api.endpoints()),
    account=AccountRef(token=TOKEN, api_id=CHANNEL),
    answers={
        "/api/channels": {
            "items": [
                {
                    "id": CHANNEL,
                    "snippet": {"customUrl": "@alma", "description": "I knit.", "publishedAt": MOMENT},
                    "statistics": {
                        "subscriberCount": "3",
                        "hiddenSubscriberCount": False,
                        "videoCount": "1",
                    },
                    "contentDetails": {"relatedPlaylists": {"uploads": "UU1"}},
                }
            ]
        },
        "/api/subscriptions": {
            "items": [{"subscriberSnippet": {"channelId": f"UC{n}"}} for n in "abc"],
        },
        "/api/playlistItems": {"items": [{"contentDetails": {"videoId": n}} for n in "vw"]},
        "/api/videos": {
            "items": [
                {
                    "id": n,
                    "snippet": {"publishedAt": MOMENT, "title": "Socks", "description": "d"},
                    "statistics": {"likeCount": "3", "commentCount": "1"},
                }
                for n in "vw"
            ]
        },
    },
    profile=(
        "/api/channels",
        tuple(
            ("items", 0, *path)
            for path in (
                ("snippet",),
                ("snippet", "customUrl"),
                ("snippet", "description"),
                ("snippet", "publishedAt"),
                ("statistics",),
                ("statistics", "subscriberCount"),
                ("statistics", "hiddenSubscriberCount"),
                ("statistics", "videoCount"),
                ("contentDetails",),
                ("contentDetails", "relatedPlaylists"),
                ("contentDetails", "relatedPlaylists", "uploads"),
            )
        ),
    ),
    post=(
        "/api/videos",
        ("items",),
        (
            ("snippet", "title"),
            ("snippet", "description"),
            ("statistics",),
            ("statistics", "likeCount"),
            ("statistics", "commentCount"),
        ),
    ),
    identity=(("items", 0, "id"), ("id",)),
    followers=("/api/subscriptions", ("items",), ("subscriberSnippet", "channelId")),
)
X = Documented(
    connect=lambda http, api: x.at(http, APP, api.endpoints()),
    account=AccountRef(token=TOKEN, api_id="5"),
    answers={
        "/api/users/me": {
            "data": {
                "id": "5",
                "username": "alma",
                "name": "Alma",
                "created_at": MOMENT,
                "description": "I knit.",
                "protected": False,
                "verified": True,
                "profile_image_url": "https://x.example/a",
                "public_metrics": {"followers_count": 3, "following_count": 2, "tweet_count": 1},
            }
        },
        "/api/users/5/followers": {"data": [{"id": n} for n in "789"], "meta": {}},
        "/api/users/5/tweets": {
            "data": [
                {
                    "id": n,
                    "created_at": MOMENT,
                    "text": "Socks",
                    "public_metrics": {
                        "like_count": 3,
                        "retweet_count": 2,
                        "quote_count": 0,
                        "reply_count": 1,
                    },
                }
                for n in "12"
            ],
            "meta": {},
        },
    },
    profile=(
        "/api/users/me",
        tuple(
            ("data", *path)
            for path in (
                ("username",),
                ("name",),
                ("created_at",),
                ("description",),
                ("protected",),
                ("verified",),
                ("profile_image_url",),
                ("public_metrics",),
                ("public_metrics", "followers_count"),
                ("public_metrics", "following_count"),
                ("public_metrics", "tweet_count"),
            )
        ),
    ),
    post=(
        "/api/users/5/tweets",
        ("data",),
        (
            ("text",),
            ("public_metrics",),
            ("public_metrics", "like_count"),
            ("public_metrics", "retweet_count"),
            ("public_metrics", "quote_count"),
            ("public_metrics", "reply_count"),
        ),
    ),
    identity=(("data", "id"), ("id",)),
    followers=("/api/users/5/followers", ("data",), ("id",)),
)
INSTAGRAM = Documented(
    connect=lambda http, api: instagram.at(http, APP, api.endpoints()),
    account=AccountRef(token=TOKEN, api_id="5"),
    answers={
        "/api/me": {
            "user_id": "5",
            "username": "alma",
            "biography": "I knit.",
            "followers_count": 3,
            "follows_count": 2,
            "media_count": 1,
        },
        "/api/me/media": {
            "data": [
                {
                    "id": n,
                    "timestamp": "2026-01-02T03:04:05+0000",
                    "caption": "Socks",
                    "like_count": 3,
                    "comments_count": 1,
                }
                for n in "12"
            ]
        },
    },
    profile=(
        "/api/me",
        (("username",), ("biography",), ("followers_count",), ("follows_count",), ("media_count",)),
    ),
    post=("/api/me/media", ("data",), (("caption",), ("like_count",), ("comments_count",))),
    identity=(("user_id",), ("id",)),
)
TIKTOK = Documented(
    connect=lambda http, api: tiktok.at(http, APP, api.endpoints()),
    account=AccountRef(token=TOKEN, api_id="5"),
    answers={
        "/api/user/info/": {
            "data": {
                "user": {
                    "open_id": "5",
                    "username": "alma",
                    "profile_deep_link": "https://www.tiktok.com/@alma",
                    "bio_description": "I knit.",
                    "follower_count": 3,
                    "following_count": 2,
                    "video_count": 1,
                }
            },
            "error": {"code": "ok"},
        },
        "/api/video/list/": {
            "data": {
                "videos": [
                    {
                        "id": n,
                        "create_time": 1767323045,
                        "title": "Socks",
                        "video_description": "d",
                        "like_count": 3,
                        "comment_count": 1,
                        "share_count": 2,
                    }
                    for n in "12"
                ],
                "has_more": False,
            },
            "error": {"code": "ok"},
        },
    },
    profile=(
        "/api/user/info/",
        tuple(
            ("data", "user", name)
            for name in (
                "username",
                "profile_deep_link",
                "bio_description",
                "follower_count",
                "following_count",
                "video_count",
            )
        ),
    ),
    post=(
        "/api/video/list/",
        ("data", "videos"),
        (("title",), ("video_description",), ("like_count",), ("comment_count",), ("share_count",)),
    ),
    identity=(("data", "user", "open_id"), ("id",)),
)
REDDIT = Documented(
    connect=lambda http, api: reddit.at(http, APP, api.endpoints()),
    account=AccountRef(token=TOKEN, api_id="alma"),
    answers={
        "/api/api/v1/me": {
            "id": "5",
            "name": "alma",
            "created_utc": 1767323045.0,
            "is_suspended": False,
            "subreddit": {"subscribers": 3, "public_description": "I knit."},
        },
        "/api/user/alma/submitted": {
            "data": {
                "children": [
                    {
                        "data": {
                            "name": f"t3_{n}",
                            "created_utc": 1767323045.0,
                            "ups": 3,
                            "num_comments": 1,
                            "num_crossposts": 2,
                            "title": "Socks",
                            "selftext": "d",
                        }
                    }
                    for n in "12"
                ],
                "after": None,
            }
        },
    },
    profile=(
        "/api/api/v1/me",
        (
            ("created_utc",),
            ("subreddit",),
            ("subreddit", "subscribers"),
            ("subreddit", "public_description"),
        ),
    ),
    post=(
        "/api/user/alma/submitted",
        ("data", "children"),
        tuple(("data", name) for name in ("ups", "num_comments", "num_crossposts", "title", "selftext")),
    ),
    identity=(("id",), ("data", "name")),
)
NETWORKS = {
    "mastodon": MASTODON,
    "bluesky": BLUESKY,
    "youtube": YOUTUBE,
    "x": X,
    "instagram": INSTAGRAM,
    "tiktok": TIKTOK,
    "reddit": REDDIT,
}
