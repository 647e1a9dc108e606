"""Erasure, deletion and objection: what goes when somebody leaves, and who must not come back.

Belongs here: ending what is held of a person. It may import `runs` and what is below it. Start reading at
`erasure`; which rows are a person's is `person_rows`, derived from `personal_data.inventory`.
"""
