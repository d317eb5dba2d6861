"""The documentation site: ``make docs`` builds it; warnings are errors, and no network is asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms import SphinxTransform

import signalgen

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HERE = Path(__file__).parent

project = "signalgen"
author = "signalgen contributors"
copyright = author  # noqa: A001 - Sphinx asks for this name
release = version = signalgen.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["pictures"]
highlight_language = "text"

# The headings of a page have the anchors that GitHub gives them, in both places.
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # pages that are made from tables begin deeper

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True

pygments_style = "friendly"
pygments_dark_style = "github-dark"
html_theme = "furo"
html_title = "signalgen"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}

# Files beside docs/ that the site shows as pages of its own.
BESIDE = {"security": "SECURITY.md", "changelog": "CHANGELOG.md"}
PLACE = "```{toctree}\n:caption: More guides\n:maxdepth: 1\n\n%s\n```"


class GitHubAnchors(SphinxTransform):
    """Give each section the anchor that GitHub gives it, beside Sphinx's own: ``#audit_log``."""

    default_priority = 960

    def apply(self, **_: object) -> None:
        """Add the missing ids to the sections of one page."""
        for section in self.document.findall(nodes.section):
            slug = section.get("slug")
            if slug and slug not in section["ids"] and slug not in self.document.ids:
                section["ids"].append(slug)
                self.document.ids[slug] = section


def unlisted() -> list[str]:
    """Return the pages that index.md does not place, so that a new page cannot be lost."""
    listed = (HERE / "index.md").read_text(encoding="utf-8")
    pages = [page.relative_to(HERE).with_suffix("").as_posix() for page in HERE.rglob("*.md")]
    named = set(re.findall(r"^(?:[^<\n]*<)?([a-z0-9/-]+)>?$", listed, re.MULTILINE))
    return sorted({page for page in pages if not page.startswith("rules/")} - named - {"index"})


def arrange(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Show files from beside docs/ and lead links there; place pages that the index does not."""
    if docname in BESIDE:
        source[0] = (HERE.parent / BESIDE[docname]).read_text(encoding="utf-8")
        source[0] = source[0].replace("](docs/", "](")
    up = "../" * docname.count("/")
    for page, name in BESIDE.items():
        source[0] = re.sub(rf"\]\((?:\.\./)*{re.escape(name)}", f"]({up}{page}.md", source[0])
    source[0] = re.sub(r"^(https://\S+)$", r"<\1>", source[0], flags=re.MULTILINE)
    if docname == "index" and unlisted():
        source[0] += "\n" + PLACE % "\n".join(unlisted())


def setup(app: Sphinx) -> dict[str, bool]:
    """Register what this page defines."""
    app.connect("source-read", arrange)
    app.add_transform(GitHubAnchors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
