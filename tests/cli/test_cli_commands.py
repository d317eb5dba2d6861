"""The commands on a tiny real project, from spec to files: what is said, what is written, what is not."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING

import pytest
from cli_kit import SPEC, WRONG, call, files, make_project

if TYPE_CHECKING:
    from pathlib import Path


def feed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


# --- new ---------------------------------------------------------------------------------------------------------


def test_new_writes_and_the_next_run_has_nothing_to_do(project: Path, capsys):
    first = call(capsys, "new", "--spec", "spec.yaml")
    assert first.code == 0, first
    assert "create       orders/signals.py" in first.out
    after = files(project)
    assert b"def order_saved" in after["orders/signals.py"]
    second = call(capsys, "new", "--spec", "spec.yaml")
    assert (second.code, second.out[:14]) == (0, "Nothing to do:")
    assert files(project) == after


def test_json_names_every_file(project: Path, capsys):
    done = call(capsys, "new", "--spec", "spec.yaml", "--format", "json")
    answer = done.json
    assert (done.code, answer["status"], answer["command"]) == (0, "ok", "new")
    for file in answer["files"]:
        assert (project / file["path"]).exists()
    again = call(capsys, "new", "--spec", "spec.yaml", "--format", "json").json
    assert {file["action"] for file in again["files"]} == {"unchanged"}


@pytest.mark.parametrize("option", ["--dry-run", "--diff", "--check"])
@pytest.mark.parametrize("shape", ["text", "json"])
def test_a_preview_writes_nothing(project: Path, capsys, option: str, shape: str):
    before = files(project)
    done = call(capsys, "new", "--spec", "spec.yaml", option, "--format", shape)
    assert done.code == (1 if option == "--check" else 0), done
    assert "orders/signals.py" in done.out
    assert files(project) == before


def test_previews_combine(project: Path, capsys):
    before = files(project)
    done = call(capsys, "new", "--spec", "spec.yaml", "--diff", "--check", "--dry-run")
    assert done.code == 1
    assert done.out.startswith("diff --git")
    assert "would create orders/signals.py" in done.err
    assert files(project) == before


def test_check_is_content_with_what_new_wrote(project: Path, capsys):
    call(capsys, "new", "--spec", "spec.yaml")
    done = call(capsys, "new", "--spec", "spec.yaml", "--check")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_check_sees_a_changed_spec(project: Path, capsys):
    call(capsys, "new", "--spec", "spec.yaml")
    (project / "spec.yaml").write_text(SPEC.replace('"orders"', '"others"'))
    done = call(capsys, "new", "--spec", "spec.yaml", "--check")
    assert done.code == 1
    assert "would update orders/signals.py" in done.out


def test_an_edit_that_the_spec_contradicts_exits_3(project: Path, capsys):
    call(capsys, "new", "--spec", "spec.yaml")
    path = project / "orders/signals.py"
    path.write_text(path.read_text().replace('"orders"', '"mine"'))
    (project / "spec.yaml").write_text(SPEC.replace('"orders"', '"theirs"'))
    before = files(project)
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert (done.code, done.out) == (3, "")
    assert "orders/signals.py:" in done.err
    assert 'cache.delete, "mine"' in done.err
    assert 'cache.delete, "theirs"' in done.err
    assert files(project) == before
    answer = call(capsys, "new", "--spec", "spec.yaml", "--format", "json").json
    assert answer["status"] == "conflict"
    assert '"mine"' in answer["clashes"][0]["ours"]


@pytest.mark.parametrize(("choice", "expected"), [("keep", '"mine"'), ("theirs", '"theirs"')])
def test_conflict_says_who_wins(project: Path, capsys, choice: str, expected: str):
    call(capsys, "new", "--spec", "spec.yaml")
    path = project / "orders/signals.py"
    path.write_text(path.read_text().replace('"orders"', '"mine"'))
    (project / "spec.yaml").write_text(SPEC.replace('"orders"', '"theirs"'))
    done = call(capsys, "new", "--spec", "spec.yaml", "--conflict", choice)
    assert done.code == 0, done
    assert f"cache.delete, {expected}" in path.read_text()


def test_what_is_unsafe_exits_4(project: Path, capsys):
    (project / "orders/signals.py").write_text("def broken(:\n")
    before = files(project)
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert (done.code, done.out) == (4, "")
    assert "orders/signals.py:1:" in done.err
    assert files(project) == before
    answer = call(capsys, "new", "--spec", "spec.yaml", "--format", "json").json
    assert answer["status"] == "refused"


def test_a_target_django_is_obeyed(project: Path, capsys):
    text = SPEC.replace("on_create: |", "async: true\n    on_create: |")
    (project / "spec.yaml").write_text(text)
    assert call(capsys, "new", "--spec", "spec.yaml", "--target-django", "4.2").code == 2
    assert call(capsys, "new", "--spec", "spec.yaml", "--target-django", "5.2").code == 0


# --- which spec, which project -----------------------------------------------------------------------------------


def test_a_spec_is_found_from_the_current_folder(project: Path, capsys, monkeypatch):
    monkeypatch.chdir(project / "orders")
    assert call(capsys, "new", "--spec", "spec.yaml").code == 2
    assert call(capsys, "new", "--spec", "../spec.yaml").code == 0
    record = json.loads((project / ".signalgen/orders.json").read_text())
    assert '"spec.yaml"' in json.dumps(record)
    assert str(project) not in json.dumps(record)


def test_the_same_spec_from_elsewhere_is_the_same(
    project: Path, capsys, monkeypatch, tmp_path: Path
):
    call(capsys, "new", "--spec", "spec.yaml")
    monkeypatch.chdir(tmp_path)
    done = call(capsys, "new", "--spec", project / "spec.yaml", "--project", "project", "--check")
    assert done.code == 0, done


def test_a_link_to_the_project_changes_nothing(project: Path, capsys, monkeypatch, tmp_path: Path):
    call(capsys, "new", "--spec", "spec.yaml")
    (tmp_path / "link").symlink_to(project)
    monkeypatch.chdir(tmp_path / "link")
    assert call(capsys, "new", "--spec", tmp_path / "link" / "spec.yaml", "--check").code == 0
    assert call(capsys, "new", "--spec", project / "spec.yaml", "--check").code == 0


def test_a_spec_outside_of_the_project(project: Path, capsys, tmp_path: Path):
    (tmp_path / "outside.yaml").write_text(SPEC)
    assert call(capsys, "new", "--spec", "../outside.yaml").code == 0
    assert '"../outside.yaml"' in (project / ".signalgen/orders.json").read_text()


def test_standard_input(project: Path, capsys, monkeypatch):
    feed(monkeypatch, SPEC)
    assert call(capsys, "new", "--spec", "-").code == 0
    assert "def order_saved" in (project / "orders/signals.py").read_text()


def test_problems_of_standard_input_have_a_place(project: Path, capsys, monkeypatch):
    feed(monkeypatch, WRONG)
    assert "<stdin>:6:5: error:" in call(capsys, "new", "--spec", "-").err


def test_standard_input_twice_is_refused(project: Path, capsys):
    done = call(capsys, "new", "--spec", "-", "--spec", "-")
    assert done.code == 2
    assert "twice" in done.err


def test_a_closed_standard_input_is_refused(project: Path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    done = call(capsys, "new", "--spec", "-")
    assert done.code == 2
    assert "<stdin>: error:" in done.err


def test_a_spec_named_twice_counts_once(project: Path, capsys):
    done = call(capsys, "new", "--spec", "spec.yaml", "--spec", "./spec.yaml")
    assert done.code == 0, done
    assert (project / "orders/signals.py").read_text().count("def order_saved") == 1


def test_the_problems_of_all_specs_come_at_once(project: Path, capsys):
    (project / "wrong.yaml").write_text(WRONG)
    done = call(capsys, "new", "--spec", "nowhere.yaml", "--spec", "wrong.yaml", "--spec", "orders")
    assert done.code == 2
    for expected in (
        "nowhere.yaml: error:",
        "wrong.yaml:6:5: error:",
        "orders: error: the spec is a folder",
    ):
        assert expected in done.err
    assert "3 problems. Nothing was written.\n" in done.err
    answer = call(
        capsys, "new", "--spec", "nowhere.yaml", "--spec", "wrong.yaml", "--format", "json"
    ).json
    assert [problem["file"] for problem in answer["problems"]] == ["nowhere.yaml", "wrong.yaml"]


@pytest.mark.parametrize("name", ["a\0b.yaml", "spec.yaml/x", "", "x" * 5000])
def test_an_impossible_name_is_a_wrong_spec(project: Path, capsys, name: str):
    done = call(capsys, "new", "--spec", name)
    assert done.code == 2, done
    assert "internal" not in done.err


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs an endless file")
def test_an_endless_spec_ends(project: Path, capsys):
    assert call(capsys, "new", "--spec", "/dev/zero").code == 2


def test_no_project_names_the_way_to_one(tmp_path: Path, capsys, monkeypatch):
    (tmp_path / "spec.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    done = call(capsys, "new", "--spec", "spec.yaml")
    assert done.code == 2
    assert "--project" in done.err
    assert "django-admin startproject" in done.err
    assert (
        call(capsys, "new", "--spec", "spec.yaml", "--format", "json").json["problems"][0]["code"]
        == "no-project"
    )


@pytest.mark.parametrize("option", ["--project", "--templates"])
@pytest.mark.parametrize("name", ["nowhere", "manage.py"])
def test_a_folder_that_is_none_is_named(project: Path, capsys, option: str, name: str):
    done = call(capsys, "new", "--spec", "spec.yaml", option, name)
    assert done.code == 2
    assert name in done.err
    assert option.strip("-").rstrip("s") in done.err


# --- the other commands ------------------------------------------------------------------------------------------


def test_signal_makes_one_custom_signal(project: Path, capsys):
    words = [
        "signal",
        "--app",
        "orders",
        "--signal",
        "order_paid",
        "--args",
        "order: Order, amount",
        "--sender",
        "Order",
    ]
    done = call(capsys, *words)
    assert done.code == 0, done
    assert "order_paid = Signal()" in (project / "orders/signals.py").read_text()
    after = files(project)
    assert call(capsys, *words, "--check").code == 0
    assert call(capsys, *words).code == 0
    assert files(project) == after


def test_the_problems_of_signal_name_the_option(project: Path, capsys):
    done = call(capsys, "signal", "--app", "or-ders", "--signal", "class", "--args", "a, a")
    assert done.code == 2
    for option in ("--app:", "--signal:", "--args:"):
        assert option in done.err
    assert not (project / "orders/signals.py").exists()


def test_remove_gives_the_bytes_back(project: Path, capsys):
    before = files(project)
    call(capsys, "new", "--spec", "spec.yaml")
    preview = call(capsys, "remove", "--spec", "spec.yaml", "--dry-run")
    assert "would delete orders/signals.py" in preview.out
    done = call(capsys, "remove", "--spec", "spec.yaml")
    assert done.code == 0, done
    assert {name: data for name, data in files(project).items() if name in before} == before
    assert not (project / "orders/signals.py").exists()


def test_remove_leaves_edits_and_exits_3(project: Path, capsys):
    call(capsys, "new", "--spec", "spec.yaml")
    path = project / "orders/signals.py"
    path.write_text(path.read_text().replace('"orders"', '"mine"'))
    before = files(project)
    done = call(capsys, "remove", "--spec", "spec.yaml")
    assert done.code == 3, done
    assert "--keep-edited" in done.err
    assert files(project) == before
    assert call(capsys, "remove", "--spec", "spec.yaml", "--keep-edited").code == 0
    assert 'cache.delete, "mine"' in path.read_text()


def test_remove_of_an_unknown_spec_says_so(project: Path, capsys):
    done = call(capsys, "remove", "--spec", "spec.yaml")
    assert (done.code, done.out) == (0, "Nothing to do.\n")
    assert "nothing in this project was generated from spec.yaml" in done.err


SIGNAL = ("--app", "orders", "--signal", "order_paid")


@pytest.mark.parametrize("first", [False, True], ids=["alone", "beside a spec"])
def test_remove_of_a_signal_gives_the_bytes_back(project: Path, capsys, first: bool):
    if first:
        call(capsys, "new", "--spec", "spec.yaml")
    call(capsys, "signal", "--app", "orders", "--signal", "order_lost")
    before = files(project)
    assert (
        call(capsys, "signal", *SIGNAL, "--args", "order: Order, amount", "--sender", "Order").code
        == 0
    )
    assert call(capsys, "remove", *SIGNAL, "--check").code == 1
    done = call(capsys, "remove", *SIGNAL)
    assert done.code == 0, done
    assert files(project) == before


def test_remove_of_an_edited_signal_exits_3(project: Path, capsys):
    call(capsys, "signal", *SIGNAL, "--args", "order: Order")
    path = project / "orders/signals.py"
    path.write_text(path.read_text().replace("order_paid received", "mine"))
    before = files(project)
    done = call(capsys, "remove", *SIGNAL)
    assert done.code == 3, done
    assert "on_order_paid has been edited" in done.err
    assert files(project) == before
    assert call(capsys, "remove", *SIGNAL, "--keep-edited").code == 0
    assert "mine" in path.read_text()


def test_remove_of_an_unknown_signal_says_so(project: Path, capsys):
    call(capsys, "signal", "--app", "orders", "--signal", "order_lost")
    before = files(project)
    done = call(capsys, "remove", *SIGNAL)
    assert (done.code, done.out) == (0, "Nothing to do.\n")
    assert "signalgen signal generated no order_paid in the app orders" in done.err
    assert files(project) == before


@pytest.mark.parametrize(
    "words",
    [
        (),
        SIGNAL[:2],
        SIGNAL[2:],
        ("--spec", "spec.yaml", *SIGNAL),
        ("--spec", "spec.yaml", *SIGNAL[:2]),
    ],
)
def test_remove_must_know_what_to_remove(project: Path, capsys, words: tuple[str, ...]):
    call(capsys, "new", "--spec", "spec.yaml")
    call(capsys, "signal", *SIGNAL)
    before = files(project)
    done = call(capsys, "remove", *words)
    assert done.code == 2, done
    assert "signalgen remove orders.yaml" in done.err
    assert "--app APP --signal NAME" in done.err
    assert files(project) == before


def test_validate_needs_no_project(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(SPEC)
    (tmp_path / "wrong.yaml").write_text(WRONG)
    assert call(capsys, "validate", "good.yaml").out == "good.yaml: ok (1 handler)\n"
    assert call(capsys, "validate", "good.yaml", "--quiet").out == ""
    done = call(capsys, "validate", "good.yaml", "wrong.yaml")
    assert (done.code, done.out) == (2, "")
    assert "wrong.yaml:6:5: error:" in done.err
    assert done.err.endswith("1 problem.\n")
    answer = call(capsys, "validate", "good.yaml", "wrong.yaml", "--format", "json").json
    assert (answer["status"], len(answer["problems"])) == ("invalid", 1)
    assert call(capsys, "validate", "good.yaml", "--format", "json").json["status"] == "ok"


def test_upgrade_prints_todays_shape_and_nothing_else(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    old = 'input:\n  APP_NAME: "orders"\n  MODEL_NAME: "Order"\n  HANDLERS: []\n'
    (tmp_path / "old.yaml").write_text(old)
    done = call(capsys, "validate", "old.yaml", "--upgrade")
    assert (done.code, done.err) == (0, "")
    assert "app: orders" in done.out
    (tmp_path / "new.yaml").write_text(done.out)
    assert call(capsys, "validate", "new.yaml").code == 0
    assert call(capsys, "validate", "new.yaml", "--upgrade").out == done.out
    assert (tmp_path / "old.yaml").read_text() == old
    (file,) = call(capsys, "validate", "old.yaml", "--upgrade", "--format", "json").json["files"]
    assert (file["path"], file["action"]) == ("old.yaml", "update")
    assert "+app: orders" in file["diff"]


def test_upgrade_takes_one_spec(tmp_path: Path, capsys):
    done = call(capsys, "validate", "--upgrade", "a.yaml", "b.yaml")
    assert done.code == 2
    assert "one" in done.err


@pytest.mark.parametrize(
    "words", [["schema"], ["schema", "--output"], ["schema", "--output", "--format", "json"]]
)
def test_schemas_are_json(capsys, words: list[str]):
    done = call(capsys, *words)
    assert done.code == 0
    assert json.loads(done.out)["$schema"].startswith("https://json-schema.org/")


# --- wrong calls -------------------------------------------------------------------------------------------------

MISUSED = {
    "no such option": ["new", "--sepc", "x"],
    "no such command": ["nwe"],
    "a value that is none": ["new", "--spec", "x", "--conflict", "maybe"],
    "a Django that is none": ["new", "--spec", "x", "--target-django", "1.11"],
    "no value": ["new", "--spec"],
    "too much": ["explain", "x", "y"],
    "a value for a flag": ["new", "--spec", "x", "--check=yes"],
    "no specs to validate": ["validate"],
    "a signal without an app": ["signal", "--signal", "x"],
}


@pytest.mark.parametrize("name", MISUSED)
def test_a_wrong_call_exits_2_with_one_message(project: Path, capsys, name: str):
    before = files(project)
    done = call(capsys, *MISUSED[name])
    assert (done.code, done.out) == (2, "")
    assert done.err.count("error:") == 1
    assert "--help" in done.err
    assert files(project) == before


@pytest.mark.parametrize("name", MISUSED)
def test_a_wrong_call_is_json_when_json_was_asked_for(project: Path, capsys, name: str):
    words = MISUSED[name]
    done = call(capsys, words[0], "--format=json", *words[1:])
    answer = done.json
    assert (done.code, answer["status"], done.err) == (2, "invalid", "")
    assert answer["problems"][0]["code"] == "usage"


def test_a_wrong_option_suggests_the_right_one(capsys):
    assert "--spec" in call(capsys, "new", "--sepc", "x").err
    assert "new" in call(capsys, "nwe").err


def test_no_arguments_show_the_help_on_stderr(capsys):
    done = call(capsys)
    assert (done.code, done.out) == (2, "")
    assert "Usage: signalgen" in done.err


def test_help_and_version_exit_0(capsys):
    assert call(capsys, "--version").out.startswith("signalgen ")
    assert call(capsys, "--help").code == 0
    assert call(capsys, "new", "-h").code == 0


def test_two_projects_do_not_mix(project: Path, capsys, tmp_path: Path):
    other = make_project(tmp_path / "other")
    before = files(project)
    assert call(capsys, "new", "--spec", other / "spec.yaml", "--project", other).code == 0
    assert files(project) == before
