"""Whether a customer's own page links back (rel=me) to their profile."""

from urllib.parse import urlsplit

from saleor_influence_app.social.answers import Failure, Final, Reason
from saleor_influence_app.social.line import Line
from saleor_influence_app.social.pace import Lane
from saleor_influence_app.social.proof import links_back
from saleor_influence_app.social.wire import Ask, Reply, Wire

PER_SECOND, BURST = 0.1, 5
"""Of one site: it is somebody's home page, and not ours to load."""
PAGES = frozenset({"text/html", "application/xhtml+xml"})


def check(wire: Wire, page_url: str, *, profile_url: str, allow_http: bool = False) -> bool | Failure:
    """Say whether the page links back. `allow_http` is for development: such a page could be anybody's."""
    try:
        parts = urlsplit(page_url)
    except ValueError:
        return Final(reason=Reason.REFUSED, sentence="The page's address is none.")
    if parts.scheme != "https" and not allow_http:
        return Final(reason=Reason.REFUSED, sentence="The page's address must begin with https://.")
    lane = Lane(key=f"page:{parts.netloc.lower()}", per_second=PER_SECOND, burst=BURST)
    line = Line(wire=wire, name="The page", lane=lane)
    reply = line.accepted(Ask(url=page_url, accept="text/html"))
    if not isinstance(reply, Reply):
        return reply
    if reply.media_type not in PAGES:
        return Final(reason=Reason.UNREADABLE, sentence="The address does not lead to a web page.")
    return links_back(reply.body.decode("utf-8", errors="replace"), profile_url)
