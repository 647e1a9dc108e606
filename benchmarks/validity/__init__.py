"""Does the ledger tell the truth? One table a run: planted worlds, attacks, Ciao, CDNOW."""
