"""Whatever a repository, a spec or a command line contains: no output acts on a terminal or a CI log."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import leaks_kit  # noqa: F401 - the way to cli_kit
import pytest
from cli_kit import Done, call, make_project, shell
from hostile_kit import forked
from leaks_kit import MARKS, unsafe

from signalgen.screening import guarded, one_line, printable, screened, screened_json

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
UID = "{head}\n\n@receiver(post_save, dispatch_uid={uid!r})\ndef {name}(sender, **kwargs): ...\n"
KWARGS = "\n\n@receiver(post_save)\ndef f(sender):\n    return 1\n"
FORMATS = ("text", "json", "sarif", "github")
marks = pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a tiny project, which is the current folder."""
    root = make_project(tmp_path / "project")
    monkeypatch.chdir(root)
    return root


def check(capsys, *words: object) -> Done:
    return call(capsys, "check", "--no-cache", *words)


def said(done: Done) -> str:
    """Return all that a command printed, GitHub's own commands left out where they are ours."""
    ours = ("::error title=signalgen", "::warning title=signalgen", "::notice title=signalgen")
    lines = [line for line in done.out.split("\n") if not line.startswith(ours)]
    return "\n".join([*lines, done.err])


@pytest.mark.parametrize("form", FORMATS)
@marks
def test_a_file_name_and_a_string_say_nothing_to_the_log(capsys, project, mark, form):
    text = UID.format(head=HEAD, uid=f"a{mark}", name="f")
    (project / f"orders/a{mark.replace('/', '')}.py").write_text(HEAD + KWARGS)
    (project / "orders/one.py").write_text(text)
    (project / "orders/two.py").write_text(text.replace("def f", "def g"))
    (project / f"orders/b{mark.replace('/', '')}.py").write_text("def (:\n")
    done = check(capsys, "--format", form)
    assert done.code == 1
    assert "SG301" in done.out
    assert "SG105" in done.out
    assert unsafe(said(done)) == []
    assert not done.out.isascii() or "\x7f" not in done.out


@marks
def test_a_line_of_source_says_nothing_to_the_log(capsys, project, mark):
    text = f'{HEAD}\nNAME = """a{mark}"""; post_save.connect(lambda sender, **kwargs: 1)\n'
    (project / "orders/one.py").write_text(text, newline="")
    done = check(capsys)
    assert "post_save.connect(" in done.out
    assert unsafe(said(done)) == []


@pytest.mark.parametrize("words", [("--fix",), ("--unsafe-fixes",), ("--statistics",)])
def test_what_was_mended_says_nothing_to_the_log(capsys, project, words):
    (project / "orders/a\n::error::owned.py").write_text(HEAD + KWARGS)
    done = check(capsys, *words)
    assert ("fixed" in done.out) == (words != ("--statistics",))
    assert unsafe(said(done)) == []


@marks
def test_the_name_of_a_baseline_says_nothing_to_the_log(capsys, project, mark):
    name = f"a{mark}.json"
    done = check(capsys, "--baseline", name, "--write-baseline")
    assert (done.code, unsafe(said(done))) == (0, [])
    assert one_line(name) in done.out.replace("\\x3a:", "::").replace("#\\x23", "##")


LOOKS = [
    ("list",),
    ("list", "--format", "csv"),
    ("list", "--format", "markdown"),
    ("list", "--format", "json"),
    ("list", "--signals"),
    ("trace", "Order"),
    ("trace", "Order", "--format", "markdown"),
    ("trace", "Order", "--format", "json"),
]


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_tables_and_trees_say_nothing_to_the_log(capsys, project, words):
    heard = "@receiver(post_save, sender='orders.Order')\ndef f(sender, instance, **kwargs):\n"
    for number, mark in enumerate(MARKS.values()):
        body = f"    if instance.total == {mark!r}:\n        instance.save()\n    send({mark!r})\n"
        # Django loads what is among the models, which a trace asks.
        name = f"orders/models/a{number}{mark.replace('/', '')}.py"
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(f"{HEAD}\n\n{heard}{body}")
        (project / f"orders/b{number}{mark.replace('/', '')}.py").write_text("def (:\n")
    done = call(capsys, *words)
    assert done.code == 0
    assert unsafe(said(done)) == []
    assert done.out.count("post_save") >= (words != ("list", "--signals"))


