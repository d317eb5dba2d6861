"""What is answered without Python's parser is answered as with it: imports, class lines, sends, who imports whom, where a node stands."""

import ast
import sys
from itertools import pairwise
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "check"))

from check_kit import HEAD, make_index

from signalgen.flow.function.guards import path_to
from signalgen.index.reading import words
from signalgen.index.reading.heads import class_heads
from signalgen.index.reading.importlines import read_import
from signalgen.index.reading.loading import importers
from signalgen.index.reading.scopes import scoped
from signalgen.index.reading.walking import children, nodes_in, walk
from signalgen.source.outline import outline

PLAIN = [
    "import a\n",
    "import a.b.c as d, e\n",
    "from a import b\n",
    "from a.b import c as d, e\n",
    "from . import a\n",
    "from .a import b\n",
    "from ...a.b import c\n",
    "from a import (b, c,)\n",
    "from a import (\n    b,\n    c as d,\n)\n",
    "from a import b  # why\n\n# more\n",
    "import a\n" + "\n" * 3000,
]


@pytest.mark.parametrize("source", PLAIN)
def test_a_plain_import_is_read_as_python_reads_it(source):
    found = read_import(source.encode())
    assert found is not None
    assert ast.dump(found) == ast.dump(ast.parse(source).body[0])


@pytest.mark.parametrize(
    "source",
    [
        "from a import *\n",
        "from a import (  # why\n    b,\n)\n",
        "import a; import b\n",
        "from a import \\\n    b\n",
        "import .a\n",
        "from a import b c\n",
        "from a import\n",
        "import a\n\nx = 1\n",
        "from ä import b\n",
    ],
)
def test_any_other_import_is_left_to_python(source):
    assert read_import(source.encode()) is None


PAID = "from django.dispatch import Signal\n\npaid = Signal()\n"
SENDS = {
    "plain": "def f():\n    paid.send(None)\n",
    "module": "import shop.events\ndef f():\n    shop.events.paid.send_robust(None)\n",
    "local import": "def f():\n    from shop.events import paid as p\n    p.send(None)\n",
    "local import over lines": "def f():\n    from shop.events import (\n        paid as p,\n    )\n    p.send(None)\n",
    "next line": "def f():\n    (paid\n        .send(None))\n",
    "comment between": "def f():\n    (paid  # the one\n        .send(None))\n",
    "backslash between": "def f():\n    paid \\\n        .send(None)\n",
    "brackets": "def f():\n    (paid.send)(None)\n",
    "in a method of a decorated class": "class A:\n    @staticmethod\n    def f(paid_by=paid.send(None)):\n        pass\n",
    "in a decorator": "@paid.send(None)\ndef f():\n    pass\n",
    "after others": "def f():\n    for x in ():\n        mail.send()\n    with a as b:\n        paid.send(None)\n",
}
STAR = {"star import": "from shop.events import *\ndef f():\n    paid.send(None)\n"}


@pytest.mark.parametrize("source", [*SENDS.values()], ids=[*SENDS])
def test_a_send_is_seen_however_it_is_written(source):
    head = "from shop.events import paid\n" if "import" not in source else ""
    index = make_index({"shop/events.py": PAID, "shop/views.py": f"# signal\n{head}{source}"})
    assert [item.signal for item in index.signal_calls()] == ["shop.events.paid"]


@pytest.mark.parametrize("source", [*STAR.values()], ids=[*STAR])
def test_a_send_through_a_star_import_is_seen(source):
    test_a_send_is_seen_however_it_is_written(source)


@pytest.mark.parametrize(
    "source",
    [
        "def f(paid):\n    paid.send(None)\n",
        "def f():\n    mail.send(1)\n    x[0].send(2)\n    g().send(3)\n",
    ],
)
def test_what_is_no_signal_is_none(source):
    index = make_index({"shop/events.py": PAID, "shop/views.py": f"# signal\n{source}"})
    assert index.signal_calls() == ()


def test_class_lines_are_those_of_classes():
    source = 'class A(Base, x.Other):\n    class Meta(\n        Base,\n    ):\n        pass\n\nx = "class B(Base): "\nclass C: pass\n'
    index = make_index({"shop/more.py": source})
    found = [head for head in class_heads(index.code, index.paths) if head.path == "shop/more.py"]
    assert [(head.name, head.margin) for head in found] == [
        (b"A", True),
        (b"Meta", False),
        (b"C", True),
    ]
    assert [b"Base" in head.bases for head in found] == [True, True, False]


IMPORTS = {
    "plain": "from shop import signals\n",
    "relative": "from . import signals\n",
    "in a function": "def f():\n    import shop.signals\n",
    "over lines": "from shop import (\n    models,  # these (all)\n    signals,\n)\n",
    "backslash": "from shop \\\n    import models, \\\n    signals\n",
    "backslash before": "from shop.signals \\\n    import on_saved\n",
    "after a colon": "try: import shop.signals\nexcept ImportError: pass\n",
    "a string": "APPS = ['shop.signals']\n",
}


