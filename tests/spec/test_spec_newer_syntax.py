"""Bodies in syntax that the running Python may lack: judged all the same, with the place of what is wrong."""

from __future__ import annotations

import pytest

from signalgen.spec.text.python import body_fault, expression_fault
from signalgen.syntax import free_names, indent_code, negate, parse_body


@pytest.mark.parametrize(
    "body",
    [
        "def first[T = int](rows: T) -> T: ...",
        "x = {**a for a in b}\ny = f(*a for a in b)",
        "try: ...\nexcept A, B: ...",
        "return t'{a} {b!r}'",
        'x = f"{a["b"]}"',
    ],
)
def test_newer_bodies_are_fine(body):
    assert body_fault(body, is_async=False) is None
    assert parse_body(body).body


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("def first[T = int](rows: T) -> T: ...\nx = = 1", 2, 4),
        ("x = [*a for a in b]\ny = 1 +", 2, 7),
        ("x = 1\n  lazy import json", 2, 2),
        ("if x:\n    lazy from a import b", 2, 4),
        ("def f[T = ](x): ...\nx = = 1", 1, None),
    ],
)
def test_what_is_wrong_beside_newer_syntax_is_still_refused(body, line, column):
    fault = body_fault(body, is_async=False)
    assert fault is not None
    assert fault.code == "python-syntax"
    assert fault.line <= line


def test_a_lazy_import_has_no_place_in_a_body():
    fault = body_fault("x = 1\nlazy import json", is_async=False)
    assert fault is not None
    assert fault.line == 2
    assert body_fault("lazy = 1\nimport json", is_async=False) is None


def test_yield_is_seen_in_newer_bodies():
    fault = body_fault("x = [*a for a in b]\nyield x", is_async=False)
    assert fault is not None
    assert (fault.line, fault.code) == (2, "yield-in-body")


def test_newer_expressions():
    assert expression_fault("[*a for a in b]") is None
    assert expression_fault("t'{a}'") is None
    assert expression_fault("[*a for a in b], 1") is not None
    assert expression_fault("[*a for a in") is not None
    assert negate("call([*a for a in b])") == "not call([*a for a in b])"


def test_names_of_newer_bodies():
    text = "def first[T: Decimal = Money](rows: T) -> T:\n    return rows\nx = first([*a for a in t'{b}'])"
    found = free_names(text, ["sender"])
    assert {"Decimal", "Money", "b"} <= set(found)
    assert not {"T", "a", "x", "first", "rows"} & set(found)
    assert found["Decimal"] == (1, 13)
    assert found["b"][0] == 3


def test_indenting_keeps_lines_inside_strings():
    text = 'x = t"""\n{a}\n"""\ny = [*a for a in b]'
    assert indent_code(text, 1) == '    x = t"""\n{a}\n"""\n    y = [*a for a in b]'
