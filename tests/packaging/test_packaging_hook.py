"""The pre-commit hooks of this repository, run by pre-commit itself: they pass, and fail on drift and on findings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (
    ".pre-commit-hooks.yaml",
    "hatch_build.py",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "signalgen",
    "templates",
)
IDENTITY = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")


def call(*command: str | Path, cwd: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell of one's own would, nothing of this test run in its environment."""
    dropped = ("PYTHON", "PYTEST", "VIRTUAL_ENV", "GIT_", "PRE_COMMIT")
    env = {k: v for k, v in os.environ.items() if not k.startswith(dropped)} | extra
    return subprocess.run(
        [*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def commit(folder: Path) -> str:
    """Make a repository of ``folder`` as it is and return the commit's id."""
    for words in (["init", "-q"], ["add", "-A"], [*IDENTITY, "commit", "-qm", "all"]):
        done = call("git", *words, cwd=folder)
        assert done.returncode == 0, done.stderr
    return call("git", "rev-parse", "HEAD", cwd=folder).stdout.strip()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project of its own, with the hooks as the docs have them."""
    tool = tmp_path / "signalgen"
    tool.mkdir()
    for name in SHIPPED:
        whole = (ROOT / name).is_dir()
        (shutil.copytree if whole else shutil.copy)(ROOT / name, tool / name)
    hook = {"id": "signalgen-check-generated", "args": ["--spec", "orders.yaml"]}
    config = {
        "repos": [
            {"repo": str(tool), "rev": commit(tool), "hooks": [hook, {"id": "signalgen-check"}]}
        ]
    }
    project = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "shop", project)
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    commit(project)
    return project


def hooked(project: Path) -> subprocess.CompletedProcess[str]:
    """Run the hooks on everything that there is."""
    assert call("git", "add", "-A", cwd=project).returncode == 0
    uv = Path(sys.executable).with_name("uv")
    home = str(project.parent / "home")
    return call(
        uv, "tool", "run", "pre-commit", "run", "--all-files", cwd=project, PRE_COMMIT_HOME=home
    )


@pytest.mark.slow
def test_the_hooks_pass_and_fail_on_drift_and_on_findings(shop: Path):
    before = hooked(shop)
    assert before.returncode == 1, before.stdout + before.stderr
    assert "would create orders/signals.py" in before.stdout
    assert (
        call(sys.executable, "-m", "signalgen", "new", "--spec", "orders.yaml", cwd=shop).returncode
        == 0
    )
    generated = hooked(shop)
    assert generated.returncode == 0, generated.stdout + generated.stderr
    spec = shop / "orders.yaml"
    spec.write_text(spec.read_text().replace("instance.total > 0", "instance.total > 1"))
    changed = hooked(shop)
    assert changed.returncode == 1, changed.stdout + changed.stderr
    assert "would update orders/signals.py" in changed.stdout
    assert "instance.total > 1" not in (shop / "orders/signals.py").read_text(), (
        "a check writes nothing"
    )
    assert "SG301" not in changed.stdout
    with (shop / "orders/signals.py").open("a") as file:
        file.write(
            "\n\n@receiver(post_save, sender=Order)\ndef by_hand(sender, instance):\n    print(instance)\n"
        )
    found = hooked(shop)
    assert found.returncode == 1
    assert "SG301 error" in found.stdout
