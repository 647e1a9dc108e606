"""Consent: a shop's privacy settings, texts that people agree to, the chained ledger, signatures, reports.

Belongs here: what was agreed and how that is proven. Consent is checked in `ledger.given` and, with the
limits of what was agreed, in `agreements.readable`. It may import `shops` and `personal_data`. Start reading
at `privacy_settings`, then `ledger`.
"""
