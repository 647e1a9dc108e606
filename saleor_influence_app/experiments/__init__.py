"""Experiments: invitations drawn by lot, and what came of them.

It may import `runs` and what is below it. Start reading at `trials`; `trial_results` is what a
worker finds afterwards.
"""
