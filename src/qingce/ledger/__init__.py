"""The ledger: the only writer. Records as delivered, figures and their revisions."""