@pytest.mark.parametrize("source", [*IMPORTS.values()], ids=[*IMPORTS])
def test_an_importer_is_found_however_it_imports(source):
    more = {"shop/deep/__init__.py": "", "shop/deep/more.py": source.replace("from .", "from ..")}
    index = make_index({"shop/apps.py": "", "shop/signals.py": "", **more})
    assert [*importers(index, "shop/signals.py")] == ["shop/deep/more.py"]


def test_the_nearest_importer_comes_first():
    near = dict.fromkeys(
        ["a/b/signals.py", "a/b/c.py", "a/b/z/y.py", "a/d.py", "e.py", "z/q.py"],
        "import a.b.signals\n",
    )
    files = {
        **near,
        "a/__init__.py": "",
        "a/b/__init__.py": "",
        "a/b/z/__init__.py": "",
        "z/__init__.py": "",
    }
    index = make_index(files)
    found = [*importers(index, "a/b/signals.py")]
    assert found == ["a/b/c.py", "a/b/z/y.py", "a/d.py", "e.py", "z/q.py"]


SOURCE = """\
@decorated(lambda: one)
class A(Base, metaclass=M):
    x: int = 1

    @first
    async def f(self, a=two, *b: three, **c) -> four:
        if a: return [y for y in b if (z := y)]
        with open(a) as d, e: print(f"{a.b!r:>{c}}", -a, not b)

        def g(): return lambda: five
        return g
"""


def test_nodes_come_in_the_order_of_the_file_and_each_once():
    index = make_index({"shop/more.py": HEAD + SOURCE})
    tree = ast.parse(SOURCE)
    marks = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop)
    wanted = {id(node) for node in ast.walk(tree) if not isinstance(node, (*marks, ast.Module))}
    walked = [node for stmt in tree.body for node in walk(stmt)]
    seen = [item.node for item in scoped(index.code, "shop/more.py", tree.body)]
    for found in (walked, seen):
        assert ({id(node) for node in found}, len(found)) == (wanted, len(wanted))
    names = [node.id for node in seen if isinstance(node, ast.Name)]
    assert names[:5] == ["decorated", "one", "Base", "M", "x"]


def test_statements_without_a_wanted_line_are_passed_over():
    index = make_index({"shop/more.py": SOURCE})
    tree = ast.parse(SOURCE)
    items = scoped(index.code, "shop/more.py", tree.body, wanted=(ast.Name,), lines=[5])
    assert sorted(item.node.id for item in items) == sorted(
        ["decorated", "one", "Base", "M", "first", "two", "three", "four"]
    )


def test_a_long_block_is_searched_and_nothing_of_it_is_missed():
    """What is found in two lines is what each statement that contains one of them has."""
    parts = [
        "a{n} = 1",
        "b{n}; c{n}; d{n}",
        "e{n}(\n    f{n},\n    g{n},\n)",
        "@h{n}\n@i{n}\ndef j{n}():\n    k{n}\n    l{n}",
        "if m{n}:\n    n{n}\nelse:\n    o{n}",
    ]
    text = "\n".join(parts[n % len(parts)].format(n=n) for n in range(60)) + "\n"
    source = "class Long:\n" + "".join(f"    {line}\n" for line in text.splitlines())
    index = make_index({"shop/more.py": source})
    tree = ast.parse(source)
    end = source.count("\n")
    everything = [i.node for i in scoped(index.code, "shop/more.py", tree.body, wanted=(ast.Name,))]
    for first in range(2, end):
        for lines in ([first], [first, min(first + 7, end)], [1, first, end]):
            items = scoped(
                index.code, "shop/more.py", tree.body, wanted=(ast.Name,), lines=sorted(set(lines))
            )
            found = {item.node.id for item in items}
            assert {node.id for node in everything if node.lineno in lines} <= found
            assert len(found) <= 9 * len(lines)


def test_the_lines_of_matches_are_those_of_the_file():
    import re

    found = outline(b"import a\n\n\ndef f():\n    b.send()\n\n    c.send()\n")
    assert found.lines(found.chunks[1], re.compile(rb"send")) == [5, 7]


def test_the_way_to_a_node_is_found_and_none_to_a_stranger():
    tree = ast.parse(SOURCE)
    function = tree.body[0].body[1]
    for node in nodes_in(function):
        way = path_to(function, node)
        assert (way[0], way[-1]) == (function, node)
        assert all(below in ast.iter_child_nodes(above) for above, below in pairwise(way))
    assert path_to(function, ast.parse("x").body[0]) == []
    assert path_to(function, function) == [function]


