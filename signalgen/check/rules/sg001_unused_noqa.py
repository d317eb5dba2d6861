"""A ``# noqa`` comment that silences nothing.

Flags
-----
A code of signalgen in a `# noqa` comment on a line where that rule finds nothing.

Why it matters
--------------
The comment would hide the next finding on that line, which may be real. How to write a receiver:
https://docs.djangoproject.com/en/stable/topics/signals/

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver


@receiver(post_save)
def on_saved(sender, **kwargs): ...  # noqa: SG301  # SG001
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver


@receiver(post_save)
def on_saved(sender): ...  # noqa: SG301
```
```python
TEXT = "# noqa: SG301"
x = 1  # noqa: E501
y = 2  # noqa
```

Stays silent when
-----------------
- the rule does not run: it is off, or ignored;
- the comment is a bare `# noqa`, or names rules of other tools only.

Known misses
------------
- comments in tests and migrations, which are not analysed.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.values.check import Fix, TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.noqa import Noqa


def check(index: Index, path: str, comment: Noqa, codes: frozenset[str]) -> Iterator[Found]:
    """Yield a finding for ``comment``, which names the unused ``codes``."""
    text = index.code.outline(path).text
    first = text.starts[comment.line - 1]
    last = text.starts[comment.line] if comment.line < len(text.starts) else len(text.data)
    line = text.data[first:last].decode(text.encoding, "replace")
    at, end = (
        len(line[:place].encode(text.encoding))
        for place in (comment.start, comment.start + len(comment.text))
    )
    node = ast.Name(
        "noqa",
        ast.Load(),
        lineno=comment.line,
        col_offset=at,
        end_lineno=comment.line,
        end_col_offset=end,
    )
    named = ", ".join(sorted(codes))
    yield Found(
        path=path,
        node=node,
        message=f"{named} finds nothing on this line",
        hint="remove it from the comment",
        context=named,
        fix=_fix(path, line, comment, codes, first + at, first + end),
    )


def _fix(
    path: str, line: str, comment: Noqa, codes: frozenset[str], start: int, end: int
) -> Fix | None:
    left = sorted(comment.codes - codes)
    if left:
        edit = TextEdit(path, start, end, f"# noqa: {', '.join(left)}")
        return Fix("keep only the other codes", (edit,))
    if line[comment.start + len(comment.text) :].strip():
        return None  # a reason follows the comment: a person has to decide about it
    before = line[: comment.start]
    # The blanks before the comment go with it; a comment that is a whole line stays.
    spaces = len(before) - len(before.rstrip())
    return (
        Fix("remove the comment", (TextEdit(path, start - spaces, end, ""),))
        if before.strip()
        else None
    )


RULE = Rule(
    "SG001",
    "unused-noqa",
    "warning",
    on_unused=check,
    fix="safe",
    safety="Only the comment changes. A comment that also gives a reason is left to you.",
)
