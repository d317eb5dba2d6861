"""Compare ``signalgen trace`` with what saving and deleting really does: ``python scripts/traced --foreign DIR``.

Of each model of the public projects (those of scripts/campaign/foreign.py that DIR holds) a row is made and saved in
the running project, saved again, and deleted. What was called and written is held against the tree: the project's own
receivers, in order, the tables that its code wrote besides the row's own, the tasks that were queued and what it put off
until the commit. ``--record`` writes the table into
docs/corpus.md. Exits with 1 when the tree lacks more than a few of them, or is certain of what does not happen.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "campaign")]

from booted import BOOTED  # noqa: E402
from running import saved  # noqa: E402

from signalgen.api import surveyed  # noqa: E402
from signalgen.chart.subjects import model_called, unknown_subject  # noqa: E402
from signalgen.chart.trace import trace  # noqa: E402
from signalgen.errors import SignalgenError, UsageError  # noqa: E402
from signalgen.flow.connections.identity import sender_key  # noqa: E402
from signalgen.index import build_index  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foreign import Foreign

    from signalgen.index import Index
    from signalgen.values.trace import TraceStep

PAGE = ROOT / "docs" / "corpus.md"
RECEIVERS, EVERY, ORDER, TABLES = 0.97, 0.95, 0.95, 0.6
BEGIN, END = "<!-- made by make traced RECORD=1 -->", "<!-- end of traced -->"
EVENTS = ("create", "update", "delete")
HEAD = (
    "| project | events | of them with receivers or writes | own receivers called | in the tree | in order | of packages called | in the tree "
    "| other tables written | in the tree | tasks queued | in the tree | put off until the commit | in the tree | certain in the tree | that did not happen |"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One event of one model: what happened, and what the tree says.

    ``certain`` are the names that the tree has without a condition.
    """

    project: str
    model: str
    event: str
    called: tuple[str, ...]
    wrote: tuple[str, ...]
    said: tuple[str, ...]
    tables: tuple[str, ...]
    certain: frozenset[str]
    packages: tuple[str, ...]
    """The receivers of packages that were called, and those that the tree has."""
    kept: frozenset[str]
    failed: str
    also: tuple[str, ...]
    """The tables that packages wrote."""
    queued: tuple[str, ...]
    """The tasks that were queued, those that the tree has, and whether it has each call of ``on_commit``."""
    tasks: frozenset[str]
    put_off: tuple[bool, ...]

    @property
    def counts(self) -> bool:
        """Whether there is anything to compare."""
        found = (self.called, self.wrote, self.said, self.tables, self.queued, self.put_off)
        return any(found)

    @property
    def missing(self) -> list[str]:
        """Events that are not in the tree."""
        return [
            *(one for one in self.called if one not in self.said),
            *(one for one in self.wrote if one not in self.tables),
            *(one for one in self.queued if one not in self.tasks),
            *("on_commit" for one in self.put_off if not one),
        ]

    @property
    def false(self) -> list[str]:
        """What the tree has without a condition, and did not happen although nothing was raised."""
        if self.failed:
            return []
        happened = (*self.called, *self.wrote, *self.packages, *self.also, *self.queued)
        return [one for one in self.certain if one not in happened]

    @property
    def in_order(self) -> bool:
        """Whether the receivers that both have stand in the same order."""
        both = [one for one in self.called if one in self.said]
        return both == [one for one in self.said if one in self.called]


def steps(step: TraceStep, *, certain: bool = True) -> Iterator[tuple[TraceStep, bool]]:
    """Yield the steps below one, but for what tasks do, and whether each happens for certain."""
    for one in step.steps:
        sure = certain and not one.when
        yield one, sure
        if one.kind != "task":
            yield from steps(one, certain=sure)


def tree(index: Index, model: str, event: str) -> TraceStep:
    """Return the tree of ``signalgen trace``, whose project is read once for all events."""
    named = model_called(index, model)
    if named is None:
        raise UsageError([unknown_subject(index, model)])
    return trace(index, sender_key(index, named[0]), event)


def row(project: str, index: Index, model: str, event: str, found: Any) -> Row:
    """Compare one event.

    What a package writes counts where it is a table of the project's own apps, as those of histories are.
    """
    known, tables = found["models"][model], found["tables"]
    ours = {name for one in found["models"].values() for name in one["tables"]}
    done = known[event]
    said: dict[str, bool] = {}
    written: dict[str, bool] = {}
    kept: set[str] = set()
    queued: dict[str, bool] = {}
    root = tree(index, model, event)
    for step, sure in steps(root):
        if step.kind == "receiver":
            kept.add(step.name)
        if step.kind == "task" and "." in step.name:
            queued[step.name] = queued.get(step.name, False) or sure
        if step.kind == "receiver" and step.path:
            said[step.name] = said.get(step.name, False) or sure
        elif step.kind in ("write", "bulk"):
            label = step.text.replace(" in bulk", "").split()[1] if not step.name else step.name
            head, _, field = label.rpartition(".")
            through = tables.get(f"{head}_{field}", label)
            # A row of a child model is one of its parents as well.
            kin = found["models"].get(label, {}).get("tables", ()) if step.kind == "write" else ()
            for table in kin or [tables.get(label, through)]:
                written[table] = written.get(table, False) or sure
    own = set(known["tables"])
    return Row(
        project,
        model,
        event,
        tuple(done.get("receiver", ())),
        tuple(
            dict.fromkeys(
                one
                for one in (*done.get("table", ()), *done.get("foreign", ()))
                if one not in own and (one in done.get("table", ()) or one in ours)
            )
        ),
        tuple(said),
        tuple(one for one in written if one not in own),
        frozenset(k for k, v in {**said, **written, **queued}.items() if v and k not in own),
        tuple(done.get("package", ())),
        frozenset(kept),
        done["failed"],
        tuple(done.get("foreign", ())),
        tuple(done.get("task", ())),
        frozenset(one.name for one in root.walk() if one.kind == "task"),
        tuple(waits(root, json.loads(one)) for one in done.get("commit", ())),
    )


