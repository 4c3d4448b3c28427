"""Use cases: the only floor that sees both the engine and the ledger."""
