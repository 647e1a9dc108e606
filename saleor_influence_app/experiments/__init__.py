"""Experiments: invitations assigned at random, and their results.

It may import `runs` and what is below it. Start reading at `trials`; `trial_results` is what a
worker finds afterwards.
"""
