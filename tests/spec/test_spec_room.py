"""The room as a whole: cheap to import, the same with either YAML parser, true to the example specs."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from spec_samples import ACCEPTED
from test_spec_hostile import CASES
from test_spec_schema import load

import signalgen.spec
from signalgen.errors import SpecError
from signalgen.spec import json_schema, read_spec, upgrade
from signalgen.spec.text import document

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "specs").glob("*.y*ml"))


def outcome(data):
    try:
        return read_spec(data, file="s", source="s")
    except SpecError as error:
        return [(p.line, p.code) for p in error.problems]


@pytest.mark.parametrize(
    "statement",
    [
        "import signalgen.spec",
        "from signalgen.spec import signal_spec; signal_spec('a', 's', '', None, None)",
    ],
)
def test_yaml_is_loaded_only_to_read(statement):
    code = f"{statement}; import sys; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_only_public_names():
    assert [n for n in signalgen.spec.__all__ if not callable(getattr(signalgen.spec, n))] == [
        "SIGNAL_SOURCE"
    ]
    with pytest.raises(AttributeError):
        signalgen.spec.__getattr__("load")


@pytest.mark.parametrize("text", ACCEPTED)
def test_without_the_c_parser_good_specs_are_the_same(text, monkeypatch):
    fast = outcome(text.encode())
    monkeypatch.setattr(document, "_LOADER", yaml.SafeLoader)
    assert outcome(text.encode()) == fast


@pytest.mark.parametrize(
    "name", [name for name in CASES if name not in ("too big", "open brackets")]
)
def test_without_the_c_parser_hostile_input_is_refused_too(name, monkeypatch):
    data, code = CASES[name]
    monkeypatch.setattr(document, "_LOADER", yaml.SafeLoader)
    (_line, found), *_more = outcome(data)
    assert found == code or {found, code} == {"control-character", "yaml-syntax"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_example_specs_are_read_and_fit_the_schema(path):
    text = path.read_bytes()
    read_spec(text, file=path.name, source=path.name)
    assert not list(Draft202012Validator(json_schema()).iter_errors(load(text.decode())))
    upgrade(text, file=path.name)
