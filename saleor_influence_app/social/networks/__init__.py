"""One module for each network, with a class that satisfies `social.network.Network` (docs/networks.md).

A new network is a module with its `NETWORK`, named here.
"""

from saleor_influence_app.social.descriptor import Descriptor
from saleor_influence_app.social.networks import bluesky, instagram, mastodon, reddit, tiktok, x, youtube

NETWORKS: dict[str, Descriptor] = {
    one.NETWORK.name: one.NETWORK for one in (mastodon, bluesky, youtube, instagram, tiktok, x, reddit)
}
"""By name, in the order in which they are offered."""
TITLES = {name: one.title for name, one in NETWORKS.items()}
COMBINABLE = tuple(name for name, one in NETWORKS.items() if one.terms.combinable)
