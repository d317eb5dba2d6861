"""The findings that a project starts with, in a file that is committed: what is in it is not reported again.

A finding is known by its file, rule, receiver and the text of its line, never by a line number: code above it may grow.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.errors import Problem, UnsafeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.check import CheckReport, Finding

VERSION = 1
DEFAULT_FILE = ".signalgen-baseline.json"
Key = tuple[str, str, str, str]
_TEXTS = ("path", "code", "context", "source")
_KEPT = frozenset({".git", ".hg", ".signalgen", ".svn"})
"""Folders whose files have a meaning by their names alone, so that not even a new one may be made."""


def encode(findings: Sequence[Finding]) -> bytes:
    """Return the text of a baseline file that holds ``findings``."""
    import json  # hardly any run has a baseline

    counts = Counter(key_of(item) for item in findings)
    rows = [
        {
            "path": path,
            "code": code,
            "context": context,
            "source": source,
            "count": counts[path, code, context, source],
        }
        for path, code, context, source in sorted(counts)
    ]
    return (
        json.dumps({"version": VERSION, "findings": rows}, indent=1, ensure_ascii=True) + "\n"
    ).encode()


def decode(data: bytes, file: str) -> Counter[Key]:
    """Return what a baseline file holds. Raises UsageError when it is none."""
    import json

    try:
        rows = json.loads(data)["findings"]
        return Counter(
            {
                (str(row["path"]), str(row["code"]), str(row["context"]), str(row["source"])): int(
                    row["count"]
                )
                for row in rows
            }
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        hint = "if it was one, remove it and make it anew with --write-baseline"
        problem = Problem(
            file, 0, 0, "", "bad-baseline", f"{file} is no baseline of signalgen", hint
        )
        raise UsageError(problem) from error


def refuse_other(data: bytes | None, file: str) -> None:
    """Raise UnsafeError unless ``file``, which holds ``data`` (None: no such file), may become a baseline.

    Only a new file may, and one that ``encode`` wrote: a setting that names another file, even an
    empty one, may be a slip or the wish of a stranger's repository.
    """
    if _KEPT.intersection(file.lower().split("/")[:-1]):
        message = f"{file} lies in a folder that is not the project's own"
    elif data is not None and not _is_ours(data):
        message = f"{file} is no baseline of signalgen, so it is not replaced"
    else:
        return
    hint = "name another file, or remove this one first; nothing was written"
    raise UnsafeError(Problem(file, 0, 0, "", "not-a-baseline", message, hint))


def _is_ours(data: bytes) -> bool:
    """Tell whether a file has exactly the shape of a baseline of this version."""
    import json

    try:
        held = json.loads(data)
    except (ValueError, RecursionError):
        return False
    if not isinstance(held, dict) or set(held) != {"version", "findings"}:
        return False
    rows = held["findings"]
    return held["version"] == VERSION and isinstance(rows, list) and all(map(_is_row, rows))


def _is_row(row: object) -> bool:
    return (
        isinstance(row, dict)
        and set(row) == {*_TEXTS, "count"}
        and all(isinstance(row[key], str) for key in _TEXTS)
        and type(row["count"]) is int
    )


def without_known(report: CheckReport, known: Counter[Key]) -> CheckReport:
    """Return the report without the findings that the baseline holds, each as often as it holds it."""
    left = Counter(known)
    kept = []
    for item in report.findings:
        key = key_of(item)
        if left[key] > 0:
            left[key] -= 1
        else:
            kept.append(item)
    return replace(
        report,
        findings=tuple(kept),
        suppressed=report.suppressed + len(report.findings) - len(kept),
    )


def key_of(item: Finding) -> Key:
    """Return what a finding is known by from run to run."""
    return item.path, item.code, item.context, " ".join(item.source.split())
