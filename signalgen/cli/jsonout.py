"""An outcome as one JSON object (``as_json``), and the JSON Schema of that object."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.cli.outcome import STATUS
from signalgen.screening import screened_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.cli.outcome import Outcome
    from signalgen.errors import Problem
    from signalgen.values.change import Clash
    from signalgen.values.check import Finding

VERSION = 1

_PROBLEM = ("file", "line", "column", "path", "code", "message", "hint")
_CLASH = ("id", "name", "path", "line", "column", "base", "ours", "theirs")
_FINDING = (
    "code",
    "name",
    "severity",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "message",
    "hint",
    "source",
    "context",
)
_COUNTED = ("line", "column", "end_line", "end_column")


def as_json(outcome: Outcome, diffs: Mapping[str, str]) -> str:
    """Return ``outcome`` as JSON text in ASCII.

    ``diffs`` holds the unified diff of each changed file, by path.
    """
    data: dict[str, object] = {
        "version": VERSION,
        "command": outcome.command,
        "status": outcome.status,
        "files": [
            {"path": file.path, "action": file.action, "diff": diffs.get(file.path, "")}
            for file in outcome.files
        ],
        "findings": [_finding(finding) for finding in outcome.findings],
        "problems": [_problem(problem) for problem in outcome.problems],
        "notes": [_problem(note) for note in outcome.notes],
        "clashes": [_clash(clash) for clash in outcome.clashes],
        "next_steps": list(outcome.next_steps),
    }
    if outcome.command == "recipes":
        data["recipes"] = list(outcome.recipes)
    kind, rows = outcome.rows
    if kind:
        data[kind] = rows[0] if kind in ("trace", "extract") else list(rows)
    # Imported here: ``--help`` needs none.
    import json

    return screened_json(json.dumps(data, indent=2)) + "\n"


def output_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of what all commands print with ``--format json``."""
    text = {"type": "string"}
    file = _object(
        {
            "path": {**text, "description": "Relative to the project, with forward slashes."},
            "action": {"enum": ["create", "update", "unchanged", "delete", "conflict"]},
            "diff": {**text, "description": "A unified diff; empty when nothing changes."},
        }
    )
    properties: dict[str, dict[str, object]] = {
        "version": {"const": VERSION},
        "command": {
            **text,
            "description": "The command that ran; empty if it is not known.",
        },
        "status": {
            "enum": list(STATUS.values()),
            "description": "; ".join(
                f"{word}: exit code {int(code)}" for code, word in STATUS.items()
            ),
        },
        "files": {"type": "array", "items": file},
        "findings": {"type": "array", "items": _finding_schema()},
        "problems": {"type": "array", "items": _of(_PROBLEM)},
        "notes": {"type": "array", "items": _of(_PROBLEM)},
        "clashes": {"type": "array", "items": _of(_CLASH)},
        "next_steps": {"type": "array", "items": text},
    }
    recipes = {
        "type": "array",
        "items": {"type": "object"},
        "description": "Only for the command recipes.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "signalgen output",
        **_object(properties),
        "properties": {
            **properties,
            "recipes": recipes,
            **_listed_schema(),
            "trace": {"$ref": "#/$defs/step", "description": "Only for the command trace."},
            "why": _chains_schema(),
            "extract": _extract_schema(),
        },
        "$defs": {"step": _step_schema()},
    }


