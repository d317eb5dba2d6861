"""``test_detail``, and what a run says of branches that no test shows."""

from __future__ import annotations

import pytest
from generate_kit import build, python, run

SPEC = """
celery_tasks: [{name: tell, args: [order_id]}]
handlers:
  - name: order_saved
    signal: post_save
    model: Order
    on_create: |
      tell.delay(instance.pk)
  - {name: tag_saved, signal: post_save, model: Tag, on_create: Customer.objects.create(name="b")}
"""
UNKNOWN = """
handlers:
  - name: order_saved
    signal: post_save
    model: Order
    on_create: |
      text = "".join(sorted({str(number) for number in range(instance.total)}, key=len))
      cache.set("order", text)
  - {name: order_gone, signal: post_delete, model: Order, body: print(instance.total)}
"""


@pytest.mark.parametrize("style", ["unittest", pytest.param("pytest", marks=pytest.mark.slow)])
def test_full_tests_show_that_nothing_is_queued_after_a_rollback(style, tmp_path):
    settings = f'[tool.signalgen]\ntests = "{style}"\n'
    pytest_ini = '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "config.settings"\n'
    root = build(tmp_path, {"pyproject.toml": settings + pytest_ini})
    tests = run(root, f"test_detail: full{SPEC}").write().text("shop/tests/test_signals.py")
    assert tests.count("def test_rollback_of_on_create(") == 1
    assert "transaction.set_rollback(True)" in tests
    command = ["-m", "pytest", "-q"] if style == "pytest" else ["manage.py", "test", "-v0"]
    python(root, *command)
    path = root / "shop/signals.py"
    late = "transaction.on_commit(partial(tell.delay, instance.pk), using=using)"
    text = path.read_text()
    assert late in text
    path.write_text(text.replace(late, f"tell.delay(instance.pk)\n        {late}"))
    with pytest.raises(AssertionError, match="test_rollback_of_on_create"):
        python(root, *command)


def test_brief_tests_say_nothing_of_a_rollback(tmp_path):
    assert "test_rollback" not in run(build(tmp_path), SPEC).text("shop/tests/test_signals.py")


def test_a_branch_without_a_test_is_named_where_the_spec_has_what_is_in_the_way(tmp_path):
    outcome = run(build(tmp_path), UNKNOWN)
    assert outcome.result is not None
    said = [
        (note.line, note.column, note.message)
        for note in outcome.result.notes
        if note.code == "no-test"
    ]
    assert len(said) == 2
    (first, second) = said
    assert first[0] == 7
    assert first[1] > 7
    assert first[2].startswith("on_create of order_saved has no test: signalgen cannot")
    assert all("\n" not in message and len(message) < 150 for _, _, message in said)
    assert second[2] == ("body of order_gone has no test: a test cannot see what it does")


def test_no_note_where_every_branch_has_its_test(tmp_path):
    result = run(build(tmp_path), SPEC).result
    assert result is not None
    assert [note for note in result.notes if note.code == "no-test"] == []
