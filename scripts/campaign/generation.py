"""Generating into a project by the public API, and counting what came out."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from signalgen.api import generate, load_project, load_spec
from signalgen.errors import SignalgenError

BRANCHES = (
    "body",
    "implementation",
    "on_create",
    "on_update",
    "on_pre_add",
    "on_add",
    "on_pre_remove",
    "on_remove",
    "on_pre_clear",
    "on_clear",
)
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass
class Made:
    """What was generated: lines are non-blank ones; ``tests`` are the test files that changed."""

    handlers: int = 0
    branches: int = 0
    untested: int = 0
    code_lines: int = 0
    test_lines: int = 0
    tests: list[str] = field(default_factory=list)
    specs: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    second_run: int = 0
    notes: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    lint: list[str] = field(default_factory=list)
    app: str = ""


def branches(handler: dict[str, Any]) -> int:
    """Count the branches of one handler."""
    queued = {one.get("on") for one in handler.get("enqueue", ())}
    return max(
        sum(key in handler for key in BRANCHES) + len(handler.get("on_change", ())) + len(queued), 1
    )


def refused_by(document: dict[str, Any], error: SignalgenError) -> int:
    """Remove the handlers that ``error`` refuses: not every draw makes sense."""
    bad: set[tuple[str, int]] = set()
    for problem in error.problems:
        path = problem.path or ""
        match = re.search(r"(?:^|\.)(handlers)\[(\d+)\]", path)
        if match is None and path.startswith("signals"):
            return len(document.pop("signals")[0]["handlers"])
        if match is None:
            raise error
        bad.add(("signals" if path.startswith("signals") else "handlers", int(match[2])))
    for where, holder in (("handlers", document), ("signals", custom(document))):
        holder["handlers"] = [
            h for n, h in enumerate(holder.get("handlers", ())) if (where, n) not in bad
        ]
    return len(bad)


def custom(document: dict[str, Any]) -> dict[str, Any]:
    """Return the custom signal of a spec, where there is one."""
    return next(iter(document.get("signals", ())), {})


def judged(document: dict[str, Any], project: Any) -> tuple[Any, SignalgenError | None]:
    """Return the spec, or the problems with it."""
    try:
        spec = load_spec(document, source=f"specs/{document['app']}.yaml")
        problems = generate(spec, project).problems
    except SignalgenError as error:
        return None, error
    return spec, SignalgenError(problems) if problems else None


def accepted(root: Path, documents: list[dict[str, Any]], made: Made) -> list[Any]:
    """Return the specs without the handlers that are refused, each alone first."""
    specs = []
    for document in documents:
        project = load_project(root)
        spec, error = judged(document, project)
        while error is not None:
            for problem in error.problems:
                made.notes.append(f"refused: {problem.message} ({problem.path})")
            made.refused += refused_by(document, error)
            spec, error = judged(document, project)
        specs.append(spec)
    return specs


def generate_all(root: Path, documents: list[dict[str, Any]]) -> Made:
    """Generate ``documents`` into the project below ``root``; return what was made."""
    made = Made(specs=documents, app=documents[0]["app"].partition(".")[0])
    specs = accepted(root, documents, made)
    changes = generate(specs, load_project(root))
    for document in documents:
        name = root / ".campaign" / f"{document['app']}.yaml"
        name.parent.mkdir(exist_ok=True)
        name.write_text(yaml.safe_dump(document, sort_keys=False, width=200))
        own = [*document["handlers"], *custom(document).get("handlers", ())]
        made.handlers += len(own)
        made.branches += sum(branches(one) for one in own)
    for file in changes.files:
        if file.action != "unchanged" and file.path.endswith(".py"):
            made.files.append(file.path)
            grown = size(file.after) - size(file.before)
            if is_test(file.path):
                made.test_lines += grown
                made.tests.append(file.path)
            else:
                made.code_lines += grown
    for note in changes.notes:
        if note.code == "branch-untested":  # how a version before said it
            word = note.message.split()[0]
            made.untested += NUMBERS.get(word) or int(word)
        made.untested += note.code == "no-test"
        made.notes.append(f"{note.code}: {note.message}")
    changes.apply()
    again = generate(specs, load_project(root))
    made.second_run = sum(file.action != "unchanged" for file in again.files)
    return made


def lint(root: Path, made: Made) -> None:
    """Note what ruff and black find in the generated modules of a made project."""
    bin_ = Path(sys.executable).parent
    paths = [str(root / path) for path in made.files]
    rules = [
        "--isolated",
        "--select",
        "E,F,W,I,UP,B,DJ,SIM,C4,PIE,RET",
        "--line-length",
        "88",
        "--output-format",
        "concise",
        "--ignore",
        "UP031,UP032,C408",
        "--config",
        f'lint.isort.known-first-party = ["{made.app}", "accounts", "config", "tests"]',
    ]
    for command in (
        [bin_ / "ruff", "check", "-q", *rules],
        [bin_ / "black", "-q", "--check", "--diff"],
    ):
        done = subprocess.run(
            [*map(str, command), *paths], cwd=root, capture_output=True, text=True, check=False
        )
        if done.returncode:
            made.lint.append((done.stdout + done.stderr)[:1500])


def size(content: bytes | None) -> int:
    """Count the lines that are not blank."""
    return sum(bool(line.strip()) for line in (content or b"").splitlines())


def is_test(path: str) -> bool:
    """Say whether a file holds tests or what they share."""
    return bool(re.search(r"(^|/)(tests?|conftest)[^/]*(/|\.py$)", path))


if __name__ == "__main__":
    sys.exit("run the campaign: python scripts/campaign")
