"""Perks: programmes for the members of a segment, drawn by lot, written to Saleor, counted as they are used.

Belongs here: what a programme is, who is drawn for it, and what its kinds have Saleor do. Each kind is a
folder in `strategies`, with the form of its terms; nothing else knows kinds apart. It may import `writeback`,
`targeting`, `consent` and `orders`. Start reading at `programmes`.
"""
