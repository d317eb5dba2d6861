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


def test_remove_gives_the_bytes_back(project: Path):
    before = files(project)
    spec = signalgen.load_spec("spec.yaml")
    signalgen.generate(spec, ".").apply()
    changes = signalgen.remove(spec, ".")
    assert "-def order_saved" in changes.diff()
    changes.apply()
    assert files(project) == before


def test_remove_leaves_what_somebody_edited(project: Path):
    spec = signalgen.load_spec(SPEC)
    signalgen.generate(spec, ".").apply()
    path = project / "orders/signals.py"
    path.write_text(path.read_text().replace('"orders"', '"mine"'))
    changes = signalgen.remove([spec], signalgen.load_project("."))
    assert [problem.code for problem in changes.problems] == ["edited"]
    with pytest.raises(signalgen.UnsafeError):
        changes.apply()
    signalgen.remove([spec], ".", keep_edited=True).apply()
    assert '"mine"' in path.read_text()


DATA = {
    "app": "orders",
    "model": "Order",
    "handlers": [
        {"name": "order_saved", "signal": "post_save", "on_create": 'cache.delete("orders")'}
    ],
}


def test_a_dict_gives_the_code_of_its_yaml(project: Path):
    from_text = signalgen.generate(signalgen.load_spec(SPEC, source="a"), project)
    from_data = signalgen.generate(signalgen.load_spec(DATA, source="a"), project)
    assert from_data.diff() == from_text.diff() != ""


def test_what_does_not_fit_is_told_by_the_path_in_the_dict(project: Path):
    with pytest.raises(signalgen.SpecError) as caught:
        signalgen.generate(signalgen.load_spec({**DATA, "model": "Oder"}), project)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column) == ("<dict>", 0, 0)
    assert (problem.path, problem.code) == ("model", "unknown-model")


UNSAFE = """
from django.db.models.signals import post_save
from django.dispatch import receiver

from orders.models import Order
from orders.tasks import mail


@receiver(post_save, sender=Order, dispatch_uid="a")
def order_saved(sender, instance, **kwargs):
    mail.delay(instance.pk)
"""


@pytest.fixture
def faulty(project: Path) -> Path:
    """Return the project with a task that does not wait for the commit."""
    (project / "orders/tasks.py").write_text(
        "from celery import shared_task\n\n\n@shared_task\ndef mail(pk): ...\n"
    )
    (project / "orders/signals.py").write_text(UNSAFE)
    text = (project / "orders/apps.py").read_text()
    ready = "    def ready(self):\n        from orders import signals\n"
    (project / "orders/apps.py").write_text(f"{text}\n{ready}")
    return project


def test_check_finds_what_the_command_finds(faulty: Path, capsys):
    found = signalgen.check(faulty)
    answer = call(capsys, "check", "--format", "json").json
    told = [(item["code"], item["path"], item["line"]) for item in answer["findings"]]
    assert told == [(one.code, one.path, one.line) for one in found.findings]
    assert [(one.code, one.line) for one in found.findings] == [("SG101", 11)]
    assert isinstance(found.findings[0], signalgen.Finding)
    assert found.findings == signalgen.check(signalgen.load_project(".")).findings
    assert found.fixes.files == ()
    assert found.left == found.findings


def test_check_has_the_options_of_the_command(faulty: Path, capsys):
    def codes(**options: object) -> list[str]:
        return [one.code for one in signalgen.check(".", **options).findings]

    assert codes(select=["SG1"]) == ["SG101"]
    assert codes(ignore=["SG101"]) == []
    assert codes(select=["SG702"], extend_select=["SG101"]) == ["SG101"]
    assert codes(paths=["orders"]) == ["SG101"]
    assert codes(paths=[faulty / "shop"]) == []
    call(capsys, "check", "--baseline", "known.json", "--write-baseline")
    assert codes(baseline="known.json") == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"select": ["SG999"]}, "unknown-rule"),
        ({"paths": ["nowhere"]}, "no-such-path"),
        ({"paths": ["/"]}, "outside-project"),
        ({"baseline": "none.json"}, "no-baseline"),
    ],
)
def test_check_refuses_what_is_not_there(faulty: Path, options: dict, code: str):
    with pytest.raises(signalgen.UsageError) as caught:
        signalgen.check(".", **options)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_fixes_are_a_value_until_they_are_applied(faulty: Path):
    before = files(faulty)
    found = signalgen.check(".", fix="safe")
    assert [one.code for one in found.findings] == ["SG101"]
    assert found.left == ()
    assert "+    transaction.on_commit(" in found.fixes.diff()
    assert files(faulty) == before
    found.fixes.apply()
    assert b"on_commit" in (faulty / "orders/signals.py").read_bytes()
    assert signalgen.check(".").findings == ()


def test_a_file_that_cannot_be_read_is_noted(faulty: Path):
    assert signalgen.check(".").notes == ()
    (faulty / "orders/signals.py").write_text(f"@receiver(\n{UNSAFE}")
    assert [note.file for note in signalgen.check(".").notes] == ["orders/signals.py"]


def test_every_public_name_is_there_and_nothing_else_is():
    for name in signalgen.__all__:
        assert getattr(signalgen, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = signalgen.nope


def test_the_module_of_the_same_name_does_not_hide_the_function():
    code = "import signalgen.check, signalgen; from signalgen.check import Choice; assert callable(signalgen.check)"
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
        'assert_type(signalgen.load_spec({"app": "orders"}), signalgen.Spec)\n'
        'assert_type(signalgen.remove(spec, "."), signalgen.Changes)\n'
        'found = signalgen.check(".", ["orders"], select=["SG1"], fix="safe")\n'
        "assert_type(found.findings, tuple[signalgen.Finding, ...])\n"
        "assert_type(found.fixes, signalgen.Changes)\n"
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
