"""A picture of a project's signal code, independent of format: ``Chart``, its nodes and edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.values.check import Finding

NodeKind = Literal["model", "function", "signal", "receiver", "task", "app"]
KINDS: tuple[NodeKind, ...] = ("model", "function", "signal", "receiver", "task", "app")


@dataclass(frozen=True, slots=True)
class ChartNode:
    """One thing in a picture.

    ``key`` is unique in the chart, ``label`` the short and ``name`` the full name. A signal of
    models has a node for each sender. The kind ``function`` sends a signal and is not a receiver.
    ``app`` is the label of its app, empty outside apps. ``notes`` are facts beyond the edges: mail
    that it sends, why Django never calls it. ``line`` counts from 1, 0 without a place; ``source``
    is that line as written.
    """

    key: str
    kind: NodeKind
    label: str
    name: str
    app: str
    path: str = ""
    line: int = 0
    source: str = ""
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class ChartEdge:
    """From one node to what it leads to. ``waits``: only after the commit."""

    source: str
    target: str
    label: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Nodes by app, kind and name; edges in that order; ``hidden`` says what was left out."""

    nodes: tuple[ChartNode, ...]
    edges: tuple[ChartEdge, ...]
    hidden: tuple[str, ...] = ()

    @property
    def apps(self) -> tuple[str, ...]:
        """The apps of the nodes, in order."""
        return tuple(dict.fromkeys(node.app for node in self.nodes))
