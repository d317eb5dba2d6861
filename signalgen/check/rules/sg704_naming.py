"""A signal not named for an event, or receivers in an unexpected module. Off unless selected.

Flags
-----
A custom signal whose name contains no past participle and no `pre`, `post`, `ready`, `new` or the
like. Also the first receiver in a module for views, forms, URLs, admin, serializers or middleware.

Why it matters
--------------
A signal reports an event: `order_paid` says what happened, `pay_order` sounds as if sending it
would pay. And readers look for receivers in `signals`, `receivers` or `handlers`, which `ready()`
imports: https://docs.djangoproject.com/en/stable/topics/signals/#defining-signals

Bad
---
```python
from django.dispatch import Signal

pay_order = Signal()  # SG704
```

Good
----
```python
from django.dispatch import Signal

order_paid = Signal()
pre_checkout = Signal()
```

Stays silent when
-----------------
- the signal is made in a function, or its name starts with an underscore;
- its class is defined in the project, or something uses what its receivers return: then it is a
  hook, not an event;
- the module's name says nothing about its purpose.

Known misses
------------
- irregular participles that are not in the list.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.flow.function.branches import trail
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import resolve
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import SignalDef

_TIMED = frozenset({"pre", "post", "before", "after", "ready", "new", "success", "failure"})
"""Words that mark an event, as a participle does."""
_PLAIN = "django.dispatch."
# Irregular participles; the regular ones end in -ed.
_IRREGULAR = pattern(
    r"^(?:become|begun|bought|bound|broken|brought|built|caught|chosen|come|cut|done|drawn|driven|"
    r"fallen|fed|felt|forgotten|found|frozen|given|gone|got|grown|had|heard|held|hidden|hit|kept|"
    r"known|laid|led|left|lent|let|lost|made|meant|met|overridden|paid|put|read|rebuilt|redone|"
    r"reset|rewritten|run|seen|sent|set|shown|shut|sold|spent|split|spoken|stolen|stuck|sworn|"
    r"taken|taught|thrown|told|undone|understood|won|written)$"
)
_NO_PARTICIPLES = frozenset(
    {"feed", "need", "seed", "speed", "embed", "breed", "bed", "red", "shed", "weed", "proceed"}
)
_PLACES = pattern(
    r"^(?:views?|viewsets?|forms?|urls|admin|serializers?|middlewares?|permissions?)$"
)
_NAMED_FOR = pattern(r"signal|receiver|handler|listener|subscriber|hook|event")


def check(index: Index) -> Iterator[Found]:
    """Yield signals not named for an event, and the first receiver of each unexpected module."""
    for item in index.signal_definitions():
        if item.scope is not None or item.name.startswith("_") or _is_event(item.name):
            continue
        if _is_plain(index, item) and item.dotted not in _answered(index):
            yield Found(
                path=item.path,
                node=item.node,
                message=f"the signal {item.name} is not named for an event",
                hint="use the past tense: order_paid; "
                "or pre_ and post_ around something that takes a while",
                context=item.name,
            )
    yield from _misplaced(index)


def _is_plain(index: Index, item: SignalDef) -> bool:
    # Signals of a subclass may be hooks, which are named for what they collect.
    return resolve(index.code, item.path, dotted(item.call.func)).startswith(_PLAIN)


@answered_once
def _answered(index: Index) -> set[str]:
    """Return the signals whose results some code uses: these are hooks, not events."""
    return {
        item.signal
        for item in index.signal_calls()
        if item.method != "disconnect" and not _is_statement(trail(index, item.path, item.call))
    }


def _is_statement(nodes: list[ast.AST]) -> bool:
    above = [node for node in nodes[:-1] if not isinstance(node, ast.Await)]
    return not above or isinstance(above[-1], ast.Expr)


def _is_event(name: str) -> bool:
    """Tell whether a name holds a past participle, or a word of ``_TIMED``."""
    # Words of snake_case and CamelCase; a run of capitals is one word.
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
    return any(
        word in _TIMED
        or _IRREGULAR.match(word)
        or (word.endswith("ed") and len(word) > len("red") and word not in _NO_PARTICIPLES)
        for word in words
    )


def _misplaced(index: Index) -> Iterator[Found]:
    seen: set[str] = set()
    for item in index.connections:
        function = item.receiver
        if (
            function is None
            or item.style != "receiver"
            or item.scope is not None
            or item.path in seen
        ):
            continue
        seen.add(item.path)
        parts = item.path.removesuffix(".py").split("/")
        place = parts[-1] if parts[-1] != "__init__" else parts[-2] if len(parts) > 1 else ""
        if _PLACES.match(place) and not any(_NAMED_FOR.search(part) for part in parts):
            yield Found(
                path=item.path,
                node=item.node,
                message=f"receivers are not expected in {item.module}",
                hint="move them to signals.py, receivers.py or handlers.py, "
                "and import that in ready()",
                context=function.qualname,
            )


RULE = Rule("SG704", "naming", "info", on_project=check, default=False)
