"""What signalgen and other tools find of the defects planted in tests/check/planted: ``python benchmarks/planted.py``.

Every line ``# planted: CODE why`` there starts a defect that goes on to the next two blank lines. A report inside it
counts as found when its code says anything near what is wrong (``ANSWERS``); all others are counted beside. Peers run
with their Django rules, pylint with all its errors and warnings, those that need a running Django in one. Prints a
Markdown table; installs the peers below ``.work/planted``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLANTED = ROOT / "tests" / "check" / "planted"
EVERY_RULE = ("--select", "ALL", "--ignore", "SG107,SG704,SG901", "--level", "info")
"""All rules but those about style."""
SCRIPT = ROOT / "benchmarks" / "peers" / "receivers" / "analyze_signals.py"
PEERS = (
    "ruff",
    "flake8",
    "flake8-django",
    "pylint",
    "pylint-django",
    "django",
    "celery",
    "requests",
    "semgrep",
    "django-orm-lens",
)
CHAINSAW = ("django-chainsaw-mcp", "django", "celery", "requests")
MARK = re.compile(r"# planted: (SG\d+) (.+)")
REPORT = re.compile(
    r"^(?P<path>[^:\s]+\.py):(?P<line>\d+):(?:\d+:)? (?P<code>[\w-]+)", re.MULTILINE
)
# What a peer's code answers; signalgen's own codes answer themselves.
ANSWERS = {
    "missing-kwargs": {"SG301"},
    "recursive-save": {"SG201", "SG202"},
    "task-before-commit": {"SG101"},
    "http-or-file": {"SG101", "SG102", "SG406"},
    "missing-dispatch-uid": {"SG107"},
    "DJ013": {"SG703"},
    "DJ13": {"SG703"},
    "E1123": {"SG701"},
    "W0718": {"SG408"},
    "E0102": {"SG109"},
    "E1101": {"SG409"},
    "E1120": {"SG410"},
    "async": {"SG412"},
    "bypass": {"SG601"},
    "celery": {"SG410", "SG411"},
    "loops": {"SG501"},
    "nplusone": {"SG501"},
    "on-commit": {"SG101", "SG102", "SG406"},
    "races": {"SG422", "SG423"},
}
Report = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Defect:
    """A planted defect: the lines that belong to it, and what is wrong."""

    path: str
    first: int
    last: int
    code: str
    why: str


def defects(folder: Path = PLANTED) -> list[Defect]:
    """Return what is planted below ``folder``, in order."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines, start=1):
            if mark := MARK.search(line):
                end = next(
                    (i for i in range(number, len(lines)) if lines[i : i + 2] == ["", ""]),
                    len(lines),
                )
                found.append(
                    Defect(path.relative_to(folder).as_posix(), number, end, *mark.groups())
                )
    return found


