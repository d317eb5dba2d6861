"""One run of the rules over an index: ``analyse(index, choice)`` gives sorted findings."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from signalgen.check.engine.moot import weighed
from signalgen.check.engine.noqa import comments, real_comments, silenced
from signalgen.check.engine.rule import all_rules
from signalgen.errors import Problem
from signalgen.index.memo import AT_ONCE, let_go
from signalgen.late import pattern
from signalgen.roomy import has_room
from signalgen.values.check import CheckReport, Finding

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from signalgen.check.engine.rule import Found, Rule
    from signalgen.check.engine.select import Choice
    from signalgen.index import Index
    from signalgen.values.index import Receiver
    from signalgen.values.noqa import Noqa

    Used = dict[tuple[str, int], set[str]]

_NAMED = pattern(rb"noqa[^\r\n]*SG\d", re.IGNORECASE)


def analyse(index: Index, choice: Choice, below: Sequence[str] = ()) -> CheckReport:
    """Return the findings in the files and folders ``below``, everywhere if it is empty."""
    rules = choice.rules(all_rules())
    seen: dict[str, dict[int, Noqa]] = {}
    used: Used = {}
    # Only after all rules have run it is known which comments silence nothing.
    given_up: dict[str, list[str]] = {}
    found = list(dict.fromkeys(item for item, _ in _made(index, rules, given_up)))
    kept = [item for item in found if not _is_silenced(index, item, seen, used)]
    made = [*weighed(index, kept), *_unused(index, rules, used)]
    wanted = [
        item
        for item in sorted(made, key=_order)
        if _is_below(item.path, below) and choice.keeps(item.code, item.name, item.path)
    ]
    return CheckReport(
        findings=tuple(wanted),
        skipped=(*index.broken(), *_too_deep(given_up)),
        files=len(index.code.survey.sources.paths),
        suppressed=len(found) - len(kept),
    )


def _is_silenced(index: Index, item: Finding, seen: dict[str, dict[int, Noqa]], used: Used) -> bool:
    comment = silenced(item, _noqa(index, item.path, seen))
    if comment is not None:
        used.setdefault((item.path, comment.line), set()).add(item.code)
    return comment is not None


def _unused(index: Index, rules: Sequence[Rule], used: Used) -> Iterator[Finding]:
    asking = [rule for rule in rules if rule.on_unused is not None]
    run = {rule.code for rule in rules} - {rule.code for rule in asking}
    for path in index.containing(b"noqa") if asking else ():
        data = index.code.data(path)
        if b"SG" not in data or not _NAMED.search(data):  # cutting a file into tokens takes long
            continue
        text = index.code.outline(path).text
        for line, comment in real_comments(text.data.decode(text.encoding, "replace")).items():
            codes = frozenset((comment.codes & run) - used.get((path, line), set()))
            for rule in asking:
                if codes and rule.on_unused is not None:
                    for found in rule.on_unused(index, path, comment, codes):
                        yield _finding(index, rule, found)


def located(
    index: Index, choice: Choice, advice: frozenset[str], whole: frozenset[str] = frozenset()
) -> Iterator[tuple[Finding, ast.AST]]:
    """Yield the errors and warnings that are wanted and not silenced, each with its node.

    Rules that only inform are not run, nor those about comments: callers do not need them. The
    rules in ``advice`` run unless ignored, even if off by default; those in ``whole`` also give
    their information.
    """
    open_to = replace(choice, select=("ALL",))
    rules = [rule for rule in choice.rules(all_rules()) if rule.severity != "info"]
    rules += [rule for rule in open_to.rules(all_rules()) if rule.code in advice]
    seen: dict[str, dict[int, Noqa]] = {}
    for item, node in _made(index, rules, {}):
        weighs = item.severity != "info" or item.code in advice | whole
        wanted = weighs and choice.keeps(item.code, item.name, item.path)
        if wanted and silenced(item, _noqa(index, item.path, seen)) is None:
            yield item, node


def _made(
    index: Index, rules: Iterable[Rule], given_up: dict[str, list[str]]
) -> Iterator[tuple[Finding, ast.AST]]:
    for rule, path, question in _questions(index, tuple(rules)):
        answers = _answers(index, rule, question)
        if answers is None:
            given_up.setdefault(path, []).append(rule.code)
        else:
            yield from answers


def _answers(
    index: Index, rule: Rule, question: Callable[[], Iterable[Found]]
) -> list[tuple[Finding, ast.AST]] | None:
    try:
        return [(_finding(index, rule, found), found.node) for found in question()]
    except RecursionError:
        # The run starts again on a larger stack first; None when even that is too small.
        if not has_room():
            raise
        return None


def _questions(
    index: Index, rules: Sequence[Rule]
) -> Iterator[tuple[Rule, str, Callable[[], Iterable[Found]]]]:
    # The checks of each rule with their files, "." for all of them. Receivers are checked in
    # portions, because cached answers about all of them take much memory.
    every = _receivers(index) if any(rule.on_receiver is not None for rule in rules) else ()
    for first in range(0, max(len(every), 1), AT_ONCE):
        if first:
            let_go(index)
        for rule in rules:
            on_project, on_receiver = rule.on_project, rule.on_receiver
            if on_project is not None and not first:
                yield rule, ".", partial(on_project, index)
            if on_receiver is not None:
                for receiver in every[first : first + AT_ONCE]:
                    yield rule, receiver.function.path, partial(on_receiver, receiver, index)


def _receivers(index: Index) -> tuple[Receiver, ...]:
    try:
        return index.receivers
    except RecursionError:
        if not has_room():
            raise
        # The rules about the whole project fail in the same way, and are reported.
        return ()


def _too_deep(given_up: dict[str, list[str]]) -> Iterator[Problem]:
    for path, codes in sorted(given_up.items()):
        named = ", ".join(dict.fromkeys(codes))
        message = f"code is nested or chained too deeply, so {named} did not run here"
        yield Problem(path, 0, 0, "", "too-deep", message, "shorten the chain")


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
        # Most files have none, and the lines of a large one take much room.
        any_there = text.encoding != "utf-8" or b"noqa" in text.data.lower()
        whole = text.data.decode(text.encoding, "replace") if any_there else ""
        seen[path] = comments(whole.splitlines())
    return seen[path]
