"""The resources of YouTube's Data API as far as we read them (developers.google.com/youtube/v3/docs)."""

from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.shapes import Count, Cursor, Name, Plain, Rows, Shape, Text, Told


class Snippet(Shape):
    """What a channel says of itself."""

    custom_url: Told[Name] = Field(default=None, alias="customUrl")
    description: Told[Text] = None
    published_at: Told[Moment] = Field(default=None, alias="publishedAt")


class ChannelNumbers(Shape):
    """A channel's numbers; `hidden` are its subscribers, and may be where that cannot be read."""

    subscribers: Told[Count] = Field(default=None, alias="subscriberCount")
    hidden: Told[bool] = Field(default=False, alias="hiddenSubscriberCount")
    videos: Told[Count] = Field(default=None, alias="videoCount")


class Playlists(Shape):
    """A channel's lists."""

    uploads: Told[Plain] = None


class Details(Shape):
    """Where a channel's lists are."""

    playlists: Told[Playlists] = Field(default=None, alias="relatedPlaylists")


class Channel(Shape):
    """A channel."""

    id: Plain
    snippet: Told[Snippet] = None
    statistics: Told[ChannelNumbers] = None
    details: Told[Details] = Field(default=None, alias="contentDetails")

    @property
    def uploads(self) -> str | None:
        """Return the list of the channel's videos, if it tells one."""
        lists = self.details.playlists if self.details is not None else None
        return lists.uploads if lists is not None else None


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

    items: Rows[Subscription] = ()
    cursor: Cursor = Field(default=None, alias="nextPageToken")


class Upload(Shape):
    """Which video."""

    video: Plain = Field(alias="videoId")


class UploadItem(Shape):
    """An entry of a list of uploads."""

    details: Upload = Field(alias="contentDetails")


class Uploads(Shape):
    """A page of uploads."""

    items: Rows[UploadItem] = ()
    cursor: Cursor = Field(default=None, alias="nextPageToken")


class VideoSnippet(Shape):
    """What a video says of itself."""

    published_at: Moment = Field(alias="publishedAt")
    title: Told[Text] = None
    description: Told[Text] = None


class VideoNumbers(Shape):
    """A video's numbers; what its owner hides is left out."""

    likes: Told[Count] = Field(default=None, alias="likeCount")
    comments: Told[Count] = Field(default=None, alias="commentCount")


class Video(Shape):
    """A video."""

    id: Plain
    snippet: VideoSnippet
    statistics: Told[VideoNumbers] = None


class Videos(Shape):
    """A page of videos."""

    items: Rows[Video] = ()


CHANNELS = TypeAdapter(Channels)
SUBSCRIPTIONS = TypeAdapter(Subscriptions)
UPLOADS = TypeAdapter(Uploads)
VIDEOS = TypeAdapter(Videos)
