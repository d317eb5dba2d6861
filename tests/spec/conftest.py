"""Keeps Hypothesis' examples out of the tree: pytest would warn about the folder, and warnings are errors."""

import tempfile
from pathlib import Path

from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "signalgen-hypothesis")
