"""Experiments: trials by lots of (contact, thing), and their results.

It may import `runs` and what is below it. Start reading at `trials`, what requests ask for; a worker goes on
with `planning` and `results`.
"""
