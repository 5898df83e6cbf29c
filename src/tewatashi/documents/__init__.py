"""The official papers: what stands on each, and how it is set."""

from tewatashi.documents.render import render

__all__ = ["render"]
