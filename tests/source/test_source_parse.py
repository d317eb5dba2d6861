"""The typed view: what is found where, byte for byte, in files of every make."""

from __future__ import annotations

import pytest

from signalgen.source import parse


def view(text):
    return parse(text.encode())


# --- files of every make -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"# only a comment",
        b"\xef\xbb\xbf",
        b"x = 1",
        b"def f():\n\x0c\n    x = 1\n\x0c\ndef g(): ...\n",
        b"\x0cdef g(): ...\n\x0cx = 1\n",
        b"if x:\n\ty = 1\n\tif z:\n\t\tw()\n",
        b"def f():\r\n    pass\r\n\r\n\r\nx = 1\r\n",
        b"def f():\r    pass\r\rx = 1\r",
        b"try:\n    pass\nexcept A, B:\n    pass\n",
        b"try:\n    pass\nexcept A, b.C, D:  # three\n    pass\nexcept* E, F:\n    pass\n",
        b"try:\n    pass\nexcept A, b.C, :\n    pass\n",
        b"def f[T: int](x: T) -> T: ...\ntype X[T] = list[T]\nclass A[T]: ...\n",
        b"x = f'{a!r:>{w}} {f\"{b}\"}'\ny = t'{a}'\n",
        b"match x:\n    case {'a': [1, *_]} if y: pass\n    case A(b=1) | None: pass\n",
        b"with (open(a) as b, open(c) as d):\n    pass\n",
        b"async def f():\n    async with a: pass\n    return [x async for x in y]\n",
        b"x = 1; y = 2; \\\n    z = 3\n",
        b"if x: y = 1; z = 2\n",
        b"class A:\n    # comment\n    x = 1\n  # odd comment\n    y = 2\n",
        b"print >>x, 1\n",
        b"f(\n  a,\n# c\n)\n",
        b"lambda *a, k=1, **kw: (yield)\n",
        b"if True:\n    if False:\n        x = 1\n    y = 2\nz = 3\n",
    ],
)
def test_valid_files_have_no_error(data):
    module = parse(data)
    assert module.error is None
    assert module.data == data


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"x = (1,\ny = 2\n", 1, 5),
        (b"a = 1\n\n\nb = = 2\n", 4, 5),
        (b"def f():\n", 1, 1),
        (b"x = 1\nif x:\nfoo()\n", 2, 1),
        (b"class A:\n\nx = 1\n", 1, 1),
        (b"  x = 1\n", 1, 3),
        (b"x = 1\n  y = 2\n", 2, 3),
        (b"def f():\n    x\n  y\n", 3, 3),
        (b"a = 1\nprint 'x'\n", 2, 1),
        (b"exec 'x'\n", 1, 1),
        (b"{% if x %}\n", 1, 2),
        (b"a = 'x\n", 1, 5),
        (b"x = 1\nfrom {{ a }} import b\n", 2, 6),
        (b"x = 1\n\0\n", 2, 1),
        (b"x = 1\ny = '\xff'\n", 2, 6),
        (b"# coding: klingon\nx = 1\n", 1, 1),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, 1),
        (b"# coding: ascii\nx = '\xc3\xa9'\n", 2, 6),
    ],
)
def test_error_is_the_first_place_that_is_no_python(data, line, column):
    error = parse(data).error
    assert error is not None
    assert (error.line, error.column) == (line, column)
    assert error.text


def test_an_error_does_not_hide_the_rest():
    module = view(
        "import a\n\n\ndef good(x):\n    return x\n\n\nb = = 2\n\n\ndef later():\n    call()\n"
    )
    assert module.error.line == 8
    assert [f.name for f in module.functions] == ["good", "later"]
    assert [i.module for i in module.imports] == ["a"]


def test_a_parameter_that_is_none_is_left_out():
    module = parse(b"def f(sen{, instance, **kwargs):\n    ...\n")
    assert module.error is not None
    assert [item.name for item in module.functions[0].parameters][-2:] == ["instance", "kwargs"]


def test_newer_syntax_before_an_error_is_not_reported_as_the_error():
    error = view("try:\n    pass\nexcept A, B:\n    pass\n\nx = = 1\n").error
    assert error.line == 6


# --- encodings, offsets and positions ---------------------------------------------------------------------------------


def test_offsets_are_those_of_the_file_on_disk_with_bom():
    data = "\ufeffx = 'é'; y = call(ü)\n".encode()
    module = parse(data)
    assert module.bom
    y = module.assignments[1]
    assert data[y.span.start : y.span.end] == "y = call(ü)".encode()
    assert (y.span.line, y.span.column) == (1, 10)
    assert module.statements[0].span.start == 3


def test_latin_1_identifiers_and_columns():
    data = "# -*- coding: latin-1 -*-\né = 'ä'; z = 1\n".encode("latin-1")
    module = parse(data)
    assert module.error is None
    assert module.encoding == "iso8859-1"
    assert [a.target for a in module.assignments] == ["é", "z"]
    assert module.assignments[0].value == "'ä'"
    assert module.assignments[1].span.column == 10


@pytest.mark.parametrize("encoding", ["shift_jis", "gbk", "euc_kr", "cp1252", "big5"])
def test_multibyte_cookies_cannot_break_strings(encoding):
    text = {"shift_jis": "表", "gbk": "誠", "euc_kr": "한", "cp1252": "é", "big5": "功"}[encoding]
    data = f"# vim: set fileencoding={encoding} :\nx = '{text}'\ny = 2\n".encode(encoding)
    module = parse(data)
    assert module.error is None
    assert module.assignments[0].value == f"'{text}'"
    assert data[module.assignments[1].span.start :].startswith(b"y = 2")


def test_cookie_on_the_second_line_only_after_a_comment():
    assert view("#!/usr/bin/python\n# coding: latin-1\n").encoding == "iso8859-1"
    assert view("import a\n# coding: latin-1\n").encoding == "utf-8"
    assert view("\n\n# coding: latin-1\n").encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "newline"),
    [
        (b"", "\n"),
        (b"a\nb\r\n", "\n"),
        (b"a\r\nb\n", "\n"),
        (b"a\r\nb\r\nc\n", "\r\n"),
        (b"a\rb\r", "\r"),
        (b"a\r\n", "\r\n"),
    ],
)
def test_newline_is_the_most_frequent_one(data, newline):
    assert parse(data).newline == newline


def test_cr_only_lines_count():
    module = parse(b"a = 1\rdef f():\r    b()\r")
    assert module.functions[0].span.line == 2
    assert module.calls[0].span.line == 3


@pytest.mark.parametrize(
    ("text", "indent"),
    [
        ("x = 1\n", "    "),
        ("def f():\n  x\n", "  "),
        ("def f():\n\tx\n", "\t"),
        ("class A:\n\tdef f():\n\t\tx\n\n\tdef g():\n\t\ty\n", "\t"),
        ("def f(\n        a,\n):\n    x\n", "    "),
        ("def f():\r\n   x\r\n", "   "),
        ("class A:\n  def f(self):\n    pass\n\n  def g(self):\n    pass\n", "  "),
        ("class A:\n    def f(self): pass\n", "    "),
    ],
)
def test_indent(text, indent):
    assert view(text).indent == indent


def test_text_returns_the_source_of_a_span():
    module = parse("# coding: latin-1\nx = 'é'\n".encode("latin-1"))
    assert module.text(module.assignments[0].value_span) == "'é'"
