"""A repository cannot show files from outside: its templates and recipes must be inside the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import leaks_kit  # noqa: F401 - the way to cli_kit
import pytest
from cli_kit import call, files, make_project

import signalgen
from signalgen.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2"
TEMPLATE = "{{ r.name }} = Signal()  # " + SECRET + "\n"
RECIPE = f"""\
use: Clear the cache, {SECRET}.
trap: Nobody does.
parameters:
  key: {{kind: text, help: The key., example: orders, required: true}}
handlers:
  - name: "{{{{ name }}}}"
    signal: post_save
    body: cache.delete("{SECRET}")
example: |
  app: orders
  recipes: [{{recipe: clear, model: Order, key: orders}}]
"""
BY_RECIPE = "app: orders\nrecipes:\n  - {recipe: clear, model: Order, key: orders}\n"
BY_SIGNAL = "app: orders\nsignals: [{name: paid, args: {n: int}}]\n"
SEEN = [
    ("new", "--spec", "spec.yaml"),
    ("new", "--spec", "spec.yaml", "--diff"),
    ("new", "--spec", "spec.yaml", "--dry-run", "--format", "json", "--verbose"),
]
SIGNAL = ("signal", "--app", "orders", "--signal", "paid")
RECIPES = [
    ("recipes",),
    ("recipes", "clear"),
    ("recipes", "--format", "json"),
    ("validate", "spec.yaml"),
    ("remove", "--spec", "spec.yaml"),
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a tiny project, which is the current folder, beside a folder that is not its own."""
    root = make_project(tmp_path / "project")
    outside = tmp_path / "outside" / "own"
    outside.mkdir(parents=True)
    (outside / "clear.yaml").write_text(RECIPE)
    (outside / "signal.py.j2").write_text(TEMPLATE)
    (root / "inside").mkdir()
    monkeypatch.chdir(root)
    return root


def setting(project: Path, name: str, value: str) -> None:
    """Let the project's own settings name a folder."""
    (project / "pyproject.toml").write_text(f'[tool.signalgen]\n{name} = "{value}"\n')
    (project / "spec.yaml").write_text(BY_RECIPE if name == "recipes" else BY_SIGNAL)


def absolute(project: Path) -> str:
    return str(project.parent / "outside/own")


def above(project: Path) -> str:
    return "../outside/own"


def there_and_back(project: Path) -> str:
    return "inside/../../outside/own"


def link(project: Path) -> str:
    (project / "own").symlink_to(project.parent / "outside/own")
    return "own"


def link_on_the_way(project: Path) -> str:
    (project / "way").symlink_to("../outside")
    return "way/own"


def chain(project: Path) -> str:
    (project / "inside/first").symlink_to("../../outside/own")
    (project / "own").symlink_to("inside/first")
    return "own"


def beside(project: Path) -> str:
    # Begins with the same letters as the project's folder.
    (project.parent / "project-two").symlink_to("outside")
    return "../project-two/own"


def linked_files(project: Path) -> str:
    (project / "own").mkdir()
    for path in (project.parent / "outside/own").iterdir():
        (project / "own" / path.name).symlink_to(path)
    return "own"


def linked_twice(project: Path) -> str:
    (project / "own").mkdir()
    for path in (project.parent / "outside/own").iterdir():
        (project / "inside" / path.name).symlink_to(path)
        (project / "own" / path.name).symlink_to(f"../inside/{path.name}")
    return "own"


WAYS = (
    absolute,
    above,
    there_and_back,
    link,
    link_on_the_way,
    chain,
    beside,
    linked_files,
    linked_twice,
)
CASES = [
    *(("templates", way, words) for way in WAYS for words in [*SEEN, SIGNAL]),
    *(("recipes", way, words) for way in WAYS for words in [*SEEN, *RECIPES]),
]


@pytest.mark.parametrize(
    ("name", "way", "words"),
    CASES,
    ids=[f"{name}-{way.__name__}-{' '.join(words)}" for name, way, words in CASES],
)
def test_a_setting_leads_nowhere_else(capsys, project, name, way, words):
    setting(project, name, way(project))
    before = files(project)
    done = call(capsys, *words)
    assert done.code == 2
    assert SECRET not in done.out + done.err
    assert (
        "out of the project" in done.out + done.err or "outside the project" in done.out + done.err
    )
    assert files(project) == before


