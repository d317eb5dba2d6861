"""Findings as SARIF 2.1.0, which code scanning services read: ``sarif`` is the entry.

It includes what GitHub requires beyond the standard: a help text for each rule, paths relative to
the root, and a fingerprint that survives changes above a finding. GitHub's own line hash is
computed by its upload step, which has the sources.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from signalgen.check.engine.baseline import key_of
from signalgen.check.engine.docs import rule_page, rule_text
from signalgen.screening import screened_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.check.engine.rule import Rule
    from signalgen.errors import Problem
    from signalgen.values.check import CheckReport, Finding

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT = "signalgen/v1"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(report: CheckReport, rules: Sequence[Rule], version: str) -> str:
    """Return a SARIF log with one run: the rules, the findings and the skipped files."""
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
        "results": [
            _result(item, positions, mark)
            for item, mark in zip(report.findings, _fingerprints(report.findings), strict=True)
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return screened_json(json.dumps(log, indent=2)) + "\n"


def _fingerprints(findings: Sequence[Finding]) -> list[str]:
    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for item in findings:
        key = key_of(item)
        # Numbered, as equal lines in one receiver would have one fingerprint.
        seen[key] += 1
        digest = hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        made.append(f"{digest}:{seen[key]}")
    return made


def _rule(rule: Rule) -> dict[str, object]:
    text = rule_text(rule)
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": text.title.replace("``", "`")},
        "fullDescription": {"text": " ".join(text.sections.get("Flags", text.title).split())},
        "help": {"text": rule_page(rule, heading=""), "markdown": rule_page(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.default},
    }


def _result(item: Finding, positions: dict[str, int], fingerprint: str) -> dict[str, object]:
    message = (
        f"{item.message}. {item.hint[:1].upper()}{item.hint[1:]}." if item.hint else item.message
    )
    return {
        "ruleId": item.code,
        "ruleIndex": positions[item.code],
        "level": _LEVELS[item.severity],
        "message": {"text": message},
        "locations": [
            {"physicalLocation": {"artifactLocation": _artifact(item.path), **_regions(item)}}
        ],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }


def _regions(item: Finding) -> dict[str, object]:
    region: dict[str, object] = {
        "startLine": item.line,
        "startColumn": item.column,
        "endLine": item.end_line,
        "endColumn": max(item.end_column, 1),
    }
    if item.line != item.end_line:
        return {"region": region}
    region["snippet"] = {"text": item.source[item.column - 1 : item.end_column - 1]}
    return {
        "region": region,
        "contextRegion": {
            "startLine": item.line,
            "endLine": item.line,
            "snippet": {"text": item.source},
        },
    }


def _notification(item: Problem) -> dict[str, object]:
    region = {"startLine": max(item.line, 1), "startColumn": max(item.column, 1)}
    place = {"physicalLocation": {"artifactLocation": _artifact(item.file), "region": region}}
    return {"level": "warning", "message": {"text": item.message}, "locations": [place]}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "PROJECT"}
