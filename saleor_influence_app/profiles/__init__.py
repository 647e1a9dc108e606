"""Social profiles by consent: linked with proof, read once a day, unlinked at any time.

Nothing here runs for a shop before an admin has confirmed its privacy settings. It may import `rights`,
`erasure`, `consent` and the adapter `social`. Start reading at `linking`, then `snapshots`.
"""
