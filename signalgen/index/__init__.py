"""The index: what a project's signal code says, with every name followed through imports. There is no rule in it.

``list``, ``chart``, ``extract`` and the analyser all read it. Files are searched for bytes first; a statement is parsed
only when somebody asks for what is in it, so that the cost of a run is that of the signal code and what it touches.
"""

from __future__ import annotations

from signalgen.index.build import Index, build_index

__all__ = ["Index", "build_index"]
