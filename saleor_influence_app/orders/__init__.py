"""Orders as rows: the newest state of each, whose it is, what it tells of households, how long it is kept.

Belongs here: what reads or writes rows of orders as such; how they arrive is `sync`. It may import `shops`.
Start reading at `orders`; whose an order is says `ownership`.
"""
