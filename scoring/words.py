"""The verdicts on a customer's influence, the weakest first; importing them brings no engine."""

NOT_ENOUGH = "not enough evidence"
TOGETHER = "buys together"
EARLY = "buys early"
LEADS = "leads"
PROVEN = "proven"
VERDICTS = (NOT_ENOUGH, TOGETHER, EARLY, LEADS, PROVEN)