def reports(
    programs: Path, chainsaw: Path | None, rules: Path | None, project: Path
) -> dict[str, set[Report]]:
    """Return the places that each tool reports in ``project``."""

    def _output(command: list[object]) -> str:
        words = [str(word) for word in command]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{project}"}
        return subprocess.run(
            words, cwd=project, env=environment, capture_output=True, text=True, check=False
        ).stdout

    flake8 = [programs / "python", "-m", "flake8", "--isolated", "--select=DJ", "."]
    pylint = [
        programs / "pylint",
        "--load-plugins=pylint_django",
        "--django-settings-module=config.settings",
    ]
    pylint += [
        "--disable=all",
        "--enable=E,W",
        "--disable=E0401,W0611,W0613",
        "--score=no",
        *sorted(path.parent.name for path in project.glob("*/__init__.py")),
    ]
    check = [sys.executable, "-m", "signalgen", "check", "--format", "json", "."]
    found = {
        "signalgen": _of_json(_output([*check])),
        "signalgen, every rule": _of_json(_output([*check, *EVERY_RULE])),
        "receiver script": _of_text(_output([sys.executable, SCRIPT, "."])),
        "ruff DJ": _of_text(
            _output(
                [
                    programs / "ruff",
                    "check",
                    "--isolated",
                    "--select=DJ",
                    "--output-format=concise",
                    ".",
                ]
            )
        ),
        "flake8-django": _of_text(_output(flake8)),
        "pylint-django": _of_text(_output(pylint)),
    }
    lens = [programs / "django-orm-lens", "nplusone", "--format", "json"]
    found["django-orm-lens"] = {
        (each["file"], each["line"], "nplusone") for each in json.loads(_output(lens) or "[]")
    }
    if chainsaw:
        words = ["--project-path", ".", "--settings", "config.settings", "--json", "check"]
        said = json.loads(_output([chainsaw / "django-chainsaw", *words]))
        found["django-chainsaw"] = {
            (each["file"], each["line"] or 0, each["check"])
            for each in said["findings"]
            if (project / each["file"]).is_file()
        }
    if rules:
        semgrep = [
            programs / "semgrep",
            "scan",
            "--config",
            rules,
            "--metrics=off",
            "--disable-version-check",
            "--no-git-ignore",
            "--json",
            ".",
        ]
        results = json.loads(_output(semgrep) or "{}").get("results", [])
        found["semgrep"] = {
            (each["path"].removeprefix("./"), each["start"]["line"], each["check_id"])
            for each in results
        }
    return found


def _of_text(text: str) -> set[Report]:
    return {
        (m["path"].removeprefix("./"), int(m["line"]), m["code"]) for m in REPORT.finditer(text)
    }


def _of_json(text: str) -> set[Report]:
    return {(each["path"], each["line"], each["code"]) for each in json.loads(text)["findings"]}


def table(planted: list[Defect], found: dict[str, set[Report]]) -> str:
    """Return the comparison as Markdown, a row for each defect."""
    rows = ["| planted defect | " + " | ".join(found) + " |", "|---" * (len(found) + 1) + "|"]
    for defect in planted:
        hits = ["found" if _answers(places, defect) else "" for places in found.values()]
        rows.append(
            f"| `{defect.path}:{defect.first}` {defect.why} ({defect.code}) | "
            + " | ".join(hits)
            + " |"
        )
    sums = [
        f"{sum(bool(_answers(places, one)) for one in planted)} of {len(planted)}"
        for places in found.values()
    ]
    rows.append("| **found** | " + " | ".join(sums) + " |")
    others = [
        str(len(places - {p for one in planted for p in _answers(places, one)}))
        for places in found.values()
    ]
    rows.append("| **other reports** | " + " | ".join(others) + " |")
    return "\n".join(rows)


def _answers(places: set[Report], defect: Defect) -> set[Report]:
    return {
        (path, line, code)
        for path, line, code in places
        if path == defect.path
        and defect.first <= line <= defect.last
        and defect.code in ANSWERS.get(code, {code})
    }


def main() -> None:
    """Make the peers' environment, run everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--semgrep-rules", type=Path, help="a folder of semgrep rules (semgrep-rules/python/django)"
    )
    parser.add_argument(
        "--newer-python", help="a Python 3.12 or newer, which django-chainsaw-mcp needs"
    )
    options = parser.parse_args()
    folder = ROOT / ".work" / "planted"
    programs = _installed(sys.executable, folder, PEERS)
    newer = options.newer_python
    chainsaw = _installed(newer, folder / "chainsaw", CHAINSAW) if newer else None
    rules = options.semgrep_rules and options.semgrep_rules.resolve()
    project = folder / "project"  # semgrep passes over folders called tests
    shutil.copytree(PLANTED, project, dirs_exist_ok=True)
    print(table(defects(), reports(programs, chainsaw, rules, project)))


def _installed(python: str, folder: Path, packages: tuple[str, ...]) -> Path:
    """Return the folder of an environment's programs; the environment is created if missing."""
    programs = folder / "bin"
    if not (programs / "python").exists():
        subprocess.run([python, "-m", "venv", folder], check=True)
        command = [programs / "python", "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(command, check=True)
    return programs


if __name__ == "__main__":
    main()
