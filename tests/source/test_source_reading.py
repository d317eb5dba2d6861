"""What no single parser reads: newer syntax in an older spelling, and the smallest statements left out."""

from __future__ import annotations

import ast
import sys

import pytest

from signalgen.source import newer_than, parse, reading, requoted
from signalgen.source.reading import TEMPLATE, Template, code, newer, read, spoiled
from signalgen.source.text import read_text

NEWER = {
    "a default": (3, 13, "def first[T = int](rows: T) -> T:\n    return rows\n"),
    "defaults of every kind": (3, 13, "def f[T: int = str, *Ts = *tuple[int], **P = [int]](): ...\n"),
    "a default of a class": (3, 13, "class A[T: (int, str) = int](B):\n    x = 1\n"),
    "a default of an alias": (3, 13, "type X[T = int] = list[T]\n"),
    "type parameters": (3, 12, "def f[T](x: T): ...\nclass A[T]: ...\ntype X[T] = list[T]\n"),
    "a dict unpacked": (3, 15, "x = {**a for a in rows}\n"),
    "a list unpacked": (3, 15, "x = [*a.b() or c for a in rows]\ny = {*(a, b) for a in rows}\n"),
    "a generator unpacked": (3, 15, "x = call(  *a[0] async for a in rows)\n"),
    "lazy import": (3, 15, "lazy import json\nlazy from . import a\nlazy from b import (\n    c,\n)\n"),
    "lazy import behind another": (3, 15, "x = 1; lazy import json\n"),
    "except": (3, 14, "try:\n    x\nexcept A, b.C:\n    y\n"),
    "except with a last comma": (3, 14, "try:\n    x\nexcept A, B,:\n    y\n"),
    "except of groups": (3, 14, "try:\n    x\nexcept* A, B:\n    y\n"),
    "t-strings": (3, 14, "x = t'a {b!r:>{c}} {d=}'\ny = Rt'''{\nb}'''\n"),
    "its own quotes": (3, 12, "x = f\"{a[\"b\"]!r:>{c[\"d\"]}} {e[\"f\"]=}\"\ny = f'{\n  a  # b\n}'\n"),
    "groups": (3, 11, "try:\n    x\nexcept* A as b:\n    y\n"),
    "a subscript unpacked": (3, 11, "x[*a.b()] = y[1, *b]\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", NEWER)
def test_newer_syntax_is_read_whole_by_both(name):
    text = NEWER[name][2]
    assert read(read_text(text.encode())).gaps == ()
    module = parse(text.encode())
    assert module.error is None
    assert module.gaps == ()
    assert module.data == text.encode()


@pytest.mark.parametrize("name", NEWER)
def test_it_is_known_for_newer_where_this_python_lacks_it(name):
    major, minor, text = NEWER[name]
    found = {item.version for item in newer(text)}
    assert ((major, minor) in found) == (sys.version_info[:2] < (major, minor))


@pytest.mark.parametrize(
    "text",
    [
        "lazy = 1\nlazy.x = lazy\nlazy (1)\n",
        "type = 1\ntype.x = type[1]\n",
        "x = {**a, 'b': [c for c in d]}\ny = [*a, *(b for b in c)]\nf(*[a for a in b], **c)\ng(*a, *b)\ndef h(*a, **b): ...\n",
        "def f(a=[1], b=x[1]): ...\n",
        '"""\nlazy import x\ndef f[T = int](): ...\n{**a for a in b}\n"""\n',
        "x = 't' 'a' f'{b}'\n",
    ],
)
def test_what_only_looks_newer_stays_as_it_is(text):
    assert newer(text) == ()
    assert ast.dump(read(read_text(text.encode())).tree) == ast.dump(ast.parse(text))


def test_strings_stay_as_they_are_beside_newer_syntax():
    quoted = '"""\nlazy import x\ndef f[T = int](): ...\n"""\n'
    tree = read(read_text((quoted + "lazy import json\n").encode())).tree
    assert ast.get_docstring(tree, clean=False) == ast.literal_eval(quoted)
    assert isinstance(tree.body[1], ast.Import)


def test_places_hold():
    text = (
        "é = 1; lazy from a import (b,\n  c)\ndef f[T = int](é: T): return [*é for é in t'{é}']\n"
    )
    tree, module = read(read_text(text.encode())).tree, parse(text.encode())
    lines = text.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            line = lines[node.lineno - 1].encode()
            assert line[node.col_offset : node.end_col_offset].decode() == node.id
    (imported,) = module.imports
    assert module.text(imported.span) == "lazy from a import (b,\n  c)"
    assert imported.is_lazy
    assert [item.name for item in imported.names] == ["b", "c"]
    assert not parse(b"from a import b\n").imports[0].is_lazy


def test_what_the_older_spelling_loses_is_put_back():
    text = "x = t'{a}'\ny = f'{a}'\ntry:\n    z = [*a for a in b]\nexcept A, B: ...\n"
    first, second, third = code(text).body
    assert isinstance(first, ast.Assign)
    assert type(first.value) is TEMPLATE
    assert (TEMPLATE is Template) == (sys.version_info < (3, 14))
    assert isinstance(second, ast.Assign)
    assert isinstance(second.value, ast.JoinedStr)
    assert isinstance(third, ast.Try)
    assert isinstance(third.handlers[0].type, ast.Tuple)
    inner = third.body[0]
    assert isinstance(inner, ast.Assign)
    assert isinstance(inner.value, ast.ListComp)
    assert isinstance(inner.value.elt, ast.Starred)


BROKEN = {
    "a statement": ("x = 1\ny = = 2\nz = 3\n", ["y = = 2"]),
    "one byte": ("?\nx = 1\n", ["?"]),
    "the last without a line end": ("x = 1\ny = = 2", ["y = = 2"]),
    "in a function": ("def f():\n    a = = 1  # c\n    return 1\n", ["a = = 1"]),
    "in blocks": (
        "if a:\n    for b in c:\n        d = = 1\n    else:\n        e = 1\nelse:\n    = 2\n",
        ["d = = 1", "= 2"],
    ),
    "in a case": ("match x:\n    case 1:\n        y = = 2\n    case _: ...\n", ["y = = 2"]),
    "a case": ("match x:\n    case 1 2: ...\n", ["match x:\n    case 1 2: ..."]),
    "a head": ("a = 1\nfrob x:\n    y = 2\n\n    z = 3\nb = 2\n", ["frob x:\n    y = 2\n\n    z = 3"]),
    "a decorator": ("@a = =\n@b\nasync def f(): ...\nx = 1\n", ["@a = =\n@b\nasync def f(): ..."]),
    "a clause": ("try: a\nexcept B C: d\nx = 1\n", ["try: a\nexcept B C: d"]),
    "several lines": ("x = f(a = =,\n      b)\ny = 1\n", ["x = f(a = =,\n      b)"]),
    "indentation": ("def f():\n    x\n  y\nz = 1\n", ["def f():\n    x\n  y"]),
    "Python 2": ("print 'x'\nexec 'y'\nz = 1\n", ["print 'x'", "exec 'y'"]),
    "a template": ("{% if a %}\nimport b\n{% endif %}\n", ["{% if a %}", "{% endif %}"]),
    "beside newer": ("lazy import a\nb = = 1\ndef f[T = int](): ...\n", ["b = = 1"]),
    "tabs": ("class A:\n\tx = = 1\n\ty = 2\n", ["x = = 1"]),
}  # fmt: skip


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("name", BROKEN)
def test_the_smallest_statement_is_left_out(name, bom, ends):
    text, gaps = BROKEN[name]
    data = bom + text.replace("\n", ends).encode()
    module, reading = parse(data), read(read_text(data))
    assert [module.text(gap).replace(ends, "\n") for gap in module.gaps] == gaps
    assert [gap.decode().replace("\r\n", "\n") for gap in reading.missing] == gaps
    assert module.error is not None
    assert module.error.line == module.gaps[0].line or name in ("a clause", "indentation", "a case")
    assert len(reading.gaps) == len(gaps)


@pytest.mark.parametrize(
    "text",
    ["x = (1,\ny = 2\n", 'x = """a\ny = 2\n', "x = 1)\ny = 2\n", "def f(:\n    pass\nx = 1\n"],
)
def test_where_it_is_not_certain_how_far_it_reaches_nothing_is_left_out_for_an_edit(text):
    module = parse(text.encode())
    assert module.error is not None
    assert module.gaps == ()
    (first, *_) = read(read_text(text.encode())).gaps
    assert first.line == 1


def test_what_stands_around_is_all_there():
    module = parse(
        b"import a\nfrob x:\n    y\ndef f():\n    a = = 1\n    return g()\nclass B: x = 1\n"
    )
    assert [item.module for item in module.imports] == ["a"]
    assert [item.name for item in (*module.functions, *module.classes)] == ["f", "B"]
    assert [module.text(item.span) for item in module.functions[0].statements] == [
        "a = = 1",
        "return g()",
    ]


@pytest.mark.parametrize("data", [b"(\n" * 3000, b"if x:\n" * 50, b"\n".join(b" " * n + b"if a = b:" for n in range(300)), b"x = = 1\n" * 2000, b'"""\n' * 1001, b"def f[\n" * 2000, b"x = " + b"[*" * 5000], ids=range(7))  # fmt: skip
def test_a_hostile_file_is_survived(data):
    assert read(read_text(data)).gaps
    assert parse(data).error is not None


GAP = b"x = = 1\n"


@pytest.mark.parametrize(
    ("before", "after", "fine"),
    [
        (None, b"x = 1\n", True),
        (None, b"lazy import a\ndef f[T = int](): ...\n", True),
        (None, GAP, False),
        (b"x = 1\n", GAP, False),
        (GAP, GAP + b"y = 1\n", True),
        (GAP, GAP + b"y = = 1\n", False),
        (GAP, GAP + GAP, False),
        (GAP, b"y = 1\n", True),
        (b"x = (1\ny = 2\n", b"x = (1\ny = 2\nz = 3\n", True),
    ],
)
def test_places_that_were_unreadable_before_are_left_out_of_the_judgement(before, after, fine):
    assert (spoiled(before, after) is None) == fine


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("""x = f"a{d["b"]}\"""", """x = f"a{d['b']}\""""),
        ("x = f'a{d['b']}'", """x = f'a{d["b"]}'"""),
        ("""x = f"it's {d["b"]}\"""", """x = f"it's {d['b']}\""""),
        ("""x = f"{d["a"]}{e['b']}\"""", """x = f\"""{d["a"]}{e['b']}\"""\""""[:-1]),
        ("""x = rf"é{d["a"]!r:>{w["q"]}}" + y""", """x = rf"é{d['a']!r:>{w['q']}}" + y"""),
        ("""x = f"{a["x"]}"\ny = f"{a["z"]} {b}\"""", """x = f"{a['x']}"\ny = f"{a['z']} {b}\""""),
        ("""x = f"{f"{d["a"]}"}\"""", """x = f"{f'''{d['a']}'''}\""""),
    ],
)
def test_quotes_that_every_python_reads(text, expected):
    assert newer_than(text, (3, 11))
    made = requoted(text)
    assert made == expected
    assert newer_than(made, (3, 10)) == ()
    values = {
        "d": {"a": 1, "b": 2},
        "e": {"b": 3},
        "w": {"q": 9},
        "a": {"x": 1, "z": 2},
        "b": 0,
        "y": "",
    }
    exec(made, values)
    if sys.version_info >= (3, 12):
        was = dict(values)
        exec(text, was)
        assert (was["x"], was["y"]) == (values["x"], values["y"])


