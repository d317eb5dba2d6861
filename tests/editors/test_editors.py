"""The schema in a real YAML language server: ``make editors``. Elsewhere these tests are skipped."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from editors_kit import HEADER, SERVER, Editor

from signalgen.spec import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not SERVER, reason="make editors brings the language server")
ROOT = Path(__file__).resolve().parents[2]
HEAD = f"{HEADER}app: orders\nmodel: Order\n"


def handler(*lines: str) -> str:
    """Return a spec with one handler, whose first own line is the sixth."""
    return f"{HEAD}handlers:\n  - name: a\n" + "".join(f"    {line}\n" for line in lines)


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """Return an editor in a folder that has the schema, as ``signalgen schema`` prints it."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "signalgen.schema.json").write_text(json.dumps(json_schema()))
    with closing(Editor(folder)) as session:
        yield session


WRONG = {
    "a signal": (handler("signal: post_sav", "body: x()"), 6, "post_sav"),
    "one of two": (handler("signal: [post_save, post_delet]", "body: x()"), 6, "post_delet"),
    "a branch": (handler("signal: post_save", "on_add: x()"), 7, "on_add"),
    "a branch of none": (
        handler("signal: [pre_delete, post_delete]", "on_create: x()"),
        7,
        "on_create",
    ),
    "a key": (handler("signal: post_save", "on_crate: x()"), 7, "on_crate"),
    "a value": (handler("signal: post_save", "raw: maybe"), 7, "maybe"),
    "a recipe": (f"{HEAD}recipes:\n  - recipe: slugg\n    source: title\n", 5, "slugg"),
    "a parameter": (f"{HEAD}recipes:\n  - recipe: slug\n    source: t\n    targt: x\n", 7, "targt"),
    "the top": (f"{HEAD}handler: []\n", 4, "handler"),
}
RIGHT = {
    "a save": handler("signal: post_save", "on_create: x()"),
    "one has it": handler("signal: [post_save, post_delete]", "raw: run", "body: x()"),
    "the app's own": handler("signal: order_paid", "body: x()"),
    "the spec's own": handler("signal: post_saved", "body: x()")
    + "signals:\n  - name: post_saved\n",
    "m2m": handler("signal: m2m_changed", "field: tags", "on_add: x()"),
    "a package's": handler("signal: allauth.account.signals.user_signed_up", "body: x()"),
    "a recipe": f"{HEAD}recipes:\n  - recipe: slug\n    source: title\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_marked_while_it_is_typed(editor: Editor, name: str):
    text, line, marked = WRONG[name]
    assert (line, marked) in [(at, what) for at, what, _ in editor.problems(text)]


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_marked(editor: Editor, name: str):
    assert editor.problems(RIGHT[name]) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "specs").glob("*.yaml")), ids=lambda path: path.name
)
def test_the_example_specs_have_no_mark(editor: Editor, path: Path):
    assert editor.problems(HEADER + path.read_text()) == []


def test_signals_recipes_keys_and_parameters_are_offered(editor: Editor):
    signals = editor.offered(handler("signal: |"))
    assert {"post_save", "m2m_changed", "user_logged_in"} <= signals
    recipes = editor.offered(f"{HEAD}recipes:\n  - recipe: |\n")
    assert {"slug", "audit_log"} <= recipes
    assert {"source", "within"} <= editor.offered(f"{HEAD}recipes:\n  - recipe: slug\n    |\n")
    assert {"handlers", "recipes"} <= editor.offered(f"{HEADER}|\n")


@pytest.mark.parametrize(
    ("signal", "own", "others"),
    [
        ("post_save", {"on_create", "on_change", "when"}, {"on_add", "on_pre_clear", "field"}),
        ("[post_save, pre_save]", {"on_create"}, {"on_add"}),
        ("m2m_changed", {"on_add", "field", "body"}, {"on_create", "on_change", "update_fields"}),
        ("post_delete", {"body", "enqueue"}, {"on_create", "on_add", "raw"}),
        ("[post_save, m2m_changed]", {"on_create", "on_add", "raw"}, set()),
        ("order_paid", {"body", "on_create", "on_add"}, set()),
    ],
)
def test_only_the_keys_that_a_signal_has_a_use_for_are_offered(editor: Editor, signal, own, others):
    offered = editor.offered(handler(f"signal: {signal}", "|"))
    assert own <= offered
    assert not others & offered


def test_every_key_is_offered_before_the_signal_is_written(editor: Editor):
    assert {"on_create", "on_add", "signal"} <= editor.offered(f"{HEAD}handlers:\n  - |\n")


def test_a_key_is_explained_with_an_example(editor: Editor):
    shown = editor.shown(handler("signal: post_save", "on_ch|ange: {status: x()}"))
    assert re.search("what to do when its value changed", shown)
    assert "Example" in shown


def test_without_the_header_nothing_is_said(editor: Editor):
    text, *_ = WRONG["a key"]
    assert editor.problems(text.removeprefix(HEADER)) == []
