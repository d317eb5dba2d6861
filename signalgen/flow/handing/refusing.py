"""Values that the queue of a task does not take: ``refused``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.facts.tasks import LIBRARIES
from signalgen.flow.handing.kinds import kind_of, values_in
from signalgen.index.memo import answered_once
from signalgen.index.tasks import is_made_plainly
from signalgen.late import dataclass

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from signalgen.flow.handing.passing import Handing
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_CLASS_OF_TASKS = b"task_cls"


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that a call hands to a task, and the kind of value that the queue refuses."""

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


@answered_once
def _turns_them(index: Index, kind: str) -> bool:
    """Tell whether the project may pickle what its tasks get, or say itself how it becomes JSON."""
    library = LIBRARIES[kind]
    if not library.pickling:
        return False
    words = re.compile(library.pickling.encode())
    named = library.packages[0].encode()
    for path in index.paths:
        text = index.code.data(path).lower()
        if named in text and words.search(text) is not None:
            return True
        if kind == "celery" and _CLASS_OF_TASKS in text:
            return True
    return False
