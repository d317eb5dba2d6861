"""Specs are named by arguments or --spec, and a run ends by saying what to run and to commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cli_kit import SPEC, call, files

if TYPE_CHECKING:
    from pathlib import Path

OTHER = SPEC.replace("order_saved", "order_stored")
COMMIT = ", then commit .signalgen/ together with the code"


def test_arguments_and_options_name_specs_alike(project: Path, capsys):
    (project / "other.yaml").write_text(OTHER)
    wanted = call(capsys, "new", "--spec", "spec.yaml", "--spec", "other.yaml", "--diff")
    assert wanted.code == 0
    assert "def order_stored" in wanted.out
    for words in (["spec.yaml", "other.yaml"], ["spec.yaml", "-s", "other.yaml"]):
        assert call(capsys, "new", *words, "--diff") == wanted


def test_remove_takes_what_new_was_told(project: Path, capsys):
    before = files(project)
    assert call(capsys, "new", "spec.yaml").code == 0
    assert files(project) != before
    assert call(capsys, "remove", "spec.yaml").code == 0
    assert files(project) == before


@pytest.mark.parametrize("form", ["text", "json"])
def test_new_without_a_spec_says_what_to_do(project: Path, capsys, form: str):
    done = call(capsys, "new", "--format", form)
    assert done.code == 2
    told = done.json["problems"][0]["hint"] if form == "json" else done.err
    assert "signalgen new orders.yaml" in told
    assert "signalgen init APP" in told


def last_line(project: Path, capsys) -> str:
    """Return the last line of a run, which its JSON output has too."""
    dry = call(capsys, "new", "spec.yaml", "--dry-run", "--format", "json").json
    line = call(capsys, "new", "spec.yaml").out.splitlines()[-1].strip()
    assert dry["next_steps"][-1] == line
    return line


def test_the_last_line_names_the_tests_and_the_record(project: Path, capsys):
    command = "run the tests (python manage.py test orders.tests.test_signals)"
    assert last_line(project, capsys) == command + COMMIT


def test_pytest_is_named_where_it_runs_the_tests(project: Path, capsys):
    (project / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n")
    assert last_line(project, capsys) == "run the tests (pytest orders/tests/test_signals.py)" + (
        COMMIT
    )


def test_manage_py_is_named_where_it_is(project: Path, capsys):
    (project / "pyproject.toml").write_text("")
    (project / "my src").mkdir()
    for name in ("manage.py", "orders", "shop"):
        (project / name).rename(project / "my src" / name)
    assert last_line(project, capsys) == (
        "run the tests (python 'my src/manage.py' test orders.tests.test_signals)" + COMMIT
    )


def test_nothing_is_made_up_where_nobody_knows(project: Path, capsys):
    (project / "manage.py").rename(project / "pyproject.toml")
    (project / "pyproject.toml").write_text("")
    assert last_line(project, capsys) == "run your tests" + COMMIT


def test_a_run_without_tests_names_no_file_of_them(project: Path, capsys):
    (project / "spec.yaml").write_text(SPEC + "test_detail: none\n")
    assert last_line(project, capsys) == "run the tests (python manage.py test)" + COMMIT


def test_a_run_that_changes_nothing_says_no_such_thing(project: Path, capsys):
    call(capsys, "new", "spec.yaml")
    assert call(capsys, "new", "spec.yaml", "--format", "json").json["next_steps"] == []
    assert ".signalgen" not in call(capsys, "new", "spec.yaml").out


def test_the_last_line_of_remove_speaks_of_the_record_too(project: Path, capsys):
    call(capsys, "new", "spec.yaml")
    preview = call(capsys, "remove", "spec.yaml", "--dry-run", "--format", "json").json
    line = call(capsys, "remove", "spec.yaml").out.splitlines()[-1].strip()
    assert line == "run your tests, then commit the code together with the changes in .signalgen/"
    assert preview["next_steps"] == [line]
    assert call(capsys, "remove", "spec.yaml", "--quiet").out == ""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("spec.yml", "spec.yaml"),
        ("spce.yaml", "spec.yaml"),
        ("specs.yaml", "spec.yaml"),
        ("specs/lending.yml", "specs/lending.yaml"),
        ("spec", "spec.yaml"),
    ],
)
def test_a_misspelt_path_of_a_spec_gets_the_likely_one(project: Path, capsys, wrong, right):
    (project / "specs").mkdir()
    (project / "specs" / "lending.yaml").write_text(SPEC)
    done = call(capsys, "new", wrong)
    assert done.code == 2
    assert f"hint: did you mean {right}?" in done.err


@pytest.mark.parametrize("wrong", ["billing.yaml", "elsewhere/spec.yaml", "manage.yaml"])
def test_an_unlike_path_gets_no_guess(project: Path, capsys, wrong):
    done = call(capsys, "new", wrong)
    assert done.code == 2
    assert "did you mean" not in done.err
    assert "check the path" in done.err
