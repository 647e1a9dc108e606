"""Saleor's deliveries: which there are, whether one is genuine, what it says.

`catalog` lists the events, `verification` checks signatures, `events` parses bodies and
`router` puts them behind HTTP. The package knows no database and no queue: what it needs
of the world is passed to `router.build_router` as callbacks.
"""
