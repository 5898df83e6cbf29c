"""One of each paper of media: the samples that the product carries."""

from __future__ import annotations

from tewatashi.documents.samples import MEDIA_EXAMPLES as EXAMPLES

__all__ = ["EXAMPLES"]