@pytest.mark.parametrize(
    "text",
    [
        """x = f"a{d['b']}\"""",
        """x = "a{d['b']}" f'{y}\'""",
        """x = f"{{ {a} }}\"""",
        """x = f"{d["\\n"]}\"""",
        "x = f'{\n  a  # b\n}'",
        "x = (",
        "",
    ],
)
def test_other_text_keeps_its_quotes(text):
    assert requoted(text) == text


@pytest.mark.parametrize("name", NEWER)
def test_what_an_older_python_does_not_read(name):
    *version, text = NEWER[name]
    found = newer_than(text, (3, version[1] - 1))
    assert found
    assert min(item.version for item in found) == tuple(version)
    assert newer_than(text, (3, 15)) == ()


def test_a_match_statement_is_newer_than_python_3_9():
    text = "match x:\n    case 1:\n        pass\nmatch = 1\n"
    assert [item.version for item in newer_than(text, (3, 9))] == [(3, 10)]
    assert newer_than(text, (3, 10)) == ()


LARGE = "".join(f"def f{n}(x):\n    '''{n}'''\n    return x\n\n\n" for n in range(3000))
AROUND = {
    "as it is": ("", "", True),
    "a string over it": ('x = """', '"""\n', True),
    "a string that never ends": ('x = """', "", False),
    "a bracket over it": ("x = (\n", ")\n", False),
    "a cookie": ("# coding: utf-8\n", "", True),
    "a cookie of another encoding": ("# coding: latin-1\n", "x = '\xe4'\n", True),
    "a mistake at the end": ("", "def g(:\n", False),
    "a mistake before it": (" x = 1\n", "", False),
    "half a block": ("if x:\n", "", False),
}


