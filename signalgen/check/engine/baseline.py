"""The baseline: a committed file of known findings that are not reported again.

``encode``, ``decode`` and ``without_known`` are the entries. A finding is identified by file, rule,
receiver and the text of its line, never by line number, because the code above it may grow.
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
"""Folders in which a file has a meaning by its name alone, so that none may be created there."""


def encode(findings: Sequence[Finding]) -> bytes:
    """Return the bytes of a baseline file that holds ``findings``."""
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
    """Return how often a baseline holds each key. Raises UsageError if it is not a baseline."""
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
        hint = "if it was one, remove it and write a new one with --write-baseline"
        problem = Problem(
            file, 0, 0, "", "bad-baseline", f"{file} is not a signalgen baseline", hint
        )
        raise UsageError(problem) from error


def refuse_other(data: bytes | None, file: str) -> None:
    """Raise UnsafeError unless ``file``, which holds ``data`` (None: no such file), may be written.

    Only a new file or a baseline may be: a setting that names another file, even an empty one, may
    be a mistake or an attack by an untrusted repository.
    """
    if _KEPT.intersection(file.lower().split("/")[:-1]):
        message = f"{file} is in a folder that does not belong to the project"
    elif data is not None and not _is_ours(data):
        message = f"{file} is not a signalgen baseline, so it is not replaced"
    else:
        return
    hint = "choose another file, or remove this one first; nothing was written"
    raise UnsafeError(Problem(file, 0, 0, "", "not-a-baseline", message, hint))


def _is_ours(data: bytes) -> bool:
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
    """Return the report without the findings in the baseline, each as often as it is there."""
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
    """Return what identifies a finding from run to run."""
    return item.path, item.code, item.context, " ".join(item.source.split())
