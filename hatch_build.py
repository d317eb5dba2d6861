"""Build hooks: the wheel gets compiled templates, and PyPI a README with absolute links."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


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


class ReadmeHook(MetadataHookInterface):
    """Gives the package its description: the README, with links that also work on PyPI."""

    def update(self, metadata: dict[str, object]) -> None:
        """Put the text into ``metadata``."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        urls = metadata.get("urls")
        home = str(urls["Homepage"]) if isinstance(urls, dict) else ""
        text = absolute_links(text, home, f"v{metadata['version']}")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def absolute_links(text: str, home: str, tag: str) -> str:
    """Return a Markdown text whose relative links lead to the files of a tag on its host."""

    def absolute(found: re.Match[str]) -> str:
        picture, name, target = found.groups()
        if re.match(r"[a-z]+:|#|/", target):
            return found[0]
        return f"{picture}[{name}]({home}/{'raw' if picture else 'blob'}/{tag}/{target})"

    parts = re.split(r"(^```.*?^```)", text, flags=re.DOTALL | re.MULTILINE)
    parts[::2] = [re.sub(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", absolute, part) for part in parts[::2]]
    return "".join(parts)
