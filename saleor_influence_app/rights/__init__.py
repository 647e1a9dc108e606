"""Rights as customers and guests exercise them: the register with its deadlines, contests, links for guests.

It may import `erasure` and what is below it. Start reading at `register`.
"""