def _step_schema() -> dict[str, object]:
    text: dict[str, object] = {"type": "string"}
    flag: dict[str, object] = {"type": "boolean"}
    return _object(
        {
            "kind": {
                "enum": [
                    *("event", "signal", "receiver", "row", "method", "write", "bulk"),
                    *("send", "task", "effect", "commit"),
                ]
            },
            "text": text,
            "name": text,
            "path": text,
            "line": {"type": "integer", "minimum": 0},
            "when": {"type": "array", "items": text},
            "waits": flag,
            "again": flag,
            "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        }
    )


def _chains_schema() -> dict[str, object]:
    text: dict[str, object] = {"type": "string"}
    line: dict[str, object] = {"type": "integer", "minimum": 0}
    link = _object(
        {
            "asks": text,
            "answer": {"enum": ["yes", "no", "unknown"]},
            "says": text,
            "path": text,
            "line": line,
            "rule": text,
        }
    )
    chain = _object(
        {
            "receiver": text,
            "signal": text,
            "sender": text,
            "path": text,
            "line": line,
            "links": {"type": "array", "items": link},
        }
    )
    return {"type": "array", "items": chain, "description": "Only for the command why."}


def _extract_schema() -> dict[str, object]:
    text: dict[str, object] = {"type": "string"}
    line: dict[str, object] = {"type": "integer", "minimum": 1}
    spec = _object({"app": text, "label": text, "text": text})
    receiver = _object({"path": text, "line": line, "receiver": text, "app": text, "reason": text})
    parts = {"specs": spec, "receivers": receiver}
    listed: dict[str, dict[str, object]] = {
        name: {"type": "array", "items": item} for name, item in parts.items()
    }
    return {**_object(listed), "description": "Only for the command extract."}


def _listed_schema() -> dict[str, dict[str, object]]:
    text: dict[str, object] = {"type": "string"}
    names: dict[str, object] = {"type": "array", "items": text}
    # 0 where the code of a package's receiver has no line.
    line: dict[str, object] = {"type": "integer", "minimum": 0}
    flag: dict[str, object] = {"type": "boolean"}
    deed = _object({"verb": text, "what": text, "waits": flag, "maybe": flag, "bulk": flag})
    place = {"path": text, "line": line, "app": text}
    tables: dict[str, dict[str, dict[str, object]]] = {
        "registrations": {
            "signal": text,
            "sender": text,
            "receiver": text,
            "deeds": {"type": "array", "items": deed},
            "fates": {
                "type": "array",
                "items": {"enum": ["not loaded", "collected at once", "shadowed"]},
            },
            "uid": text,
            "condition": {
                "type": "string",
                "description": "The condition under which it is connected, as written.",
            },
            "seen": {
                "enum": ["", "both", "running only", "read only"],
                "description": "Empty without --live.",
            },
            "reason": text,
        },
        "signals": {
            "signal": text,
            "senders": {
                "type": "array",
                "items": _object({"path": text, "line": line, "function": text}),
            },
            "receivers": names,
        },
        "tasks": {"task": text, "library": text, "parameters": names, "queued_by": names},
    }
    return {
        kind: {
            "type": "array",
            "items": _object({**place, **columns}),
            "description": "Only for the command list.",
        }
        for kind, columns in tables.items()
    }


def wants_json(arguments: list[str]) -> bool:
    """Return whether ``arguments``, which may otherwise be invalid, ask for JSON."""
    head = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return any(
        word in ("--format=json", "-fjson") or (word in ("--format", "-f") and value == "json")
        for word, value in pairwise([*head, ""])
    )


def _of(names: tuple[str, ...]) -> dict[str, object]:
    return _object(
        {
            name: {"type": "integer", "minimum": 0} if name in _COUNTED else {"type": "string"}
            for name in names
        }
    )


def _object(properties: dict[str, dict[str, object]]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {name: getattr(problem, name) for name in _PROBLEM}


def _finding_schema() -> dict[str, object]:
    fields = _of(_FINDING)
    properties = fields["properties"]
    if isinstance(properties, dict):
        properties["severity"] = {"enum": ["error", "warning", "info"]}
        properties["fix"] = {"enum": ["none", "safe", "unsafe"]}
        fields["required"] = list(properties)
    return fields


def _finding(finding: Finding) -> dict[str, object]:
    fix = "none" if finding.fix is None else "safe" if finding.fix.safe else "unsafe"
    return {**{name: getattr(finding, name) for name in _FINDING}, "fix": fix}


def _clash(clash: Clash) -> dict[str, object]:
    return {name: getattr(clash, name) for name in _CLASH}
