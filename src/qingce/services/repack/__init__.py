"""Re-performance packs: an edition with its inputs in one zip, and making its figures again from nothing but that."""
