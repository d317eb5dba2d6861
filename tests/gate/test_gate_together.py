"""All that is wrong is told at once: by the text of a spec, by planning, by merging and by the rules; and each thing once."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_kit import call, files
from gate_kit import unmarked
from generate_kit import build, run

from signalgen.generating import generate
from signalgen.index import read_project
from signalgen.spec import read_parts

ENDLESS = """\
  - name: endless
    model: Order
    signal: post_save
    body: |
      row = instance
      row.save()  !SG201
"""
SOUND = "  - {name: sound, model: Order, signal: post_delete, body: cache.clear()}\n"
UNKNOWN = "  - {name: unknown, model: Oder, signal: post_save, body: pass}\n"
MISREAD = "  - {name: misread, model: Order, signal: post_save, bdy: pass}\n"


def told(outcome) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in outcome.problems]


def spec(*handlers: str, before: str = "") -> str:
    return unmarked(f"app: shop\n{before}handlers:\n{''.join(handlers)}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (spec(UNKNOWN, ENDLESS), [(3, "unknown-model"), (9, "SG201")]),
        (spec(ENDLESS, UNKNOWN), [(8, "SG201"), (9, "unknown-model")]),
        (spec(ENDLESS, UNKNOWN, ENDLESS.replace("endless", "again").replace("Order", "Tag")),
         [(8, "SG201"), (9, "unknown-model"), (15, "SG201")]),
        # Each of these once, and nothing that only follows from another.
        (spec(SOUND, UNKNOWN), [(4, "unknown-model")]),
        (spec(UNKNOWN), [(3, "unknown-model")]),
        (spec(ENDLESS), [(8, "SG201")]),
        (spec(ENDLESS, before="imports: [from shop.nowhere import x]\n"), [(2, "unknown-module")]),
        (spec(SOUND), []),
    ],
)  # fmt: skip
def test_what_planning_and_the_rules_say_comes_together(text, found, tmp_path):
    assert told(run(build(tmp_path), text)) == found


PARTS = """
app: shop
signals:
  - name: paid
    args: [order]
    handlers:
      - {name: slow, async: true, body: pass}
      - {name: fine, body: cache.clear()}
recipes:
  - {recipe: audit_log, model: Oder, fields: [name], logger: shop}
