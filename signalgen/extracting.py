"""The run of ``signalgen extract``: from receivers that exist to specs. Entry: ``extraction``.

The generator decides: an entry stays only if ``new --adopt`` accepts it, would change no byte, and
would write code that does what the existing code does.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.errors import Problem, SignalgenError, UsageError
from signalgen.extract import alike, candidates
from signalgen.generating import Options, generate
from signalgen.index import build_index
from signalgen.late import dataclass, pattern
from signalgen.merge import baseline_path, decode
from signalgen.project.survey import survey_again
from signalgen.roomy import roomy
from signalgen.spec import printed, read_spec
from signalgen.values.extract import ExtractedReceiver, ExtractedSpec, Extraction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.extract import Candidate
    from signalgen.values.change import Result
    from signalgen.values.project import App, Project

_HANDLER = pattern(r"handlers\[(\d+)\]")
_OTHERWISE = "the code that signalgen would write does something else"
_CHANGES = "signalgen would have to change a file for it"


@dataclass(slots=True)
class _Choice:
    """Which of a candidate's entries is being tried, and why the last one was refused."""

    candidate: Candidate
    at: int = 0
    reason: str = ""

    @property
    def entry(self) -> Mapping[str, object]:
        """The entry that is tried."""
        return self.candidate.entries[self.at]

    @property
    def given_up(self) -> bool:
        """Whether no entry is left to try."""
        return self.at >= len(self.candidate.entries)

    def refuse(self, reason: str) -> None:
        """Move to the next entry."""
        self.at += 1
        self.reason = reason


@roomy
def extraction(project: Project, apps: Sequence[str] = ()) -> Extraction:
    """Return specs for the receivers of ``project``, and the receivers left out, with reasons.

    ``apps`` are labels or import paths of the wanted apps, none for all. Raises UsageError for an
    app that does not exist.
    """
    index = build_index(survey_again(project, {}))
    wanted = {_app(project, name).name for name in apps}
    by_app: dict[str, list[_Choice]] = defaultdict(list)
    left: list[ExtractedReceiver] = []
    for one in candidates(index):
        if wanted and (one.app is None or one.app.name not in wanted):
            continue
        if one.app is None or one.reason:
            left.append(_receiver(one, one.reason))
        else:
            by_app[one.app.name].append(_Choice(one))
    specs: list[ExtractedSpec] = []
    taken: list[ExtractedReceiver] = []
    for name in sorted(by_app):
        choices = by_app[name]
        text = _settled(project, name, choices)
        left += [_receiver(one.candidate, one.reason) for one in choices if one.given_up]
        kept = [one.candidate for one in choices if not one.given_up]
        if kept and kept[0].app is not None:
            specs.append(ExtractedSpec(name, kept[0].app.label, text))
            taken += [_receiver(one) for one in kept]
    return Extraction(tuple(specs), tuple(sorted(taken)), tuple(sorted(left)), index.broken())


def _app(project: Project, name: str) -> App:
    app = project.app(name)
    if app is None:
        near = get_close_matches(name, [word for a in project.apps for word in (a.name, a.label)])
        hint = f"did you mean {near[0]}?" if near else "signalgen list names the apps"
        message = f"there is no app {name!r} in this project"
        raise UsageError(Problem("", 0, 0, "", "unknown-app", message, hint))
    return app


def _receiver(one: Candidate, reason: str = "") -> ExtractedReceiver:
    label = one.app.label if one.app is not None else ""
    return ExtractedReceiver(one.path, one.line, one.receiver, label, reason)


def _settled(project: Project, app: str, choices: Sequence[_Choice]) -> str:
    """Return the spec of the remaining choices once none of them is refused."""
    while True:
        live = [one for one in choices if not one.given_up]
        if not live:
            return ""
        text = _text(app, live)
        refused = dict(_refusals(project, app, live, text))
        if not refused:
            return text
        for number, reason in refused.items():
            live[number].refuse(reason)


def _text(app: str, live: Sequence[_Choice]) -> str:
    # Tests are left to the user: the receivers existed before signalgen.
    head: dict[str, object] = {"app": app, "test_detail": "none"}
    return printed({**head, "handlers": [dict(one.entry) for one in live]})


def _refusals(
    project: Project, app: str, live: Sequence[_Choice], text: str
) -> Iterator[tuple[int, str]]:
    """Yield the problems of a spec's entries, by their number."""
    try:
        spec = read_spec(text.encode(), file=app, source=f"{app}.yaml")
        result = generate((spec,), project, Options(adopt=True))
    except SignalgenError as error:
        yield from _blamed(error.problems, live)
        return
    problems = [*result.problems]
    problems += [Problem(c.path, c.line, c.column, c.id, "", _OTHERWISE) for c in result.clashes]
    if problems:
        yield from _blamed(problems, live)
        return
    if any(not change.internal for change in result.changed):
        if len(live) == 1:
            yield 0, _CHANGES
            return
        found = [
            (n, dict(_refusals(project, app, [o], _text(app, [o])))) for n, o in enumerate(live)
        ]
        alone = [(number, said[0]) for number, said in found if said]
        yield from alone or [(number, _CHANGES) for number in range(len(live))]
        return
    made = _generated(result, app)
    for number, one in enumerate(live):
        function = one.candidate.function
        new = made.get(str(one.entry["name"]), "")
        old = function.node if function is not None else None
        if old is None or isinstance(old, ast.Lambda) or not new or not alike(old, new):
            yield number, _OTHERWISE


def _alone(project: Project, app: str, live: Sequence[_Choice]) -> Iterator[tuple[int, str]]:
    """Yield the problems of each entry in its own spec; blame all entries if none has any."""
    found = [dict(_refusals(project, app, [one], _text(app, [one]))) for one in live]
    alone = [(number, said[0]) for number, said in enumerate(found) if said]
    yield from alone or [(number, _CHANGES) for number in range(len(live))]


def _blamed(problems: Sequence[Problem], live: Sequence[_Choice]) -> Iterator[tuple[int, str]]:
    """Yield each problem with the number of its entry, or with every number if it names none."""
    found: dict[int, str] = {}
    for problem in problems:
        match = re.match(_HANDLER.pattern, problem.path)
        if match is not None:
            found.setdefault(int(match[1]), problem.message)
    yield from found.items() if found else [(n, problems[0].message) for n in range(len(live))]


def _generated(result: Result, app: str) -> dict[str, str]:
    record = next((c.after for c in result.files if c.path == baseline_path(app)), None)
    entries = decode(record, app).entries.values()
    return {entry.name: entry.text for entry in entries if entry.kind == "receiver"}
