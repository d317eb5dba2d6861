"""Hostile input: each kind gets one clear SpecError, and no other exception."""

import sys

import pytest
import yaml

from signalgen.errors import SpecError
from signalgen.spec import read_spec
from signalgen.spec.text import document
from signalgen.spec.text.decoding import MAX_BYTES
from signalgen.spec.text.document import MAX_DEPTH

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join(['*' + a] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

# Each value stands in 38 lists and holds the one before it: no line is too deep, the whole is.
TOWER = b"app: o\na0: &a0 x\n" + b"".join(
    b"a%d: &a%d %s*a%d%s\n" % (i, i, b"[" * 38, i - 1, b"]" * 38) for i in range(1, 70)
)
LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]

CASES = {
    "empty": (b"", "empty-spec"),
    "blank": (b"\n\n  \n", "empty-spec"),
    "only a comment": (b"# nothing\n", "empty-spec"),
    "only a document mark": (b"---\n", "wrong-type"),
    "a BOM alone": (b"\xef\xbb\xbf", "empty-spec"),
    "a list": (b"- app: orders\n", "wrong-type"),
    "a scalar": (b"orders\n", "wrong-type"),
    "NUL": (b"app: or\x00ders\n", "control-character"),
    "escape": (b"app: o\n# \x1b[31m\n", "control-character"),
    "DEL": (b"app: o\n# \x7f\n", "control-character"),
    "C1": ("app: o\n# \x9b\n".encode(), "control-character"),
    "non-character": ("app: o\n# \ufffe\n".encode(), "control-character"),
    "BOM in the middle": ("app: o\n# \ufeff\n".encode(), "control-character"),
    "latin-1": ("app: é\n".encode("latin-1"), "not-utf8"),
    "surrogate bytes": (b"app: \xed\xa0\x80\n", "not-utf8"),
    "utf-16": ("app: orders\n".encode("utf-16"), "not-utf8"),
    "two documents": (b"app: o\n---\napp: p\n", "several-documents"),
    "many laughs": (LAUGHS.encode(), "alias-bomb"),
    "self in a list": (b"app: o\nhandlers: &a [*a]\n", "alias-loop"),
    "self in a mapping": (b"&a app: o\nhandlers: &b {x: *b}\n", "alias-loop"),
    "unknown alias": (b"app: *a\n", "unknown-alias"),
    "deep list": (b"[" * 3000 + b"]" * 3000, "too-deep"),
    "deep mapping": (b"{a: " * 3000 + b"}" * 3000, "too-deep"),
    "deep block": (b"".join(b" " * i + b"a:\n" for i in range(3000)), "too-deep"),
    "deep dashes": (b"- " * 3000 + b"x\n", "too-deep"),
    "open brackets": (b"[" * 100_000, "too-deep"),
    "deep by aliases": (TOWER, "too-deep"),
    "python object": (b"app: !!python/object/apply:os.system ['true']\n", "yaml-tag"),
    "python name": (b"app: !!python/name:os.system\n", "yaml-tag"),
    "own tag": (b"app: !orders x\n", "yaml-tag"),
    "binary": (b"app: !!binary aGVsbG8=\n", "yaml-tag"),
    "set": (b"app: o\nhandlers: !!set {a}\n", "yaml-tag"),
    "tag of a key": (b"!x app: o\n", "yaml-tag"),
    "undefined tag handle": (b"app: !a!b x\n", "yaml-syntax"),
    "tab": (b"app: o\nhandlers:\n\t- x\n", "yaml-syntax"),
    "open quote": (b"app: 'o\n", "yaml-syntax"),
    "two colons": (b"app: o: p\n", "yaml-syntax"),
    "indicator": (b"app: @o\n", "yaml-syntax"),
    "escaped surrogate": (b'app: o\nmodel: "\\ud800"\n', "yaml-syntax"),
    "escape beyond Unicode": (b'app: "\\Uffffffff"\n', "yaml-syntax"),
    "huge integer": (b"version: " + b"9" * 6000 + b"\napp: o\n", "wrong-type"),
    "too big": (b"app: o\n# " + b"x" * MAX_BYTES, "too-big"),
    "merge": (b"app: o\n<<: {a: b}\n", "merge-key"),
    "yaml 2": (b"%YAML 2.0\n---\napp: o\n", "yaml-syntax"),
}


