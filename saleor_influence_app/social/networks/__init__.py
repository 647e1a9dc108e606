"""One module a network; each class satisfies `social.network.Network`. docs/networks.md: what they give."""

from collections.abc import Callable

from saleor_influence_app.social.answers import Final, Reason
from saleor_influence_app.social.network import Credentials, Network
from saleor_influence_app.social.networks import bluesky, instagram, mastodon, reddit, tiktok, x, youtube
from saleor_influence_app.social.wire import Wire


def connect(
    name: str, wire: Wire, *, app: Credentials | None = None, base_url: str | None = None
) -> Network | Final:
    """Return a network by its name, as an app: Mastodon's at a server, or the one that the shop brings.

    `base_url` is the Mastodon server, or another AppView for Bluesky.
    """
    if name == "bluesky":
        return bluesky.at(wire, base_url or bluesky.PUBLIC_API)
    if app is None:
        return Final(reason=Reason.APP, sentence=f"The shop has given no credentials for {name}.")
    if name == "mastodon" and base_url is not None:
        return mastodon.at(wire, base_url, app)
    if name not in _WITH_AN_APP:
        return Final(reason=Reason.REFUSED, sentence=f"There is no network {name} at this address.")
    return _WITH_AN_APP[name](wire, app)


_WITH_AN_APP: dict[str, Callable[[Wire, Credentials], Network]] = {
    "youtube": youtube.at,
    "instagram": instagram.at,
    "tiktok": tiktok.at,
    "x": x.at,
    "reddit": reddit.at,
}
