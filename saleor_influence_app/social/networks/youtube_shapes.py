"""The resources of YouTube's Data API as far as we read them (developers.google.com/youtube/v3/docs)."""

from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.shapes import Count, Cursor, Plain, Shape, Text


class Snippet(Shape):
    """What a channel says of itself."""

    custom_url: str | None = Field(default=None, alias="customUrl", max_length=100)
    description: Text = ""
    published_at: Moment | None = Field(default=None, alias="publishedAt")


class ChannelNumbers(Shape):
    """A channel's numbers; `hidden` are its subscribers."""

    subscribers: Count | None = Field(default=None, alias="subscriberCount")
    hidden: bool = Field(default=False, alias="hiddenSubscriberCount")
    videos: Count | None = Field(default=None, alias="videoCount")


class Playlists(Shape):
    """A channel's lists."""

    uploads: Plain | None = None


class Details(Shape):
    """Where a channel's lists are."""

    playlists: Playlists = Field(default=Playlists(), alias="relatedPlaylists")


class Channel(Shape):
    """A channel."""

    id: Plain
    snippet: Snippet
    statistics: ChannelNumbers = ChannelNumbers()
    details: Details = Field(default=Details(), alias="contentDetails")


class Channels(Shape):
    """A page of channels."""

    items: tuple[Channel, ...] = Field(default=(), max_length=50)


class Subscriber(Shape):
    """Who subscribes, as far as we look."""

    channel: Plain = Field(alias="channelId")


class Subscription(Shape):
    """A subscription."""

    subscriber: Subscriber = Field(alias="subscriberSnippet")


class Subscriptions(Shape):
    """A page of subscriptions."""

    items: tuple[Subscription, ...] = Field(default=(), max_length=50)
    cursor: Cursor | None = Field(default=None, alias="nextPageToken")


class Upload(Shape):
    """Which video."""

    video: Plain = Field(alias="videoId")


class UploadItem(Shape):
    """An entry of a list of uploads."""

    details: Upload = Field(alias="contentDetails")


class Uploads(Shape):
    """A page of uploads."""

    items: tuple[UploadItem, ...] = Field(default=(), max_length=50)
    cursor: Cursor | None = Field(default=None, alias="nextPageToken")


class VideoSnippet(Shape):
    """What a video says of itself."""

    published_at: Moment = Field(alias="publishedAt")
    title: Text = ""
    description: Text = ""


class VideoNumbers(Shape):
    """A video's numbers; what its owner hides is left out."""

    likes: Count | None = Field(default=None, alias="likeCount")
    comments: Count | None = Field(default=None, alias="commentCount")


class Video(Shape):
    """A video."""

    id: Plain
    snippet: VideoSnippet
    statistics: VideoNumbers = VideoNumbers()


class Videos(Shape):
    """A page of videos."""

    items: tuple[Video, ...] = Field(default=(), max_length=50)


CHANNELS = TypeAdapter(Channels)
SUBSCRIPTIONS = TypeAdapter(Subscriptions)
UPLOADS = TypeAdapter(Uploads)
VIDEOS = TypeAdapter(Videos)