handlers:
"""


def test_parts_are_left_out_one_by_one_wherever_they_stand(tmp_path):
    root = build(tmp_path, {"requirements.txt": "Django==4.2.*\n"})
    outcome = run(root, unmarked(PARTS + ENDLESS))
    assert [code for _, code in told(outcome)] == ["async-too-old", "unknown-model", "SG201"]


def test_a_file_that_cannot_be_changed_comes_with_them(tmp_path):
    broken = {"shop/tasks.py": "def broken(:\n"}
    task = "celery_tasks: [{name: mail, args: [pk]}]\n"
    outcome = run(build(tmp_path, broken), spec(ENDLESS, before=task))
    assert [code for _, code in told(outcome)] == ["syntax-error", "SG201"]
    assert [one.file for one in outcome.problems] == ["shop/tasks.py", "spec0.yaml"]
    outcome = run(build(tmp_path / "b", broken), spec(ENDLESS, UNKNOWN, before=task))
    assert [code for _, code in told(outcome)] == ["syntax-error", "SG201", "unknown-model"]


def test_what_loads_receivers_and_is_refused_is_told_once(tmp_path):
    apps = "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    ready = print\n"
    outcome = run(build(tmp_path, {"shop/apps.py": apps}), spec(SOUND))
    assert [code for _, code in told(outcome)] == ["ready-hook"]
    outcome = run(build(tmp_path, {"shop/apps.py": apps}), spec(ENDLESS, UNKNOWN))
    assert sorted(code for _, code in told(outcome)) == ["SG201", "ready-hook", "unknown-model"]


def test_what_does_not_fit_a_task_is_told_beside_them(tmp_path):
    """Only a clash silences it: then one of the files stays as it is."""
    apps = "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    ready = print\n"
    unfit = "  - {name: unfit, model: Order, signal: post_save, on_create: 'job.delay(1, 2)'}\n"
    task = "celery_tasks: [{name: job, args: [pk]}]\n"
    outcome = run(build(tmp_path, {"shop/apps.py": apps}), spec(unfit, before=task))
    assert sorted(code for _, code in told(outcome)) == ["SG410", "ready-hook"]


def test_commands_tell_what_the_text_has_wrong_with_all_else(project: Path, capsys):
    text = spec(MISREAD, UNKNOWN, ENDLESS).replace("app: shop", "app: orders")
    (project / "spec.yaml").write_text(text)
    before = files(project)
    answer = call(capsys, "new", "--spec", "spec.yaml", "--format", "json")
    found = [(one["line"], one["code"]) for one in answer.json["problems"]]
    assert found == [(3, "unknown-key"), (4, "unknown-model"), (10, "SG201")]
    assert answer.code == 2
    assert files(project) == before


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (spec(MISREAD, SOUND), ["unknown-key"]),
        (spec(ENDLESS).replace("app:", "ap:"), ["unknown-key"]),
        (spec(ENDLESS) + "signals: [{name: 3}]\n", ["invalid-name"]),
        ("app: [", ["yaml-syntax"]),
    ],
)
def test_what_might_only_follow_from_a_fault_of_the_text_is_not_told(
    project: Path, capsys, text: str, codes: list[str]
):
    (project / "spec.yaml").write_text(text.replace("app: shop", "app: orders"))
    answer = call(capsys, "new", "--spec", "spec.yaml", "--format", "json")
    assert sorted(one["code"] for one in answer.json["problems"]) == codes


def test_a_project_that_cannot_be_read_hides_no_fault_of_the_text(project: Path, capsys):
    (project / "spec.yaml").write_text(spec(MISREAD).replace("app: shop", "app: orders"))
    (project / "pyproject.toml").write_text("[tool.signalgen]\nline_length = 'long'\n")
    answer = call(capsys, "new", "--spec", "spec.yaml", "--format", "json")
    assert {one["file"] for one in answer.json["problems"]} == {"pyproject.toml", "spec.yaml"}


def test_each_file_of_a_run_is_read_once(tmp_path, monkeypatch):
    from signalgen.project import files as reading

    root = build(tmp_path)
    run(root, spec(SOUND)).write()
    (root / "shop/handlers.py").write_text((root / "shop/signals.py").read_text())
    (root / "shop/signals.py").write_text("")  # moved: it is looked for in the other modules
    read: list[str] = []

    def counted(file: str) -> bytes:
        read.append(str(file).removeprefix(f"{root}/"))
        return Path(file).read_bytes()

    monkeypatch.setattr(reading, "read_regular", counted)
    monkeypatch.setattr("signalgen.project.sources.read_regular", counted)
    text = spec(SOUND, SOUND.replace("sound", "more").replace("cache.clear()", "job.delay(1)"))
    parts, _ = read_parts(text.encode(), file="spec0.yaml", source="spec0.yaml")
    result = generate([parts], read_project(root))
    assert {"shop/handlers.py", ".signalgen/shop.json"} <= {one.path for one in result.changed}
    assert {one.path for one in result.files if one.before is not None} <= set(read)
    assert sorted(read) == sorted(set(read))


def test_what_was_planned_upon_guards_the_write(tmp_path):
    root = build(tmp_path)
    loaded = read_project(root)
    before = (root / "shop/apps.py").read_bytes()
    (root / "shop/apps.py").write_bytes(before + b"# somebody was faster\n")
    parts, _ = read_parts(spec(SOUND).encode(), file="a.yaml", source="a.yaml")
    changes = {one.path: one for one in generate([parts], loaded).files}
    assert changes["shop/apps.py"].before == before
