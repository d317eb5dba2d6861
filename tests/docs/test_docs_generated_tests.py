"""docs/generated-tests.md names what test modules have, and its examples are generated code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from signalgen.api import load_spec
from signalgen.testplan.helpers import HELPERS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "generated-tests.md").read_text(encoding="utf-8")
EXAMPLES = (DOCS / "generated-tests-examples.md").read_text(encoding="utf-8")
MODULES = re.findall(r"```python\n(.*?)```", EXAMPLES, re.DOTALL)


def test_every_helper_is_described():
    table = PAGE.partition("## What is in the module")[2].partition("##")[0]
    named = re.findall(r"^\| `(\w+)\(", table, re.MULTILINE)
    assert sorted(named) == sorted({*HELPERS, "watch", "make_order"})


def test_the_specs_of_the_examples_are_what_the_tests_are_of():
    specs = re.findall(r"```yaml\n(.*?)```", EXAMPLES, re.DOTALL)
    assert len(specs) == len(MODULES) == 3
    for text, code in zip(specs, MODULES, strict=True):
        handlers = load_spec(text).handlers
        classes = {f"{handler.name.title().replace('_', '')}Tests" for handler in handlers}
        assert classes <= {node.name for node in classes_of(code)}


def test_as_many_tests_ran_as_stand_there():
    counts = re.findall(r"^Ran (\d+) tests$", EXAMPLES, re.MULTILINE)
    written = [len(re.findall(r"^    def test_", code, re.MULTILINE)) for code in MODULES]
    assert [int(count) for count in counts] == written


def classes_of(code: str) -> list[ast.ClassDef]:
    return [node for node in ast.parse(code).body if isinstance(node, ast.ClassDef)]