@pytest.mark.parametrize("name", CASES)
def test_hostile(name):
    data, code = CASES[name]
    with pytest.raises(SpecError) as caught:
        read_spec(data, file="s", source="s")
    first = caught.value.problems[0]
    assert first.code == code
    assert first.line >= 1
    assert first.column >= 1
    assert first.message
    assert first.message.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        "(" * 5000 + ")" * 5000,
        "-" * 100_000 + "1",
        "x" + ".y" * 100_000,
        "x = " + "9" * 6000,
        "a" + " + a" * 50_000,
        "if x:\n" + "".join(" " * i + "if x:\n" for i in range(1, 200)) + " " * 200 + "pass",
        "f'" + "{" * 300,
        "x\x00",
    ],
)
def test_python_that_breaks_parsers(body):
    quoted = '"' + body.replace("\n", "\\n").replace("\x00", "\\0") + '"'
    yaml = (
        f"app: o\nhandlers:\n- name: a\n  signal: post_save\n  body: {quoted}\n  when: {quoted}\n"
    )
    try:
        read_spec(yaml.encode(), file="s", source="s")
    except SpecError as error:
        assert {p.code for p in error.problems} == {"python-syntax"}


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"[" * 3000 + b"]" * 3000, 1, 41),
        (b"app: o\nhandlers: " + b"[" * 3000, 2, 50),
        ("app: é\r\nhandlers: {😀: ".encode() + b"[" * 3000, 2, 53),
        (b"[" * 30 + b"\n" + b"[" * 3000, 2, 11),
        (b"- " * 3000 + b"x\n", 1, 81),
        (TOWER, 4, 47),
    ],
)
def test_the_place_that_is_too_deep(data, line, column, loader, monkeypatch):
    monkeypatch.setattr(document, "_LOADER", loader)
    with pytest.raises(SpecError) as caught:
        read_spec(data, file="s", source="s")
    found = [(p.code, p.line, p.column) for p in caught.value.problems]
    assert found == [("too-deep", line, column)]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    "data",
    [
        b"app: o\nhandlers: [[[[, @x]\n",
        b'app: o\nhandlers: [["\\ud800", [@x]\n',
        b"app: o\nhandlers: " + b"[" * (MAX_DEPTH - 1) + b"@x",
    ],
)
def test_a_fault_below_the_limit_is_one_of_syntax(data, loader, monkeypatch):
    monkeypatch.setattr(document, "_LOADER", loader)
    with pytest.raises(SpecError) as caught:
        read_spec(data, file="s", source="s")
    assert [p.code for p in caught.value.problems] == ["yaml-syntax"]


def test_the_recursion_limit_is_left_alone():
    before = sys.getrecursionlimit()
    with pytest.raises(SpecError):
        read_spec(CASES["deep list"][0], file="s", source="s")
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize(
    "data",
    [
        b"app: o\nhandlers: " + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1),
        b"app: o\nhandlers: [&b " + b"[" * 20 + b"]" * 20 + b", " + b"[" * 18 + b"*b" + b"]" * 19,
    ],
)
def test_what_is_deep_but_not_too_deep_is_read(data):
    with pytest.raises(SpecError) as caught:
        read_spec(data, file="s", source="s")
    assert {p.code for p in caught.value.problems} == {"wrong-type"}


def test_two_spaces_of_mistakes_are_all_told():
    with pytest.raises(SpecError) as caught:
        read_spec(b"app: \x01o\nmodel: \x02\n", file="s", source="s")
    assert [(p.line, p.column) for p in caught.value.problems] == [(1, 6), (2, 8)]


@pytest.mark.parametrize(
    "data",
    [
        b"--- \napp: orders\n...\n",
        b"%YAML 1.1\n---\napp: orders\n",
        b"app: orders\r\n",
        b"app: orders\r",
        b'"app": !!str orders\n',
        b"{app: orders}",
        "app: orders # é \U0001f600 \x85".encode(),
    ],
)
def test_unusual_but_fine(data):
    assert read_spec(data, file="s", source="s").app.text == "orders"


def test_a_text_of_too_many_values_is_refused(monkeypatch):
    monkeypatch.setattr(document, "MAX_NODES", 10)
    with pytest.raises(SpecError) as caught:
        read_spec(b"app: o\nhandlers: [1, 2, 3, 4, 5, 6, 7, 8]\n", file="s", source="s")
    assert [(p.code, p.line) for p in caught.value.problems] == [("too-big", 2)]


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [(b"app: o: p\n", 1, 7), (b"app: o\nmodel: @x\n", 2, 8), (b"app: o\nhandlers:\n\t- x\n", 3, 1)],
)
def test_where_yaml_stops_making_sense(data, line, column):
    with pytest.raises(SpecError) as caught:
        read_spec(data, file="s", source="s")
    assert [(p.line, p.column) for p in caught.value.problems] == [(line, column)]
    assert caught.value.problems[0].hint
