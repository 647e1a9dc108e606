"""The post-purchase survey: who told you? Links to it, responses, and who is named in them.

Off until the shop's settings switch it on. Start at `responses`; `links` says how a guest comes to respond,
`matching` whom a respondent means. The ties that follow are derived by `runs.named_ties`.
"""
