"""One module a network; each class satisfies `social.network.Network`. docs/networks.md: what they give."""
