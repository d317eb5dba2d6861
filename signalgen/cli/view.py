"""The choices of options, and how a command shows its outcome; needs no typer."""

from __future__ import annotations

from enum import Enum

from signalgen.late import dataclass


class Format(str, Enum):
    """How a command reports."""

    text = "text"
    json = "json"


class CheckFormat(str, Enum):
    """How ``check`` reports."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"
    github_summary = "github-summary"


class LevelChoice(str, Enum):
    """From which severity on ``check`` reports."""

    error = "error"
    warning = "warning"
    info = "info"


class ListFormat(str, Enum):
    """How ``list`` reports."""

    text = "text"
    json = "json"
    csv = "csv"
    markdown = "markdown"


class TraceFormat(str, Enum):
    """How ``trace`` reports."""

    text = "text"
    json = "json"
    markdown = "markdown"


class PictureFormat(str, Enum):
    """How ``chart`` draws."""

    mermaid = "mermaid"
    dot = "dot"
    svg = "svg"
    html = "html"


class OnlyChoice(str, Enum):
    """The only nodes that ``chart`` draws."""

    findings = "findings"


class CollapseChoice(str, Enum):
    """What ``chart`` draws as one node."""

    apps = "apps"


class StartChoice(str, Enum):
    """When the task runs, in the spec that ``init`` writes."""

    post_save = "post_save"
    pre_save = "pre_save"
    post_delete = "post_delete"
    m2m_changed = "m2m_changed"
    custom = "custom"


class TestsChoice(str, Enum):
    """How detailed the tests are, in the spec that ``init`` writes."""

    brief = "brief"
    full = "full"
    none = "none"


class ConflictChoice(str, Enum):
    """Which side wins if a person and the spec changed the same code."""

    stop = "stop"
    keep = "keep"
    theirs = "theirs"
    markers = "markers"


class DjangoVersion(str, Enum):
    """The Django versions that code can be generated for."""

    v4_2 = "4.2"
    v5_2 = "5.2"
    v6_0 = "6.0"
    v6_1 = "6.1"


def view_format(chosen: CheckFormat) -> Format:
    """Return how errors are shown: as JSON if JSON was asked for."""
    return Format.json if chosen is CheckFormat.json else Format.text


@dataclass(frozen=True, slots=True)
class View:
    """How a command shows its outcome."""

    format: Format = Format.text
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
