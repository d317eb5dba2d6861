"""The campaign's results: the table, and the red tests as readable cases."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from generation import Made

BEGIN: Final = "<!-- made by make campaign RECORD=1 -->"
END: Final = "<!-- end of campaign -->"
HEAD: Final = "| project | handlers | branches | with a test | tests | red | skipped | lines of tests for one of code |\n|---|---|---|---|---|---|---|---|\n"


@dataclass
class Row:
    """One run of one project; ``own`` are tests that were there before."""

    name: str
    seed: int
    made: Made
    result: dict[str, Any]
    own: int
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find what is wrong besides red tests."""
        if self.made.second_run:
            self.problems.append(f"a second run changes {self.made.second_run} files")
        self.problems += self.made.lint
        if self.result["ran"] <= self.own and not self.problems:
            self.problems.append("no test was collected")

    @property
    def red(self) -> list[tuple[str, str]]:
        """The tests that failed, with their output."""
        return [(n, t) for n, t in self.result["failed"] if not t.startswith("skipped")]

    @property
    def skipped(self) -> list[tuple[str, str]]:
        """The tests that were skipped, with the reason."""
        return [(n, t) for n, t in self.result["failed"] if t.startswith("skipped")]

    @property
    def figures(self) -> tuple[int, ...]:
        """Handlers, branches, tested branches, tests, red, skipped, lines of tests, lines of code."""
        made = self.made
        return (
            made.handlers,
            made.branches,
            made.branches - made.untested,
            max(self.result["ran"] - self.own, 0),
            len(self.red),
            len(self.skipped),
            made.test_lines,
            made.code_lines,
        )

    @property
    def line(self) -> str:
        """The figures for the terminal."""
        names = (
            "handlers",
            "branches",
            "tested",
            "tests",
            "red",
            "skipped",
            "test lines",
            "code lines",
        )
        return (
            ", ".join(f"{f} {n}" for f, n in zip(self.figures, names, strict=True))
            + f", {self.made.refused} refused"
        )


def cells(name: str, figures: Iterable[int]) -> str:
    """Return one line of the table."""
    *counts, tests, code = figures
    share = f"{tests / code:.2f}" if code else "-"
    return f"| {name} | {' | '.join(map(str, counts))} | {share} |\n"


def table(rows: list[Row]) -> str:
    """Return the table, a line for each project whatever its seeds."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 8)
    for row in rows:
        for name in (row.name, "all"):
            sums[name] = [a + b for a, b in zip(sums[name], row.figures, strict=True)]
    last = sums.pop("all", [0] * 8)
    return HEAD + "".join(cells(n, f) for n, f in sums.items()) + cells("all", last)


def record(path: Path, rows: list[Row]) -> None:
    """Write the table between the markers of ``path``."""
    text = path.read_text()
    block = f"{BEGIN}\n\n{table(rows)}\n{END}"
    before, _, rest = text.partition(BEGIN)
    path.write_text(before + block + rest.partition(END)[2])


def cause(text: str) -> str:
    """Return the common part of red tests with one cause: the error without names."""
    lines = [line.removeprefix("E").strip() for line in text.strip().splitlines() if line.strip()]
    errors = [
        line
        for line in lines
        if re.match(
            r"(assert |[\w.]*(Error|Exception|DoesNotExist|Exit)\b|[\w.]+\.[A-Z]\w+:)", line
        )
    ]
    last = (errors or lines or ["?"])[-1]
    if re.match(r"(AssertionError: )?(assert )?\[(call|\d)", last):
        return "AssertionError: what left is not what was expected"
    return re.sub(r"0x\w+|\d+|'[^']*'|\"[^\"]*\"", "…", last)[:160]


def shortened(text: str) -> str:
    """Return an error without the frames of libraries."""
    lines = text.strip().splitlines()
    keep, skip = [], False
    for line in lines:
        frame = re.match(r'\s*(File "|/|[\w./-]+\.py:\d+:)', line)
        if frame:
            skip = "site-packages" in line or "/lib/python" in line
        if (
            not skip
            or line.startswith("E ")
            or re.match(r"[\w.]+(Error|Exception|DoesNotExist)", line)
        ):
            keep.append(line)
    return "\n".join(keep[-24:])


def untold(rows: list[Row], most: int = 12) -> str:
    """Return the commonest reasons for which a branch has no test."""
    reasons = Counter(
        re.sub(r"'[^']*'|`[^`]*`|\w+_\d+", "…", note.split(": ", 2)[-1])[:110]
        for row in rows
        for note in row.made.notes
        if note.startswith(("no-test", "branch-untested"))
    )
    return "".join(f"{count} x {reason}\n" for reason, count in reasons.most_common(most))


def handler_of(test: str, specs: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the handler that a test is about, by the name of its class."""
    match = re.search(r"(Handler|Receiver)_?(\d+)", test)
    if match is None:
        return None
    name = f"{match[1].lower()}_{match[2]}"
    for spec in specs:
        short = spec["app"].rpartition(".")[2]
        if len(specs) > 1 and not re.search(rf"\b{short}[./]|test_{short}_", test):
            continue
        for one in [
            *spec["handlers"],
            *next(iter(spec.get("signals", ())), {}).get("handlers", ()),
        ]:
            if one["name"] == name:
                return one
    return None


