"""Fragments in the project's style: stable under the project's own formatter, clean for its linter, never half done."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from signalgen.errors import UsageError
from signalgen.formatting import format_fragments, format_statement
from signalgen.values.fragment import Fragment
from signalgen.values.project import Style

LONG = """def on_saved(sender, instance, **kwargs):
    \"\"\"It's "quoted".\"\"\"
    call(instance.first_argument, instance.second_argument, third="x" 'y', fourth={'a':1, "b's": "\\""},)
    text = f"{instance!r}" + "\\n" + "plain" + 'say "hi"'
    other = '''
  "kept"
'''
"""


def fragment(text, name="on_saved"):
    return Fragment("shop/signals.py", f"receiver:{name}", "receiver", name, text, "spec.yaml")


def formatted(text, **style):
    (one,) = format_fragments([fragment(text)], Style(**style))
    return one.text


@pytest.mark.parametrize("width", [60, 79, 88, 100, 120])
@pytest.mark.parametrize("formatter", ["black", "ruff"])
@pytest.mark.parametrize("single", [False, True])
def test_formatting_is_stable_and_keeps_the_meaning(width, formatter, single):
    style = {"line_length": width, "formatter": formatter, "single_quotes": single}
    once = formatted(LONG, **style)
    assert formatted(once, **style) == once
    assert ast.dump(ast.parse(once)) == ast.dump(ast.parse(LONG))
    assert once.endswith("\n")


@pytest.mark.parametrize(
    ("style", "options"),
    [
        ({}, []),
        ({"line_length": 79}, ["-l", "79"]),
        ({"single_quotes": True}, ["-S"]),
        ({"skip_magic_trailing_comma": True, "line_length": 120}, ["-C", "-l", "120"]),
        ({"target_versions": ("py311", "py312")}, ["-t", "py311", "-t", "py312"]),
        ({"preview": True}, ["--preview"]),
    ],
)
def test_the_projects_own_black_changes_nothing(style, options):
    text = formatted(LONG, **style)
    done = subprocess.run(
        [sys.executable, "-m", "black", "-q", *options, "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == text


SINGLE = [
    ('"a"', "'a'"),
    ('""', "''"),
    ('"\\n"', "'\\n'"),
    ('b"f"', "b'f'"),
    ('rb"\\d"', "rb'\\d'"),
    ('f"{a} b"', "f'{a} b'"),
    ("'it\\'s'", '"it\'s"'),
    ("f'it\\'s {a}'", 'f"it\'s {a}"'),
]
DOUBLE = ['"b\'s"', '"""e"""', "f\"{a['b']}\"", "'c'", "r'\\''", "'say \"it\\'s\"'", "f'''{a}'''"]


@pytest.mark.parametrize(("before", "after"), SINGLE)
def test_single_quotes_are_used_where_nothing_must_be_escaped(before, after):
    assert formatted(f"x = [{before}, 1]\n", single_quotes=True) == f"x = [{after}, 1]\n"


@pytest.mark.parametrize("text", DOUBLE)
def test_strings_that_would_need_escapes_stay_as_they_are(text):
    assert formatted(f"x = [{text}, 1]\n", single_quotes=True) == f"x = [{text}, 1]\n"


@pytest.mark.parametrize("odd", ["\x0c", "\u2028", "\x0b", "\x85", "\x1c"])
def test_line_ends_that_python_does_not_know_move_no_quote(odd):
    text = f"x = '''{odd}'''\n" + 'y = ["a", "b"]\n'
    assert formatted(text, single_quotes=True) == f"x = '''{odd}'''\n" + "y = ['a', 'b']\n"


def test_no_formatter_leaves_the_text_alone():
    text = "x = [ 1,\n2 ]\n"
    assert formatted(text, formatter="none") == text


def test_unknown_target_versions_are_left_to_black():
    assert formatted("x=1\n", target_versions=("py27", "py311")) == "x = 1\n"


@pytest.mark.parametrize("formatter", ["black", "ruff", "none"])
def test_a_fragment_that_is_no_python_is_one_clear_error(formatter):
    with pytest.raises(UsageError) as caught:
        formatted("def on_saved(:\n", formatter=formatter)
    (problem,) = caught.value.problems
    assert problem.code == "template"
    assert problem.file == "shop/signals.py"
    assert problem.message.startswith("the receiver on_saved was generated as invalid Python: ")


def test_a_missing_ruff_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError) as caught:
        formatted("x = 1\n", formatter="ruff")
    assert caught.value.problems[0].code == "no-ruff"
    assert "signalgen[ruff]" in caught.value.problems[0].hint


def test_the_project_configures_nothing_behind_our_back(monkeypatch, tmp_path):
    """A ruff.toml where the command runs is not this project's word."""
    (tmp_path / "ruff.toml").write_text("line-length = 20\n")
    monkeypatch.chdir(tmp_path)
    assert (
        formatted("call(first_argument, second)\n", formatter="ruff")
        == "call(first_argument, second)\n"
    )


def test_ids_names_and_imports_are_kept():
    one, two = format_fragments([fragment("x=1\n", "a"), fragment("y=1\n", "b")], Style())
    assert (one.name, one.text, two.id, two.text) == ("a", "x = 1\n", "receiver:b", "y = 1\n")


def test_nothing_to_format():
    assert format_fragments([], Style()) == ()


def test_black_and_ruff_are_imported_only_when_they_are_asked_for():
    code = (
        "import sys; from signalgen.formatting import format_fragments; from signalgen.values.project import Style;"
        "format_fragments([], Style()); print('black' in sys.modules)"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("text", "laid"),
    [
        ("f(a)", "f(a)"),
        ("f('a',b)", "f('a', b)"),
        (
            "call(first_argument, second_argument)",
            "call(\n        first_argument,\n        second_argument,\n    )",
        ),
        ("f(  # why\n  a)", "f(a)  # why"),
        ("f(a,\r\n  b)", "f(a, b)"),
    ],
)
def test_a_statement_is_laid_out_where_it_stands(text, laid):
    assert format_statement(text, Style(line_length=36), 4) == laid


@pytest.mark.parametrize("text", ['f("""a\n  b""")', "f('''a''')", "f(a, \\\n  b)", "f(a"])
def test_a_statement_whose_lines_matter_is_left_alone(text):
    assert format_statement(text, Style(line_length=36), 4) is None


@pytest.mark.parametrize("formatter", ["black", "none"])
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("oldest", [None, (3, 10), (3, 11)])
def test_quotes_in_an_f_string_are_those_that_every_python_reads(formatter, single, oldest):
    text = 'def f(d):\n    return f"a {d["b"]}"\n'
    style = Style(formatter=formatter, single_quotes=single)
    (one,) = format_fragments([fragment(text)], style, None, oldest)
    assert one.text == """def f(d):\n    return f"a {d['b']}"\n"""
    (kept,) = format_fragments([fragment(text)], style, None, (3, 12))
    assert kept.text == text


@pytest.mark.parametrize("formatter", ["black", "none"])
def test_what_the_projects_python_does_not_read_is_refused(formatter):
    text = 'def f(d):\n    return f"a {d["\\n"]}"\n'
    with pytest.raises(UsageError) as caught:
        format_fragments([fragment(text)], Style(formatter=formatter), None, (3, 11))
    (problem,) = caught.value.problems
    assert problem.code == "newer-python"
    assert problem.message.startswith(
        "such quotes inside an f-string in the receiver on_saved needs"
    )
