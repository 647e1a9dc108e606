"""From results into Saleor: what each customer's record should say, and the requests that make it so.

Belongs here: staging what differs, sending it, and taking it away again. It may import `shops`. Start
reading at `staging` (what is to be written), then `outbox` (rows on their way), `sender` and `flush`.
"""