@pytest.mark.parametrize(
    "text",
    [
        "{% include 'deep/more.j2' %}",
        "{% include '/deep/more.j2' %}",
        "{% include './deep/more.j2' %}",
        "{% extends 'deep/more.j2' %}",
        "{% from 'deep/more.j2' import x %}",
        "{% include ['none.j2', 'deep/more.j2'] %}",
        "{% include 'deep/more.j2' ignore missing %}",
    ],
)
def test_a_template_takes_in_none_from_elsewhere(capsys, project, text):
    setting(project, "templates", "own")
    (project / "own/deep").mkdir(parents=True)
    (project / "own/deep/more.j2").symlink_to(project.parent / "outside/own/signal.py.j2")
    (project / "own/signal.py.j2").write_text("{{ r.name }} = Signal()\n" + text)
    done = call(capsys, "new", "--spec", "spec.yaml", "--diff")
    assert (done.code, SECRET in done.out + done.err) == (2, False)
    assert "out of the project" in done.err


@pytest.mark.parametrize(
    "text", ["{% include '../outside/own/signal.py.j2' %}", "{% include '{}' %}"]
)
def test_a_template_names_no_file_elsewhere(capsys, project, text):
    setting(project, "templates", "own")
    (project / "own").mkdir()
    text = text.replace("{}", str(project.parent / "outside/own/signal.py.j2"))
    (project / "own/signal.py.j2").write_text("{{ r.name }} = Signal()\n" + text)
    done = call(capsys, "new", "--spec", "spec.yaml", "--diff")
    assert (done.code, SECRET in done.out + done.err) == (2, False)


@pytest.mark.parametrize("way", [absolute, above, link])
def test_the_library_reads_no_recipes_from_elsewhere(project, way):
    setting(project, "recipes", way(project))
    with pytest.raises(UsageError) as caught:
        signalgen.load_spec("spec.yaml", project=project)
    assert caught.value.problems[0].code == "outside-project"


def test_all_recipes_that_lead_elsewhere_are_named_at_once(capsys, project):
    setting(project, "recipes", linked_files(project))
    (project / "own/other.yaml").symlink_to(project.parent / "outside/own/clear.yaml")
    err = call(capsys, "recipes").err
    assert "own/clear.yaml: error: " in err
    assert "own/other.yaml: error: " in err


def ordinary(project: Path) -> str:
    (project / "own").mkdir()
    (project / "own/clear.yaml").write_text(RECIPE)
    (project / "own/signal.py.j2").write_text(TEMPLATE)
    return "own"


def linked_inside(project: Path) -> str:
    (project / "inside/real").mkdir()
    (project / "inside/real/clear.yaml").write_text(RECIPE)
    (project / "inside/real/signal.py.j2").write_text(TEMPLATE)
    (project / "own").mkdir()
    for name in ("clear.yaml", "signal.py.j2"):
        (project / "own" / name).symlink_to(f"../inside/real/{name}")
    (project / "linked").symlink_to("own")
    return "linked"


def by_itself(project: Path) -> str:
    return f"inside/../../{project.name}/{ordinary(project)}"


def absolute_inside(project: Path) -> str:
    return str(project / ordinary(project))


@pytest.mark.parametrize("way", [ordinary, linked_inside, by_itself, absolute_inside])
@pytest.mark.parametrize("name", ["templates", "recipes"])
def test_what_lies_in_the_project_is_used_as_before(capsys, project, monkeypatch, name, way):
    setting(project, name, way(project))
    # The project may be reached through a link itself.
    (project.parent / "by-link").symlink_to(project)
    for root in (project, project.parent / "by-link"):
        monkeypatch.chdir(root)
        done = call(capsys, "new", "--spec", "spec.yaml", "--diff", "--project", root)
        assert (done.code, SECRET in done.out) == (0, True)


@pytest.mark.parametrize("words", [*SEEN, SIGNAL])
def test_the_command_line_may_name_templates_anywhere(capsys, project, words):
    setting(project, "templates", absolute(project))
    (project / "spec.yaml").write_text(BY_SIGNAL)
    done = call(capsys, *words, "--templates", absolute(project))
    assert done.code == 0
    written = project / "orders/signals.py"
    assert SECRET in done.out + (written.read_text() if written.exists() else "")


def test_a_folder_of_the_command_line_leads_no_further(capsys, project):
    (project / "spec.yaml").write_text(BY_SIGNAL)
    done = call(capsys, *SEEN[1], "--templates", linked_files(project))
    assert (done.code, SECRET in done.out + done.err) == (2, False)