def waits(root: TraceStep, spans: list[tuple[str, int, int]]) -> bool:
    """Tell whether a tree has something after the commit that stands in one of these functions."""
    late = [one for step in root.walk() if step.kind == "commit" for one in step.steps]
    return any(
        one.path == path and first <= one.line <= last
        for one in late
        for path, first, last in spans
    )


def run(project: Foreign, source: Path) -> tuple[list[Row], int]:
    """Return the comparisons of one project, and how many rows could not be made."""
    found = saved(project, source)
    index = build_index(surveyed(source, settle=False))
    rows, unmade = [], 0
    for model, known in found["models"].items():
        for event in EVENTS:
            if "unmade" in known[event]:
                unmade += 1
                print(f"{project.name} {model} {event}: {known[event]['unmade']}", file=sys.stderr)
                continue
            try:
                rows.append(row(project.name, index, model, event, found))
            except SignalgenError as error:
                print(f"{project.name} {model} {event}: {error}", file=sys.stderr)
                unmade += 1
    return rows, unmade


def table(rows: list[Row], unmade: dict[str, int]) -> str:
    """Return the figures by project, in Markdown."""
    lines = [
        HEAD,
        f"|---{'|--:' * (HEAD.count('|') - 2)}|",
    ]
    for name in (*unmade, "all"):
        own = [one for one in rows if name in (one.project, "all")]
        felt = [one for one in own if one.counts]
        called = sum(len(one.called) for one in own)
        wrote = sum(len(one.wrote) for one in own)
        cells = [
            f"**{name}**" if name == "all" else name,
            len(own),
            len(felt),
            called,
            called - sum(one not in row.said for row in own for one in row.called),
            f"{sum(one.in_order for one in felt)} of {len(felt)}",
            sum(len(one.packages) for one in own),
            sum(name in row.kept for row in own for name in row.packages),
            wrote,
            wrote - sum(one not in row.tables for row in own for one in row.wrote),
            sum(len(one.queued) for one in own),
            sum(name in row.tasks for row in own for name in row.queued),
            sum(len(one.put_off) for one in own),
            sum(sum(one.put_off) for one in own),
            sum(len(one.certain) for one in own),
            sum(len(one.false) for one in own),
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def enough(rows: list[Row]) -> bool:
    """Return whether the tree has what happened, in its order, and nothing for certain that did not."""
    called = [one in row.said for row in rows for one in row.called]
    written = [one in row.tables for row in rows for one in row.wrote]
    ordered = [row.in_order for row in rows if row.counts]
    every = called + [name in row.kept for row in rows for name in row.packages]
    late = [name in row.tasks for row in rows for name in row.queued]
    late += [one for row in rows for one in row.put_off]
    shares = ((late, 1), (called, RECEIVERS), (every, EVERY), (ordered, ORDER), (written, TABLES))
    return all(sum(part) >= share * len(part) for part, share in shares) and not any(
        row.false for row in rows
    )


def main() -> int:
    """Compare, print, and record where that is asked for."""
    options = argparse.ArgumentParser()
    options.add_argument("--foreign", type=Path, required=True, metavar="DIR")
    options.add_argument("--only", nargs="*", default=[], metavar="NAME")
    options.add_argument("--record", action="store_true", help="write docs/corpus.md")
    options.add_argument("--verbose", action="store_true", help="name receivers of packages too")
    asked = options.parse_args()
    rows: list[Row] = []
    unmade: dict[str, int] = {}
    for project in BOOTED:
        source = asked.foreign / project.name
        if (
            not project.saves
            or not source.is_dir()
            or (asked.only and project.name not in asked.only)
        ):
            continue
        own, unmade[project.name] = run(project, source.resolve())
        rows += own
        for one in own:
            unknown = [name for name in one.packages if name not in one.kept]
            if unknown and asked.verbose:
                print(f"{one.project} {one.model} {one.event}: of packages {unknown}")
            if one.missing or one.false or not one.in_order:
                order = "" if one.in_order else f" order {one.called} / {one.said}"
                failed = f" ({one.failed})" if one.failed else ""
                print(
                    f"{one.project} {one.model} {one.event}: missing {one.missing} false {one.false}{order}{failed}"
                )
    text = table(rows, unmade)
    print(text)
    if asked.record:
        page = PAGE.read_text()
        head, rest = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{rest}")
    return int(not enough(rows))


if __name__ == "__main__":
    sys.exit(main())
