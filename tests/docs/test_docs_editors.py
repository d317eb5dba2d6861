"""What docs/editors.md tells editors about the output of check is what check prints."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")


def findings(form: str) -> str:
    """Return what check prints of the example that has mistakes."""
    words = [sys.executable, "-m", "signalgen", "check", "--no-cache", "--format", form]
    project = ["--project", "examples/by_hand"]
    return subprocess.run(
        [*words, *project], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout


def test_the_problem_matcher_finds_every_finding():
    (task,) = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    matched = re.findall(pattern["regexp"], findings("text"), re.MULTILINE)
    known = [
        (
            f"examples/by_hand/{one['path']}",
            str(one["line"]),
            str(one["column"]),
            one["code"],
            one["severity"],
            one["message"],
        )
        for one in json.loads(findings("json"))["findings"]
    ]
    names = ("file", "line", "column", "code", "severity", "message")
    assert known
    assert [tuple(one[pattern[name] - 1] for name in names) for one in matched] == known


def test_the_output_filter_of_pycharm_fits_them_too():
    filtered = re.search(r"\$FILE_PATH\$:\$LINE\$:\$COLUMN\$: \.\*", PAGE)
    assert filtered
    pattern = filtered[0]
    for mark in ("$FILE_PATH$", "$LINE$", "$COLUMN$"):
        pattern = pattern.replace(mark, r"[^\s:]+")
    assert len(re.findall(f"^{pattern}", findings("text"), re.MULTILINE)) == len(
        json.loads(findings("json"))["findings"]
    )
