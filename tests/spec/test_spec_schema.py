"""The JSON Schema is valid, accepts what the reader accepts, and both it and the reference cover every key."""

import re

import pytest
from jsonschema import Draft202012Validator
from spec_samples import ACCEPTED

from signalgen.spec import json_schema, read_spec, spec_reference
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