@pytest.mark.parametrize(
    "words",
    [
        ("check", "{}"),
        ("list", "{}"),
        ("list", "--sender", "{}"),
        ("trace", "{}"),
        ("trace", "Order", "--to", "{}"),
        ("trace", "Order", "{}"),
        ("check", "--select", "{}"),
        ("check", "--format", "{}"),
        ("check", "--baseline", "{}"),
        ("check", "--project", "{}"),
        ("check", "--{}"),
        ("explain", "{}"),
        ("recipes", "{}"),
        ("new", "--spec", "{}"),
        ("new", "--spec", "spec.yaml", "--restore", "{}"),
        ("new", "--spec", "spec.yaml", "--templates", "{}"),
        ("validate", "{}"),
        ("remove", "--spec", "{}"),
        ("remove", "--app", "{}", "--signal", "x"),
        ("signal", "{}", "paid"),
        ("signal", "orders", "{}"),
        ("signal", "orders", "paid", "--sender", "{}"),
        ("signal", "orders", "paid", "--args", "{}"),
        ("{}",),
    ],
    ids=" ".join,
)
def test_a_word_of_the_call_comes_back_harmless(capsys, project, words):
    for mark in MARKS.values():
        done = call(capsys, *(word.replace("{}", mark) for word in words))
        assert unsafe(said(done)) == [], mark


SPECS = {
    "a key": 'app: orders\n"{}": 1\n',
    "an app": 'app: "{}"\nmodel: Order\nhandlers: [{{name: x, signal: post_save}}]\n',
    "a name": 'app: orders\nmodel: Order\nhandlers: [{{name: "{}", signal: post_save}}]\n',
    "a signal": 'app: orders\nmodel: Order\nhandlers: [{{name: x, signal: "{}"}}]\n',
    "a model": 'app: orders\nmodel: "{}"\nhandlers: [{{name: x, signal: post_save, code: pass}}]\n',
    "code": 'app: orders\nmodel: Order\nhandlers: [{{name: x, signal: post_save, code: "{}("}}]\n',
    "a recipe": 'app: orders\nrecipes: [{{use: "{}"}}]\n',
    "no YAML": 'app: orders\n"{}": [\n',
    "a tag": "app: !<{}> orders\n",
    "a field": 'app: orders\nmodel: Order\nhandlers: [{{name: x, signal: post_save, on_change: {{"{}": pass}}}}]\n',
}


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
@pytest.mark.parametrize("command", ["validate", "new"])
def test_a_value_of_a_spec_comes_back_harmless(capsys, project, spec, command):
    for mark in MARKS.values():
        # Most marks as they are end at the reader of YAML, which is the same for both.
        written = (json.dumps(mark)[1:-1], mark)[: 2 if command == "validate" else 1]
        for value in written:
            (project / "odd.yaml").write_text(spec.format(value), newline="")
            done = call(capsys, command, *(["--spec"] if command == "new" else []), "odd.yaml")
            assert done.code == 2
            assert unsafe(said(done)) == [], value


def test_the_name_of_a_right_spec_says_nothing_to_the_log(capsys, project):
    for mark in MARKS.values():
        (project / f"a{mark.replace('/', '')}.yaml").write_text((project / "spec.yaml").read_text())
    done = call(capsys, "validate", *sorted(project.glob("a*.yaml")))
    assert (done.code, unsafe(said(done))) == (0, [])


SETTINGS = {
    "a key": '"{}" = 1\n',
    "a value": 'formatter = "{}"\n',
    "a folder of recipes": 'recipes = "{}"\n',
    "a folder of templates": 'templates = "{}"\n',
    "a baseline": 'baseline = "{}"\n',
    "a rule": 'select = ["{}"]\n',
}


@pytest.mark.parametrize("line", SETTINGS.values(), ids=SETTINGS)
def test_a_setting_comes_back_harmless(capsys, project, line):
    for mark in MARKS.values():
        value = json.dumps(mark)[1:-1]
        (project / "pyproject.toml").write_text(f"[tool.signalgen]\n{line.format(value)}")
        for words in (("new", "--spec", "spec.yaml", "--dry-run"), ("check", "--no-cache")):
            assert unsafe(said(call(capsys, *words))) == [], mark