def test_searches_and_the_table_of_words_find_the_same_files(monkeypatch):
    files = {f"shop/m{n}.py": f"from shop import signals{n}\n" for n in range(12)}
    files |= {
        "shop/__init__.py": "",
        "shop/signals1.py": "",
        "shop/walks.py": "import pkgutil\npkgutil.iter_modules([])\n",
    }
    by_search, by_table = make_index(files), make_index(files)
    monkeypatch.setattr(words, "SEARCHES", 0)
    assert [*by_table.words().files(b"signals1")] == ["shop/m1.py"]
    assert [*by_table.words().files(b"signal")] == []
    assert [*by_table.words().files(b"no-word")] == []
    assert [*importers(by_table, "shop/signals1.py")] == ["shop/m1.py", "shop/walks.py"]
    monkeypatch.setattr(words, "SEARCHES", 50)
    assert [*by_search.words().files(b"signals1")] == ["shop/m1.py", "shop/m10.py", "shop/m11.py"]
    assert [*importers(by_search, "shop/signals1.py")] == ["shop/m1.py", "shop/walks.py"]
    assert not by_search.words().table


NEEDLES = [
    (b"signal",),
    (b"signals",),
    (b".send(",),
    (b'name="x"', b"name='x'"),
    (b"django.dispatch",),
    (b"_disconnect",),
    (b"ab",),
    (b"(",),
    (b"na\xc3\xafve",),
    (b"nowhere",),
    (b"no where", b"signal"),
    (),
]


@pytest.mark.parametrize("needles", NEEDLES)
@pytest.mark.parametrize("searches", [0, 50])
def test_the_table_of_words_finds_every_piece_of_text_that_a_search_finds(
    needles, searches, monkeypatch
):
    files = {
        "shop/__init__.py": "",
        "shop/a.py": "from django.dispatch import Signal\nsignals = Signal()\n",
        "shop/b.py": "signals.send(None)\nf(name='x')\n",
        "shop/c.py": 'f(name="x")\nmy_disconnected = 1\n',
        "shop/d.py": "naïve = 1\nsignal = django, dispatch = 2\n",
        "shop/e.py": "# ab(\nsend (1)\n",
    }
    monkeypatch.setattr(words, "SEARCHES", searches)
    index = make_index(files)
    wanted = tuple(
        path for path in index.paths if any(one in index.code.data(path) for one in needles)
    )
    assert index.containing(*needles) == wanted
    assert index.containing(*needles) is index.containing(*needles)


def test_chunks_that_have_a_word_are_found_where_it_stands():
    found = outline(b"# here\nhere = 1\n\n\ndef f():\n    here()\n    here()\n\n\nthere = 2\n")
    assert [chunk.name for chunk in found.having(b"here")] == ["here", "f", "there"]
    assert [chunk.name for chunk in found.having(b"there", b"def")] == ["f", "there"]
    assert not found.having(b"\n\n\ndef")
    assert not outline(b"# here\n").having(b"here")


def _plainly(node):
    """Every node below, by all that it has."""
    yield node
    for value in vars(node).values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST) and not isinstance(item, OPERATORS):
                yield from _plainly(item)


OPERATORS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop)
EVERY_KIND = """\
@a
async def f(x, /, y: int = 1, *z, k, m=2, **w) -> int:
    global g
    async with a as b, c: await d
    async for i in j: continue
    else: pass
    return {1: 2, **e, 'f': [*g]}, {h}, {i: j for k in l if m}, {n for o in p}, (q async for r in s)
class C[K](B, metaclass=M):
    v: int
    def g(self): nonlocal_ = yield self.x; yield from y; del a[1:2:3, ...], b.c
try: x += 1
except* (A, B) as e: raise E from e
finally: assert a, b
match a:
    case {"k": v, **rest} | [1, *more] | P(q, r=s) | None: pass
    case str() as t if u: pass
lambda a, *, b=1, c: (a if b else c) and not -d < e is not f or (g := h)
x = f"{a!r:>{b}} {c}"
while a: break
import a.b as c, d
from . import e as f
type T = int
"""


def test_a_walk_goes_by_every_field_that_holds_nodes():
    source = EVERY_KIND if sys.version_info >= (3, 12) else EVERY_KIND.replace("[K]", "")
    if sys.version_info < (3, 12):
        source = source.replace("type T = int\n", "")
    if sys.version_info < (3, 11):
        source = source.replace("except*", "except")
    trees = [ast.parse(source)]
    trees += [
        ast.parse(path.read_text())
        for path in (Path(__file__).parents[2] / "signalgen").rglob("*_cycle.py")
    ]
    for tree in trees:
        assert [*walk(tree)] == [*_plainly(tree)]
        for node in _plainly(tree):
            below = [item for one in children(node) for item in _plainly(one)]
            assert [node, *below] == [*_plainly(node)]
