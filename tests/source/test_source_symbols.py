"""Imports, calls, definitions, assignments: each with its scope, its guard and spans that edits can rely on."""

from __future__ import annotations

import pytest

from signalgen.source import parse


def view(text):
    return parse(text.encode())


def body_of(text, index=0):
    module = view(text)
    return module.text((module.functions or module.classes)[index].body)


# --- imports ---------------------------------------------------------------------------------------------------------


def test_imports_of_every_form():
    module = view(
        "import a, b.c as d\nfrom . import (x as y,\n  z,)\nfrom ..e import *\nfrom __future__ import annotations\n"
        "from . sub import q  # spaced\n"
    )
    found = [
        (i.module, i.is_from, i.alias, [(n.name, n.alias) for n in i.names], i.parenthesized)
        for i in module.imports
    ]
    assert found == [
        ("a", False, None, [], False),
        ("b.c", False, "d", [], False),
        (".", True, None, [("x", "y"), ("z", None)], True),
        ("..e", True, None, [("*", None)], False),
        ("__future__", True, None, [("annotations", None)], False),
        (".sub", True, None, [("q", None)], False),
    ]
    assert module.imports[0].span == module.imports[1].span
    assert module.text(module.imports[2].names[0].span) == "x as y"


def test_import_of_the_module_from_itself():
    (imp,) = view("from a import a\n").imports
    assert [n.name for n in imp.names] == ["a"]


@pytest.mark.parametrize(
    ("text", "guards"),
    [
        ("import a\n", [""]),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b\n", ["type_checking", "if"]),
        ("if typing.TYPE_CHECKING:\n    if x:\n        import a\n", ["type_checking"]),
        ("if not TYPE_CHECKING:\n    import a\n", ["if"]),
        ("if x:\n    pass\nelif TYPE_CHECKING:\n    import a\n", ["if"]),
        ("try:\n    import a\nexcept ImportError:\n    import b\n", ["try", "try"]),
        (
            "with x:\n    import a\nfor y in z:\n    import b\nwhile x:\n    import c\n",
            ["other"] * 3,
        ),
        ("if x:\n    def f():\n        import a\n", [""]),
        ("if x:\n    pass\nimport a\n", [""]),
    ],
)
def test_guards(text, guards):
    assert [i.guard for i in view(text).imports] == guards


def test_scopes_are_dotted_and_headers_belong_outside():
    module = view(
        "class A(base()):\n"
        "    def m(self, x=default()):\n"
        "        def inner():\n"
        "            import deep\n"
        "            return in_inner()\n"
        "        return in_m()\n"
        "    attr = in_a()\n"
        "@deco()\n"
        "def f(): in_f()\n"
        "outside()\n"
    )
    assert {c.callee: c.scope for c in module.calls} == {
        "base": "",
        "default": "A",
        "in_inner": "A.m.inner",
        "in_m": "A.m",
        "in_a": "A",
        "deco": "",
        "in_f": "f",
        "outside": "",
    }
    assert module.imports[0].scope == "A.m.inner"
    assert [f.qualname for f in module.functions] == ["A.m", "A.m.inner", "f"]


# --- calls and decorators -------------------------------------------------------------------------------------------


def test_call_arguments():
    module = view("a . b(1, *c, k=2, # note\n **d)\nfoo(x for x in y)\n")
    call = module.calls[0]
    assert call.callee == "a.b"
    assert [(a.keyword, a.text) for a in call.arguments] == [
        (None, "1"),
        ("*", "c"),
        ("k", "2"),
        ("**", "d"),
    ]
    assert module.text(call.arguments[2].span) == "k=2"
    assert call.argument("k").text == "2"
    assert call.argument("sender", 0).text == "1"
    assert call.argument("missing") is None
    assert module.calls[1].arguments[0].text == "(x for x in y)"


def test_nested_calls_come_in_file_order():
    assert [c.callee for c in view("a(b(c()), d())\n").calls] == ["a", "b", "c", "d"]
    assert [c.callee for c in view("a(1).b(2)\n").calls] == ["a(1).b", "a"]


def test_decorators_stacked_and_multi_line():
    module = view(
        "@receiver(\n    post_save,  # why\n    sender=A,\n)\n@a.b\n# between\n@c[0]\nasync def f(**kwargs):\n    pass\n"
    )
    (function,) = module.functions
    assert [(d.name, d.call is not None) for d in function.decorators] == [
        ("receiver", True),
        ("a.b", False),
        ("c[0]", False),
    ]
    assert function.decorators[0].call.argument("sender").text == "A"
    assert function.span.start == 0
    assert function.is_async
    assert module.text(function.signature) == "async def f(**kwargs):"


