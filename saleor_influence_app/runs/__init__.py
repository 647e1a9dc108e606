"""Runs: a shop's values, verdicts and memberships, computed by the library `scoring`, stored as a version.

Belongs here: claiming a run, reading its inputs, computing, writing, going back to an earlier one. It may
import `targeting` and what is below it; it alone, with `experiments`, imports `scoring`. Who only asks for
a run imports `run_queue`. Start reading at `execution`; a verdict is decided in `scoring`, called from
`scores`.
"""