@pytest.mark.parametrize(("before", "after", "valid"), AROUND.values(), ids=AROUND)
def test_a_large_text_is_valid_where_python_says_so(before, after, valid):
    data = (before + LARGE + after).encode("latin-1")
    if valid:
        assert reading.as_read(data) == data
    else:
        with pytest.raises(SyntaxError):
            ast.parse(data)
        assert reading.as_read(data) is None


def test_there_is_never_a_tree_of_a_whole_large_text(monkeypatch):
    parsed = []
    really = reading.parse_python
    monkeypatch.setattr(
        reading, "parse_python", lambda data: parsed.append(len(data)) or really(data)
    )
    data = f"# again\n{LARGE}".encode()
    assert reading.as_read(data) == data
    assert max(parsed) < 70_000 < sum(parsed) == len(data)


SMALL = "def f(a, b):\n    return a + b\n\n\n"


def test_many_small_statements_are_not_walked_to_see_how_deep_they_are(monkeypatch):
    def refused(level):
        assert not level
        return level

    monkeypatch.setattr(reading, "_next_level", refused)
    assert isinstance(reading.parse_python(SMALL.encode() * 2000), ast.Module)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "before", ["x = ", "x = 1; y = ", "'a\\\nb'; x = ", "@g\ndef f(): return "]
)
def test_a_deep_statement_among_many_small_ones_is_found(before, end):
    for sign, kind in ((" + ", SyntaxError), (", ", ast.Module)):
        line = f"{before}{sign.join(['1'] * (reading.DEEPEST + 1))}\n"
        text = (SMALL * 20 + line + SMALL * 20).replace("\n", end)
        assert isinstance(reading.parse_python(text.encode()), kind)
