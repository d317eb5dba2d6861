"""Merges a file's text, fragments and baseline, as data: ``merge_file`` and ``unmerge_file``.

The result is a new text, no change, or a conflict; ``combine`` collects results. Reads no files.
"""

from __future__ import annotations

from signalgen.merge.adopting import receivers_there
from signalgen.merge.baseline import baseline_path, decode, encode
from signalgen.merge.changes import changed_sources, combine, fresh, in_specs
from signalgen.merge.file import merge_file
from signalgen.merge.former import baseline_of
from signalgen.merge.partners import partners
from signalgen.merge.policy import Policy
from signalgen.merge.presence import held, loads
from signalgen.merge.removal import unmerge_file
from signalgen.merge.renames import new_ids
from signalgen.merge.touch import TouchedLines, touch
from signalgen.merge.whereabouts import (
    Whereabouts,
    find_moved,
    keeps_receivers,
    live_receivers,
    settled_names,
    spare_needed,
    stale_hooks,
)

__all__ = [
    "Policy",
    "TouchedLines",
    "Whereabouts",
    "baseline_of",
    "baseline_path",
    "changed_sources",
    "combine",
    "decode",
    "encode",
    "find_moved",
    "fresh",
    "held",
    "in_specs",
    "keeps_receivers",
    "live_receivers",
    "loads",
    "merge_file",
    "new_ids",
    "partners",
    "receivers_there",
    "settled_names",
    "spare_needed",
    "stale_hooks",
    "touch",
    "unmerge_file",
]
