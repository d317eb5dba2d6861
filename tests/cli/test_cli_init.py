"""``signalgen init`` writes a spec that fits the project, and asks only where it may."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cli_kit import call, environment, files, on_a_terminal, shell

from signalgen import generate, load_project, load_spec
from signalgen.starting import spec_text, starter_for

if TYPE_CHECKING:
    from pathlib import Path

MODELS = """\
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=20)


class Base(models.Model):
    class Meta:
        abstract = True


class Order(Base):
    total = models.IntegerField(default=0)
    tags = models.ManyToManyField(Tag)


class Bare(models.Model):
    pass
"""
ABOUT = "post_save of orders.Tag, with the task process_tag, tests for unittest"
CASES = [
    (model, signal, task)
    for model, signals in (
        ("Order", "post_save pre_save post_delete m2m_changed custom"),
        ("Bare", "post_save"),
    )
    for signal in signals.split()
    for task in ("none", "process_it")
    if (signal, task) != ("pre_save", "process_it")
]


@pytest.fixture
def shop(project: Path) -> Path:
    """Return a project whose app has three models; it is the current folder."""
    (project / "orders/models.py").write_text(MODELS)
    (project / "requirements.txt").write_text("Django>=5.2\ncelery>=5.4\n")
    return project


def uncommented(text: str) -> str:
    """Return a starter spec with every example in it, and no sentence."""
    lines = [line for line in text.splitlines() if not re.match(r"\s*# [A-Z]", line)]
    return "".join(re.sub(r"^(\s*)# ", r"\1", line) + "\n" for line in lines)


def test_what_it_writes_is_right_with_and_without_its_examples(shop: Path):
    project = load_project(shop)
    for model, signal, task in CASES:
        starter = starter_for(project, "orders", model=model, signal=signal, task=task)
        text = spec_text(starter, "orders.yaml")
        assert "# " in text
        for one in (text, uncommented(text)):
            changes = generate(load_spec(one), project)
            assert changes.problems == ()
            paths = {change.path for change in changes.files}
            assert {"orders/signals.py", "orders/tests/test_signals.py"} <= paths
            assert ("orders/tasks.py" in paths) is (task != "none")


def test_it_knows_the_project(shop: Path, capsys):
    done = call(capsys, "init")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        f"Wrote orders.yaml: {ABOUT}.",
        "",
        "Next:",
        "  read it, then preview its code: signalgen new orders.yaml --diff",
        "  signalgen new orders.yaml",
    ]
    assert call(capsys, "new", "orders.yaml", "--dry-run").code == 0


def test_no_task_is_made_up_without_a_library(project: Path, capsys):
    call(capsys, "init", "orders")
    assert "task" not in (project / "orders.yaml").read_text().lower()


def test_pytest_is_seen(shop: Path, capsys):
    (shop / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n")
    assert "tests for pytest" in call(capsys, "init").out


def test_names_that_the_app_has_are_left_alone(shop: Path, capsys):
    (shop / "orders/signals.py").write_text("def tag_saved():\n    pass\n")
    call(capsys, "init")
    assert "- name: tag_saved_2\n" in (shop / "orders.yaml").read_text()


def test_an_app_without_models_gets_a_signal_of_its_own(project: Path, capsys):
    (project / "orders/models.py").write_text("")
    assert call(capsys, "init").code == 0
    text = (project / "orders.yaml").read_text()
    assert "signals:" in text
    assert "no models yet" in text
    assert "model:" not in text
    assert call(capsys, "new", "orders.yaml", "--dry-run").code == 0


def test_the_schema_beside_it_is_named_for_editors(shop: Path, capsys):
    (shop / "signalgen.schema.json").write_text("{}")
    call(capsys, "init")
    first = (shop / "orders.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=signalgen.schema.json"
    assert "schema" not in call(capsys, "init", "--output", "specs/orders.yaml").out
    assert "$schema" not in (shop / "specs/orders.yaml").read_text()


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_what_is_there_is_never_overwritten(shop: Path, capsys, kind: str):
    path = shop / "orders.yaml"
    match kind:
        case "file":
            path.write_text("mine\n")
        case "link":
            path.symlink_to("nowhere.yaml")
        case _:
            path.mkdir()
    before = files(shop)
    done = call(capsys, "init")
    assert done.code == 4
    assert "orders.yaml exists, and is never overwritten" in done.err
    assert files(shop) == before
    assert not (shop / "nowhere.yaml").exists()


def test_it_writes_inside_the_project_only(shop: Path, capsys):
    assert call(capsys, "init", "--output", "../orders.yaml").code == 2
    assert not (shop.parent / "orders.yaml").exists()


def test_a_project_without_apps_is_told_how_to_make_one(tmp_path: Path, capsys, monkeypatch):
    (tmp_path / "manage.py").write_text("")
    monkeypatch.chdir(tmp_path)
    for words, hint in ((), "startapp NAME"), (("orders",), "startapp orders"):
        done = call(capsys, "init", *words)
        assert (done.code, hint in done.err) == (2, True), done
    assert [path.name for path in tmp_path.iterdir()] == ["manage.py"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["ordres"], "unknown-app", "did you mean 'orders'?"),
        (["--model", "Ordre"], "unknown-model", "did you mean 'Order'?"),
        (["--model", "Bare", "--signal", "m2m_changed"], "unknown-signal", "post_save"),
        (["--signal", "pre_save", "--task", "x"], "usage", "--signal post_save"),
        (["--task", "a b"], "invalid-name", ""),
    ],
)
def test_an_answer_that_does_not_fit_is_told_as_json_too(
    shop: Path, capsys, words: list[str], code: str, told: str
):
    done = call(capsys, "init", *words, "--format", "json")
    problem = done.json["problems"][0]
    assert (done.code, done.err) == (2, "")
    assert problem["code"] == code, problem
    assert told in problem["hint"]
    assert not (shop / "orders.yaml").exists()


def test_json_has_the_spec_and_the_next_command(shop: Path, capsys):
    answer = call(capsys, "init", "--format", "json").json
    assert [(one["path"], one["action"]) for one in answer["files"]] == [("orders.yaml", "create")]
    assert "+app: orders" in answer["files"][0]["diff"]
    assert answer["next_steps"][-1] == "signalgen new orders.yaml"


def test_the_next_command_works_from_where_it_was_asked(shop: Path, capsys, monkeypatch):
    (shop.parent / "else where").mkdir()
    monkeypatch.chdir(shop.parent / "else where")
    line = call(capsys, "init", "--project", "../project").out.splitlines()[-1]
    assert call(capsys, *shlex.split(line)[1:], "--dry-run").code == 0


def test_several_apps_are_a_question_and_without_a_terminal_an_error(shop: Path, capsys):
    for name in ("__init__.py", "models.py"):
        (shop / "shop" / name).write_text(MODELS if name == "models.py" else "")
    (shop / "shop/settings.py").write_text(
        (shop / "shop/settings.py").read_text().replace('"orders"', '"orders", "shop"')
    )
    done = shell(shop, "init")
    assert done.code == 2
    assert "not clear for which app: orders, shop" in done.err
    assert call(capsys, "init", "shop").code == 0


def asked(cwd: Path, answers: str, *words: str) -> tuple[int, str]:
    """Run a command on a terminal, with what is typed there; return its code and all it showed."""
    code, shown = on_a_terminal(cwd, *words, typed=answers)
    return code, shown.decode()


def test_a_terminal_is_asked_at_most_five_questions(shop: Path):
    code, shown = asked(shop, "Nope\nOrder\n\nclass\nship_order\nfull\n", "init")
    assert code == 0, shown
    asks = ("Which app", "Which model", "When does", "Queue which task", "How detailed")
    assert [one for one in asks if one in shown] == [*asks[1:]]
    assert shown.count("]: ") == 6  # two of them again
    assert "'Nope' is none of them." in shown
    assert "signalgen new orders.yaml" in shown
    text = (shop / "orders.yaml").read_text()
    for line in ("model: Order ", "signal: post_save", "- name: ship_order", "test_detail: full"):
        assert line in text


def test_options_answer_the_questions(shop: Path):
    words = ("orders", "--model", "Order", "--signal", "custom", "--task", "none", "--tests")
    code, shown = asked(shop, "", "init", *words, "brief")
    assert (code, "]: " in shown) == (0, False)
    assert "sender: Order" in (shop / "orders.yaml").read_text()


@pytest.mark.parametrize("words", [("--no-input",), ("--format", "json")])
def test_nothing_is_asked_where_nobody_answers(shop: Path, words: tuple[str, ...]):
    code, shown = asked(shop, "", "init", *words)
    assert (code, "]: " in shown) == (0, False)


def test_no_answer_is_an_error_and_writes_nothing(shop: Path):
    code, shown = asked(shop, "\x04", "init")
    assert (code, "the questions were not answered" in shown) == (2, True)
    assert not (shop / "orders.yaml").exists()


def test_the_steps_it_names_end_in_tests_that_pass(tmp_path: Path):
    """From startproject to a green run, by the commands that the output names."""

    def run(*words: str) -> str:
        line = [sys.executable if words[0] == "python" else words[0], *words[1:]]
        done = subprocess.run(
            line, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    run("python", "-m", "django", "startproject", "site1", ".")
    run("python", "manage.py", "startapp", "orders")
    (tmp_path / "orders/models.py").write_text(MODELS)
    settings = tmp_path / "site1/settings.py"
    text = settings.read_text()
    settings.write_text(text.replace("INSTALLED_APPS = [", "INSTALLED_APPS = ['orders',"))
    run("python", "manage.py", "makemigrations", "orders")
    step = shell(tmp_path, "init", "orders", "--model", "Order").out.splitlines()[-1]
    path = tmp_path / "orders.yaml"
    path.write_text(uncommented(path.read_text()))
    done = shell(tmp_path, *shlex.split(step)[1:])
    tests = re.search(r"run the tests \((.*)\), then commit", done.out)
    assert tests, done
    assert re.search(r"Ran [1-9]\d* tests", said := run(*shlex.split(tests[1]))), said