def path_in(path: str, test: str) -> int:
    """Return how much of ``path`` the name of a test contains."""
    parts = path.removesuffix(".py").split("/")
    return max((n for n in range(len(parts)) if "/".join(parts[-n - 1 :]) in test), default=-1)


def source_of(test: str, root: Path, files: list[str]) -> str:
    """Return the code of a test."""
    words = re.findall(r"\w+", test)
    plain = test.replace(".", "/")
    for path in sorted(files, key=lambda one: path_in(one, plain), reverse=True):
        content = (root / path).read_text()
        try:
            tree = ast.parse(content)
        except SyntaxError:
            continue
        for item in ast.walk(tree):
            if isinstance(item, ast.ClassDef) and item.name in words:
                for inner in item.body:
                    if isinstance(inner, ast.FunctionDef) and inner.name in words:
                        return ast.get_source_segment(content, inner) or ""
    return ""


def red_cases(rows: list[Row], work: Path, most: int = 2) -> str:
    """Return the red tests grouped by cause, ``most`` cases of each with body, test and error."""
    skips = Counter(text[:140] for row in rows for _, text in row.skipped)
    groups: dict[str, list[tuple[Row, str, str]]] = defaultdict(list)
    for row in rows:
        for name, text in row.red:
            groups[cause(text)].append((row, name, text))
    out = []
    for key, found in sorted(groups.items(), key=lambda item: -len(item[1])):
        places = Counter(row.name for row, _, _ in found)
        out.append(
            f"\n## {len(found)} x {key}\n\nin {', '.join(f'{n} ({c})' for n, c in places.items())}\n"
        )
        for row, name, text in found[: 14 if "left" in key else most]:
            out.append(case(row, name, text, work))
    lint = [
        (row.name, line) for row in rows for text in row.made.lint for line in text.splitlines()
    ]
    rules: dict[str, list[str]] = defaultdict(list)
    for name, line in lint:
        rules[re.sub(r"^\S+ |\d+|`[^`]*`", "…", line)].append(f"{name}: {line}")
    out += [
        f"\n## ruff and black, {len(found)} x {key}\n\n{found[0]}\n"
        for key, found in list(rules.items())[:12]
    ]
    out += [f"\n{count} x {reason}\n" for reason, count in skips.most_common(8)]
    crashes = [p for row in rows for p in row.problems if p not in row.made.lint]
    out += [f"\n## not run at all, or not twice\n\n```\n{text}\n```\n" for text in crashes[:5]]
    return "".join(out)


def case(row: Row, name: str, text: str, work: Path) -> str:
    """Return one red test: its handler, its code, its error."""
    handler = handler_of(name, row.made.specs)
    shown = yaml.safe_dump(handler, sort_keys=False, width=200) if handler else "(none found)\n"
    folder = next(
        (
            p
            for p in work.glob(f"*-{row.seed}")
            if p.name.startswith(row.name.replace(" ", "_").replace("()", ""))
        ),
        work,
    )
    code = source_of(name, folder, row.made.tests)
    tail = shortened(text)
    return f"\n### {row.name}, seed {row.seed}: {name}\n\n```yaml\n{shown}```\n\n```python\n{code}\n```\n\n```\n{tail}\n```\n"
