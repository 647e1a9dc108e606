"""Social profiles by consent, in the order things happen: choices, consents, linking, snapshots, forgetting.

Nothing here runs for a shop before an admin has confirmed its privacy settings (`choices`).
"""
