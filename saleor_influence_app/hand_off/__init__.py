"""Hand-off: a shop's own tools are told of perks and segments, by a signed webhook and by mail.

Belongs here: where a shop wants to be told, what is put down to be told of segments (of grants the database
puts it down itself), and delivering it. It may import `consent` and `shops`. Start reading at `deliveries`
(rows on their way), then `webhook` and `shop_mail`, the two ways.
"""
