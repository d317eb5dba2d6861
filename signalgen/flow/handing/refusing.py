"""Values that a task's queue does not accept: ``refused``, ``unreadable``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.tasks import LIBRARIES, SCHEDULED, SCHEDULING_WORDS, UNREADABLE
from signalgen.flow.function.naming import describe
from signalgen.flow.handing.fitting import has_task_class
from signalgen.flow.handing.kinds import kind_of, values_in
from signalgen.flow.handing.passing import calls_made
from signalgen.index.memo import answered_once
from signalgen.index.tasks import is_made_plainly
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.handing.passing import Handing
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_JSON = pattern(rb"task_serializer[\"']?\s*[=:]\s*[\"']json")
_JSON_SINCE = (4, 0)
"""The first Celery that does not pickle by default."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that a call passes to a task, and the kind of value that the queue refuses."""

    node: ast.expr
    kind: str


def refused(index: Index, function: FunctionRef, given: Handing) -> Iterator[Refused]:
    """Yield the values of a call that the task's queue certainly cannot put into a message."""
    library = given.library
    if library is None or not library.refuses or not is_made_plainly(given.target):
        return
    if _turns_them(index, library.kind):
        return
    for value in (*given.values, *(value for _, value in given.words)):
        for node in values_in(value):
            kind = kind_of(index, function, node)
            if kind in library.refuses:
                yield Refused(node, kind)


def unreadable(index: Index, function: FunctionRef, call: ast.Call) -> Iterator[Refused]:
    """Yield the values that a call keeps for a task as text that cannot be read back."""
    for made in calls_made(index, function, call):
        last = made.func.attr if isinstance(made.func, ast.Attribute) else dotted(made.func)
        if last != "schedule":
            continue
        if not SCHEDULED.search(describe(index, function.path, function, made.func)):
            continue
        words = (word.value for word in made.keywords if word.arg not in SCHEDULING_WORDS)
        for node in (*made.args[1:], *words):
            kind = kind_of(index, function, node)
            if kind in UNREADABLE:
                yield Refused(node, kind)


@answered_once
def _turns_them(index: Index, kind: str) -> bool:
    """Tell whether the project may pickle its tasks' arguments, or convert them to JSON itself."""
    library = LIBRARIES[kind]
    if not library.pickling:
        return False
    if kind == "celery" and index.code.survey.allows("celery", _JSON_SINCE) is False:
        data = (index.code.data(path).lower() for path in index.paths)
        if not any(_JSON.search(text) for text in data):
            return True
    words = re.compile(library.pickling.encode())
    named = library.packages[0].encode()
    for path in index.paths:
        text = index.code.data(path).lower()
        if named in text and words.search(text) is not None:
            return True
    return kind == "celery" and has_task_class(index)
