"""The order in which a method is looked up is that of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signalgen.index.reading.code import Codebase
from signalgen.index.reading.linear import lookup_order, methods_in_order
from signalgen.index.reading.resolving import find_class
from signalgen.project.survey import survey_project

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "class O:\n    def go(self): ...\n"
SHAPES = [
    "class A(O): ...\nclass B(O):\n    def go(self): ...\nclass C(A, B): ...\n",
    "class A: ...\nclass B(A): ...\nclass D: ...\nclass C(B, D):\n    def go(self): ...\n",
    "class A(O): ...\nclass B(O): ...\nclass D(A, B): ...\nclass E(A): ...\nclass C(E, D): ...\n",
    "class A(dict): ...\nclass C(A, object): ...\n",
    "class C: ...\n",
]


def order(folder: Path, text: str):
    (folder / "shop.py").write_text(text)
    code = Codebase(survey_project(folder))
    cls = find_class(code, "shop.C")
    assert cls is not None
    return (
        [one.node.name for one in lookup_order(code, cls)],
        [one.qualname for one in methods_in_order(code, cls, "go")],
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_order_of_python(tmp_path, shape: str):
    space = {"__name__": "shop"}
    exec(HEAD + shape, space)
    known = [one for one in space["C"].__mro__ if one.__module__ == "shop"]
    names, methods = order(tmp_path, HEAD + shape)
    assert names == [one.__name__ for one in known]
    assert methods == [f"{one.__name__}.go" for one in known if "go" in vars(one)]


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ("class A: ...\nclass B(A): ...\nclass C(A, B): ...\n", ["C", "A", "B"]),
        ("class A(C): ...\nclass C(A): ...\n", ["C", "A"]),
        ("class C(Missing): ...\n", ["C"]),
    ],
    ids=["refused by Python", "a circle", "a base that is not there"],
)
def test_what_python_refuses_has_an_order_all_the_same(tmp_path, shape: str, names: list[str]):
    assert order(tmp_path, shape)[0] == names
