"""The library's views of a project: ``listing``, ``trace``, ``why``, ``chart``, ``extract``.

They import what they need when they are called.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from signalgen.api import inside_of, load_project, surveyed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from signalgen.charting import Charted
    from signalgen.listings import Inventory
    from signalgen.reasoning import Explained
    from signalgen.tracing import Traced
    from signalgen.values.extract import Extraction
    from signalgen.values.live import LiveRegistry
    from signalgen.values.project import Project


def listing(
    project: Project | str | os.PathLike[str],
    kind: Literal["registrations", "signals", "tasks"] = "registrations",
    paths: Iterable[str | os.PathLike[str]] = (),
    *,
    app: str = "",
    signal: str = "",
    sender: str = "",
    receiver: str = "",
    unloaded: bool = False,
    live: LiveRegistry | None = None,
) -> Inventory:
    """Return what ``signalgen list`` shows of ``project``; nothing is imported, run or written.

    ``rows`` of the result are Registered, DefinedSignal or DefinedTask of
    ``signalgen.values.listing``, in file order. The options are those of the command; ``paths`` are
    relative to the project's folder. ``live`` is what
    ``signalgen.management.registry.live_registry`` returns inside the running project: the rows are
    then those of ``list --live``. Raises UsageError for a folder or path that does not exist.
    """
    from signalgen.listings import Wanted
    from signalgen.listings import listing as run

    survey = surveyed(project, settle=False)
    inside = inside_of(survey, paths)
    return run(survey, Wanted(kind, inside, app, signal, sender, receiver, unloaded, live))


def trace(
    project: Project | str | os.PathLike[str],
    subject: str,
    event: str = "save",
    *,
    depth: int = 6,
    to: str = "",
    live: LiveRegistry | None = None,
) -> Traced:
    """Return what happens in ``project`` when ``event`` happens to ``subject``, as a tree of steps.

    ``subject`` is a model or a custom signal, ``event`` is save, create, update, delete or
    m2m:FIELD, as for ``signalgen trace``; nothing is imported, run or written. ``live`` is as for
    ``listing``: receivers and their order are then Django's own. ``root`` of the result is the
    TraceStep at the top of the tree. Raises UsageError for an unknown subject or event.
    """
    from signalgen.tracing import traced

    return traced(surveyed(project, settle=False), subject, event, depth, to, live)


def why(
    project: Project | str | os.PathLike[str],
    model: str,
    signal: str,
    receiver: str = "",
    *,
    live: LiveRegistry | None = None,
) -> Explained:
    """Return why receivers of a model's signal do or do not run, as ``signalgen why`` shows it.

    ``chains`` of the result has one for each registration; ``broken`` of a chain is its first link
    that certainly does not hold. ``live`` is as for ``listing``: it answers what the code leaves
    open. Nothing is imported, run or written. Raises UsageError for a model, a signal or a receiver
    that does not exist.
    """
    from signalgen.reasoning import explained

    return explained(surveyed(project, settle=False), model, signal, receiver, live)


def chart(
    project: Project | str | os.PathLike[str],
    format: Literal["mermaid", "dot", "svg", "html"] = "mermaid",  # noqa: A002 - as the option
    *,
    apps: Iterable[str] = (),
    focus: str = "",
    depth: int = 2,
    exclude: Iterable[str] = (),
    collapse: bool = False,
    only_findings: bool = False,
    links: str = "",
) -> Charted:
    """Return the signal map of ``project``, as ``signalgen chart`` draws it.

    ``text`` of the result is the picture, ``hidden`` says what it leaves out, ``chart`` has the
    nodes and edges. The options are those of the command; nothing is imported, run or written.
    Raises UsageError for unknown apps and nodes.
    """
    from signalgen.chart.narrow import Part
    from signalgen.charting import charted

    part = Part(tuple(apps), focus, depth, tuple(exclude), collapse, only_findings)
    return charted(surveyed(project, settle=False), part, format, links=links)


def extract(project: Project | str | os.PathLike[str], apps: Iterable[str] = ()) -> Extraction:
    """Return specs of the receivers that ``project`` has, as ``signalgen extract`` makes them.

    ``apps`` are labels or import paths, none for all. ``specs`` of the result have the YAML in
    ``text``; ``taken`` are the receivers that they describe, ``left`` the others, each with its
    ``reason``. Nothing is imported, run or written. Raises UsageError for an unknown app.
    """
    from signalgen.extracting import extraction

    loaded = load_project(project) if isinstance(project, (str, os.PathLike)) else project
    return extraction(loaded, tuple(apps))
