"""A pocket Saleor for the demo and the tests: the part of Saleor 3.21-3.23 that an app meets.

Reading order: `world` and `orders` (what a shop holds), `store` (where it lies), `resolvers/` (what
GraphQL answers), `gateway` (how a request is treated), `events` and `deliveries` (webhooks), `install`,
`dashboard/` (the admin page). `build.create_state` and `server.running` put it together for tests,
`generate.fill` fills it, `state.faults.add` lets things go wrong. It imports nothing of the app; its
people come from `scoring.simulate`.
"""
