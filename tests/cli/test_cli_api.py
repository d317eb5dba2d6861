"""The Python API: what it returns, what it raises, what it writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_kit import SPEC, WRONG, call, environment, files

import signalgen


def test_a_file_and_its_text_give_the_same_code(project: Path):
    from_file = signalgen.generate(signalgen.load_spec("spec.yaml"), project)
    from_text = signalgen.generate(signalgen.load_spec(SPEC), project)
    assert from_file.diff() == from_text.diff() != ""


def test_nothing_is_written_before_apply(project: Path):
    before = files(project)
    changes = signalgen.generate(signalgen.load_spec("spec.yaml"), ".")
    changes.diff()
    assert files(project) == before
    changes.apply()
    for change in changes.files:
        assert (project / change.path).read_bytes() == change.after


def test_applying_again_changes_nothing(project: Path):
    signalgen.generate(signalgen.load_spec("spec.yaml"), ".").apply()
    after = files(project)
    again = signalgen.generate(signalgen.load_spec("spec.yaml"), ".")
    assert again.diff() == ""
    again.apply()
    assert files(project) == after


def test_the_command_line_and_the_api_are_the_same_run(project: Path, capsys):
    signalgen.generate(signalgen.load_spec(project / "spec.yaml"), project).apply()
    done = call(capsys, "new", "--spec", "spec.yaml", "--check")
    assert done.code == 0, done


def test_the_api_works_after_the_command_line_ran_in_the_same_process(project: Path, capsys):
    call(capsys, "new", "--spec", "spec.yaml")
    assert signalgen.generate(signalgen.load_spec("spec.yaml"), ".").diff() == ""


def test_a_project_can_be_loaded_once(project: Path):
    loaded = signalgen.load_project("project" if Path("project").exists() else project)
    assert isinstance(loaded, signalgen.Project)
    assert signalgen.generate([signalgen.load_spec(SPEC)], loaded).diff()


def test_several_specs_each_with_a_source(project: Path):
    custom = "app: orders\nsignals:\n  - name: order_paid\n    args: [order]\n"
    specs = [signalgen.load_spec(SPEC, source="a")]
    changes = signalgen.generate(iter(specs), project)
    assert "+def order_saved" in changes.diff()
    changes.apply()
    signalgen.generate(signalgen.load_spec(custom, source="b"), project).apply()
    text = (project / "orders/signals.py").read_text()
    assert "def order_saved" in text
    assert "order_paid" in text


def test_a_wrong_spec_raises_every_problem():
    with pytest.raises(signalgen.SpecError) as raised:
        signalgen.load_spec(WRONG.replace("post_save", "post_safe"))
    assert len(raised.value.problems) == 2
    assert all(isinstance(problem, signalgen.Problem) for problem in raised.value.problems)
    assert raised.value.exit_code is signalgen.ExitCode.USAGE


def test_a_spec_that_does_not_fit_raises(project: Path):
    spec = signalgen.load_spec(SPEC.replace("model: Order", "model: Oder"))
    with pytest.raises(signalgen.SpecError, match="Oder"):
        signalgen.generate(spec, project)


@pytest.mark.parametrize("path", ["nowhere.yaml", "orders"])
def test_a_spec_that_cannot_be_read_raises(project: Path, path: str):
    with pytest.raises(signalgen.UsageError):
        signalgen.load_spec(path)


def test_a_project_that_is_none_raises(project: Path):
    with pytest.raises(signalgen.UsageError):
        signalgen.load_project("nowhere")


def test_clashes_are_data_and_apply_refuses(project: Path):
    signalgen.generate(signalgen.load_spec(SPEC), ".").apply()
    path = project / "orders/signals.py"
    path.write_text(path.read_text().replace('"orders"', '"mine"'))
    before = files(project)
    spec = signalgen.load_spec(SPEC.replace('"orders"', '"theirs"'))
    changes = signalgen.generate(spec, ".")
    assert [clash.path for clash in changes.clashes] == ["orders/signals.py"]
    assert changes.diff() == ""
    with pytest.raises(signalgen.ConflictError, match="order_saved"):
        changes.apply()
    assert files(project) == before
    signalgen.generate(spec, ".", conflict="theirs").apply()
    assert '"theirs"' in path.read_text()


def test_problems_are_data_and_apply_refuses(project: Path):
    (project / "orders/signals.py").write_text("def broken(:\n")
    before = files(project)
    with pytest.raises(signalgen.UnsafeError):
        signalgen.generate(signalgen.load_spec(SPEC), ".").apply()
    assert files(project) == before


def test_a_file_that_changed_meanwhile_stops_apply(project: Path):
    changes = signalgen.generate(signalgen.load_spec(SPEC), ".")
    (project / "orders/apps.py").write_text("# somebody was faster\n")
    before = files(project)
    with pytest.raises(signalgen.ConflictError):
        changes.apply()
    assert files(project) == before


def test_every_public_name_is_there_and_nothing_else_is():
    for name in signalgen.__all__:
        assert getattr(signalgen, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = signalgen.nope


def test_the_module_of_the_same_name_does_not_hide_the_function():
    code = "import signalgen.generate, signalgen; from signalgen.generate import Options; assert callable(signalgen.generate)"
    subprocess.run([sys.executable, "-c", code], env=environment(), check=True)


def test_importing_the_package_imports_nothing_else():
    code = "import sys, signalgen; print(*[m for m in sys.modules if m.startswith('signalgen.')])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_types_are_seen_from_outside(tmp_path: Path):
    script = tmp_path / "script.py"
    script.write_text(
        "import signalgen\n"
        "from typing_extensions import assert_type\n\n"
        'spec = signalgen.load_spec("a.yaml")\n'
        "assert_type(spec, signalgen.Spec)\n"
        'changes = signalgen.generate([spec], ".", conflict="keep", target_django=(5, 2))\n'
        "assert_type(changes, signalgen.Changes)\n"
        "assert_type(changes.diff(), str)\n"
        'signalgen.generate(spec, ".", conflict="never")  # type: ignore[arg-type]\n'
        "signalgen.nope  # type: ignore[attr-defined]\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", script],
        cwd=tmp_path,
        env=environment(MYPYPATH=environment()["PYTHONPATH"]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
