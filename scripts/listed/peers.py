"""What other tools see of the same projects, beside ``signalgen``: ``python scripts/listed/peers.py --foreign DIR``.

Of each project the receivers that its own code connects are known from the running project, and the tables of its own
that saving and deleting wrote besides the row's. Told are how many of them each tool names, the bytes that it prints, and
the CPU time of one run that lists all. ``--record`` writes the table into docs/corpus.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "campaign"), str(HERE.parent / "traced")]

from booted import BOOTED  # noqa: E402
from environments import environment  # noqa: E402
from foreign import OVERLAY  # noqa: E402
from running import saved  # noqa: E402

import signalgen  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from foreign import Foreign

PAGE = ROOT / "docs" / "corpus.md"
BEGIN, END = "<!-- made by make peers RECORD=1 -->", "<!-- end of peers -->"
PROJECTS = ("rdmo", "pretalx", "tandoor")
STATIC, INSIDE = ("django-orm-lens", "djangomap"), ("django-chainsaw-mcp", "django-extensions")
APP = "INSTALLED_APPS = [*INSTALLED_APPS, *({'django_extensions'} - {*INSTALLED_APPS})]\n"
EVENTS = {"create": "save", "update": "save", "delete": "delete"}


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and the CPU time that it took, in seconds."""

    text: str
    cpu: float


@dataclass(frozen=True, slots=True)
class Place:
    """A copy of a project that can be booted: its folder, the environment's variables, its Python."""

    root: Path
    variables: Mapping[str, str]
    python: str


def ran(words: Sequence[str | Path], folder: Path, variables: Mapping[str, str]) -> Ran:
    """Run a command; what it prints on both streams counts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [*map(str, words)],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ran(done.stdout + (done.stderr if done.returncode else ""), cpu)


@contextmanager
def standing(project: Foreign, source: Path) -> Iterator[Place]:
    """Copy a project and settle what it needs to boot with the tools that run inside of it."""
    install = (*project.install, *INSIDE)
    python = environment(f"{project.name}-peers", project.python, install, source)
    with TemporaryDirectory() as folder:
        root, more = Path(folder) / project.name, Path(folder) / "more"
        shutil.copytree(
            source, root, ignore=shutil.ignore_patterns("node_modules", ".git"), symlinks=True
        )
        more.mkdir()
        for name in project.folders:
            (root / name).mkdir(exist_ok=True)
        settings = OVERLAY.format(settings=project.settings) + project.more + APP
        (more / "campaign_settings.py").write_text(settings)
        places = ":".join([*(str(root / one) for one in project.roots), str(more)])
        own = {"DJANGO_SETTINGS_MODULE": "campaign_settings", "PYTHONPATH": places}
        yield Place(root, {**own, **project.environ, "XDG_CACHE_HOME": folder}, python)


def effects(project: Foreign, source: Path) -> list[tuple[str, str, str]]:
    """Return model, event and label of another model whose table the project's own code wrote."""
    found = saved(project, source)
    labels = {table: label for label, table in found["tables"].items()}
    return [
        (model, event, labels[table])
        for model, known in found["models"].items()
        for event in EVENTS
        for table in dict.fromkeys(known[event].get("table", ()))
        if table not in known["tables"] and table in labels
    ]


def seen(text: str, names: Sequence[str]) -> int:
    """Return how many functions a text names, by their last name as a whole word."""
    words = set(
        "".join(char if char.isidentifier() or char.isdigit() else " " for char in text).split()
    )
    return sum(name.rpartition(".")[2] in words for name in names)


def rows(project: Foreign, source: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the lines of one project: tool, receivers seen, effects seen, bytes, CPU time."""
    names = sorted({one.receiver for one in signalgen.listing(source).rows if not one.fates})
    wrote = effects(project, source)
    python = environment("peers", "3.12", STATIC)
    tools = Path(python).parent
    with standing(project, source) as place:
        where, inside = place.root, Path(place.python).parent

        def traced(model: str, event: str) -> str:
            steps = signalgen.trace(source, model, event).root.walk()
            return "\n".join(one.name for one in steps)

        def chained(model: str, event: str) -> str:
            words = ("signals", model, "--event", EVENTS[event])
            start = (inside / "django-chainsaw", "--project-path", where)
            settings = ("--settings", "campaign_settings")
            return ran([*start, *settings, *words], where, place.variables).text

        page = where.parent / "map.html"
        told = ran(
            [sys.executable, "-m", "signalgen", "list", "--project", where], ROOT, place.variables
        )
        yield _line("signalgen", told, names, _hits(traced, wrote), len(wrote))
        extensions = ran([place.python, "-m", "django", "list_signals"], where, place.variables)
        yield _line("django-extensions", extensions, names, 0, len(wrote))
        heard = {one.sender for one in signalgen.listing(source).rows if "." in one.sender}
        models = sorted({model for model, _, _ in wrote} | heard)
        chains = [chained(model, event) for model in models for event in ("create", "delete")]
        start = (inside / "django-chainsaw", "--project-path", where)
        words = (*start, "--settings", "campaign_settings", "signals", models[0])
        one = ran(words, where, place.variables)
        told = replace(one, text="\n".join(chains))
        yield _line("django-chainsaw-mcp", told, names, _hits(chained, wrote), len(wrote))
        lens = ran([tools / "django-orm-lens", "signals", "-p", where], where, {})
        yield _line("django-orm-lens", lens, names, 0, len(wrote))
        drawn = ran([tools / "djangomap", where, "-o", page], where, {})
        drawn = replace(drawn, text=page.read_text() if page.is_file() else "")
        yield _line("djangomap", drawn, names, 0, len(wrote))


def _hits(tree: object, wrote: Sequence[tuple[str, str, str]]) -> int:
    texts = {(m, e): tree(m, e).lower() for m, e, _ in wrote}  # type: ignore[operator]
    # The table of a many-to-many field is ``Role_member``, and its name ``Role.member``.
    texts = {key: f"{text}\n{text.replace('.', '_')}" for key, text in texts.items()}
    return sum(label.rpartition(".")[2].lower() in texts[m, e] for m, e, label in wrote)


def _line(
    tool: str, told: Ran, names: Sequence[str], hits: int, most: int
) -> tuple[str, str, str, str, str]:
    receivers = f"{seen(told.text, names)} of {len(names)}"
    return tool, receivers, f"{hits} of {most}", f"{len(told.text):,}", f"{told.cpu:.1f} s"


def main() -> int:
    """Compare, print, and record where that is asked for."""
    options = argparse.ArgumentParser()
    options.add_argument("--foreign", type=Path, required=True, metavar="DIR")
    options.add_argument("--only", nargs="*", default=PROJECTS, metavar="NAME")
    options.add_argument("--record", action="store_true", help="write docs/corpus.md")
    asked = options.parse_args()
    lines = ["| project | tool | receivers named | tables written that it names | bytes | CPU |"]
    lines.append("|---|---|--:|--:|--:|--:|")
    for project in BOOTED:
        source = asked.foreign / project.name
        if project.name in asked.only and source.is_dir():
            for line in rows(project, source.resolve()):
                lines.append(f"| {project.name} | {' | '.join(line)} |")
                print(lines[-1], flush=True)
    if asked.record:
        page = PAGE.read_text()
        head, rest = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text("\n".join([f"{head}{BEGIN}\n", *lines, "", f"{END}{rest}"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
