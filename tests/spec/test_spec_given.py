"""A spec that is data, not text: the same as from YAML, and its problems have a path and no line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from signalgen.errors import SpecError
from signalgen.spec import Catalogue, read_spec, spec_of

SPECS = Path(__file__).parents[2] / "specs"
TEXTS = {
    **{path.stem: path.read_text() for path in sorted(SPECS.glob("*.yaml"))},
    **{recipe.slug: recipe.example for recipe in Catalogue().recipes()},
}
WORDS = {"true": True, "false": False, "": None}


def data_of(text: str) -> object:
    """Return what somebody would write in Python for a YAML text."""

    def native(value: object) -> object:
        if isinstance(value, dict):
            return {key: native(item) for key, item in value.items()}
        if isinstance(value, list):
            return [native(item) for item in value]
        return WORDS.get(value, int(value) if value.isdecimal() else value)

    return native(yaml.load(text, yaml.BaseLoader))


def told(spec: object) -> str:
    """Return a spec as text, without the places of its parts."""
    plain = replace(spec, lines=(), file="", source="")
    return re.sub(r"Mark\([^)]*\)|indent=\w+", "", repr(plain))


def problems(data: object) -> list[tuple[str, str]]:
    with pytest.raises(SpecError) as caught:
        spec_of(data, file="<dict>", source="<dict>")
    for one in caught.value.problems:
        assert (one.file, one.line, one.column, one.source) == ("<dict>", 0, 0, "")
    return [(one.path, one.code) for one in caught.value.problems]


@pytest.mark.parametrize("name", TEXTS)
def test_data_is_the_same_spec_as_its_yaml(name: str):
    from_text = read_spec(TEXTS[name].encode(), file="a.yaml", source="a.yaml")
    from_data = spec_of(data_of(TEXTS[name]), file="<dict>", source="<dict>")
    assert told(from_data) == told(from_text)


HANDLER = {"name": "a", "model": "Order", "signal": "post_save", "body": "pass"}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"app": "orders", "handlers": [{**HANDLER, "bdy": "x"}]}, [("handlers[0].bdy", "unknown-key")]),
        ({"app": "orders", "handlers": [{**HANDLER, "body": "x ="}]}, [("handlers[0].body", "python-syntax")]),
        ({"app": "orders", "handlers": [{**HANDLER, "name": "a b", "when": "1 +"}]},
         [("handlers[0].name", "invalid-name"), ("handlers[0].when", "python-syntax")]),
        ({"app": "orders", "handlers": [{**HANDLER, "body": object()}]},
         [("handlers[0].body", "wrong-type")]),
        ({"app": "orders", "handlers": [{**HANDLER, "body": "a\x00"}]},
         [("handlers[0].body", "control-character")]),
        ({"app": "orders", 3: []}, [("", "wrong-type")]),
        ({}, [("", "missing-key")]),
        ({"app": "orders", "recipes": [{"recipe": "audit_lg"}]}, [("recipes[0].recipe", "unknown-recipe")]),
    ],
)  # fmt: skip
def test_problems_have_their_path_and_no_line(data: dict[object, object], found: list[object]):
    assert problems(data)[: len(found)] == found


def test_data_without_end_is_refused():
    endless: dict[str, object] = {"app": "orders"}
    endless["handlers"] = [endless]
    assert problems(endless)[-1][1] == "too-deep"
    wide: list[object] = ["x"] * 100
    for _ in range(10):
        wide = [wide] * 100
    assert problems({"app": "orders", "handlers": wide})[-1][1] == "too-big"
