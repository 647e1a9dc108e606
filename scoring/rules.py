"""The versions of the rule that says who leads and what is booked; importing them brings no engine."""

FIRST, SECOND = 1, 2
RULES = {FIRST: "ledger-1.2", SECOND: "ledger-2.0"}
