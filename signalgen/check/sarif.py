"""Findings as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from signalgen.check.docs import rule_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.check.rule import Rule
    from signalgen.errors import Problem
    from signalgen.values.check import Finding, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(report: Report, rules: Sequence[Rule], version: str) -> str:
    """Return a SARIF log with one run: the rules that there are, the findings, and the files that were skipped."""
    positions = {rule.code: at for at, rule in enumerate(rules)}
    driver = {
        "name": "signalgen",
        "version": version,
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "The folder of the project."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(item) for item in report.skipped],
            }
        ],
        "results": [_result(item, positions) for item in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    text = rule_text(rule)
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": text.title},
        "fullDescription": {"text": " ".join(text.sections.get("Flags", text.title).split())},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.default},
    }


def _result(item: Finding, positions: dict[str, int]) -> dict[str, object]:
    region = {
        "startLine": item.line,
        "startColumn": item.column,
        "endLine": item.end_line,
        "endColumn": max(item.end_column, 1),
        "snippet": {"text": item.source},
    }
    message = f"{item.message}. {item.hint[:1].upper()}{item.hint[1:]}." if item.hint else item.message
    return {
        "ruleId": item.code,
        "ruleIndex": positions[item.code],
        "level": _LEVELS[item.severity],
        "message": {"text": message},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(item.path), "region": region}}],
    }


def _notification(item: Problem) -> dict[str, object]:
    region = {"startLine": max(item.line, 1), "startColumn": max(item.column, 1)}
    place = {"physicalLocation": {"artifactLocation": _artifact(item.file), "region": region}}
    return {"level": "warning", "message": {"text": item.message}, "locations": [place]}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": "PROJECT"}
