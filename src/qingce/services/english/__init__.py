"""The English edition: pages beside the Chinese ones, from the same figures (ADR 0020)."""
