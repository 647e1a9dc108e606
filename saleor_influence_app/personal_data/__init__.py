"""The inventory of personal data: what each table and column holds, of whom, why, and what becomes of it.

Data alone: it imports nothing of the app. Start reading at `inventory`.
"""
