"""One of each paper: the samples that the product carries."""

from __future__ import annotations

from tewatashi.documents.samples import EXAMPLES, HASH, NOW

__all__ = ["EXAMPLES", "HASH", "NOW"]
