"""``signalgen recipes``, and the recipes of a project's own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from cli_kit import call, files

from signalgen.spec import Catalogue

if TYPE_CHECKING:
    from pathlib import Path

SLUGS = Catalogue().slugs()
OWN = """\
use: Clear the cache.
trap: Nobody does.
parameters:
  key: {kind: text, help: The key., example: orders, required: true}
handlers:
  - name: "{{ name }}"
    signal: post_save
    body: cache.delete({{ key }})
example: |
  app: orders
  recipes: [{recipe: clear, model: Order, key: orders}]
"""
SPEC = 'app: orders\nrecipes:\n  - {recipe: clear, model: Order, key: "it\'s"}\n'


@pytest.fixture
def own(project: Path) -> Path:
    """Return a project with a recipe of its own and a spec that uses it."""
    (project / "pyproject.toml").write_text('[tool.signalgen]\nrecipes = "ours"\n')
    (project / "ours").mkdir()
    (project / "ours" / "clear.yaml").write_text(OWN)
    (project / "spec.yaml").write_text(SPEC)
    return project


def test_every_recipe_is_listed_with_its_use(capsys):
    done = call(capsys, "recipes")
    assert [line.split()[0] for line in done.out.splitlines()] == SLUGS
    assert all(len(line) <= 110 for line in done.out.splitlines())
    assert call(capsys, "recipes", "--format", "json").json["recipes"][0]["slug"] == SLUGS[0]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_recipe_is_shown_with_its_code(slug: str, capsys):
    (shown,) = call(capsys, "recipes", slug, "--format", "json").json["recipes"]
    text = call(capsys, "recipes", slug)
    assert (text.code, text.err) == (0, "")
    assert shown["code"], slug
    assert shown["trap"].split()[:3] == text.out.partition("The trap:")[2].split()[:3]
    for path, code in shown["code"].items():
        ast.parse(code)
        assert path in text.out


def test_an_unknown_recipe_is_named(capsys):
    done = call(capsys, "recipes", "audit_lgo")
    assert done.code == 2
    assert "did you mean audit_log?" in done.err


def test_a_project_has_recipes_of_its_own(own: Path, capsys):
    assert "clear " in call(capsys, "recipes").out
    assert "cache.delete" in call(capsys, "recipes", "clear").out
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert done.code == 0, done.err
    assert b'cache.delete, "it\'s"' in files(own)["orders/signals.py"]
    assert call(capsys, "validate", "spec.yaml").code == 0


def test_a_changed_recipe_is_seen_by_the_next_run(own: Path, capsys):
    call(capsys, "new", "--spec", "spec.yaml")
    assert call(capsys, "new", "--spec", "spec.yaml", "--check").code == 0
    (own / "ours" / "clear.yaml").write_text(OWN.replace("cache.delete(", "cache.touch("))
    assert call(capsys, "new", "--spec", "spec.yaml", "--check").code == 1


@pytest.mark.parametrize(
    ("setting", "name", "said"),
    [
        ("nowhere", "clear.yaml", "this folder of recipes does not exist"),
        ("ours", "a-b.yaml", "cannot name a recipe"),
    ],
)
def test_what_is_wrong_with_the_folder_is_said(
    own: Path, setting: str, name: str, said: str, capsys
):
    (own / "pyproject.toml").write_text(f'[tool.signalgen]\nrecipes = "{setting}"\n')
    (own / "ours" / name).write_text(OWN)
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert done.code == 2
    assert said in done.err


def test_files_that_are_no_recipes_are_left_alone(own: Path, capsys):
    (own / "ours" / "README.md").write_text("ours")
    assert call(capsys, "new", "--spec", "spec.yaml").code == 0
