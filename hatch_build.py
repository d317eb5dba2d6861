"""What building a wheel does: the templates come along compiled, which each run would do anew."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Adds the compiled templates to a wheel, not to an editable one."""

    def initialize(self, version: str, build_data: dict[str, dict[str, str]]) -> None:
        """Compile them into a folder that goes into the wheel beside the templates."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from signalgen.render.environment import compile_templates

        self.folder = tempfile.TemporaryDirectory()
        compile_templates(Path(self.folder.name))
        build_data["force_include"][self.folder.name] = "signalgen/_templates"

    def finalize(self, *_: object) -> None:
        """Remove the folder."""
        if hasattr(self, "folder"):
            self.folder.cleanup()
