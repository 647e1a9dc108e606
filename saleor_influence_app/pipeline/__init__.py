"""The steps in the order the data flows: inbox, facts, backfill, runs, scores, outbox."""