def test_decorators_do_not_leak_to_the_next_definition():
    module = view("@deco\nclass A:\n    def m(self): pass\n\ndef f(): pass\n")
    assert [d.name for d in module.classes[0].decorators] == ["deco"]
    assert [f.decorators for f in module.functions] == [(), ()]


# --- functions --------------------------------------------------------------------------------------------------------


def test_parameters():
    (function,) = view(
        "def f(self, /, a=1, *args: int, b: str = 'x', **kw) -> None: ...\n"
    ).functions
    assert [(p.name, p.kind, p.annotation, p.default) for p in function.parameters] == [
        ("self", "", None, None),
        ("a", "", None, "1"),
        ("args", "*", "int", None),
        ("b", "", "str", "'x'"),
        ("kw", "**", None, None),
    ]
    assert function.returns == "None"
    (bare,) = view("def f(a, *, b): ...\n").functions
    assert [p.name for p in bare.parameters] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("def f(): pass\n", "pass"),
        ("def f(): pass; x = 1  # c\n", "pass; x = 1  # c"),
        ("def f():\n    x = 1\n    y = 2\n", "x = 1\n    y = 2"),
        ("def f():  # noqa\n    # lead\n    x = 1\n", "# lead\n    x = 1"),
        ("def f():\n    '''doc'''\n", ""),
        ("def f():\n    '''doc'''  # t\n", ""),
        ("def f(): 'doc'\n", ""),
        (
            "def f():\n    # lead\n    'doc'\n    # two\n    x = 1\n    # trail\n# out\n",
            "# two\n    x = 1\n    # trail",
        ),
        ("def f():\n    'doc'  # same line\n    x = 1\n", "x = 1"),
        ("def f():\n    'doc'; x = 1\n", "x = 1"),
        ("def f():\n    b'no doc'\n", "b'no doc'"),
        ("def f():\n    f'no doc'\n", "f'no doc'"),
        ("def f():\n    x = 1  # last\n\n\ny = 2\n", "x = 1  # last"),
        ("class A:\n    '''doc'''\n\n    x = 1\n", "x = 1"),
        ("class A(B): pass\n", "pass"),
        ("def f(\n    a,  # first\n):\n    pass\n", "pass"),
    ],
)
def test_bodies_can_be_inserted_into(text, body):
    assert body_of(text).rstrip() == body


def test_empty_body_lies_behind_the_docstring_and_its_comment():
    text = "def f():\n    '''doc'''  # t\n"
    (function,) = view(text).functions
    assert function.body.start == function.body.end == text.index("# t") + 3
    assert view(text).text(function.docstring) == "'''doc'''"


def test_docstrings():
    assert view("# c\n'''doc'''\nx = 1\n").docstring is not None
    assert view("x = 1\n'''no doc'''\n").docstring is None
    assert view("('no', 'doc')\n").docstring is None
    assert view("'a' 'b'\n").docstring is not None
    assert view("f'a'\n").docstring is None


# --- classes, assignments, statements ---------------------------------------------------------------------------------


def test_class_bases_and_keywords_as_written():
    (cls,) = view("class A(b.C, metaclass=M, *D): ...\n").classes
    assert cls.bases == ("b.C", "metaclass=M", "*D")


def test_assignments():
    module = view("a: int = f(1)\nb: str\nc = d = g()\nself.x = 1\ne, (f, *h) = 1, 2\ni += 1\n")
    found = [
        (a.target, a.annotation, a.value, a.call.callee if a.call else None)
        for a in module.assignments
    ]
    assert found == [
        ("a", "int", "f(1)", "f"),
        ("b", "str", None, None),
        ("c", None, "g()", "g"),
        ("d", None, "g()", "g"),
        ("e", None, None, None),
        ("f", None, None, None),
        ("h", None, None, None),
    ]


def test_bound_names_see_conditions_and_leave_out_inner_scopes():
    names = view(
        "import a.b, c as d\nif x:\n    def f(): inner = 1\ntry:\n    from e import g as h\nexcept E: h = None\n"
        "class K:\n    attr = 1\np, q = 1, 2\n"
    ).bound_names()
    assert names == {"a", "d", "f", "h", "K", "p", "q"}


def test_statements_include_comments_and_cover_definitions_with_decorators():
    module = view("# c\nimport a\n\n@d\ndef f(): ...\nx = 1; y = 2\n")
    assert [(s.kind, s.span.line) for s in module.statements] == [
        ("comment", 1),
        ("import_statement", 2),
        ("decorated_definition", 4),
        ("expression_statement", 6),
        ("expression_statement", 6),
    ]


def test_inner_statements():
    (function,) = view("def f():\n    'd'\n    if x:\n        return\n    # c\n    y()\n").functions
    assert [s.kind for s in function.statements] == [
        "expression_statement",
        "if_statement",
        "comment",
        "expression_statement",
    ]
