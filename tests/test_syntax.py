"""Questions about declared Python: offsets, indentation, negation, and ifs that join the condition above them."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalgen.dotted import absolute_import, dotted, package_of
from signalgen.rewriting import Offsets, Rewrite, apply_edits, edits_to_wait
from signalgen.syntax import (
    binds_loosely,
    dedent_code,
    free_names,
    indent_code,
    negate,
    parse_body,
    parse_expression,
    single_if,
    string_lines,
)


def same(one: str, other: str) -> bool:
    return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))


@pytest.mark.parametrize(
    "before",
    [
        "x = 1\n",
        "x = 'é\u2028\x0b\x0c'\n",
        "\f",
        "x = 1\r\n",
        "x = 1\r",
        "if 1:\n    '''\n\x0c'''\n",
    ],
)
def test_offsets_count_lines_as_python_does(before):
    text = before + "call(1)"
    node = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call))
    start, end = Offsets(text).span(node)
    assert text[start:end] == "call(1)"


def test_offsets_beyond_the_end_are_the_end():
    assert Offsets("a\nb").at(9, 0) == 3


def test_edits_are_made_from_the_back():
    assert apply_edits("abc", [Rewrite(0, 1, "xx"), Rewrite(2, 3, "")]) == "xxb"
    assert apply_edits("abc", []) == "abc"


@pytest.mark.parametrize(
    ("text", "name"), [("a", "a"), ("a.b.c", "a.b.c"), ("a().b", ""), ("1", "")]
)
def test_dotted(text, name):
    assert dotted(parse_expression(text)) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x = y\nz(x)", {"y": (1, 4), "z": (2, 0)}),
        ("return [a for a in b]", {"b": (1, 19)}),
        ("def f(a, b=c):\n    return a + d", {"c": (1, 11), "d": (2, 15)}),
        ("import os\nos.x", {}),
        ("instance.save()", {}),
        ("global g\ng = 1\nawait g", {"g": (3, 6)}),
        ("try:\n    pass\nexcept E as e:\n    e", {"E": (3, 7)}),
        ("", {}),
    ],
)
def test_free_names_of_bodies_and_where_they_stand(text, names):
    assert free_names(text, ["instance"]) == names


def test_free_names_of_expressions():
    assert free_names("a and [b for b in c]", [], expression=True) == {"a": (1, 0), "c": (1, 18)}
    assert free_names("a\n+ b", ["a"], expression=True) == {"b": (2, 2)}


BODIES = [
    "x = 1",
    "x = '''\n  a\nb'''\ny = 2",
    'x = f"""\n{a}\n  b"""\ny = f"{x:>{y}}"',
    "x = (\n    'a'\n    'b'\n)\ny = '''\n'''",
    "x = 'a\\\n  b'\nz = 1 + \\\n    2",
    "if x:\n    # why\n\n    y()\nelse:\n    z('''\n''')  # end",
    "x = b'''\n\n'''",
    "\fx = 1\nif x:\n  \f    y = 2",
    "x = 'a\u2028b\x0bc'\r\ny = '''\r\n'''\r\nz = 1",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_indenting_changes_no_string_and_no_statement(body, levels):
    header = "".join("    " * n + "if 1:\n" for n in range(levels))
    tree = ast.parse(header + indent_code(body, levels)).body
    for _ in range(levels):
        tree = tree[0].body
    flat = body.replace("  \f    y", "y").replace("if x:\ny", "if x:\n    y")
    if "\f " not in body:
        assert [ast.dump(node) for node in tree] == [
            ast.dump(node) for node in ast.parse(flat).body
        ]


def test_indenting_moves_the_lines_of_a_joined_literal():
    """The lines of "a" "b" begin outside of any string, also beside a string that spans lines."""
    assert (
        indent_code("x = (\n'a'\n'b'\n)\ny = '''\n'''", 1)
        == "    x = (\n    'a'\n    'b'\n    )\n    y = '''\n'''"
    )


@pytest.mark.parametrize(
    "body", [b for b in BODIES if "\f " not in b and "\r" not in b and not b.startswith("\f")]
)
def test_dedenting_gives_the_body_back(body):
    assert dedent_code(indent_code(body, 1)) == body


def test_dedenting_leaves_strings_alone():
    assert dedent_code("    x = '''\n    a'''") == "x = '''\n    a'''"


def test_string_lines():
    assert string_lines("x = '''\na\n'''\ny = 'b'\nz = ('a'\n'b')") == {2, 3}
    assert string_lines('f"""\n{x}\n"""') == {2, 3}
    assert string_lines("x = 1") == frozenset()


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("instance.total", "not instance.total"),
        ("f(x)", "not f(x)"),
        ("x[0]", "not x[0]"),
        ("not x", "x"),
        ("not (a or b)", "a or b"),
        ("a == b", "a != b"),
        ("a != b", "a == b"),
        ("a is None", "a is not None"),
        ("a is not None", "a is None"),
        ("a in (1, 2)", "a not in (1, 2)"),
        ("a not in b", "a in b"),
        ("a > 0", "not (a > 0)"),
        ("a and b", "not (a and b)"),
        ("a == b == c", "not (a == b == c)"),
        ("(yes := f())", "not ((yes := f()))"),
        ("a if b else c", "not (a if b else c)"),
        ("lambda: 1", "not (lambda: 1)"),
        ("'a' == x", "'a' != x"),
        ("(a or b) == c", "(a or b) != c"),
        ("a == (not b)", "a != (not b)"),
        ("'is' is  not None", "'is' is None"),
        ("(a  # is\n) == b", "not ((a  # is\n) == b)"),
    ],
)
def test_negate(text, negated):
    assert negate(text) == negated


@given(
    st.recursive(
        st.sampled_from(
            ["a", "b", "c.d", "f(a)", "not a", "a == b", "a < b", "a in b", "a is None"]
        ),
        lambda inner: st.tuples(inner, st.sampled_from(["and", "or", "==", "not in"]), inner).map(
            lambda part: f"({part[0]}) {part[1]} ({part[2]})"
        ),
        max_leaves=5,
    )
)
@settings(max_examples=150, deadline=None)
def test_a_negation_is_true_when_the_condition_is_false(text):
    class Everything(int):
        d = 1

    for a in (0, 1):
        for b in ([], [0], [1]):
            scope = {"a": a, "b": b, "c": Everything(), "f": lambda x: not x}
            try:
                expected = not eval(text, dict(scope))
            except TypeError:
                continue
            assert bool(eval(negate(text), dict(scope))) is expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("if a:\n    b()", ("a", "b()")),
        ("if a:\n    b()\n    # why\n    c()", ("a", "b()\n# why\nc()")),
        ("if a and b:\n\tc('''\n\tx''')", ("a and b", "c('''\n\tx''')")),
        ("if (\n    a\n    or b\n):\n    c()", ("(\na\n    or b\n)", "c()")),
        ("if a:\n    b()\nelse:\n    c()", None),
        ("if a:\n    b()\nelif c:\n    d()", None),
        ("if a: b()", ("a", "b()")),
        ("if a: b(); c()", ("a", "b(); c()")),
        ("if a: b()  # why", None),
        ("if a:\n    # why\n    b()", ("a", "# why\nb()")),
        ("if a:\n  # elsewhere\n    b()", None),
        ("if a:  # why\n    b()", None),
        ("# why\nif a:\n    b()", None),
        ("if a:\n    b()\n# after", None),
        ("if a:\n    b()\nc()", None),
        ("while a:\n    b()", None),
        ("c()", None),
    ],
)
def test_single_if(text, found):
    assert single_if(text) == found


def test_the_condition_of_a_single_if_stands_alone():
    """Its own parentheses are not part of the node: a condition of several lines needs new ones, comments and all."""
    test, body = single_if("if (\n    a  # x\n    or b\n):\n    c()")
    assert same(f"if {test}:\n{textwrap.indent(body, '    ')}", "if a or b:\n    c()")


@pytest.mark.parametrize(
    "text", ["a or b", "a\nor b", "a if b else c", "(x := 1)", "lambda: a", "a\tor\tb"]
)
def test_loose_expressions_need_parentheses(text):
    assert binds_loosely(text)


@pytest.mark.parametrize("text", ["a", "a and b", "not a", "' or '", "f(a or b)", "a == b", "(a)"])
def test_tight_expressions_do_not(text):
    assert not binds_loosely(text)


def test_parse_body_accepts_what_a_function_may_hold():
    assert len(parse_body("return 1").body) == 1
    assert len(parse_body("").body) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "on_commit(f)"),
        ("f( x )", "on_commit(partial(f, x ))"),
        ("f(x for x in y)", "on_commit(partial(f, list(y)))"),
        ("f((x for x in y))", "on_commit(partial(f, list(y)))"),
        ("f(x.y for x in y if x)", "on_commit(partial(f, [x.y for x in y if x]))"),
        ("f(1, k=(-x for x in y))", "on_commit(partial(f, 1, k=[-x for x in y]))"),
        ("a.s(1).set(b=2).d(3,)", "on_commit(partial(a.s(1).set(b=2).d, 3,))"),
        ("(a | b)()", "on_commit(a | b)"),
        ("(a | b)(3)", "on_commit(partial(a | b, 3))"),
        ("f(  # why\n)", "on_commit(partial(f, # why\n))"),
        ("g(\n 1\n).d(\n  k='é')", "on_commit(partial(g(\n 1\n).d,\n  k='é'))"),
    ],
)
def test_a_call_waits_and_keeps_what_it_is_given(before, after):
    made = apply_edits(before, edits_to_wait(before, "on_commit"))
    assert ast.dump(ast.parse(made)) == ast.dump(ast.parse(after))
    assert ("# why" in made) is ("# why" in before)
    waiting = apply_edits(before, edits_to_wait(before, "on_commit", "db"))
    assert waiting == f"{made[:-1]}, using=db)"


@pytest.mark.parametrize(
    ("written", "level", "package", "found"),
    [
        ("shop.tasks", None, "crm", "shop.tasks"),
        (".tasks", None, "shop", "shop.tasks"),
        (".", None, "shop.api", "shop.api"),
        ("..tasks", None, "shop.api", "shop.tasks"),
        ("..", None, "shop.api", "shop"),
        ("tasks", 2, "shop.api", "shop.tasks"),
        ("tasks", 0, "shop.api", "tasks"),
        ("", 1, "shop", "shop"),
        ("..tasks", None, "shop", "tasks"),
        ("...tasks", None, "shop", "tasks"),
        (".tasks", None, "", "tasks"),
    ],
)
def test_a_relative_import_counts_from_the_package(written, level, package, found):
    assert absolute_import(written, package, level) == found


def test_the_package_of_a_package_is_itself():
    assert package_of("shop.api", "shop/api/__init__.py") == "shop.api"
    assert package_of("shop.api", "shop/api.py") == "shop"
