"""The rules' findings about new code in the future project: ``examine(...)``."""

from __future__ import annotations

import gc
from dataclasses import field, replace
from itertools import chain
from typing import TYPE_CHECKING

from signalgen.check import Choice, located
from signalgen.errors import Problem
from signalgen.gate.origin import SpecOrigin, origin_of
from signalgen.gate.traps import traps
from signalgen.index import build_index
from signalgen.late import dataclass
from signalgen.project.check_config import check_settings
from signalgen.project.survey import survey_again

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.index import Index
    from signalgen.project.survey import Survey
    from signalgen.source.outline import Chunk
    from signalgen.values.change import FileChange, Fresh
    from signalgen.values.check import Finding
    from signalgen.values.project import Project
    from signalgen.values.spec import HandlerSpec, Spec

_ENDLESS = frozenset({"SG201", "SG202"})
_RECURSION = "SG201"
_ASYNC = "SG412"
"""Queries of async receivers: a possible query of a foreign key is noted, too."""
_SAME = frozenset({"SG101", "SG102"})
"""Rules that report one mistake twice when both fire: slow work inside the save."""
_BEFORE_COMMIT = "SG101"
_LOADED = "SG103"
"""Receivers that nothing loads: a false alarm if the file that loads them was not changed."""
_UNKNOWN = "SG303"
_TRAPS = frozenset({"SG421", "SG422", "SG424"})
"""Rules whose findings ``traps`` reports in terms of the spec, as it does some of the next."""
_LOADING = "SG419"
_ASKED = frozenset(
    {"SG108", "SG411", "SG413", "SG414", "SG415", "SG416", "SG417", "SG418", _LOADING, "SG420"}
)
"""Rules that may be off by default, with few projects to measure them on, but certain."""
_BETWEEN = frozenset({"SG302", "SG410", "SG411"})
"""Rules that compare files: one that clashes is still in its old state."""
_SHORT, _NEEDED, _SENT_WITHOUT = "SG411", "SG302", "is sent without it"
"""A send without a declared argument, and the receivers' findings about the same mistake."""
_TOLD = frozenset({_RECURSION, _ASYNC})
_INHERITED = "SG305"
"""Classes whose rows do not reach a new receiver: the spec has a key for that."""
_IN_WORDS_OF_A_SPEC = frozenset({"SG309", "SG602"})
"""Rules about signals that are never sent; ``traps`` reports them with the keys that help."""
_MANY = 2_000
"""The number of new symbols from which memory matters."""
_ADVICE = "SG901"
"""Advice that a signal is the wrong tool; never an error."""


@dataclass(frozen=True, slots=True)
class Objections:
    """The rules' objections: ``problems`` stop the run, ``notes`` do not."""

    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Code:
    """The new symbols by file and name, in the index of the future project; ``texts`` caches."""

    index: Index
    symbols: Mapping[tuple[str, str], Fresh]
    texts: dict[str, str] = field(default_factory=dict)

    def symbol(self, finding: Finding) -> tuple[Fresh, Chunk] | None:
        """Return the new symbol that a finding is about, None if it is about older code."""
        chunk = self._chunk(finding)
        found = self.symbols.get((finding.path, chunk.name)) if chunk is not None else None
        return (
            (found, chunk)
            if found is not None and chunk is not None and self._is_new(found, finding)
            else None
        )

    def function(self, path: str, chunk: Chunk) -> ast.stmt:
        """Return the statement of a chunk."""
        return self.index.code.parsed(path, chunk)[-1]

    def _chunk(self, finding: Finding) -> Chunk | None:
        chunks = self.index.code.outline(finding.path).chunks
        return next((chunk for chunk in reversed(chunks) if chunk.line <= finding.line), None)

    def _is_new(self, symbol: Fresh, finding: Finding) -> bool:
        """Return whether the line of a finding comes from the spec."""
        # In a symbol that a person edits too, only lines that the last run did not have are new.
        text = self.texts.get(finding.path)
        if text is None:
            buffer = self.index.code.outline(finding.path).text.buffer
            text = self.texts[finding.path] = buffer.decode("utf-8", "replace").replace(
                "\r\n", "\n"
            )
        if symbol.fragment.text.strip() in text:
            return True
        line = finding.source.strip()
        return line in _lines(symbol.fragment.text) and line not in _lines(symbol.last)


def examine(
    specs: Sequence[Spec],
    project: Project,
    changes: Sequence[FileChange],
    fresh: Sequence[Fresh],
    django: tuple[int, int] | None,
    *,
    whole: bool = True,
    clashing: bool = False,
) -> Objections:
    """Return the rules' findings about ``fresh``, the symbols that ``changes`` add.

    Errors become problems, warnings become notes, each at its line in the spec. Findings of
    severity info are left to ``signalgen check``, except that a method would be better than a new
    receiver: this is noted once per spec. Not ``whole``: some files of the run were refused or
    clash. ``clashing``: some of them clash.
    """
    if len(fresh) >= _MANY:
        # Templates and black leave reference cycles, which do not matter in a small run.
        gc.collect(1)
    survey = survey_again(project, {change.path: change.after for change in changes})
    symbols = {(item.fragment.path, item.fragment.name): item for item in fresh}
    focus: dict[str, set[str]] = {}
    for path, name in symbols:
        focus.setdefault(path, set()).add(name)
    index = build_index(survey, django, {path: frozenset(names) for path, names in focus.items()})
    said = list(
        _said(_Code(index, symbols), {spec.source: spec for spec in specs}, _choice(survey))
    )
    begun = {spec.file for spec in specs if _is_begun(project, spec)}
    said = [
        pair
        for pair in said
        if (whole or pair[0].code != _LOADED)
        and not (clashing and pair[0].code in _BETWEEN)
        and (pair[0].file not in begun or pair[0].code not in (_LOADED, _UNKNOWN))
    ]
    sent_short = {problem.file for problem, _ in said if problem.code == _SHORT}
    said = [
        pair
        for pair in said
        if pair[0].code != _NEEDED
        or pair[0].file not in sent_short
        or _SENT_WITHOUT not in pair[0].message
    ]
    return Objections(
        tuple(sorted({problem for problem, severity in said if severity == "error"})),
        tuple(sorted({problem for problem, severity in said if severity != "error"})),
    )


