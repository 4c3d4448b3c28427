"""Names for content."""

from __future__ import annotations

import hashlib


def fingerprint(*parts: str) -> str:
    """A short stable name for content."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
