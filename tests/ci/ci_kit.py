"""Runs the steps of the action and the job of GitLab as their services do, with files for the services' answers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_TOKEN = re.compile(r"'[^']*'|&&|==|!=|always\(\)|[\w.-]+|\s+")


@dataclass
class Ended:
    """How a job ended: the code of its first failing step, all that it printed, and what it left."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)


def environment(**extra: str) -> dict[str, str]:
    """Return the variables of a job: few, and signalgen of this environment on the PATH."""
    kept = {key: os.environ[key] for key in ("HOME", "XDG_CACHE_HOME") if key in os.environ}
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **extra}


def action(workspace: Path, *, installs: bool = False, **inputs: str) -> Ended:
    """Run the steps of action.yml in ``workspace``; without ``installs`` the program is there already."""
    described = yaml.safe_load((ROOT / "action.yml").read_text())
    given = {name: one["default"] for name, one in described["inputs"].items()}
    unknown = {name.replace("_", "-") for name in inputs} - set(given)
    assert not unknown
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    temp = workspace.parent / "temp"
    temp.mkdir(exist_ok=True)
    ended = Ended()
    known = {f"inputs.{name}": value for name, value in given.items()}
    known |= {"github.action_path": str(ROOT), "runner.temp": str(temp)}
    for step in described["runs"]["steps"]:
        condition = step.get("if", "${{ success() }}")
        if "always()" not in condition and ended.code:
            continue
        if "if" in step and filled(condition, known) != "True":
            continue
        if "uses" in step:
            ended.used[step["uses"]] = {
                key: filled(value, known) for key, value in step["with"].items()
            }
        elif installs or not step["name"].startswith("Install"):
            _run_step(step, workspace, temp, known, ended)
    ended.outputs = {
        name: filled(one["value"], known) for name, one in described["outputs"].items()
    }
    return ended


def _run_step(
    step: dict[str, Any], workspace: Path, temp: Path, known: dict[str, str], ended: Ended
) -> None:
    files = {name: temp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    files["GITHUB_OUTPUT"].write_text("")
    own = {key: filled(value, known) for key, value in step["env"].items()}
    env = environment(GITHUB_ACTIONS="true", **{k: str(v) for k, v in files.items()}, **own)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", filled(step["run"], known)],
        cwd=workspace,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    ended.log += done.stdout + done.stderr
    ended.code = ended.code or done.returncode
    summary = files["GITHUB_STEP_SUMMARY"]
    ended.summary = summary.read_text() if summary.exists() else ""
    for line in files["GITHUB_OUTPUT"].read_text().splitlines():
        name, _, value = line.partition("=")
        known[f"steps.{step['id']}.outputs.{name}"] = value


def filled(text: str, known: dict[str, str]) -> str:
    """Return ``text`` with its expressions evaluated: names, strings, ==, != and &&."""
    return _EXPRESSION.sub(lambda found: str(_value(found[1], known)), str(text))


def _value(expression: str, known: dict[str, str]) -> object:
    words = {"&&": "and", "always()": "True"}
    parts = []
    for token in _TOKEN.findall(expression):
        if re.fullmatch(r"[A-Za-z][\w.-]*", token):
            parts.append(repr(known.get(token, "")))
        else:
            parts.append(words.get(token, token))
    return eval("".join(parts).strip(), {"__builtins__": {}})


def gitlab(workspace: Path, **inputs: str) -> Ended:
    """Run the job of ci/gitlab.yml in ``workspace``, but for the line that installs signalgen."""
    head, body = (ROOT / "ci/gitlab.yml").read_text().split("\n---\n")
    given = {k: v["default"] for k, v in yaml.safe_load(head)["spec"]["inputs"].items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    text = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: given[found[1]], body)
    ((_, job),) = yaml.safe_load(text).items()
    lines = [line for line in job["script"] if "pip install" not in line]
    assert len(lines) == len(job["script"]) - 1
    done = subprocess.run(
        ["sh", "-ec", "\n".join(lines)],
        cwd=workspace,
        env=environment(CI_PROJECT_DIR=str(workspace), **job["variables"]),
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout + done.stderr)


def copied(tmp_path: Path, name: str) -> Path:
    """Return a copy of an example project, in a repository of its own."""
    root = tmp_path / "workspace"
    ignore = shutil.ignore_patterns("__pycache__", "*.sqlite3", ".signalgen")
    shutil.copytree(ROOT / "examples" / name, root, ignore=ignore)
    return root
