"""Several specs of one app: their tests share a file, and each can go without the other."""

from __future__ import annotations

from generate_kit import again, build, python, spec_text

from signalgen.generating import generate, remove
from signalgen.index import read_project
from signalgen.spec import read_spec

FIRST = """
celery_tasks: [{name: tell, args: [order_id]}]
handlers:
  - {name: order_saved, signal: post_save, model: Order, on_create: tell.delay(instance.pk)}
"""
SECOND = """
celery_tasks: [{name: warn, args: [order_id]}]
handlers:
  - {name: order_made, signal: post_save, model: Order, on_create: warn.delay(instance.pk)}
  - {name: tag_gone, signal: post_delete, model: Tag, body: warn.delay(instance.pk)}
"""
TYPED = f"typed: true{SECOND}"
BEFORE = f"typed: true{FIRST}"


def specs(*texts):
    """Return specs under the names that ``again`` gives them; None leaves a number out."""
    return [
        read_spec(spec_text(text).encode(), file=f"spec{i}.yaml", source=f"spec{i}.yaml")
        for i, text in enumerate(texts)
        if text is not None
    ]


def write(root, result):
    assert not result.problems, result.problems
    for file in result.changed:
        target = root / file.path
        if file.action == "delete":
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.after)


def tree(root):
    return {path: path.read_bytes() for path in root.rglob("*.py")}


def test_specs_that_come_and_go_one_after_the_other_leave_sound_tests_and_in_the_end_nothing(
    tmp_path,
):
    root = build(tmp_path)
    before = tree(root)
    write(root, generate(specs(BEFORE), read_project(root)))
    write(root, generate(specs(None, TYPED), read_project(root)))
    text = (root / "shop/tests/test_signals.py").read_text()
    assert "def watch_spec1(*uids: str) -> AbstractContextManager[mock.Mock]:" in text
    assert 'with watch_spec1("shop.order_made") as left:' in text
    python(root, "manage.py", "test", "-v0")
    assert again(root, BEFORE, TYPED) == []

    write(root, remove(specs(BEFORE), read_project(root)))
    text = (root / "shop/tests/test_signals.py").read_text()
    assert "order_saved" not in text
    assert "def ready(self)" in (root / "shop/apps.py").read_text()
    python(root, "manage.py", "test", "-v0")
    write(root, generate(specs(None, TYPED), read_project(root)))
    assert "watch_spec1(" in (root / "shop/tests/test_signals.py").read_text()
    python(root, "manage.py", "test", "-v0")
    write(root, remove(specs(None, TYPED), read_project(root)))
    assert tree(root) == before


def test_specs_of_one_run_have_the_names_of_those_that_come_one_after_the_other(tmp_path):
    root = build(tmp_path)
    write(root, generate(specs(FIRST, SECOND), read_project(root)))
    text = (root / "shop/tests/test_signals.py").read_text()
    assert text.count("watch_spec1(") >= 3
    assert text.count("def watching(") == text.count("class ReadyTests(") == 1
    python(root, "manage.py", "test", "-v0")
    assert again(root, FIRST, SECOND) == []
    write(root, remove(specs(None, SECOND), read_project(root)))
    assert "watch_spec1" not in (root / "shop/tests/test_signals.py").read_text()
    python(root, "manage.py", "test", "-v0")
