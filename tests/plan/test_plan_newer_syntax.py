"""A body in syntax that the running Python lacks: only where the project says that its own Python has it."""

from __future__ import annotations

import sys

import pytest

from signalgen.generating import make_plan
from signalgen.index import read_project
from signalgen.spec import read_spec

NEWER = [
    ((3, 13), "def f[T = int](x: T): ...", "a default of a type parameter"),
    ((3, 14), "cache.set('x', t'{instance.pk}')", "a t-string"),
    ((3, 14), "try: cache.clear()\n      except A, B: pass", "except without parentheses"),
    ((3, 15), "cache.set('x', [*a for a in [[]]])", "unpacking in a comprehension"),
]


def problems(root, python, body):
    for path, text in {"manage.py": "", "shop/__init__.py": "", "shop/models.py": ""}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    if python:
        (root / "pyproject.toml").write_text(f'[project]\nrequires-python = ">={python}"\n')
    spec = f"app: shop\nhandlers:\n  - name: h\n    signal: post_save\n    body: |\n      {body}\n"
    read = read_spec(spec.encode(), file="s.yaml", source="s.yaml")
    return [
        (item.line, item.message)
        for item in make_plan([read], read_project(root), {}).problems
        if item.code == "newer-python"
    ]


@pytest.mark.parametrize(("version", "body", "what"), NEWER)
@pytest.mark.parametrize("python", ["", "3.9"])
def test_syntax_that_neither_python_has_is_refused_at_its_line(
    tmp_path, python, version, body, what
):
    found = problems(tmp_path, python, body)
    if not python and sys.version_info[:2] >= version:
        assert found == []
        return
    line, message = found[-1]
    assert line == (7 if what.startswith("except") else 6)
    assert message.startswith(f"{what} needs Python {version[0]}.{version[1]}")


OLDER = [
    ((3, 12), """cache.set('x', f"{instance["pk"]}")""", "such quotes inside an f-string"),
    ((3, 12), "def f[T](x: T): ...", "a type parameter"),
    ((3, 11), "try: cache.clear()\n      except* A: pass", "except*"),
    ((3, 10), "match instance.pk:\n        case 1: cache.clear()", "a match statement"),
]


@pytest.mark.parametrize(("version", "body", "what"), OLDER)
def test_syntax_newer_than_the_oldest_python_of_the_project(tmp_path, version, body, what):
    (before,) = problems(tmp_path, f"3.{version[1] - 1}", body)
    assert before[1].startswith(
        f"{what} needs Python 3.{version[1]}, and the project is for Python"
    )
    assert problems(tmp_path, f"3.{version[1]}", body) == []


@pytest.mark.parametrize(
    "body",
    ["cache.set('x', f'{instance.pk!r}' 'a*b')", "match = type(instance)\n      def f(): ..."],
)
def test_syntax_that_every_python_has(tmp_path, body):
    assert problems(tmp_path, "3.8", body) == []


@pytest.mark.parametrize(("version", "body", "what"), NEWER)
def test_syntax_that_the_project_has_is_not(tmp_path, version, body, what):
    assert what
    assert problems(tmp_path, "3.15", body) == []
    assert problems(tmp_path, "", "cache.clear()") == []
