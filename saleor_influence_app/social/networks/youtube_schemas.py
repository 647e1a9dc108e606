"""The resources of YouTube's Data API as far as we read them (developers.google.com/youtube/v3/docs)."""

from pydantic import Field, TypeAdapter

from saleor_influence_app.fields import Moment
from saleor_influence_app.social.schemas import Count, Cursor, Lenient, Name, Plain, Rows, Schema, Text


class Snippet(Schema):
    """A channel's description of itself."""

    custom_url: Lenient[Name] = Field(default=None, alias="customUrl")
    description: Lenient[Text] = None
    published_at: Lenient[Moment] = Field(default=None, alias="publishedAt")


class ChannelNumbers(Schema):
    """A channel's numbers; `hidden` says whether its subscribers are hidden, None if that is invalid."""

    subscribers: Lenient[Count] = Field(default=None, alias="subscriberCount")
    hidden: Lenient[bool] = Field(default=False, alias="hiddenSubscriberCount")
    videos: Lenient[Count] = Field(default=None, alias="videoCount")


class Playlists(Schema):
    """A channel's lists."""

    uploads: Lenient[Plain] = None


class Details(Schema):
    """Where a channel's lists are."""

    playlists: Lenient[Playlists] = Field(default=None, alias="relatedPlaylists")


class Channel(Schema):
    """A channel."""

    id: Plain
    snippet: Lenient[Snippet] = None
    statistics: Lenient[ChannelNumbers] = None
    details: Lenient[Details] = Field(default=None, alias="contentDetails")

    @property
    def uploads(self) -> str | None:
        """Return the id of the list of the channel's videos, if it has one."""
        lists = self.details.playlists if self.details is not None else None
        return lists.uploads if lists is not None else None


class Channels(Schema):
    """A page of channels."""

    items: tuple[Channel, ...] = Field(default=(), max_length=50)


class Subscriber(Schema):
    """A subscriber: we read the id only."""

    channel: Plain = Field(alias="channelId")


class Subscription(Schema):
    """A subscription."""

    subscriber: Subscriber = Field(alias="subscriberSnippet")


class Subscriptions(Schema):
    """A page of subscriptions."""

    items: Rows[Subscription] = ()
    cursor: Cursor = Field(default=None, alias="nextPageToken")


class Upload(Schema):
    """The id of a video."""

    video: Plain = Field(alias="videoId")


class UploadItem(Schema):
    """An entry of a list of uploads."""

    details: Upload = Field(alias="contentDetails")


class Uploads(Schema):
    """A page of uploads."""

    items: Rows[UploadItem] = ()
    cursor: Cursor = Field(default=None, alias="nextPageToken")


class VideoSnippet(Schema):
    """A video's description."""

    published_at: Moment = Field(alias="publishedAt")
    title: Lenient[Text] = None
    description: Lenient[Text] = None


class VideoNumbers(Schema):
    """A video's numbers; hidden ones are left out."""

    likes: Lenient[Count] = Field(default=None, alias="likeCount")
    comments: Lenient[Count] = Field(default=None, alias="commentCount")


class Video(Schema):
    """A video."""

    id: Plain
    snippet: VideoSnippet
    statistics: Lenient[VideoNumbers] = None


class Videos(Schema):
    """A page of videos."""

    items: Rows[Video] = ()


CHANNELS = TypeAdapter(Channels)
SUBSCRIPTIONS = TypeAdapter(Subscriptions)
UPLOADS = TypeAdapter(Uploads)
VIDEOS = TypeAdapter(Videos)
