"""The method as a pure library: Arrow tables in, Arrow tables out, and time is an argument.

Reading order: `values` (what a customer is worth) → `purchases` → `buying`, `spending`, `intervals`
→ `referrals`; then `segments`. `simulate` makes shops whose truth is known.
"""
