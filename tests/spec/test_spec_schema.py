"""The JSON Schema is valid, accepts what the reader accepts, and both it and the reference cover every key."""

import re

import pytest
from jsonschema import Draft202012Validator
from spec_samples import ACCEPTED

from signalgen.errors import SpecError
from signalgen.facts.signals import BUILTIN
from signalgen.spec import Catalogue, json_schema, read_spec, spec_reference
from signalgen.spec.declared import table
from signalgen.spec.text.decoding import decode
from signalgen.spec.text.document import parse
from signalgen.spec.text.nodes import Mapping, Scalar

VALIDATOR = Draft202012Validator(json_schema())
INTEGER = re.compile(r"[-+]?[0-9]+\Z")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
WORDS = {
    "null": None,
    "~": None,
    "": None,
    "true": True,
    "True": True,
    "false": False,
    "False": False,
}


def plain(node):
    """Return ``node`` as an editor's YAML 1.2 reader would hand it to a schema."""
    if isinstance(node, Mapping):
        return {entry.key.text: plain(entry.value) for entry in node.entries}
    if not isinstance(node, Scalar):
        return [plain(item) for item in node.items]
    if node.style != "plain":
        return node.text
    if node.text in WORDS:
        return WORDS[node.text]
    if INTEGER.match(node.text):
        return int(node.text)
    return float(node.text) if FLOAT.match(node.text) else node.text


def load(text):
    return plain(parse(*decode(text.encode(), "s")))


