"""One run of the analyser: the rules that were asked for, over an index, to findings in the order of the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.noqa import Noqa, comments, silenced
from signalgen.check.rule import all_rules
from signalgen.values.check import Finding, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from signalgen.check.rule import Found, Rule
    from signalgen.check.select import Choice
    from signalgen.index import Index


def analyse(index: Index, choice: Choice, below: Sequence[str] = ()) -> Report:
    """Return what the rules find. ``below`` are the files and folders that findings are wanted in, all when empty."""
    rules = choice.rules(all_rules())
    made = sorted(_made(index, rules), key=_order)
    wanted = [
        item
        for item in dict.fromkeys(made)
        if _is_below(item.path, below) and choice.keeps(item.code, item.name, item.path)
    ]
    seen: dict[str, dict[int, Noqa]] = {}
    kept = [item for item in wanted if silenced(item, _noqa(index, item.path, seen)) is None]
    return Report(
        findings=tuple(kept),
        skipped=index.broken(),
        files=len(index.code.survey.sources.paths),
        suppressed=len(wanted) - len(kept),
    )


def _made(index: Index, rules: Iterable[Rule]) -> Iterator[Finding]:
    for rule in rules:
        if rule.on_project is not None:
            yield from (_finding(index, rule, found) for found in rule.on_project(index))
        if rule.on_receiver is not None:
            for receiver in index.receivers:
                yield from (_finding(index, rule, found) for found in rule.on_receiver(receiver, index))


def _finding(index: Index, rule: Rule, found: Found) -> Finding:
    place = index.code.place(found.path, found.node)
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=found.severity or rule.severity,
        path=place.path,
        line=place.line,
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        message=found.message,
        hint=found.hint,
        source=place.source,
        context=found.context,
        fix=found.fix,
    )


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    return finding.path, finding.line, finding.column, finding.code, finding.message


def _is_below(path: str, below: Sequence[str]) -> bool:
    return not below or any(
        folder in (".", "") or path == folder or path.startswith(f"{folder}/") for folder in below
    )


def _noqa(index: Index, path: str, seen: dict[str, dict[int, Noqa]]) -> dict[int, Noqa]:
    if path not in seen:
        text = index.code.outline(path).text
        seen[path] = comments(text.data.decode(text.encoding, "replace").splitlines())
    return seen[path]
