"""A folder with modules and programs of any name: signalgen runs none of them."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import leaks_kit  # noqa: F401 - the way to cli_kit
import pytest
from cli_kit import ROOT, environment, imported_modules, make_project

SCRIPT = Path(sys.executable).with_name("signalgen")
WORDS = [
    ("new", "--spec", "spec.yaml", "--dry-run"),
    ("check", "--no-cache"),
    ("validate", "spec.yaml"),
    ("recipes",),
]
TRAP = "import sys\nsys.stderr.write('TRAP ' + __name__ + '\\n')\n"
ISOLATED = pytest.param(
    ["-P", "-m", "signalgen"],
    marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="-P came with Python 3.11"),
)
WAYS = [["-m", "signalgen"], ISOLATED, [str(SCRIPT)]]


def start(cwd: Path, before: list[str], *words: str) -> subprocess.CompletedProcess[str]:
    extra = {} if before[0] != str(SCRIPT) else {"PYTHONPATH": ""}
    return subprocess.run(
        [sys.executable, *before, *words],
        cwd=cwd,
        env=environment(**extra),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a module of every name that a run imports, but for those of Python's own start."""
    project = make_project(tmp_path_factory.mktemp("trapped") / "project")
    (project / "nothing.py").write_text("import sys\nprint(*sys.modules)\n")
    started = start(project, ["-m", "nothing"]).stdout.split()
    names = {
        name.partition(".")[0] for words in WORDS for name in imported_modules(project, *words)
    }
    fitting = {
        name for name in names - {one.partition(".")[0] for one in started} if name.isidentifier()
    }
    assert {"ast", "yaml", "json"} <= fitting
    # __future__ is asked for by the first line of signalgen itself: there only -P helps, as with signalgen/.
    for name in fitting - {"signalgen", "orders", "shop", "__future__"}:
        (project / f"{name}.py").write_text(TRAP)
    return project


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
@pytest.mark.parametrize("before", WAYS, ids=str)
def test_no_module_of_the_current_folder_runs(trapped, before, words):
    if before[0] == str(SCRIPT) and not SCRIPT.exists():
        pytest.skip("signalgen is not installed as a script here")
    done = start(trapped, before, *words)
    assert "TRAP" not in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("before", WAYS[1:], ids=str)
def test_what_the_docs_name_starts_no_signalgen_of_the_project(tmp_path, before):
    if before[0] == str(SCRIPT) and not SCRIPT.exists():
        pytest.skip("signalgen is not installed as a script here")
    project = make_project(tmp_path / "project")
    (project / "signalgen").mkdir()
    for name in ("__init__", "__main__", "fastpath"):
        (project / "signalgen" / f"{name}.py").write_text(TRAP)
    done = start(project, before, "validate", "spec.yaml")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_docs_name_what_is_safe():
    for page in ("docs/commands.md", "SECURITY.md"):
        text = (ROOT / page).read_text()
        assert "`python -P -m signalgen`" in text, page
        assert "`signalgen/`" in text, page


@pytest.mark.parametrize("search", ["", ".", ":{}", ".:{}", "{}:", "tools:{}"])
def test_no_program_of_the_current_folder_runs(tmp_path, search):
    project = make_project(tmp_path / "project")
    (project / "pyproject.toml").write_text('[tool.signalgen]\nformatter = "ruff"\n')
    (project / "tools").mkdir()
    for place in (project, project / "tools"):
        (place / "ruff").write_text("#!/bin/sh\ntouch ran\ncat\n")
        (place / "ruff").chmod(0o755)
    # Without the one beside the running Python, which comes first.
    code = (
        "import sys; from pathlib import Path; from signalgen.cli.plain import run;"
        "sys.executable = '/nowhere/python'; sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-P" if sys.version_info >= (3, 11) else "-B",
            "-c",
            code,
            "new",
            "--spec",
            "spec.yaml",
            "--dry-run",
        ],
        cwd=project,
        env=environment(PATH=search.format("/usr/bin")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not (project / "ran").exists()
    assert (done.returncode, "ruff is not installed" in done.stderr) in ((2, True), (0, False))


def test_nothing_is_started_by_the_name_of_a_module():
    starting = {}
    for path in sorted((ROOT / "signalgen").rglob("*.py")):
        tree = ast.parse(path.read_text())
        if any(
            isinstance(node, ast.Attribute)
            and node.attr in ("run", "Popen", "execv", "spawnv", "system")
            and isinstance(node.value, ast.Name)
            and node.value.id in ("subprocess", "os")
            for node in ast.walk(tree)
        ):
            words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
            starting[path.name] = "-m" in words or "python" in words
    assert starting == {"formatting.py": False, "history.py": False}


def test_the_hooks_start_the_script():
    lines = (ROOT / ".pre-commit-hooks.yaml").read_text().splitlines()
    entries = [line.split(":")[1].strip() for line in lines if line.strip().startswith("entry:")]
    assert entries
    assert all(entry.startswith("signalgen ") for entry in entries)


@pytest.mark.parametrize("before", WAYS, ids=str)
def test_an_ordinary_start_works_as_before(tmp_path, before):
    if before[0] == str(SCRIPT) and not SCRIPT.exists():
        pytest.skip("signalgen is not installed as a script here")
    done = start(make_project(tmp_path / "project"), before, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("signalgen ")
    assert os.sep not in done.stdout