def test_the_schema_is_valid():
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_the_reader_accepts_the_schema_accepts(text):
    read_spec(text.encode(), file="s", source="s")
    assert [error.message for error in VALIDATOR.iter_errors(load(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "x",
        "handlers: []",
        "app: o\nhandler: []",
        "app: o\nrecipes: [{model: M}]",
        "app: o\nrecipes: [{recipe: audit_log, model: M, fields: [a], logger: l, zzz: 1}]",
        "app: o\nrecipes: [{recipe: audit_log, model: M, fields: [a-b], logger: l}]",
        "app: o\nrecipes: [{recipe: notify, model: M, task: t, on: [create, remove]}]",
        "app: o\nhandlers: [{nam: a, name: b, signal: post_save}]",
        "app: o\nhandlers: [{signal: post_save}]",
        "app: o\nhandlers: [{name: a-b, signal: post_save}]",
        "app: o\nhandlers: [{name: a, signal: post_sav, body: x}]",
        "app: o\nhandlers: [{name: a, signal: [post_save, pre_saev], body: x}]",
        "app: o\nsignals: [{name: paid}]\nhandlers: [{name: a, signal: post_ssave, body: x}]",
        "app: o\nhandlers: [{name: a, signal: post_save, model: M, on_add: x}]",
        "app: o\nhandlers: [{name: a, signal: [pre_delete, post_delete], model: M, on_create: x}]",
        "app: o\nhandlers: [{name: a, signal: user_logged_in, raw: run, body: x}]",
        "app: o\nrecipes: [{recipe: slugg, model: M, source: t}]",
        "app: o\nhandlers: [{name: a, signal: post_save, raw: maybe}]",
        "app: o\nhandlers: [{name: a, signal: post_save, body: [x]}]",
        "app: o\nhandlers: [{name: a, signal: post_save, enqueue: [{task: t, at: save}]}]",
        "app: o\nhandlers: [{name: a, signal: post_save, enqueue: [{on: save}]}]",
        "app: o\ntasks: []\ncelery_tasks: []",
        "app: o\ntasks: [{name: t, retries: -1}]",
        "app: o\nsignals: [{name: s, args: 3}]",
        "app: apps/orders",
        "version: 2\napp: o",
        "input: {}",
        "input: {APP_NAME: o}\napp: o",
        "input: {APP_NAME: o, HANDLERZ: []}",
        "input: {APP_NAME: o, HANDLERS: [{name: a, zzz: 1}]}",
    ],
)
def test_what_the_schema_refuses(text):
    assert list(VALIDATOR.iter_errors(load(text)))


@pytest.mark.parametrize(
    "text",
    [
        # A slip of Django's name that the spec defines is none; nor is what is not near to one.
        "app: o\nsignals: [{name: post_saved}]\nhandlers: [{name: a, signal: post_saved, body: x}]",
        "app: o\nhandlers: [{name: a, signal: order_paid, body: x}]",
        "app: o\nhandlers: [{name: a, signal: [post_save, order_paid], model: M, body: x}]",
        # One signal that has the key is enough.
        "app: o\nhandlers: [{name: a, signal: [post_save, post_delete], model: M, raw: run, body: x}]",
        # Only the project knows what this one is.
        "app: o\nhandlers: [{name: a, signal: order_paid, on_create: x}]",
    ],
)
def test_what_the_project_may_make_right_is_not_refused(text):
    read_spec(text.encode(), file="s", source="s")
    assert list(VALIDATOR.iter_errors(load(text))) == []


def test_slips_are_those_that_the_reader_refuses():
    pattern = re.compile(json_schema()["$defs"]["no_slip"]["pattern"])
    for name in BUILTIN:
        assert pattern.search(name)
        swapped = f"{name[:3]}{name[4]}{name[3]}{name[5:]}"
        slips = {swapped, name[:-1], name[1:], f"{name}s", f"x{name}", f"{name[:2]}x{name[3:]}"}
        for slip in slips - set(BUILTIN):
            assert not pattern.search(slip), slip
            text = f"app: o\nhandlers: [{{name: a, signal: {slip}, body: x}}]"
            with pytest.raises(SpecError):
                read_spec(text.encode(), file="s", source="s")
    for name in ("order_paid", "post_published", "saved", "post", "signals.post_sav"):
        assert pattern.search(name), name


@pytest.mark.parametrize("section", table.SECTIONS, ids=lambda section: section.name)
def test_every_key_has_an_example_that_its_schema_accepts(section):
    schema = json_schema()
    definition = schema["$defs"][section.name.replace(" ", "_")]
    for key in section.keys:
        own = definition["properties"][key.name]
        validator = Draft202012Validator({"$defs": schema["$defs"], **own})
        assert own["examples"]
        for one in own["examples"]:
            assert list(validator.iter_errors(one)) == [], (key.name, one)


def test_own_recipes_are_in_the_schema_of_their_project():
    stamp = b"""\
use: Count a row.
trap: None to speak of.
example: "app: o"
parameters:
  column: {kind: name, help: The field., example: total, required: true}
handlers:
  - {name: "{{ name }}", signal: pre_save, body: "instance.{{ column }} = 1"}
"""
    ours = Draft202012Validator(json_schema(Catalogue({"stamp": ("stamp.yaml", stamp)})))
    right = load("app: o\nrecipes: [{recipe: stamp, model: M, column: total}]")
    assert list(ours.iter_errors(right)) == []
    assert list(VALIDATOR.iter_errors(right))
    assert list(ours.iter_errors(load("app: o\nrecipes: [{recipe: stamp, model: M, colum: x}]")))


@pytest.mark.parametrize("section", table.SECTIONS, ids=lambda section: section.name)
def test_every_key_is_in_schema_and_reference_with_its_meaning(section):
    definition = json_schema()["$defs"][section.name.replace(" ", "_")]
    part = spec_reference().split(f"## {section.title}\n")[1].split("\n## ")[0]
    for key in section.keys:
        assert key.meaning in definition["properties"][key.name]["description"]
        assert f"| `{key.name}`" in part
        assert key.meaning in part


def test_the_reference_is_a_table_with_equal_rows():
    for line in spec_reference().splitlines():
        assert not line.startswith("|") or len(re.findall(r"(?<!\\)\|", line)) == 5


HOME = {"save": "post_save", "m2m": "m2m_changed\n  field: tags\n  model: Product"}


@pytest.mark.parametrize("section", table.SECTIONS, ids=lambda section: section.name)
def test_every_example_of_the_table_reads(section):
    for key in section.keys:
        line = f"{key.name}: {key.example}"
        text = example(section, key.name, line, key.families)
        read_spec(text.encode(), file=key.name, source="s")


def example(section, name, line, families):
    if section is table.SPEC:
        return line + "\n" + ("" if name == "app" else "app: shop\n")
    if section is table.TASK:
        return f"app: shop\ntasks:\n- {line}\n" + ("" if name == "name" else "  name: t\n")
    if section is table.SIGNAL_SECTION:
        return f"app: shop\nsignals:\n- {line}\n" + ("" if name == "name" else "  name: s\n")
    if section is table.ENQUEUE_SECTION:
        rest = "" if name == "task" else "    task: t\n"
        return (
            f"app: shop\nhandlers:\n- name: a\n  signal: post_save\n  enqueue:\n  - {line}\n{rest}"
        )
    signal = HOME[families[0]] if families else "post_save"
    given = {"name": "name: a", "signal": f"signal: {signal}", "body": "body: x"}
    if name == "field":
        given["signal"] = "signal: m2m_changed\n  model: Product"
    given[name if name != "implementation" else "body"] = line
    return "app: shop\nhandlers:\n- " + "\n  ".join(given.values()) + "\n"
