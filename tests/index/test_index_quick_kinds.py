"""What is told by a kind of node, or by the text of all files, is told as by looking at everything."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "check"))

from check_kit import HEAD, make_index

from signalgen.index.models.relations import relations
from signalgen.index.reading.resolving import may_be_defined
from signalgen.index.reading.walking import nodes_in, of_kinds, parents_below, walk

BODY = """
def work(a, *, b=None, **kwargs):
    import os
    from a import b as c
    x = [one := 1, {**kwargs, "k": a}]
    with open(a) as file, lock:
        y: int = x[0]
    import sys
    def inner(z=a):
        return lambda: z
"""


@pytest.mark.parametrize(
    "kinds",
    [
        (ast.Import, ast.ImportFrom),
        (ast.Assign, ast.AnnAssign, ast.withitem, ast.NamedExpr),
        (ast.Lambda,),
        (ast.While, ast.For),
    ],
)
def test_nodes_of_a_kind_are_those_of_the_whole_body_in_its_order(kinds):
    function = ast.parse(BODY).body[0]
    assert [*of_kinds(function, *kinds)] == [
        node for node in nodes_in(function) if isinstance(node, kinds)
    ]


def test_the_nodes_of_a_body_come_in_the_order_of_a_walk():
    function = ast.parse(BODY).body[0]
    assert [*nodes_in(function)] == [node for stmt in function.body for node in walk(stmt)]


def test_every_node_has_its_parent_and_those_of_the_root_have_none():
    function = ast.parse(BODY).body[0]
    parents = parents_below(function)
    # `**kwargs` in a display has no key.
    assert {id(node) for node in walk(function)} == {*parents, id(function)} - {id(None)}
    assert [parents[id(stmt)] for stmt in function.body] == [None] * len(function.body)
    inner = function.body[-1]
    assert parents[id(inner.body[0].value)] is inner.body[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("note", True), ("later", True), ("append", False), ("größer", True), ("receivers", False)],
)
def test_a_method_may_be_defined_where_a_text_has_its_name_after_def(name, expected):
    text = f"{HEAD}\nclass A:\n    def note(self): ...\n    async def  later(self): ...\n"
    index = make_index(text)
    assert may_be_defined(index.code, name) is expected


def test_relations_are_those_of_classes_and_each_is_one_value_whatever_is_asked():
    text = (
        f"{HEAD}from django.db import models\n\n\nclass Note(models.Model):\n"
        '    owner = models.ForeignKey("shop.Order", models.CASCADE, related_name="notes")\n'
        "    owner_name = models.TextField()\n\n\n"
        "def make():\n    owner = models.ForeignKey\n"
    )
    index = make_index(text)
    (found,) = relations(index, b"owner =")
    assert (found.name, found.accessor) == ("owner", "notes")
    assert relations(index, b'related_name="notes"') == (found,)
    assert relations(index, b"owner_name =") == (found,)
    assert relations(index, b"nobody =") == ()