def test_the_recipes_of_a_project_say_nothing_to_the_log(capsys, project):
    (project / "pyproject.toml").write_text('[tool.signalgen]\nrecipes = "own"\n')
    (project / "own").mkdir()
    for number, mark in enumerate(MARKS.values()):
        value = json.dumps(f"a{mark}")
        (project / f"own/own{number}.yaml").write_text(
            f"use: {value}\ntrap: {value}\n"
            f"parameters: {{field: {{type: field, meaning: {value}, example: total}}}}\n"
            "handlers: [{signal: post_save, code: pass}]\n"
        )
    outs = [call(capsys, "recipes")]
    outs += [call(capsys, "recipes", f"own{number}") for number in range(len(MARKS))]
    assert [unsafe(said(done)) for done in outs] == [[]] * len(outs)


def test_a_note_of_an_earlier_check_is_as_harmless(project, tmp_path):
    text = UID.format(head=HEAD, uid="a\n::error::owned", name="f")
    (project / "orders/one.py").write_text(text)
    line = '"""\n::error::owned"""; post_save.connect(lambda sender, **kwargs: 1)\n'
    (project / "orders/two.py").write_text(text.replace("def f", "def g") + line)
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first, second = (shell(project, "check", **cache) for _ in range(2))
    assert ", as before: nothing has changed" in second.out
    assert unsafe(said(first)) == unsafe(said(second)) == []


@marks
def test_a_diff_quotes_its_names_and_stays_a_patch(capsys, project, mark):
    path = project / f"orders/a{mark.replace('/', '')}.py"
    # A repository may hold such lines; a patch must give them back.
    path.write_bytes((HEAD + KWARGS + f'X = """a{mark}"""\n').encode())
    before = path.read_bytes()
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    patch = forked(project, "check", "--no-cache", "--diff").out
    lines = patch.decode().split("\n")
    names = [line for line in lines if line.startswith(("diff", "---", "+++"))]
    assert len(names) == 3
    assert unsafe("\n".join(names).replace("##", "")) == []
    subprocess.run(["git", "apply", "-"], cwd=project, input=patch, check=True)
    assert path.read_bytes() == before.replace(b"def f(sender)", b"def f(sender, **kwargs)")
    assert [name.name for name in project.glob("orders/a[!_p]*")] == [path.name]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "a::b",
        "x[::2]",
        "## a heading [1]",
        "é 日本",
        "a\n\tb\n",
        "# ##",
        "a ::b",
        ":",
        "a: :b",
    ],
)
def test_ordinary_text_stays_as_it_is(text):
    assert screened(text) == text
    assert guarded(text) == text
    assert screened_json(json.dumps(text)) == json.dumps(text)


@marks
def test_screening_twice_is_screening_once(mark):
    for text in (mark, f"a{mark}b\n{mark}", f"  {mark}"):
        once = screened(text)
        assert screened(once) == once
        assert unsafe(screened(printable(text))) == []
        shown = screened_json(json.dumps(text + "\x7f"))
        assert json.loads(shown) == text + "\x7f"
        assert unsafe(shown) == []


def test_colours_of_ours_stay():
    painted = "\x1b[31mSG301 error: \x1b[0m\x1b[1mtext\x1b[0m"
    assert screened(painted) == painted
    assert screened("\x1b[38;5;1m\x1b[7m\x1b[2J") == "\\x1b[38;5;1m\\x1b[7m\\x1b[2J"


def test_the_caret_stays_below_its_column_where_a_line_was_guarded():
    from signalgen.cli.problems import caret_lines

    shown, caret = caret_lines("  ::error::x; y", 15)
    assert shown[caret.index("^")] == "y"
    assert unsafe(shown) == []


def test_ordinary_names_are_not_quoted(capsys, project):
    (project / "orders/é b.py").write_text(HEAD + KWARGS)
    patch = check(capsys, "--diff").out
    assert "--- a/orders/é b.py\t\n" in patch
    assert os.fspath(project) not in patch
