"""Plain calls mean the same with typer and without it; its help is what the committed pages say."""

from __future__ import annotations

import functools
import os

import pytest
from typer.main import get_command

from signalgen.cli import app, checking, plain, stages, tables
from signalgen.cli.outcome import Outcome

GROUP = get_command(app.app)
ORIGIN = ("key", 1)
NEEDED: dict[str, list[str]] = {"new": [], "check": [], "list": []}
VALUES = (
    *("", "zzz", ".", "-", "a=b", "SG1,SG201", "4.2", "5.2", "6.0", "6.1", "9.9", "STOP", "Json"),
    *("stop", "keep", "theirs", "markers", "text", "json", "sarif", "github", "csv"),
)
LIKE_OPTIONS = ("-x", "--", "--quiet")
PLAIN = [
    "new",
    "new a.yaml",
    "new a.yaml - --diff b.yaml",
    "new a.yaml --spec b.yaml c.yaml -s d.yaml",
    "new --spec a.yaml --spec b.yaml -s c.yaml",
    "new --spec=a.yaml --spec= --project=",
    "new -s - --dry-run --diff --check --adopt",
    "new --spec a --conflict keep --conflict theirs --restore a --restore=b,c --format json",
    "new -s a -q -q -v --no-color --templates . --target-django=5.2 -p . --project x",
    "check",
    "check shop orders/signals.py",
    "check --select SG1,SG201 shop --select SG301",
    "check --select=SG1 --ignore SG103 --extend-select no-kwargs",
    "check -p shop -v --no-color --quiet --project=other",
    "check -f sarif --exit-zero --format github --statistics",
    "check --target-django 5.2 --baseline known.json --write-baseline --no-cache",
    "check --fix - --diff --unsafe-fixes",
    "check --format xml --format=json",
    "list shop --signals --tasks --unloaded",
    "list --app a --signal=b --sender c --receiver d -p . -f csv -q -v --no-color",
]
OTHER = [
    "nwe",
    "new a --nope",
    "new --spec a --quie",
    "new --spec a -qv",
    "new --spec a --quiet=yes",
    "new -sa",
    "new -s=a",
    "new --spec",
    "new --spec a --help",
    "new --spec a --conflict mine",
    "new --spec a --format json --target-django 9.9",
    "new --spec a --format=sarif",
    "new --spec a -- b",
    "check --",
    "check -pshop",
    "check -p=x",
    "check --select",
    "check --select -x",
    "check --format json --format=xml",
    "check --target-django=9.9",
    "check --nonsense",
    "list --format sarif",
    "list --select x",
    "nwe --help",
    "signalgen --help",
    "--help --version",
    "--versio",
    "validate",
    "recipes",
]


@pytest.fixture
def calls(project, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return the list of what the commands are asked to do, in place of doing it."""
    seen: list[object] = []
    for module, name in ((stages, "new"), (checking, "check"), (tables, "show")):
        monkeypatch.setattr(
            module, name, lambda *asked, name=name: seen.append(asked) or Outcome(name)
        )
    monkeypatch.setattr(stages, "existing_folder", lambda path, _: path)
    monkeypatch.setattr(app, "get_command", functools.cache(get_command))
    return seen


def with_typer(words: list[str], calls: list[object], project: str | None = None) -> list[object]:
    """Return what typer asks a command for, nothing when it refuses ``words``."""
    calls.clear()
    assert app.run(words, project, ORIGIN) == (0 if calls else 2)
    return [*calls]


def without(words: list[str], calls: list[object], project: str | None = None) -> list[object]:
    """Return what the command is asked for without typer, nothing when ``words`` are left to it."""
    calls.clear()
    work = plain.plainly(words, project, ORIGIN)
    assert work is None or work() == 0
    return [*calls]


@pytest.mark.parametrize("line", PLAIN)
@pytest.mark.parametrize("default", [None, "elsewhere"])
def test_a_plain_call_means_the_same(line: str, default: str | None, calls: list[object]):
    asked = without(line.split(), calls, default)
    assert len(asked) == 1
    assert asked == with_typer(line.split(), calls, default)


@pytest.mark.parametrize("name", NEEDED)
def test_every_option_takes_the_same_values(name: str, calls: list[object]):
    for option, (_, takes) in plain.taken(plain.page(name)).items():
        for value in (None, *VALUES, *LIKE_OPTIONS):
            words = [name, *NEEDED[name], option, *([] if value is None else [value])]
            left = takes and value in LIKE_OPTIONS or value in ("-x", "--")
            expected = [] if left else with_typer(words, calls)
            assert without(words, calls) == expected, words


@pytest.mark.parametrize("line", OTHER)
def test_what_is_not_plain_is_left_to_typer(line: str, project):
    assert plain.plainly(line.split(), None, ORIGIN) is None


def test_completion_is_left_to_typer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("_SIGNALGEN_COMPLETE", "complete_bash")
    assert plain.plainly(["check"], None, ORIGIN) is None


@pytest.mark.parametrize("name", app.COMMANDS)
def test_a_page_lists_the_options_that_are_declared(name: str):
    declared = {
        spelling: (max(item.opts, key=len).lstrip("-"), not item.is_flag)
        for item in GROUP.commands[name].params
        if item.param_type_name == "option"
        for spelling in item.opts
    }
    assert plain.taken(plain.page(name)) == declared


@pytest.mark.parametrize("name", [plain.TOP, *app.COMMANDS])
def test_a_page_is_what_typer_shows(name: str, capsys, monkeypatch: pytest.MonkeyPatch):
    """Run ``python scripts/help_pages.py`` after a change of the declaration."""
    command = GROUP.commands.get(name, GROUP)
    if any(getattr(item, "help", "") is None for item in command.params):
        pytest.skip("with click 8.5 a typer before 0.26 loses what is said of arguments")
    monkeypatch.setenv("COLUMNS", str(plain.PAGE_WIDTH))
    words = ["--help"] if command is GROUP else [name, "--help"]
    assert app.run(words) == 0
    assert capsys.readouterr().out == plain.page(name)


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["new", "--help"], ["schema", "-h"], []])
@pytest.mark.parametrize("columns", [79, 80, 200])
def test_help_is_the_page_where_that_is_not_too_wide(
    words: list[str], columns: int, monkeypatch: pytest.MonkeyPatch, capsys
):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert (plain.plainly(words, None, None) is None) == (columns < plain.PAGE_WIDTH)
    code = plain.run(words)
    shown = capsys.readouterr()
    assert (code, app.run(words)) == ((0, 0) if words else (2, 2))
    assert shown == capsys.readouterr()


def test_there_is_a_page_of_each_command_and_no_other():
    assert {name.removesuffix(".txt") for name in os.listdir(plain.PAGES)} == {
        plain.TOP,
        *app.COMMANDS,
    }


@pytest.mark.parametrize("word", ["--version", "-V"])
def test_the_version_is_the_same(word: str, capsys):
    assert plain.plainly([word], None, None) is not None
    assert plain.run([word]) == 0
    quick = capsys.readouterr().out
    assert app.run([word]) == 0
    assert quick == capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("new --spec a --conflict mine", "'--conflict': 'mine' is not one of 'stop', 'keep',"),
        ("check --format json --target-django 9.9", "'--target-django': '9.9' is not one of"),
    ],
)
def test_a_wrong_value_is_told_alike_by_every_typer(line: str, message: str, project, capsys):
    assert plain.run(line.split()) == 2
    told = "".join(capsys.readouterr())
    assert f"Invalid value for {message}" in told
