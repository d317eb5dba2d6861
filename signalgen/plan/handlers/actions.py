"""The values that a handler of m2m_changed compares ``action`` with. Entry: ``check_actions``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.facts.signals import M2M_ACTIONS
from signalgen.late import pattern
from signalgen.syntax import bound_names, parse_body, parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.signals.listening import SignalUse
    from signalgen.values.spec import Code, HandlerSpec

_SENT = tuple(M2M_ACTIONS.values())
_MEANT = pattern(r"add|remov|clear|creat|delet|set")
_WORDS = {"add": "add", "creat": "add", "set": "add", "remov": "remove", "delet": "remove"}


def check_actions(ctx: Context, handler: HandlerSpec, uses: Sequence[SignalUse]) -> None:
    """Report comparisons of ``action`` with a value that the signal never sends: ``"add"``."""
    if not uses or any(use.family != "m2m" for use in uses):
        return
    codes = [(code, False) for code in handler.codes().values()]
    codes += [(handler.when, True)] if handler.when is not None else []
    codes += [(argument, True) for entry in handler.enqueue for argument in entry.args]
    for code, is_expression in codes:
        for word, line, column in _compared(code, is_expression=is_expression):
            found = _MEANT.search(word)
            if word in _SENT or found is None:
                continue
            verb = _WORDS.get(found[0], found[0])
            when = "pre" if word.startswith(("pre", "before")) else "post"
            key = f"on_{verb}" if when == "post" else f"on_pre_{verb}"
            ctx.problem(
                code.at_byte(line, column),
                "unknown-action",
                f"m2m_changed sends no action {word!r}",
                f"write {when}_{verb}, or the key {key}",
            )


def _compared(code: Code, *, is_expression: bool) -> Iterator[tuple[str, int, int]]:
    # Constants that ``action`` is compared with, each with its place in ``code``.
    if "action" not in code.text:
        return
    if not is_expression and "action" in bound_names(code.text):
        return
    tree: ast.AST = parse_expression(code.text) if is_expression else parse_body(code.text)
    for node in ast.walk(tree):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare) and len(node.comparators) == 1:
            pair = [node.left, node.comparators[0]]
            if any(isinstance(side, ast.Name) and side.id == "action" for side in pair):
                sides = pair
        elif isinstance(node, ast.Match) and getattr(node.subject, "id", "") == "action":
            sides = [
                inner.value
                for case in node.cases
                for inner in ast.walk(case.pattern)
                if isinstance(inner, ast.MatchValue)
            ]
        for side in sides:
            listed = side.elts if isinstance(side, (ast.Tuple, ast.List, ast.Set)) else [side]
            for item in listed:
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield item.value, item.lineno - is_expression, item.col_offset
