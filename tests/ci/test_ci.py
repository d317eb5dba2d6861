"""The GitHub action, the GitLab job and our own workflows: their steps are run with the services' inputs and files."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from ci_kit import ROOT, action, copied, environment, gitlab

UPLOAD = "github/codeql-action/upload-sarif@v4"
SIG = "orders/signals.py"


def git(root: Path, *words: str) -> None:
    own = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *own, *words], cwd=root, check=True, capture_output=True)


def generate(root: Path) -> None:
    words = ["signalgen", "new", "orders.yaml", "--quiet"]
    subprocess.run(words, cwd=root, env=environment(), check=True, capture_output=True)


def test_the_action_reports_findings_in_the_log_the_summary_and_sarif(tmp_path: Path):
    root = copied(tmp_path, "by_hand")
    ended = action(root, sarif="true")
    assert (ended.code, ended.outputs["exit-code"]) == (1, "1")
    assert re.search(r"^::error .*file=orders/signals\.py,line=11", ended.log, re.MULTILINE)
    assert "SG101" in ended.summary
    sarif = json.loads(Path(ended.outputs["sarif-file"]).read_text())
    assert {one["ruleId"] for one in sarif["runs"][0]["results"]} >= {"SG101", "SG304"}
    assert ended.used[UPLOAD]["sarif_file"] == ended.outputs["sarif-file"]


def test_the_action_is_green_without_findings_and_uploads_only_when_told(tmp_path: Path):
    ended = action(copied(tmp_path, "shop"))
    assert (ended.code, ended.outputs["exit-code"]) == (0, "0")
    assert "::error" not in ended.log
    assert UPLOAD not in ended.used


def test_the_action_looks_at_the_paths_that_it_is_given(tmp_path: Path):
    root = copied(tmp_path, "by_hand")
    (root / "my app").mkdir()
    (root / "my app" / "a.py").write_text("")
    assert action(root, paths="my app\nshop").code == 0
    assert action(root, paths=f"shop\n{SIG}\n").code == 1
    missing = action(root, paths="--exit-zero")
    assert (missing.code, "--exit-zero does not exist" in missing.log) == (2, True)


def test_the_action_reports_what_a_branch_brings(tmp_path: Path):
    root = copied(tmp_path, "by_hand")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "old")
    git(root, "checkout", "-qb", "branch")
    assert action(root, since="main").code == 0
    path = root / SIG
    text = path.read_text()
    path.write_text(
        text + "\n\n@receiver(post_save, sender=Order)\ndef again(instance):\n    pass\n"
    )
    ended = action(root, since="main")
    assert ended.code == 1
    assert "again" in ended.log
    assert "SG101" not in ended.log
    assert action(root, since="--output=x").code == 2


def test_the_action_finds_generated_code_that_is_out_of_date(tmp_path: Path):
    root = copied(tmp_path, "shop")
    ended = action(root, command="new", paths="*.yaml")
    assert (ended.code, ended.outputs["exit-code"]) == (1, "1")
    assert "would create orders/signals.py" in ended.log
    assert "    would create orders/signals.py" in ended.summary
    assert not (root / SIG).exists()
    generate(root)
    ended = action(root, command="new", paths="orders.yaml")
    assert (ended.code, ended.outputs["sarif-file"]) == (0, "")
    assert "code matches its specs" in ended.summary
    none = action(root, command="new", paths="specs/*.yaml")
    assert (none.code, "specs/*.yaml" in none.log) == (2, True)


def test_the_project_may_lie_anywhere_in_the_repository(tmp_path: Path):
    root = copied(tmp_path, "by_hand")
    (root.parent / "whole").mkdir()
    root.rename(root.parent / "whole" / "back end")
    git(root.parent / "whole", "init", "-q")
    ended = action(root.parent / "whole", project="back end")
    # The service knows files by their path in the repository.
    assert "file=back end/orders/signals.py" in ended.log


@pytest.mark.parametrize("name", ["command", "paths", "since", "project", "version"])
def test_no_input_of_the_action_is_run(tmp_path: Path, name: str):
    root = copied(tmp_path, "shop")
    for value in ("$(touch hacked)`touch hacked`'; touch hacked; '", "x\ntouch hacked"):
        ended = action(root, installs=name == "version", **{name: value})
        assert ended.code == 2, (value, ended)
        assert [*root.parent.rglob("hacked")] == []
    text = (ROOT / "action.yml").read_text()
    assert re.findall(r"run:.*\$\{\{", text) == []


@pytest.mark.slow
def test_the_action_installs_the_release_that_it_is_part_of(tmp_path: Path):
    # A build and an installation from the registry: many seconds, and they change seldom.
    ended = action(copied(tmp_path, "shop"), installs=True)
    assert ended.code == 0, ended.log
    assert re.search(r"^signalgen \d", ended.log, re.MULTILINE)


def test_the_job_of_gitlab_does_the_same(tmp_path: Path):
    root = copied(tmp_path, "by_hand")
    ended = gitlab(root)
    assert ended.code == 1
    assert "SG101" in ended.log
    assert json.loads((root / "signalgen.sarif").read_text())["runs"]
    assert gitlab(root, paths="shop").code == 0


def test_the_job_of_gitlab_finds_generated_code_that_is_out_of_date(tmp_path: Path):
    root = copied(tmp_path, "shop")
    ended = gitlab(root, command="new", paths="*.yaml")
    assert (ended.code, "would create orders/signals.py" in ended.log) == (1, True)
    generate(root)
    assert gitlab(root, command="new", paths="*.yaml").code == 0
    assert gitlab(root, paths="$(touch hacked)").code == 2
    assert not (root / "hacked").exists()


def workflows() -> dict[str, dict]:
    """Return our own workflows by name."""
    found = (ROOT / ".github/workflows").glob("*.yml")
    return {path.name: yaml.safe_load(path.read_text()) for path in found}


def steps(workflow: dict) -> list[dict]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_our_workflows_run_what_there_is():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = [step["run"] for one in workflows().values() for step in steps(one) if "run" in step]
    makes = [word for run in asked if run.startswith("make ") for word in run.split()[1:]]
    assert set(makes) <= targets
    assert {"test", "lint", "types", "release-check"} <= set(makes)
    assert ".ci/run" in asked
    inputs = set(yaml.safe_load((ROOT / "action.yml").read_text())["inputs"])
    own = [step for one in workflows().values() for step in steps(one) if step.get("uses") == "./"]
    assert own
    assert {name for step in own for name in step["with"]} <= inputs


def test_our_workflows_may_little_and_paste_nothing_into_scripts():
    for name, one in workflows().items():
        assert one["permissions"] == {"contents": "read"}, name
        for step in steps(one):
            assert "${{" not in step.get("run", ""), (name, step)
            assert step.get("uses", "./") == "./" or "@" in step["uses"], (name, step)


def test_every_supported_python_is_tested():
    classifiers = (ROOT / "pyproject.toml").read_text()
    versions = re.findall(r"Python :: (3\.\d+)", classifiers)
    assert workflows()["tests.yml"]["jobs"]["tests"]["strategy"]["matrix"]["python"] == versions


def test_the_page_shows_the_inputs_that_there_are():
    page = (ROOT / "docs/ci.md").read_text()
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    for name in inputs:
        assert f"| `{name}` |" in page, name
    for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        for step in re.findall(r"uses: \S+/signalgen@\S+\n\s+with: \{(.*?)\}\n", block):
            assert set(re.findall(r"([\w-]+):", step)) <= set(inputs)
