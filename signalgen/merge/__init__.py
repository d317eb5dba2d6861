"""Merging: a file's text, fragments and the baseline into new text, unchanged, or a conflict, as data. Reads no disk."""

from __future__ import annotations

from signalgen.merge.baseline import decode, encode
from signalgen.merge.file import merge_file
from signalgen.merge.policy import Policy
from signalgen.merge.presence import held, loads
from signalgen.merge.removal import unmerge_file
from signalgen.merge.touch import Surroundings, touch

__all__ = [
    "Policy",
    "Surroundings",
    "decode",
    "encode",
    "held",
    "loads",
    "merge_file",
    "touch",
    "unmerge_file",
]
