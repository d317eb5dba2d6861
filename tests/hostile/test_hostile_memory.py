"""Objects that a stage of a run no longer needs are freed before the next one: they are counted."""

from __future__ import annotations

import ast
import gc
import importlib

import pytest
from bounds_kit import project

from signalgen.__main__ import main
from signalgen.source.outline import outline, statements
from signalgen.values.plan import Item

HANDLER = "  - {{name: note_{0}, model: Order, signal: post_save, body: 'print(instance, {0})'}}\n"
SETTINGS = "[tool.signalgen]\nformatter = '{}'\n"
TALLEST = 5000


@pytest.mark.parametrize("formatter", ["none", "black"])
def test_nothing_of_the_plan_is_left_when_the_gate_reads_what_came_of_it(
    tmp_path, monkeypatch, formatter
):
    spec = "app: orders\nhandlers:\n" + "".join(HANDLER.format(n) for n in range(8))
    files = {"pyproject.toml": SETTINGS.format(formatter), "spec.yaml": spec}
    monkeypatch.chdir(project(tmp_path / "p", files))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    gc.collect()
    before = sum(issubclass(type(one), Item) for one in gc.get_objects())
    left: list[int] = []
    gate = importlib.import_module("signalgen.gate.examine")
    monkeypatch.setattr(gate, "_MANY", 8)
    really = gate.build_index

    def counted(*args, **kwargs):
        left.append(sum(issubclass(type(one), Item) for one in gc.get_objects()) - before)
        return really(*args, **kwargs)

    monkeypatch.setattr(gate, "build_index", counted)
    assert main(["new", "--spec", "spec.yaml", "-q"]) == 0
    assert left == [0]


def test_the_nodes_of_a_line_far_down_share_its_number():
    """They are most of what a large file's trees hold; each would have two numbers of its own."""
    text = (
        "\n" * TALLEST + "@f(x, y=1)\ndef g(a, *, b=None, **k):\n    global z\n    return {**a}\n"
    )
    found = outline(text.encode())
    (tree,) = statements(found, found.chunks[-1])
    (expected,) = ast.parse(text).body
    assert ast.dump(tree, include_attributes=True) == ast.dump(expected, include_attributes=True)
    lines = [number for node in ast.walk(tree) for number in places(node)]
    assert len(lines) > 20
    assert len({id(number) for number in lines}) == 4


def places(node: ast.AST) -> list[int]:
    return [getattr(node, name) for name in ("lineno", "end_lineno") if hasattr(node, name)]
