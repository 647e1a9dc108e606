"""From Saleor into rows: deliveries, the history page by page, and comparisons that repair what was missed.

Belongs here: whatever turns what Saleor says into rows of orders, customers and categories. It may import
`orders`, `erasure` (a customer who was deleted) and what is below them. Start reading at `inbox` (a
delivery is stored), then `projection` (a message becomes rows), then `backfill`.
"""
