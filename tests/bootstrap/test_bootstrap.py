"""examples/bootstrap does what its page says; cookiecutter and copier come with ``make scaffolds``."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "bootstrap"
SCAFFOLDS = os.environ.get("SIGNALGEN_SCAFFOLDS", "")
scaffolds = pytest.mark.skipif(not SCAFFOLDS, reason="make scaffolds brings the tools")


def run(cwd: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell with this environment's programs first, then those of the tools."""
    programs = [str(Path(sys.executable).parent), *([SCAFFOLDS] if SCAFFOLDS else [])]
    env = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")}
    env |= {"PATH": os.pathsep.join([*programs, env["PATH"]]), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["sh", "-ec", command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def done(cwd: Path, command: str) -> str:
    """Run a line that must work; return what it said."""
    ended = run(cwd, command)
    assert ended.returncode == 0, (command, ended.stdout, ended.stderr)
    return ended.stdout + ended.stderr


def passes(root: Path, *apps: str) -> None:
    """The tests of the project pass, and there are some for each app; nothing is left to do."""
    said = done(root, "python manage.py test -v 2")
    assert re.search(r"Ran [1-9]\d* tests", said), said
    assert "skipped" not in said
    for app in apps:
        assert f"({app}." in said, said


def blocks() -> list[str]:
    """Return the commands of the page."""
    page = (EXAMPLE / "README.md").read_text()
    return re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Return a copy of the example."""
    shutil.copytree(EXAMPLE, tmp_path / "here", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "here"


@pytest.mark.parametrize(
    ("block", "root", "package"), [(0, "shop", "shop"), (1, "sites/shop", "config")]
)
def test_signals_go_into_what_startproject_has_just_made(
    here: Path, block: int, root: str, package: str
):
    said = done(here, blocks()[block])
    assert 'add "accounts" to INSTALLED_APPS' in said
    assert "run the tests (python manage.py test accounts.tests.test_signals)" in said
    settings = here / root / package / "settings.py"
    text = settings.read_text()
    settings.write_text(text.replace("INSTALLED_APPS = [", 'INSTALLED_APPS = ["accounts",'))
    spec = os.path.relpath(here / "specs/accounts.yaml", here / root)
    done(here / root, f"signalgen new {spec}")
    done(here / root, f"signalgen new {spec} --check")
    passes(here / root, "accounts")


def test_the_script_makes_a_project_whose_tests_pass(here: Path):
    assert "from 2 specs" in done(here, blocks()[2])
    assert run(here, blocks()[2]).returncode == 2
    passes(here / "sites/shop", "accounts", "orders")
    assert [path.name for path in (here / "sites").iterdir()] == ["shop"]


@pytest.mark.parametrize("mistake", ["in a spec", "with the project"])
def test_the_script_leaves_nothing_where_one_spec_is_wrong(here: Path, mistake: str):
    path = here / "specs" / "orders.yaml"
    text = path.read_text()
    old, new = ("on_create", "on_crate") if mistake == "in a spec" else ("e.total >", "e.totl >")
    path.write_text(text.replace(old, new))
    ended = run(here, blocks()[2])
    assert ended.returncode == 2, ended
    assert "orders.yaml:" in ended.stderr
    assert list((here / "sites").iterdir()) == []


@scaffolds
@pytest.mark.parametrize("mail", ["yes", "no"])
def test_cookiecutter_makes_it_in_a_hook(here: Path, mail: str):
    said = done(here, f"cookiecutter --no-input cookiecutter slug=store mail={mail}")
    assert "- run the tests (python manage.py test orders.tests.test_signals)" in said
    assert ("mail_admins" in (here / "store/orders/signals.py").read_text()) is (mail == "yes")
    done(here / "store", "signalgen new orders.yaml --check")
    passes(here / "store", "orders")


@scaffolds
@pytest.mark.parametrize("mail", ["true", "false"])
def test_copier_makes_it_in_a_task(here: Path, mail: str):
    done(here, f"copier copy --trust --defaults --data mail={mail} copier store")
    assert ("mail_admins" in (here / "store/orders/signals.py").read_text()) is (mail == "true")
    done(here / "store", "signalgen new orders.yaml --check")
    passes(here / "store", "orders")


@scaffolds
@pytest.mark.parametrize("tool", ["cookiecutter", "copier"])
def test_what_signalgen_refuses_takes_the_project_back(here: Path, tool: str):
    folder = "cookiecutter/{{ cookiecutter.slug }}" if tool == "cookiecutter" else "copier/template"
    spec = next((here / folder).glob("orders.yaml*"))
    spec.write_text(spec.read_text().replace("on_create", "on_crate"))
    command = {
        "cookiecutter": "cookiecutter --no-input cookiecutter slug=store",
        "copier": "copier copy --trust --defaults copier store",
    }[tool]
    ended = run(here, command)
    assert ended.returncode != 0
    assert "on_crate" in ended.stdout + ended.stderr
    assert not (here / "store").exists()


@scaffolds
def test_copier_updates_and_keeps_what_was_edited(here: Path):
    git = "git -c user.name=a -c user.email=a@example.org"
    commit = f"git init -q . && git add -A && {git} commit -qm one && git tag 1.0.0"
    done(here / "copier", commit)
    done(here, f"copier copy --trust --defaults {here}/copier store")
    done(here / "store", commit)
    path = here / "store/orders/signals.py"
    path.write_text(path.read_text().replace("if raw:", "if raw:  # from fixtures"))
    done(here / "store", f"{git} commit -qam mine")
    spec = here / "copier/template/orders.yaml.jinja"
    spec.write_text(spec.read_text().replace("about new orders", "about orders that come"))
    done(here / "copier", f"{git} commit -qam two && git tag 2.0.0")
    done(here / "store", "copier update --trust --defaults")
    text = path.read_text()
    assert "about orders that come" in text
    assert "# from fixtures" in text


def test_the_json_is_read_by_what_calls_it(here: Path):
    hook = (here / "cookiecutter/hooks/post_gen_project.py").read_text()
    done(here, "django-admin startproject config .")
    (here / "orders.yaml").write_text("app: orders\n")
    answer = json.loads(run(here, "signalgen new orders.yaml --format json").stdout)
    for key in re.findall(r'answer\["(\w+)"\]', hook):
        assert key in answer
