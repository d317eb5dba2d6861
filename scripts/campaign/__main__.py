"""Run what signalgen generates: random handlers in projects of many shapes, and in public projects. No test may be red.

``python scripts/campaign``: ``--handlers`` in all, spread over the shapes and (``--foreign DIR``) the public projects of
foreign.py that DIR holds. The same ``--seed`` gives the same handlers; seeds from 9000 are held out, for measuring only.
``--record`` writes the table into docs/generated-tests.md. Exits with 1 when a test is red or generation fails.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from zlib import crc32

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from draw import Drawer, Home  # noqa: E402
from environments import environment, run_json  # noqa: E402
from foreign import FOREIGN, OVERLAY, Foreign  # noqa: E402
from generation import Made, generate_all, lint  # noqa: E402
from report import Row, record, red_cases, table, untold  # noqa: E402
from shapes import SHAPES, Shape, factories, files  # noqa: E402

HELD_OUT = 9009
"""One that nobody has looked at: the next one once its red tests have been mended."""


def write(root: Path, content: dict[str, str]) -> None:
    """Write ``content`` below ``root``."""
    for path, text in content.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def shape_project(shape: Shape, root: Path, seed: int, handlers: int) -> Row:
    """Make one project, generate into it, run its tests."""
    python = environment(shape.env)
    shutil.rmtree(root, ignore_errors=True)
    write(root, files(shape))
    variables = {"DJANGO_SETTINGS_MODULE": "config.settings"}
    places = ":".join(str(root / one) for one in shape.roots)
    schema = run_json([python, str(HERE / "schema.py"), places], root, variables)
    write(root, factories(shape, schema))
    version = tuple(map(int, shape.django.split(".")))
    home = Home(shape.path, shape.label, schema, shape.tasks, django=(version[0], version[1]))
    made = generate_all(
        root, [Drawer(seed * 1000 + crc32(shape.name.encode()) % 1000, home).spec(handlers)]
    )
    lint(root, made)
    labels = [(shape.tests == "folder" and "tests") or shape.folder]
    if shape.runner == "unittest":
        labels = [one.replace("/", ".") for one in labels]
    else:
        # Importing all plugins that are installed takes longer than these tests.
        variables = {
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": "pytest_django.plugin",
        }
    result = run_json(
        [python, str(HERE / "runner.py"), shape.runner, places, *labels], root, variables
    )
    return Row(shape.name, seed, made, result, len(own_tests(shape)))


def own_tests(shape: Shape) -> list[str]:
    """Return the tests that the project brings along: one, where there are any."""
    return [shape.tests] if shape.tests else []


def foreign_project(project: Foreign, source: Path, root: Path, seed: int, handlers: int) -> Row:
    """Copy a public project, generate into its apps, run what was generated."""
    python = environment(project.name, project.python, project.install, source)
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(
        source, root, symlinks=True, ignore=shutil.ignore_patterns("node_modules", ".git")
    )
    for folder in project.folders:
        (root / folder).mkdir(exist_ok=True)
    settings = root.parent / f"{root.name}-settings"
    write(
        settings, {"campaign_settings.py": OVERLAY.format(settings=project.settings) + project.more}
    )
    places = ":".join(str(root / one) for one in project.roots) + f":{settings}"
    variables = {"DJANGO_SETTINGS_MODULE": "campaign_settings", **project.environ}
    schema = run_json([python, str(HERE / "schema.py"), places], root, variables)
    labels = {name: label for label, name in schema["apps"].items()}
    specs = []
    for number, app in enumerate(project.apps):
        home = Home(app, labels[app], schema, project.tasks, services=False, django=project.django)
        specs.append(Drawer(seed * 10 + number, home).spec(handlers // len(project.apps)))
    made = generate_all(root, specs)
    found = sorted(path for path in made.tests if Path(path).name.startswith("test"))
    if project.runner == "unittest":
        found = [dotted(path, project.roots) for path in found]
    result = run_json(
        [python, str(HERE / "runner.py"), project.runner, places, *found], root, variables
    )
    return Row(project.name, seed, made, result, 0)


def dotted(path: str, roots: tuple[str, ...]) -> str:
    """Return a test file as its runner names it."""
    for one in roots:
        if one != "." and path.startswith(f"{one}/"):
            path = path[len(one) + 1 :]
    return path.removesuffix(".py").replace("/", ".")


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--handlers", type=int, default=12, help="in each project")
    parser.add_argument("--rounds", type=int, default=1, help="seeds for each shape")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true", help=f"seeds from {HELD_OUT}")
    parser.add_argument("--only", action="append", default=[], help="names of projects")
    parser.add_argument("--foreign", type=Path, help="the folder with the public projects")
    parser.add_argument("--foreign-handlers", type=int, default=40)
    parser.add_argument("--no-shapes", action="store_true")
    parser.add_argument("--here", action="store_true", help="only shapes that need no environment")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()) / "signalgen-campaign",
        help="outside any project",
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--red", type=Path, help="append the red tests to this file")
    return parser.parse_args()


def main() -> int:
    """Make, generate, run, report."""
    options = arguments()
    first = HELD_OUT if options.held_out else options.seed
    jobs = []
    for turn in range(0 if options.no_shapes else options.rounds):
        for shape in SHAPES:
            if (options.only and shape.name not in options.only) or (options.here and shape.env):
                continue
            place = (
                options.work / f"{shape.name.replace(' ', '_').replace('()', '')}-{first + turn}"
            )
            jobs.append((shape.name, shape_project, (shape, place, first + turn, options.handlers)))
    for project in FOREIGN if options.foreign else ():
        source = options.foreign / project.name
        if source.is_dir() and (not options.only or project.name in options.only):
            place = options.work / f"{project.name}-{first}"
            jobs.append(
                (
                    project.name,
                    foreign_project,
                    (project, source, place, first, options.foreign_handlers),
                )
            )
    started = time.monotonic()
    with ProcessPoolExecutor(options.workers) as pool:
        rows = list(pool.map(guarded, jobs))
    print(table(rows))
    print(f"{time.monotonic() - started:.0f} s")
    for row in rows:
        for problem in row.problems:
            print(f"{row.name}: {problem}")
    print(untold(rows))
    cases = red_cases(rows, options.work)
    print(cases[:6000] if not options.red else f"red tests are in {options.red}")
    if options.red and cases:
        with options.red.open("a") as stream:
            stream.write(cases)
    if options.record:
        record(ROOT / "docs" / "generated-tests.md", rows)
    return 1 if any(row.red or row.problems for row in rows) else 0


def guarded(job: tuple) -> Row:
    """Run one project; an error of the campaign itself becomes a problem of that row."""
    name, function, args = job
    try:
        row = function(*args)
    except Exception:  # noqa: BLE001  # the other projects go on
        row = Row(
            name,
            0,
            Made(),
            {"ran": 0, "failed": []},
            0,
            [traceback.format_exc()[-2500:]],
        )
    print(f"{row.name}: {row.line}", file=sys.stderr, flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
