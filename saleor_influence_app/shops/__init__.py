"""Installed shops: rows and locks, installation, webhooks in Saleor, problems for staff, keys, tombstones.

Belongs here: what every other package needs to know of a shop. It may import the tables, the adapters
`saleor` and `social`, and nothing of the packages above it. Start reading at `shops`, then `installations`.
"""
