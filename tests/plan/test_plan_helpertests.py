"""Helpers, services and tasks come with tests of their own, which pass in the project that they are written into."""

from generate_kit import again, build, python, run

HELPERS = "app: shop\nhelpers: [mute_signals, cache_invalidator, connect_receivers]\n"
HANDLER = "handlers: [{name: a, model: Order, signal: post_save, body: send.delay(instance.pk)}]\n"
BOTH = HANDLER.replace("send.delay(instance.pk)", "'send.delay(instance.pk, 1)'")
TASK = "celery_tasks: [{name: send, args: [order_id, words]}]\n"
TESTS = "shop/tests/test_signals.py"
SERVICE = """
app: shop
recipes:
  - recipe: bulk_service
    model: Order
    action: ship
    set: {status: '"shipped"', total: F("total") + 1, note: str(1)}
"""


def test_each_helper_has_a_class(tmp_path):
    root = build(tmp_path / "shop")
    outcome = run(root, HELPERS + HANDLER)
    for name in ("MuteSignalsTests", "CacheInvalidatorTests", "ConnectReceiversTests"):
        assert f"class {name}(" in outcome.text(TESTS)
    outcome.write()
    assert again(root, HELPERS + HANDLER) == []
    python(root, "manage.py", "test")


def test_no_class_for_a_helper_that_nobody_asked_for(tmp_path):
    outcome = run(build(tmp_path / "shop"), "app: shop\n" + HANDLER)
    assert "signal_utils" not in outcome.text(TESTS)


def test_no_tests_where_the_project_wants_none(tmp_path):
    files = {"pyproject.toml": '[tool.signalgen]\ntests = "none"\n'}
    outcome = run(build(tmp_path / "shop", files), HELPERS + HANDLER)
    assert not [path for path in outcome.changed() if "test" in path]


def test_a_task_that_looks_up_its_row_has_a_test(tmp_path):
    outcome = run(build(tmp_path / "shop"), "app: shop\n" + TASK + BOTH)
    assert "tasks.send(missing, mock.sentinel.words)" in outcome.text(TESTS)


def test_a_task_without_a_row_has_none(tmp_path):
    outcome = run(
        build(tmp_path / "shop"), "app: shop\n" + TASK.replace("order_id, ", "") + HANDLER
    )
    assert "SendTaskTests" not in outcome.text(TESTS)


def test_a_task_that_earlier_runs_wrote_without_a_test_gets_none(tmp_path):
    """It may have been written by now, and do anything with a row that is gone."""
    root = build(tmp_path / "shop", {"pyproject.toml": '[tool.signalgen]\ntests = "none"\n'})
    run(root, "app: shop\n" + TASK + BOTH).write()
    (root / "pyproject.toml").write_text("")
    outcome = run(root, "app: shop\n" + TASK + BOTH)
    assert "class ATests(" in outcome.text(TESTS)
    assert "SendTaskTests" not in outcome.text(TESTS)


def test_a_service_says_which_values_it_sets(tmp_path):
    root = build(tmp_path / "shop")
    outcome = run(root, SERVICE).write()
    assert 'status="shipped"' in outcome.text(TESTS)
    python(root, "manage.py", "test")
