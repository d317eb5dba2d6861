"""Run the facts and the example projects on every supported pair of Python and Django.

Each pair gets an environment of its own below ``.work/matrix``; signalgen itself runs in it too,
but for a Python that it cannot be installed on yet. Prints a table, names the pairs that were left
out and why, and exits with 1 when anything failed or nothing could be run.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from debian_pythons import NotToBeHadError, get
from interpreters import find

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".work" / "matrix"
CONSTRAINTS = ROOT / "constraints"
UV = str(Path(sys.executable).with_name("uv"))

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14", "3.15")
# Which Pythons each Django supports, by its release notes.
DJANGOS = {
    "4.2": ("3.10", "3.11", "3.12"),
    "5.2": ("3.10", "3.11", "3.12", "3.13", "3.14"),
    "6.0": ("3.12", "3.13", "3.14"),
    "6.1": ("3.12", "3.13", "3.14", "3.15"),
}
# tree-sitter 0.26.1 has no wheel for these: signalgen runs on another Python, what it generates
# on them.
PROJECTS_ONLY = ("3.15",)
# Each Python and each Django is in one of these pairs, the oldest together and the newest together:
# all projects run there.
WHOLE = (("3.10", "4.2"), ("3.11", "5.2"), ("3.12", "6.0"), ("3.13", "6.1"), ("3.14", "6.1"))
# Left out unless asked for, to save time: an older and a newer Python of the same Django run.
BETWEEN = (
    ("3.11", "4.2"),
    ("3.12", "5.2"),
    ("3.12", "6.1"),
    ("3.13", "5.2"),
    ("3.13", "6.0"),
    ("3.14", "6.0"),
)
# Breaking the generated code place by place takes minutes, and what it shows does not depend on the version.
CHOICE = "not fail_when and not naive and not mypy"
# On the other pairs those run that hold what differs: unittest and pytest, tasks, async receivers, typed code.
FEWER = f"({CHOICE}) and not doctors and not onboarding and not blog and not comments and not warehouse and not upper"
TESTS = ("tests/facts", "tests/e2e/test_e2e_run.py", "tests/generate/test_generate_helpers.py")
RECIPES = ("tests/recipes",)
# What only looks at the projects and runs them, whichever Python that is.
PROJECTS = ("tests/e2e/test_e2e_run.py", *RECIPES)
PROJECTS_CHOICE = f"{CHOICE} and not pins_this_django"
# What depends on Python alone runs on the oldest and the newest; make test runs it on one more.
UNITS = tuple(
    f"tests/{room}"
    for room in ("source", "spec", "project", "plan", "render", "merge", "index", "check", "gate")
)


@dataclass(frozen=True, slots=True)
class Row:
    """How one pair ended: ``outcome`` is ``passed``, ``FAILED`` or why it was left out."""

    python: str
    django: str
    outcome: str
    closing: str = ""
    seconds: float = 0.0


@cache
def interpreter_of(python: str) -> tuple[str, str]:
    """Return the interpreter of this machine, or else of Debian; or nothing, and why."""
    try:
        return find(python, UV) or str(get(python, ROOT / ".work" / "pythons")), ""
    except NotToBeHadError as error:
        return "", str(error)


def build(interpreter: str, version: str, django: str, target: Path) -> None:
    """Make the environment of one pair, or bring it up to date."""
    python = target / "bin" / "python"
    if not python.exists():
        subprocess.run([UV, "venv", "--quiet", "--python", interpreter, str(target)], check=True)
    # The lint group as well: tests of the merge hold what they write to ruff.
    wanted = ["--group", "test", "--requirement", "tests/projects/requirements.txt", "django"]
    if version not in PROJECTS_ONLY:
        wanted += ["--group", "lint", "--editable", "."]
    pins = target / "constraints.txt"
    pins.write_text(constraints(version, django))
    env = {**os.environ, "UV_CONSTRAINT": str(pins), "UV_BUILD_CONSTRAINT": str(pins)}
    # Else each process of a project, which writes nothing, would compile Django anew.
    env["UV_COMPILE_BYTECODE"] = "1"
    command = [UV, "pip", "install", "--quiet", "--python", str(python), *wanted]
    subprocess.run(command, cwd=ROOT, env=env, check=True)


def constraints(python: str, django: str) -> str:
    """Return the committed constraints of ``python``, with what ``django`` needs instead."""
    pins: dict[str, str] = {}
    for name in (f"py{python}", f"django{django}"):
        lines = (CONSTRAINTS / f"{name.replace('.', '')}.txt").read_text().splitlines()
        pins |= {line.partition("==")[0]: line for line in lines if not line.startswith("#")}
    return "\n".join(pins.values())


def test(
    python: Path, tests: tuple[str, ...], choice: str, workers: str, **env: str
) -> tuple[bool, str]:
    """Run the chosen tests of one pair; return whether they passed, and pytest's closing line."""
    options = ["-q", "-n", workers, "--dist", "loadgroup", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [str(python), "-m", "pytest", *options, "-k", choice, *tests],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", flush=True)
    closing = re.findall(r"^(?:=+ )?(\d+ \w+.* in [\d.]+s)", done.stdout, re.MULTILINE)
    return done.returncode == 0, closing[-1] if closing else "no closing line"


def run_pair(python: str, django: str, workers: str, *, whole: bool, every: bool) -> Row:
    """Build and test one pair, or say why not."""
    if python not in DJANGOS[django]:
        return Row(python, django, f"left out: Django {django} does not support Python {python}")
    if (python, django) in BETWEEN and not every:
        return Row(python, django, "left out: make matrix EVERY=1 runs it")
    interpreter, trouble = interpreter_of(python)
    if trouble:
        return Row(python, django, f"left out: no Python {python} on this machine; {trouble}")
    start = time.monotonic()
    target = WORK / f"py{python}-django{django}"
    try:
        build(interpreter, python, django, target)
    except subprocess.CalledProcessError as error:
        return Row(python, django, "FAILED", f"environment: {error}")
    own = target / "bin" / "python"
    if python in PROJECTS_ONLY:
        env = {"SIGNALGEN_PROJECT_PYTHON": str(own)}
        passed, closing = test(Path(sys.executable), PROJECTS, PROJECTS_CHOICE, workers, **env)
        closing = f"what is generated alone: {closing}"
    else:
        whole = whole or (python, django) in WHOLE
        units = UNITS if (python, django) in (WHOLE[0], WHOLE[-1]) else ()
        tests = (*TESTS, *(RECIPES if whole else ()), *units)
        passed, closing = test(own, tests, CHOICE if whole else FEWER, workers)
    return Row(python, django, "passed" if passed else "FAILED", closing, time.monotonic() - start)


def show(rows: list[Row]) -> None:
    """Print the table."""
    print(f"\n{'Python':8}{'Django':8}{'seconds':>8}  outcome")
    for row in rows:
        print(
            f"{row.python:8}{row.django:8}{row.seconds:8.0f}  {row.outcome}{': ' * bool(row.closing)}{row.closing}"
        )


def main() -> int:
    """Run what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--python", action="append", choices=PYTHONS, help="only this Python; may be repeated"
    )
    parser.add_argument(
        "--django", action="append", choices=DJANGOS, help="only this Django; may be repeated"
    )
    parser.add_argument("--workers", default="auto", help="parallel tests in each environment")
    parser.add_argument("--whole", action="store_true", help="all projects on every pair")
    parser.add_argument("--every", action="store_true", help="also the pairs between the others")
    options = parser.parse_args()
    every = options.every or bool(options.python or options.django)
    rows = []
    for python in options.python or PYTHONS:
        for django in options.django or DJANGOS:
            whole = options.whole
            rows.append(run_pair(python, django, options.workers, whole=whole, every=every))
            print(
                f"Python {python}, Django {django}: {rows[-1].outcome} {rows[-1].closing}",
                flush=True,
            )
    show(rows)
    run = [row for row in rows if not row.outcome.startswith("left out")]
    failed = [row for row in run if row.outcome == "FAILED"]
    print(f"\n{len(run) - len(failed)} of {len(run)} pairs passed, {len(rows) - len(run)} left out")
    return int(bool(failed) or not run)


if __name__ == "__main__":
    sys.exit(main())
