"""Hold ``signalgen list`` against what running projects have connected: ``python scripts/listed --foreign DIR``.

The projects are those of scripts/campaign/foreign.py that DIR holds; each is booted in its own environment, and its
registry compared with what was read, as ``manage.py signalgen list --live`` does. ``--record`` writes the table into
docs/corpus.md. Exits with 1 when fewer than 99 % of the projects' own receivers are known exactly, or something that
was read is not connected and nothing says why.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "campaign"))

from booted import BOOTED  # noqa: E402
from environments import environment, run_json  # noqa: E402
from foreign import OVERLAY, Foreign  # noqa: E402

from signalgen.api import surveyed  # noqa: E402
from signalgen.listings import Wanted, listing  # noqa: E402
from signalgen.values.listing import Registered  # noqa: E402
from signalgen.values.live import LiveReceiver, LiveRegistry  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = ROOT / "docs" / "corpus.md"
BEGIN, END = "<!-- made by make listed RECORD=1 -->", "<!-- end of listed -->"
ENOUGH = 0.99
UNKNOWN = "the code that connects it has not run, or it was disconnected"


@dataclass(frozen=True, slots=True)
class Told:
    """The rows of one project: what is connected and what was read, and how they differ."""

    project: str
    rows: tuple[Registered, ...]

    @property
    def own(self) -> list[Registered]:
        """The project's own receivers that are connected.

        Where only the running project knows senders or uids, a receiver counts once.
        """
        found = {}
        for one in self.rows:
            if one.seen != "read only" and one.path:
                told = ("", "") if one.reason else (one.sender, one.uid)
                found.setdefault((one.signal, *told, one.receiver), one)
        return list(found.values())

    @property
    def exact(self) -> list[Registered]:
        """Those of which signal, sender and uid were read."""
        return [one for one in self.own if one.seen == "both" and not one.reason]

    @property
    def foreign(self) -> list[Registered]:
        """What packages connect."""
        return [one for one in self.rows if one.seen == "running only" and not one.path]

    @property
    def unmet(self) -> list[Registered]:
        """What was read and is not connected."""
        return [one for one in self.rows if one.seen == "read only"]

    @property
    def invented(self) -> list[Registered]:
        """What was read, is not connected, and nothing says why."""
        return [one for one in self.unmet if one.reason == UNKNOWN]


def booted(project: Foreign, source: Path) -> Told:
    """Return the comparison for one project."""
    python = environment(project.name, project.python, project.install, source)
    with TemporaryDirectory() as folder:
        root, more = Path(folder) / project.name, Path(folder) / "more"
        skipped = shutil.ignore_patterns("node_modules", ".git")
        shutil.copytree(source, root, ignore=skipped, symlinks=True)
        more.mkdir()
        for name in project.folders:
            (root / name).mkdir(exist_ok=True)
        settings = OVERLAY.format(settings=project.settings) + project.more
        (more / "campaign_settings.py").write_text(settings)
        places = ":".join([*(str(root / one) for one in project.roots), str(more), str(ROOT)])
        variables = {"DJANGO_SETTINGS_MODULE": "campaign_settings", **project.environ}
        found = run_json([python, str(HERE / "boot.py"), places, str(root)], root, variables)
        live = LiveRegistry(
            tuple(_receiver(one, found["own"]) for one in found["receivers"]),
            frozenset(found["files"]),
            frozenset(found["apps"]),
            frozenset(found["signals"]),
        )
        rows = listing(surveyed(root, settle=False), Wanted(live=live)).rows
    return Told(project.name, tuple(one for one in rows if isinstance(one, Registered)))


def _receiver(data: dict[str, object], own: list[str]) -> LiveReceiver:
    if data["receiver"] not in own:
        # A base class of a package connects the methods that the project overrides.
        data = {**data, "path": ""}
    names = {key: tuple(value) for key, value in data.items() if isinstance(value, list)}
    return LiveReceiver(**{**data, **names})  # type: ignore[arg-type]


def table(told: Sequence[Told]) -> str:
    """Return the figures by project, in Markdown."""
    lines = [
        "| project | own receivers connected | read exactly | read, not connected | of them without a reason | of packages |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    everything = Told("**all**", tuple(row for one in told for row in one.rows))
    for one in (*told, everything):
        parts = (one.own, one.exact, one.unmet, one.invented, one.foreign)
        cells = " | ".join(str(len(part)) for part in parts)
        lines.append(f"| {one.project} | {cells} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Compare, print, and record where that is asked for."""
    options = argparse.ArgumentParser()
    options.add_argument("--foreign", type=Path, required=True, metavar="DIR")
    options.add_argument("--only", nargs="*", default=[], metavar="NAME")
    options.add_argument("--record", action="store_true", help="write docs/corpus.md")
    asked = options.parse_args()
    told = []
    for project in BOOTED:
        source = asked.foreign / project.name
        if source.is_dir() and (not asked.only or project.name in asked.only):
            one = booted(project, source.resolve())
            told.append(one)
            for row in one.rows:
                if row.reason and (row.path or row.seen == "read only"):
                    print(
                        f"{one.project} {row.seen}: {row.signal} of {row.sender} -> {row.receiver}: "
                        f"{row.reason}",
                        file=sys.stderr,
                    )
    text = table(told)
    print(text)
    if asked.record:
        page = PAGE.read_text()
        head, rest = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{rest}")
    own, exact = (sum(len(getattr(one, part)) for one in told) for part in ("own", "exact"))
    return int(exact < ENOUGH * own or any(one.invented for one in told))


if __name__ == "__main__":
    sys.exit(main())
