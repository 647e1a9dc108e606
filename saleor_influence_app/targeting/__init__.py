"""What staff decide: segments, voucher codes, ties, exclusions, and the shop's settings.

Belongs here: what a person enters and runs obey. It computes nothing: a run does. It may import `orders`,
`writeback` and `shops`, and asks for runs by `run_queue`. Start reading at `segments`.
"""
