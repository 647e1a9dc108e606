"""A pocket Saleor for the demo and the tests: the part of Saleor 3.21-3.24 that an app meets.

It has Saleor's own schema and answers what the product, its admin page and the demo ask; anything else
is refused by name: "Query.warehouse is not in the pocket shop."

Reading order: `world`, `orders`, `vouchers`, `gift_cards` and `checkouts` (what a shop holds), `store` (where
it lies), `sdl` and `schema` (which Saleor it plays), `inputs` and `resolvers/` (what it understands and
answers), `gateway` (how a request is treated), `events`, `deliveries` and `sync_webhooks` (webhooks),
`install`, `dashboard/` (the admin page).
`build.create_state` and `server.running` put it together for tests, `generate.fill` fills it, `buying` lets
somebody shop there, `state.faults.add` lets things go wrong. It imports nothing of the app; its people come
from `scoring.simulate`.
"""
