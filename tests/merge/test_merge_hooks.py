"""Hooks over several runs and several specs, and together with an AppConfig that signalgen wrote itself."""

from __future__ import annotations

from merge_kit import SOURCE, State, changed, fragment, hook, receiver, run, unchanged, unrun

from signalgen.values.change import Baseline, BaselineEntry
from signalgen.values.fragment import ImportNeed

APPS = "orders/apps.py"
PLAIN = (
    b'from django.apps import AppConfig\n\n\nclass OrdersConfig(AppConfig):\n    name = "orders"\n'
)
CONFIG = fragment(
    "support",
    "OrdersConfig",
    'class OrdersConfig(AppConfig):\n    """The orders app."""\n\n    name = "orders"\n',
    ImportNeed("django.apps", "AppConfig"),
    uid="config:app",
    path=APPS,
)


def test_a_new_app_config_gets_its_hook_and_keeps_it():
    first = changed(State(None, path=APPS), [CONFIG], [hook()], header="")
    assert first.text == (
        "from django.apps import AppConfig\n\n\n"
        'class OrdersConfig(AppConfig):\n    """The orders app."""\n\n    name = "orders"\n\n'
        "    def ready(self):\n        from . import signals  # noqa: F401\n"
    )
    later = unchanged(first.state, [], [hook()])
    assert later.merged.orphans == ()
    assert later.state.baseline == first.state.baseline
    quiet = unchanged(first.state, [], [])
    assert quiet.merged.orphans == ()
    back = unrun(first.state)
    assert back.state.data == b""
    assert back.merged.entries == ()


def test_a_hook_stays_while_receivers_of_another_spec_remain():
    state = changed(State(PLAIN, path=APPS), [], [hook()]).state
    other = BaselineEntry("receiver:x", "orders/signals.py", "receiver", "x", "x\n", "other.yaml")
    entries = {**state.baseline.entries, other.id: other}
    both = State(state.data, Baseline("orders", entries, (), state.baseline.undo), APPS)
    kept = unrun(both)
    assert kept.merged.after is None
    last = unrun(
        State(
            kept.state.data,
            Baseline(
                "orders", {e.id: e for e in kept.merged.entries}, (), {APPS: kept.merged.undo}
            ),
            APPS,
        )
    )
    assert last.state.data == PLAIN


def test_keep_hooks_keeps_them():
    state = changed(State(PLAIN, path=APPS), [], [hook()]).state
    assert unrun(state, keep_hooks=True).merged.after is None


def test_a_hook_that_was_taken_out_comes_back_once():
    state = changed(State(PLAIN, path=APPS), [], [hook()]).state
    again = changed(State(PLAIN, state.baseline, APPS), [], [hook()])
    assert again.text.count("import signals") == 1
    assert unrun(again.state).state.data == PLAIN


def test_a_hook_in_an_edited_ready_is_taken_out_alone():
    state = changed(State(PLAIN, path=APPS), [], [hook()]).state
    mine = State(state.data + b"        start()\n", state.baseline, APPS)
    assert unrun(mine).state.data == PLAIN + b"\n    def ready(self):\n        start()\n"


def test_a_hook_that_cannot_be_found_any_more_is_refused():
    state = changed(State(PLAIN, path=APPS), [], [hook()]).state
    mine = State(state.data.replace(b"# noqa: F401", b"# noqa"), state.baseline, APPS)
    done = unrun(mine)
    assert done.codes == ["edited"]
    assert done.merged.after is None


def test_two_classes_with_equal_ready_methods_are_told_apart():
    ready = b"\n    def ready(self):\n        from . import signals  # noqa: F401\n"
    text = PLAIN + ready + b'\n\nclass Other(AppConfig):\n    name = "other"\n'
    done = changed(State(text, path=APPS), [], [hook(cls="Other")])
    assert done.text.count("import signals") == 2
    assert unrun(done.state).state.data == text


def test_a_base_of_this_file_that_is_called_counts():
    base = b"class Base:\n    def ready(self):\n        from . import signals  # noqa\n\n\nclass OrdersConfig(Base):\n"
    called = base + b"    def ready(self):\n        super().ready()\n        go()\n"
    unchanged(State(called, path=APPS), [], [hook()])
    changed(State(called.replace(b"        super().ready()\n", b""), path=APPS), [], [hook()])


def test_two_modules_make_two_hooks():
    both = [hook(), hook(module="orders.receivers")]
    done = changed(State(PLAIN, path=APPS), [], both)
    assert done.text.endswith(
        "    def ready(self):\n        from . import receivers  # noqa: F401\n        from . import signals  # noqa: F401\n"
    )
    assert unrun(done.state).state.data == PLAIN


def test_a_refused_hook_says_what_to_add():
    done = run(State(b"", path=APPS), [], [hook(module="orders.signals.handlers")])
    (problem,) = done.merged.problems
    assert "from .signals import handlers  # noqa: F401" in problem.hint
    assert (problem.file, problem.code) == (APPS, "ready-hook")


def test_a_hook_and_symbols_in_one_file():
    state = State(PLAIN, path=APPS)
    done = changed(state, [receiver("a", path=APPS)], [hook()])
    assert done.merged.added == ("a", "OrdersConfig.ready")
    assert {entry.source for entry in done.merged.entries} == {SOURCE}
    assert unrun(done.state).state.data == PLAIN