def _is_begun(project: Project, spec: Spec) -> bool:
    # Receivers name models that do not exist yet, and must not be loaded until they do.
    app = project.app(spec.app.text)
    return app is not None and not app.models and not app.unread_models


def _choice(survey: Survey) -> Choice:
    settings = check_settings(survey.pyproject)
    per_file = {**settings.per_file_ignores, **dict.fromkeys(settings.exclude, ("ALL",))}
    return Choice(settings.select, settings.extend_select, settings.ignore, per_file)


def _said(code: _Code, specs: Mapping[str, Spec], choice: Choice) -> Iterator[tuple[Problem, str]]:
    slow: set[int] = set()
    advice: dict[str, list[Problem]] = {}
    found = located(code.index, choice, frozenset({_ADVICE, _INHERITED}) | _ASKED, _TOLD)
    told = list(traps(code.index, code.symbols))
    trapped = {id(node) for _, node in told}
    for finding, node in chain(found, told):
        if finding.code in _TRAPS or (finding.code == _LOADING and id(node) in trapped):
            continue
        known = code.symbol(finding)
        spec = specs.get(known[0].fragment.source) if known is not None else None
        if known is None or spec is None or finding.code in _IN_WORDS_OF_A_SPEC:
            continue
        symbol, chunk = known
        origin = origin_of(spec, symbol.fragment, code.function(finding.path, chunk), node)
        if _is_meant(finding, origin.handler) or (finding.code in _SAME and id(node) in slow):
            continue
        slow |= {id(node)} if finding.code in _SAME else set()
        if finding.code == _RECURSION and finding.severity == "info":
            # docs/spec.md: a body that saves its own sender must say so, with or without a
            # condition.
            if origin.in_body and origin.handler is not None:
                yield _problem(spec, replace(finding, severity="error"), origin), "error"
            continue
        if finding.code == _SHORT and any(finding.context == one.name for one in spec.signals):
            # A declaration in the spec outweighs a comment.
            finding = replace(finding, severity="error")  # noqa: PLW2901
        problem = _problem(spec, finding, origin)
        if finding.code != _ADVICE:
            yield problem, finding.severity
        elif not symbol.last and _is_clear(finding, origin.handler):
            advice.setdefault(spec.source, []).append(problem)
    yield from ((_once(sorted(found)), "info") for found in advice.values())


def _is_clear(finding: Finding, handler: HandlerSpec | None) -> bool:
    """Return whether a method is clearly better: the code sets fields before a save, or validates.

    After a save a receiver is a fair choice, and what people write first.
    """
    signals = handler.signals if handler is not None else ()
    early = any(signal.text.rpartition(".")[2].startswith("pre_") for signal in signals)
    return early or finding.hint.startswith("validation")


def _once(found: Sequence[Problem]) -> Problem:
    """Return the first of several equal notes, with the number of further handlers."""
    more = f" (and so for {len(found) - 1} more)" if len(found) > 1 else ""
    return replace(found[0], message=found[0].message + more)


def _is_meant(finding: Finding, handler: HandlerSpec | None) -> bool:
    """Return whether a key of the handler means the same as a ``# noqa``."""
    if handler is None:
        return False
    guarded = handler.recursion == "guarded" and finding.code in _ENDLESS
    # SG101 is an error if it is about a task.
    defers = handler.defer_tasks if finding.severity == "error" else handler.defer_effects
    return guarded or (finding.code == _BEFORE_COMMIT and not defers)


def _problem(spec: Spec, finding: Finding, origin: SpecOrigin) -> Problem:
    # A body has every argument of its signal under its own name.
    mark, hint = origin.mark, finding.hint.replace('kwargs["using"]', "using")
    if finding.code == _BEFORE_COMMIT and origin.handler is not None:
        hint = (
            "put it, and what depends on it, under after_commit:, or set "
            f"{'defer_tasks' if finding.severity == 'error' else 'defer_effects'}: false"
        )
    if finding.code == _INHERITED:
        recipe = mark.path.startswith("recipes")
        hint = "add the same recipe for those models" if recipe else "use subclasses: true"
    if finding.severity == "error":
        ways = (
            ["recursion: guarded"]
            if finding.code in _ENDLESS and origin.handler is not None
            else []
        )
        ways += [f"# noqa: {finding.code} at the end of the line"] if origin.in_body else []
        joint = " " if hint.endswith("?") else "; "
        hint += f"{joint}if it is intended, use {' or '.join(ways)}" if ways else ""
    line = spec.source_line(mark)
    return Problem(
        mark.file, mark.line, mark.column, mark.path, finding.code, finding.message, hint, line
    )


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()}
