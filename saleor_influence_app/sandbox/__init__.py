"""A pocket Saleor for the demo and the tests: the part of Saleor 3.21-3.23 that an app meets.

Reading order: `world` and `orders` (what a shop holds), `store` (where it lies), `resolvers/` (what GraphQL
answers), `gateway` (how a request is treated), `events` and `deliveries` (webhooks), `install`, `admin`.
It imports nothing of the app; only its generated shop comes from `scoring.simulate`.
"""
