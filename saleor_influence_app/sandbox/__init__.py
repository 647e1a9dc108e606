"""A pocket Saleor for the demo and the tests; imports nothing of the app, and nothing of the app imports it."""
