"""What commands and the API make of the gate: exit codes, JSON, previews that say the same, and a start that loads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cli_kit import SPEC, call, files, imported_modules
from gate_kit import ADVICE

import signalgen

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = SPEC.replace("on_create", "body").replace(
    'cache.delete("orders")', "row = instance\n      row.save()"
)
REQUEST = SPEC.replace('cache.delete("orders")', 'requests.get("x", timeout=3)')
OPTIONS = ["--dry-run", "--diff", "--check"]


def test_an_error_exits_2_and_writes_nothing(project: Path, capsys):
    (project / "spec.yaml").write_text(ENDLESS)
    before = files(project)
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        "spec.yaml:8:7: SG201 error: order_saved saves its own sender in post_save"
    )
    assert "          row.save()\n          ^\n" in done.err
    assert "recursion: guarded or # noqa: SG201 at the end of the line" in done.err
    assert done.err.endswith("1 problem. Nothing was written.\n")
    assert files(project) == before


def test_a_warning_is_printed_and_the_files_are_written(project: Path, capsys):
    (project / "spec.yaml").write_text(REQUEST)
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert done.code == 0
    assert "spec.yaml:7:7: SG102 note: order_saved makes an HTTP request" in done.err
    assert (project / "orders/signals.py").exists()


def _said(err: str) -> list[str]:
    return [line for line in err.splitlines() if "SG" in line and ADVICE not in line]


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize(("spec", "code"), [(ENDLESS, 2), (REQUEST, 0), (SPEC, 0)])
def test_previews_say_what_a_run_says(project: Path, capsys, option: str, spec: str, code: int):
    (project / "spec.yaml").write_text(spec)
    before = files(project)
    preview = call(capsys, "new", "--spec", "spec.yaml", option)
    told = _said(preview.err)
    assert files(project) == before
    assert preview.code == (code or (1 if option == "--check" else 0))
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert done.code == code
    assert _said(done.err) == told
    assert bool(told) == (spec is not SPEC)


def test_quiet_keeps_the_errors(project: Path, capsys):
    (project / "spec.yaml").write_text(REQUEST)
    assert call(capsys, "new", "--spec", "spec.yaml", "--quiet").err == ""
    (project / "spec.yaml").write_text(ENDLESS)
    assert "SG201 error" in call(capsys, "new", "--spec", "spec.yaml", "--quiet").err


def test_json_has_them_among_problems_and_notes(project: Path, capsys):
    (project / "spec.yaml").write_text(ENDLESS)
    answer = call(capsys, "new", "--spec", "spec.yaml", "--format", "json").json
    (problem,) = answer["problems"]
    assert answer["status"] == "invalid"
    assert [problem[key] for key in ("file", "line", "column", "path", "code")] == [
        "spec.yaml",
        8,
        7,
        "handlers[0].body",
        "SG201",
    ]
    (project / "spec.yaml").write_text(REQUEST)
    answer = call(capsys, "new", "--spec", "spec.yaml", "--format", "json").json
    assert answer["problems"] == []
    assert [
        (note["line"], note["code"]) for note in answer["notes"] if note["code"].startswith("SG")
    ] == [(7, "SG102")]


def test_the_api_raises_and_notes(project: Path):
    with pytest.raises(signalgen.SpecError) as caught:
        signalgen.generate(signalgen.load_spec(ENDLESS), project)
    assert [(problem.line, problem.code) for problem in caught.value.problems] == [(8, "SG201")]
    changes = signalgen.generate(signalgen.load_spec(REQUEST), project)
    assert [(note.line, note.code) for note in changes.notes if note.code == "SG102"] == [
        (7, "SG102")
    ]
    assert changes.problems == ()


def test_signal_has_nothing_to_object_to(project: Path, capsys):
    words = [
        "signal",
        "--app",
        "orders",
        "--signal",
        "order_paid",
        "--args",
        "order: Order",
        "--sender",
        "Order",
    ]
    done = call(capsys, *words)
    assert done.code == 0
    assert "SG" not in done.err


TEMPLATE = """
@receiver({{ r.connections[0] | connection }})
def {{ r.name }}(sender, **kwargs):
    import requests

    requests.get("x", timeout=3)
"""


def test_a_template_of_the_users_is_judged_at_what_it_was_used_for(project: Path, capsys):
    (project / "own").mkdir()
    (project / "own/receiver.py.j2").write_text(TEMPLATE)
    done = call(capsys, "signal", "--app", "orders", "--signal", "order_paid", "--templates", "own")
    assert done.code == 0, done.err
    assert "--signal:1:1: SG102 note:" in done.err


RECIPE = """
use: Ask somebody.
trap: They may be away.
parameters: {}
handlers:
  - name: "{{ name }}"
    signal: post_save
    body: |
      cache.clear()
      requests.get("x", timeout=3)
example: |
  app: orders
  recipes: [{recipe: ping, model: Order}]
"""


def test_code_of_a_recipe_is_told_where_the_recipe_is_named(project: Path, capsys):
    (project / "own").mkdir()
    (project / "own/ping.yaml").write_text(RECIPE)
    (project / "pyproject.toml").write_text('[tool.signalgen]\nrecipes = "own"\n')
    (project / "spec.yaml").write_text(
        "app: orders\nrecipes:\n  - recipe: ping\n    model: Order\n"
    )
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert done.code == 0, done.err
    assert "spec.yaml:3:13: SG102 note:" in done.err


def test_what_is_not_written_is_not_judged(project: Path, capsys):
    """A clash stops the run: the analyser has nothing to look at."""
    call(capsys, "new", "--spec", "spec.yaml")
    path = project / "orders/signals.py"
    path.write_text(path.read_text().replace('cache.delete, "orders"', 'cache.delete, "mine"'))
    (project / "spec.yaml").write_text(REQUEST)
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert done.code == 3
    assert "SG10" not in done.err


def loaded(cwd: Path, *words: str) -> set[str]:
    """Return the rooms of the analyser that a command loads."""
    rooms = {"signalgen.check", "signalgen.gate"}
    return {name.removeprefix("signalgen.") for name in rooms & imported_modules(cwd, *words)}


@pytest.mark.parametrize(
    "words",
    [
        ("new", "--spec", "spec.yaml"),
        ("new", "--spec", "spec.yaml", "--check"),
        ("new", "--spec", "spec.yaml", "--diff"),
    ],
)
def test_a_run_with_nothing_to_do_loads_no_analyser(project: Path, capsys, words: tuple[str, ...]):
    call(capsys, "new", "--spec", "spec.yaml")
    (project / "orders/models.py").touch()
    assert loaded(project, *words) == set()


def test_a_run_with_something_to_do_loads_it(project: Path):
    assert loaded(project, "new", "--spec", "spec.yaml") == {"check", "gate"}


def test_a_run_that_only_takes_out_loads_none(project: Path, capsys):
    call(capsys, "new", "--spec", "spec.yaml")
    (project / "spec.yaml").write_text("app: orders\nhandlers: []\n")
    assert loaded(project, "new", "--spec", "spec.yaml") == set()
    assert loaded(project, "remove", "--spec", "spec.yaml") == set()
