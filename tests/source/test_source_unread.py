"""Methods of large classes are parsed when they are looked at, and are then what Python's parser makes of the whole class."""

import ast
from copy import deepcopy

import pytest

from signalgen.index.reading.walking import children, nodes_in, parents_below, walk
from signalgen.source.outline import FUNCTIONS, outline, statements
from signalgen.source.unread import UnreadBody, may_say, without_bodies
from signalgen.treewalk import all_nodes

FILLING = "".join(f"        value_{n} = call({n}, key='text')\n" for n in range(30))
PLAIN = f"    def plain(self, given):\n{FILLING}        return given\n"


def _class(*parts):
    """The source of a class that is long enough, with ``parts`` among its methods."""
    many = "".join(PLAIN.replace("plain", f"plain_{n}") + "\n" for n in range(4))
    return "\n".join(["class Large(Base):", "    name = 'x'", "", *parts, many])


def _both(source, before=""):
    """The class as the outline reads it, and as Python does."""
    data = (before + source).encode()
    found = outline(data)
    chunk = next(chunk for chunk in found.chunks if chunk.kind == "class")
    (cls,) = statements(found, chunk)
    return cls, next(s for s in ast.parse(data).body if isinstance(s, ast.ClassDef))


def _unread(cls):
    return {
        node.name
        for node in cls.body
        if isinstance(node, FUNCTIONS) and isinstance(node.body, UnreadBody)
    }


def _dump(node):
    return ast.dump(node, include_attributes=True)


SHAPES = {
    "decorated": f"    @property\n    @cached(1)\n{PLAIN}",
    "async": PLAIN.replace("def ", "async def "),
    "long header": PLAIN.replace(
        "(self, given)", "(\n        self,\n        given=(1, 2),\n    ) -> None"
    ),
    "annotated": PLAIN.replace("given)", "given: dict[str, int]) -> list[str]"),
    "docstring": PLAIN.replace(
        ":\n", ':\n        """Say.\n\n    def no_method(self):\n        """\n', 1
    ),
    "comments": PLAIN + "        # the end\n    # of it\n",
    "comment behind the header": PLAIN.replace("):", "):  # (why"),
    "nested": PLAIN
    + "\n        def inner(self):\n            return [\n                1,\n            ]\n",
    "letters": PLAIN.replace("text", "Grüße €"),
    "closing bracket at the margin": PLAIN + "        return call(\n            1,\n    )\n",
    "inner class": "    class Meta:\n        ordering = ['x']\n\n        def of_meta(self):\n"
    + FILLING.replace("        ", "            "),
    "one line": "    def short(self): return 1\n",
}
WHOLE = {
    "comment at the end": PLAIN.rstrip() + "  # why\n",
    "semicolon": PLAIN.rstrip() + ";\n",
    "text like a comment": PLAIN + '        """\n        # no comment"""\n',
    "string in the header": PLAIN.replace("given)", "given=')')"),
    "bracket below the margin": PLAIN + "        return call(\n    1)\n",
}


@pytest.mark.parametrize("shape", [*SHAPES, *WHOLE])
@pytest.mark.parametrize("before", ["", "import x\n\n\n", "x = 1\n" * 1_600])
def test_a_class_that_is_read_bit_by_bit_is_what_python_reads(shape, before):
    cls, python = _both(_class((SHAPES | WHOLE)[shape]), before)
    assert _dump(cls) == _dump(python)


@pytest.mark.parametrize("shape", SHAPES)
def test_bodies_are_not_read_before_they_are_looked_at(shape):
    cls, _ = _both(_class(SHAPES[shape]))
    assert {f"plain_{n}" for n in range(4)} <= _unread(cls)
    last = cls.body[-1]
    assert nodes_in(last)
    assert last.name not in _unread(cls)
    assert type(last.body) is list
    assert "plain_0" in _unread(cls)


@pytest.mark.parametrize("shape", WHOLE)
def test_what_is_not_sure_is_read_at_once(shape):
    cls, _ = _both(_class(WHOLE[shape]))
    assert "plain" not in _unread(cls)


@pytest.mark.parametrize("odd", ["\t", "\r\n", "\\\n", "\f"])
def test_classes_with_unusual_blanks_are_read_at_once(odd):
    source = _class(PLAIN).replace("value_1 =", f"value_1 = 2 +{odd}")
    assert without_bodies(source.encode()) == (source.encode(), [])


def test_small_classes_are_read_at_once():
    cls, _ = _both(f"class Small:\n{PLAIN}")
    assert not _unread(cls)


@pytest.mark.parametrize("look", [walk, all_nodes, ast.walk, parents_below, deepcopy, ast.unparse])
def test_every_walk_reads_what_it_meets(look):
    cls, python = _both(_class(PLAIN))
    found, wanted = look(cls), look(python)
    if look in (walk, all_nodes, ast.walk):
        assert [_dump(node) for node in found] == [_dump(node) for node in wanted]
    elif look is parents_below:
        assert len(found) == len(wanted)
    assert _dump(cls) == _dump(python)
    assert look is deepcopy or not _unread(cls)


@pytest.mark.parametrize(
    "use",
    [
        len,
        bool,
        list,
        tuple,
        lambda body: body[0],
        lambda body: body[-1:],
        lambda body: [*reversed(body)],
        lambda body: body + [],
        lambda body: [] + body,
        lambda body: body.copy(),
        lambda body: body.index(body[-1]),
        lambda body: None in body,
        lambda body: body == [],
    ],
)
def test_a_body_is_used_like_a_list(use):
    cls, python = _both(_class(PLAIN))
    mine, plain = cls.body[-1].body, python.body[-1].body
    assert isinstance(mine, UnreadBody)
    got, wanted = use(mine), use(plain)
    assert type(got) is type(wanted)
    if isinstance(got, (list, tuple)):
        assert [*map(_dump, got)] == [*map(_dump, wanted)]
    elif not isinstance(got, ast.AST):
        assert got == wanted
    assert len(mine) == len(plain)
    assert _dump(cls) == _dump(python)


def test_two_unread_bodies_are_one_list():
    cls, python = _both(_class(PLAIN))
    one, two = (node.body for node in cls.body[-2:])
    assert isinstance(two, UnreadBody)
    both = [*python.body[-2].body, *python.body[-1].body]
    assert [*map(_dump, one + two)] == [*map(_dump, both)]


def test_children_of_a_function_are_those_of_its_body():
    cls, python = _both(_class(PLAIN))
    assert len(children(cls.body[-1])) == len(children(python.body[-1]))


def test_whether_a_body_may_have_a_name_is_told_without_reading_it():
    cls, _ = _both(_class(PLAIN))
    method = cls.body[-1]
    assert may_say(method, "value_7")
    assert may_say(method, "größe")
    assert not may_say(method, "nowhere")
    assert isinstance(method.body, UnreadBody)
    assert len(method.body) == 31
    assert may_say(method, "nowhere")


def test_a_method_that_does_not_parse_is_told_of_when_it_is_read():
    source = _class(PLAIN.replace("value_7 =", "value_7 of"), PLAIN.replace("plain", "good"))
    found = outline(source.encode())
    (cls,) = statements(found, found.chunks[0])
    good = next(node for node in cls.body if getattr(node, "name", "") == "good")
    assert len(good.body) == 31
    assert not found.readings
    broken = next(node for node in cls.body if getattr(node, "name", "") == "plain")
    assert broken.body
    assert [gap.line for gap in found.readings[0].gaps] == [broken.lineno + 8]
