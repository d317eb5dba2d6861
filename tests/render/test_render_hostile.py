"""P8: whatever a spec says in free text, the code around it stays the same tree (quotes, line ends, control characters)."""

from __future__ import annotations

import ast
import contextlib
from dataclasses import replace

import pytest
from generate_kit import build
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from signalgen.formatting import format_fragments
from signalgen.generating import make_plan
from signalgen.index import read_project
from signalgen.render import render_app
from signalgen.render.environment import comment, docstring
from signalgen.spec import read_spec
from signalgen.syntax import string_literal
from signalgen.values.project import Style

SPEC = b"""
app: shop
model: Order
celery_tasks: [{name: job, args: [a], queue: Q, description: D, retries: 1}]
handlers:
  - {name: one, signal: post_save, description: D, dispatch_uid: U, on_error: log, on_create: job.delay(1)}
  - {name: two, signal: post_save, description: D, dispatch_uid: V, on_change: {status: job.delay(old)}}
  - {name: three, signal: m2m_changed, model: Product, field: tags, description: D, on_add: cache.clear()}
signals:
  - {name: paid, sender: Order, args: {order: Order}, description: D, send: asend,
     handlers: [{name: four, description: D, async: true, body: job.delay(order.pk)}]}
"""
NASTY = st.lists(
    st.one_of(
        st.sampled_from(list("\"'\\\n\r\t\f\v\x00\x1b\x1c\x1d\x1e\x85\u2028\u2029#{}%()*`$")),
        st.sampled_from(
            ['"""', "'''", "\\N{DASH}", "\\x", "{{", "{%", "%s", "\n    pass", "import os"]
        ),
        st.characters(),
    ),
    max_size=60,
).map("".join)
STYLES = [
    Style(),
    Style(line_length=79, single_quotes=True),
    Style(formatter="none", line_length=120),
]


class Blank(ast.NodeTransformer):
    """Takes the text out of every string, so that only the shape of the code is left."""

    def visit_Constant(self, node):
        return ast.Constant("") if isinstance(node.value, str) else node


def shape(text):
    return ast.dump(Blank().visit(ast.parse(text)))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return read_project(build(tmp_path_factory.mktemp("shop")))


@pytest.fixture(scope="module")
def spec():
    return read_spec(SPEC, file="s.yaml", source="s.yaml")


def with_text(spec, text):
    """Return the spec with ``text`` wherever the schema allows free text."""

    def handlers(some):
        return tuple(replace(h, description=text, dispatch_uid=f"{text}{h.id}") for h in some)

    return replace(
        spec,
        tasks=tuple(replace(task, description=text, queue=text) for task in spec.tasks),
        handlers=handlers(spec.handlers),
        signals=tuple(
            replace(s, description=text, handlers=handlers(s.handlers)) for s in spec.signals
        ),
    )


def shapes(spec, project, style):
    plan = make_plan([spec], project, {})
    assert not plan.problems
    fragments = format_fragments(render_app(plan.apps[0], None, style.line_length), style)
    assert {fragment.kind for fragment in fragments} >= {
        "receiver",
        "signal",
        "sender",
        "task",
        "test",
    }
    return [(fragment.id, shape(fragment.text)) for fragment in fragments]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=NASTY.filter(bool), style=st.sampled_from(STYLES))
@example(text='"""\nimport os\nos.system("x")\n"""', style=STYLES[0])
@example(text="\\", style=STYLES[0])
@example(text='"', style=STYLES[1])
@example(text="a\rimport os\u2028import sys\x85x", style=STYLES[2])
@example(text="{{ 7 * 7 }}{% for %}", style=STYLES[0])
@example(text="%s %r %(x)s", style=STYLES[0])
@example(text="x" * 300, style=STYLES[0])
def test_free_text_never_becomes_code(text, style, spec, project):
    assert shapes(with_text(spec, text), project, style) == shapes(
        with_text(spec, "x"), project, style
    )


@settings(max_examples=200, deadline=None)
@given(text=NASTY, width=st.sampled_from([60, 79, 88, 120]), indent=st.sampled_from([0, 4, 8]))
@example(text='"', width=88, indent=4)
@example(text='x\\"', width=88, indent=4)
@example(text='x" ', width=88, indent=4)
@example(text='""""', width=88, indent=4)
@example(text="\\", width=88, indent=4)
@example(text="y" * 80 + ' "', width=88, indent=4)
def test_a_docstring_is_one_string(text, width, indent):
    pad = " " * indent
    code = "if 1:\n" * bool(indent) + pad + docstring(text, indent, width=width)
    tree = ast.parse(code)
    (node,) = tree.body[0].body if indent else tree.body
    assert isinstance(node.value.value, str)


@settings(max_examples=200, deadline=None)
@given(text=NASTY)
def test_a_comment_is_no_code(text):
    out = comment([text, "second"], "#: ")
    assert ast.parse(out).body == []
    assert all(line.startswith("#: ") for line in out.split("\n"))


@settings(max_examples=200, deadline=None)
@given(text=st.text())
def test_a_string_literal_gives_the_text_back(text):
    literal = string_literal(text)
    assert ast.literal_eval(literal) == text
    with contextlib.suppress(UnicodeEncodeError):
        assert not {"\n", "\r", "\u2028", "\x00"} & set(literal.encode().decode())
