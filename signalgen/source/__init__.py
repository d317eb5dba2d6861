"""The typed view of one Python file: bytes in, ``values.source.Module`` out; the only room that knows tree-sitter.

Everything else in signalgen works on this view and never on raw nodes, so that a change of parser stays here.
"""

from __future__ import annotations

from signalgen.source.parser import parse

__all__ = ["parse"]
