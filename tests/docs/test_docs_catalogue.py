"""docs/catalogue.md names every recipe, helper and spec, and tests that exist."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from signalgen.spec import Catalogue

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
TRAPS = "".join(
    path.read_text() for path in (ROOT / "tests/projects/recipes/traps").glob("test_*.py")
)
RECIPES = re.findall(r"^\| `(\w+)` \| .+ \| `(\w+Traps)` \|$", PAGE, re.MULTILINE)


def test_every_recipe_has_traps():
    assert sorted(name for name, _ in RECIPES) == Catalogue().slugs()
    assert [traps for _, traps in RECIPES if f"class {traps}(" not in TRAPS] == []


def test_every_trap_has_naive_code_that_falls_into_it():
    sys.path.append(str(ROOT / "tests/recipes"))
    from recipes_naive import NAIVE

    tried = {test.partition(".")[0] for naive in NAIVE for test in naive.tests}
    assert {traps for _, traps in RECIPES} - tried == set()


def test_the_tests_and_specs_that_it_names_exist():
    places = re.findall(r"`((?:tests|scripts)/[^`]+\.py)`|\]\(\.\./(specs/\w+\.yaml)\)", PAGE)
    found = [first or second for first, second in places]
    assert len(found) > 15
    assert [place for place in found if not (ROOT / place).exists()] == []
    specs = {path.name for path in (ROOT / "specs").glob("*.yaml")}
    assert specs <= {Path(place).name for place in found}
