"""Plant one mistake in a spec, and see whether ``new`` refuses it at its line: ``python scripts/planted --foreign DIR``.

The specs speak of the models of public projects (those of scripts/campaign/foreign.py that DIR holds), as the running
Django knows them; half of them are right. ``--record`` writes the table into docs/promises.md. Exits with 1 when fewer
than 95 % of the mistakes are refused at their line, a right spec is refused, or more than 1 % of those get a note.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "campaign")]

from draw import KINDS, Case, Drawer, UnfitError  # noqa: E402
from environments import environment, run_json  # noqa: E402
from foreign import FOREIGN, OVERLAY, Foreign  # noqa: E402
from forms import FORMS  # noqa: E402

import signalgen  # noqa: E402
from signalgen.errors import SignalgenError  # noqa: E402
from signalgen.values.project import Project  # noqa: E402, TC001

EXAMPLE = ROOT / "tests" / "projects" / "recipes"
OWN = Foreign("recipes", "config.settings", ("shop",), (), tasks="celery")
BEGIN, END = "<!-- made by make planted RECORD=1 -->", "<!-- end of planted -->"
ENOUGH, NOTED = 0.95, 0.01
ADVICE = ("SG901", "no-test")
"""Notes that say nothing of what the spec says: a method would do, and which branch gets no test."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run's output: the places of the errors (lines from 1, 0 for none) and the notes."""

    case: Case
    lines: tuple[int, ...]
    said: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Whether there was an error."""
        return bool(self.said)

    @property
    def hit(self) -> bool:
        """Whether there was an error at the planted line."""
        return self.case.line in self.lines


def outcome(case: Case, project: Project) -> Outcome:
    """Return the output of ``generate`` for a case; nothing is written."""
    try:
        made = signalgen.generate(signalgen.load_spec(case.text, source="planted"), project)
    except SignalgenError as error:
        lines = tuple(one.line for one in error.problems)
        said = tuple(
            f"{one.line}: {one.code}: {one.message} | {one.hint}" for one in error.problems
        )
        return Outcome(case, lines, said, ())
    said = tuple(f"{one.line}: {one.code}: {one.message} | {one.hint}" for one in made.problems)
    notes = tuple(
        f"{one.line}: {one.code}: {one.message}" for one in made.notes if one.code not in ADVICE
    )
    return Outcome(case, tuple(one.line for one in made.problems), said, notes)


def truth_of(project: Foreign, source: Path) -> dict[str, object]:
    """Return what the running project knows of its models."""
    name = project.name if project.install else ""
    python = environment(name, project.python, project.install, source)
    with TemporaryDirectory() as folder:
        settings = OVERLAY.format(settings=project.settings) + project.more
        (Path(folder) / "campaign_settings.py").write_text(settings)
        places = ":".join([*(str(source / one) for one in project.roots), folder])
        variables = {"DJANGO_SETTINGS_MODULE": "campaign_settings", **project.environ}
        found: dict[str, object] = run_json(
            [python, str(HERE / "truth.py"), places, str(source)], source, variables
        )
    return found


def run(project: Foreign, source: Path, seed: int, cases: int) -> list[Outcome]:
    """Return the outcomes of ``cases`` wrong and as many right specs in one project."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / project.name
        shutil.copytree(
            source, root, ignore=shutil.ignore_patterns("node_modules", ".git"), symlinks=True
        )
        for name in project.folders:
            (root / name).mkdir(exist_ok=True)
        truth = truth_of(project, root)
        return outcomes(project, truth, signalgen.load_project(root), seed, cases)


def outcomes(
    project: Foreign, truth: dict[str, object], loaded: Project, seed: int, cases: int
) -> list[Outcome]:
    """Return the outcomes in a project that has been read."""
    done = []
    for number in range(cases):
        for planted in (True, False):
            rng = Random(f"{seed} {project.name} {number} {planted}")
            drawer = Drawer(truth, project.apps, project.tasks, rng, FORMS)
            kinds = list(KINDS[number % len(KINDS) :]) + list(KINDS)
            for kind in kinds:  # a project without a task library has none that is misspelt
                try:
                    case = drawer.case(kind, planted=planted)
                except UnfitError:
                    continue
                done.append(outcome(case, loaded))
                break
    return done


def table(rows: list[Outcome]) -> str:
    """Return the figures by kind, in Markdown."""
    lines = [
        "| planted mistake | specs | refused at its line | correct specs | wrongly refused | with a note |",
        "|---|---|---|---|---|---|",
    ]
    for kind in (*KINDS, "all"):
        own = [row for row in rows if kind in (row.case.kind, "all")]
        wrong = [row for row in own if row.case.line]
        right = [row for row in own if not row.case.line]
        hit = sum(row.hit for row in wrong)
        share = f" ({100 * hit / len(wrong):.1f} %)" if wrong else ""
        refused = sum(row.refused for row in right)
        noted = sum(bool(row.notes) for row in right)
        lines.append(
            f"| {kind} | {len(wrong)} | {hit}{share} | {len(right)} | {refused} | {noted} |"
        )
    return "\n".join(lines) + "\n"


def record(text: str) -> None:
    """Write the table into docs/promises.md."""
    page = ROOT / "docs" / "promises.md"
    before, _, rest = page.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--foreign", type=Path, help="a folder with the projects (default: our own example)"
    )
    parser.add_argument("--cases", type=int, default=500, help="wrong specs in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="one project")
    parser.add_argument("--dump", type=Path, help="a file for every outcome, as JSON lines")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    folder = options.foreign or EXAMPLE.parent
    projects = [
        one
        for one in (FOREIGN if options.foreign else (OWN,))
        if (folder / one.name).is_dir() and options.only in ("", one.name)
    ]
    each = -(-options.cases // len(projects))
    rows: list[Outcome] = []
    with ProcessPoolExecutor(options.jobs) as pool:
        futures = {
            one.name: pool.submit(run, one, folder / one.name, options.seed, each)
            for one in projects
        }
        for name, future in futures.items():
            found = future.result()
            print(f"{name}: {len(found)} specs", file=sys.stderr)
            rows += found
    if options.dump:
        options.dump.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows))
    print(table(rows))
    missed = Counter(
        (row.case.kind, row.case.form) for row in rows if row.case.line and not row.hit
    )
    for (kind, form), count in missed.most_common():
        print(f"missed {count}: {kind}, {form}")
    if options.record:
        record(table(rows))
    wrong = [row for row in rows if row.case.line]
    right = [row for row in rows if not row.case.line]
    fine = (
        sum(row.hit for row in wrong) >= ENOUGH * len(wrong)
        and not any(row.refused for row in right)
        and sum(bool(row.notes) for row in right) <= NOTED * len(right)
    )
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
