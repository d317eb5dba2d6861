"""Fast walks meet what ``ast.walk`` meets, in its order."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from signalgen.treewalk import all_nodes, child_nodes

LEFT_OUT = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop)
ODD = (
    "{**a, 'b': c}",
    "def f(a, *b, c=1, d, **e): global g; nonlocal h",
    "lambda *a, b, c=2: a @ b",
    "f'{a!r:>{b}}' if a < b <= c else not d",
    "try:\n    a\nexcept* B as c:\n    del d[1:2], e.f\nelse:\n    pass\nfinally:\n    pass"
    if hasattr(ast, "TryStar")
    else "try:\n    a\nexcept B as c:\n    del d[1:2], e.f\nfinally:\n    pass",
    "match a:\n    case {'b': C(1, d=2), **e} | [3, *f] if g:\n        pass",
    "async def f():\n    async with a as b, c:\n        x: int = await (yield)",
    "[a async for b, c in d if e if f for g in h]",
)


@pytest.mark.parametrize("text", [*ODD, Path(ast.__file__).read_text()], ids=range(len(ODD) + 1))
def test_all_nodes_but_operators_in_the_order_of_ast(text):
    tree = ast.parse(text)
    expected = [node for node in ast.walk(tree) if not isinstance(node, LEFT_OUT)]
    assert list(all_nodes(tree)) == expected
    for node in expected:
        below = [one for one in ast.iter_child_nodes(node) if not isinstance(one, LEFT_OUT)]
        assert child_nodes(node) == below
