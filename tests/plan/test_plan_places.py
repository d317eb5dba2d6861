"""Where generated code goes, and what is refused: the places of receivers, signals, senders, tasks and tests."""

from __future__ import annotations

import pytest
from generate_kit import APPS, MODELS, SETTINGS, build, run

from signalgen.generating import Options

SPEC = """
handlers: [{name: a, model: Order, signal: post_save, enqueue: [{task: job, on: create}]}]
celery_tasks: [{name: job, args: [pk]}]
signals: [{name: paid, args: {n: int}}]
"""
RECEIVER = """
from django.db.models.signals import post_delete
from django.dispatch import receiver


@receiver(post_delete)
def gone(sender, **kwargs):
    pass
"""
SIGNAL = "from django.dispatch import Signal\n\nold = Signal()\n"
TASK = "from celery import shared_task\n\n\n@shared_task\ndef old():\n    pass\n"
SEVERAL = RECEIVER + "".join(
    f"\n\n@receiver(post_delete)\ndef gone_{n}(sender, **kwargs):\n    pass\n" for n in "ab"
)
DEFAULT = {"shop/signals.py", "shop/senders.py", "shop/tasks.py", "shop/apps.py"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, {*DEFAULT, "shop/tests/test_signals.py"}),
        (
            {"shop/receivers.py": RECEIVER},
            {*DEFAULT, "shop/receivers.py", "shop/tests/test_signals.py"},
        ),
        (
            {"crm/listeners.py": RECEIVER},
            {*DEFAULT, "shop/listeners.py", "shop/tests/test_signals.py"},
        ),
        (
            {"shop/receivers.py": RECEIVER, "crm/listeners.py": RECEIVER},
            {*DEFAULT, "shop/receivers.py", "shop/tests/test_signals.py"},
        ),
        ({"shop/badges.py": RECEIVER}, {*DEFAULT, "shop/tests/test_signals.py"}),
        (
            {"crm/effects.py": SEVERAL},
            {
                *DEFAULT - {"shop/signals.py"},
                "shop/effects.py",
                "shop/signals.py",
                "shop/tests/test_signals.py",
            },
        ),
        ({"shop/effects.py": SEVERAL}, {*DEFAULT, "shop/effects.py", "shop/tests/test_signals.py"}),
        (
            {"shop/effects.py": SEVERAL, "shop/badges.py": RECEIVER},
            {*DEFAULT, "shop/tests/test_signals.py"},
        ),
        (
            {
                "shop/mail/__init__.py": "",
                "shop/mail/receivers.py": SEVERAL,
                "shop/receivers.py": RECEIVER,
            },
            {*DEFAULT, "shop/receivers.py", "shop/tests/test_signals.py"},
        ),
        ({"shop/views.py": RECEIVER}, {*DEFAULT, "shop/tests/test_signals.py"}),
        (
            {"shop/admin.py": RECEIVER, "shop/test_x.py": RECEIVER},
            {*DEFAULT, "shop/tests/test_signals.py"},
        ),
        (
            {"shop/signals/__init__.py": "", "shop/signals/handlers.py": RECEIVER},
            {
                *DEFAULT - {"shop/signals.py"},
                "shop/signals/handlers.py",
                "shop/tests/test_signals.py",
            },
        ),
        ({"shop/tests/__init__.py": None, "shop/tests.py": ""}, {*DEFAULT, "shop/test_signals.py"}),
        (
            {
                "shop/jobs.py": "from celery import shared_task\n\n\n@shared_task\ndef old():\n    pass\n"
            },
            {*DEFAULT - {"shop/tasks.py"}, "shop/jobs.py", "shop/tests/test_signals.py"},
        ),
        (
            {"shop/events.py": "from django.dispatch import Signal\n\nold = Signal()\n"},
            {*DEFAULT, "shop/events.py", "shop/tests/test_signals.py"},
        ),
        (
            {
                "shop/models/__init__.py": MODELS,
                "shop/models.py": None,
                "shop/models/cables.py": SIGNAL,
            },
            {*DEFAULT, "shop/tests/test_signals.py"},
        ),
        ({"shop/streams.py": TASK, "shop/tasks.py": ""}, {*DEFAULT, "shop/tests/test_signals.py"}),
        (
            {"pyproject.toml": '[tool.signalgen]\nreceivers_module = "hooks"\n'},
            {*DEFAULT, "shop/hooks.py", "shop/tests/test_signals.py"},
        ),
        ({"pyproject.toml": '[tool.signalgen]\ntests = "none"\n'}, DEFAULT),
        # What a sibling calls its modules counts where it is about nothing of its own.
        (
            {"crm/signals/__init__.py": "", "crm/signals/leads.py": RECEIVER},
            {*DEFAULT, "shop/tests/test_signals.py"},
        ),
        ({"crm/lead_signals.py": RECEIVER}, {*DEFAULT, "shop/tests/test_signals.py"}),
        (
            {"crm/signal_handlers.py": RECEIVER},
            {
                *DEFAULT,
                "shop/signal_handlers.py",
                "shop/tests/test_signals.py",
            },
        ),
        (
            {
                "crm/receivers/__init__.py": "",
                "crm/receivers/handlers.py": RECEIVER,
            },
            {
                *DEFAULT,
                "shop/receivers/handlers.py",
                "shop/tests/test_signals.py",
            },
        ),
    ],
    ids=lambda value: " ".join(sorted(value)) if isinstance(value, dict) else "",
)
def test_places(files, expected, tmp_path):
    outcome = run(build(tmp_path, files), SPEC)
    assert {path for path in outcome.changed() if not path.endswith("__init__.py")} == expected


def test_a_project_wide_test_folder_is_used(tmp_path):
    files = {
        "shop/tests/__init__.py": None,
        "tests/__init__.py": "",
        "tests/test_crm.py": "import crm\n",
    }
    assert "tests/test_shop_signals.py" in run(build(tmp_path, files), SPEC).changed()


def test_src_layout(tmp_path):
    files = {
        "src/stock/__init__.py": "",
        "src/stock/apps.py": APPS.format("Stock", "stock"),
        "src/stock/models.py": "from django.db import models\n\n\nclass Part(models.Model):\n    pass\n",
        "pyproject.toml": '[tool.setuptools.packages.find]\nwhere = ["src"]\n',
    }
    spec = (
        "app: stock\nhandlers: [{name: a, model: Part, signal: post_save, body: cache.clear()}]\n"
    )
    outcome = run(build(tmp_path, files), spec)
    assert "src/stock/signals.py" in outcome.changed()
    assert "from .models import Part" in outcome.text("src/stock/signals.py")


def test_the_hook_goes_where_the_appconfig_is(tmp_path):
    files = {"shop/apps.py": None, "shop/__init__.py": APPS.format("Shop", "shop")}
    outcome = run(build(tmp_path, files), SPEC)
    assert "from . import signals" in outcome.text("shop/__init__.py")
    assert "shop/apps.py" not in outcome.changed()


def test_several_appconfigs_are_refused_with_the_line_to_add(tmp_path):
    two = APPS.format("Shop", "shop") + APPS.format("Other", "shop").split("\n\n", 1)[1]
    outcome = run(build(tmp_path, {"shop/apps.py": two}), SPEC)
    (problem,) = outcome.problems
    assert problem.code == "ready-hook"
    assert "import shop.signals" in problem.hint


def test_an_app_without_appconfig_gets_one(tmp_path):
    outcome = run(build(tmp_path, {"shop/apps.py": None}), SPEC)
    assert outcome.text("shop/apps.py").startswith(
        "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):"
    )


def test_only_a_signal_needs_no_hook(tmp_path):
    outcome = run(build(tmp_path), "signals: [{name: paid}]\n")
    assert set(outcome.changed()) == {
        "shop/signals.py",
        "shop/senders.py",
        "shop/tests/test_signals.py",
    }
    assert "\n\ndef send_paid() -> None:\n" in outcome.text("shop/senders.py")


@pytest.mark.parametrize(
    ("send", "line"),
    [
        ("send", "    paid.send(sender=Order, n=n)"),
        ("send_robust", "    return paid.send_robust(sender=Order, n=n)"),
        ("asend", "    await paid.asend(sender=Order, n=n)"),
        ("asend_robust", "    return await paid.asend_robust(sender=Order, n=n)"),
    ],
)
def test_sender_functions(send, line, tmp_path):
    spec = f"signals: [{{name: paid, sender: Order, send: {send}, args: {{n: int}}}}]\n"
    text = run(build(tmp_path), spec).symbol("send_paid", "shop/senders.py")
    assert text.splitlines()[-1] == line
    assert text.startswith("async def" if send.startswith("a") else "def")
    assert ("-> list[tuple[Any, Any]]:" in text) is send.endswith("robust")


def test_the_steps_that_are_left_to_the_person(tmp_path):
    root = build(tmp_path)
    spec = SPEC.replace("handlers", "app: billing\nhandlers").replace("Order", "Bill")
    outcome = run(root, spec)
    assert outcome.result.next_steps == (
        "write the models Bill in billing/models.py",
        "run signalgen new again then: it writes the tests",
        'add "billing" to INSTALLED_APPS',
        "fill in the task stubs in billing/tasks.py: job",
        "call send_paid() from billing.senders where paid happens",
        (
            "run the tests (python manage.py test billing.tests.test_signals), then commit "
            ".signalgen/ together with the code"
        ),
    )
    outcome.write()
    assert run(root, spec).result.next_steps == (
        "write the models Bill in billing/models.py",
        "run signalgen new again then: it writes the tests",
        'add "billing" to INSTALLED_APPS',
    )


@pytest.mark.parametrize(
    ("files", "backend", "told"),
    [
        ({}, "celery", True),
        ({"requirements.txt": None}, "celery", True),
        ({"requirements.txt": "celery\n"}, "celery", False),
        ({"shop/celery.py": "from celery import Celery\n\napp = Celery()\n"}, "celery", False),
        ({"requirements.txt": "django==6.0\n"}, "django", False),
    ],
)
def test_who_has_no_celery_yet_is_told_to_install_it(files, backend, told, tmp_path):
    spec = f"task_backend: {backend}\n{SPEC}"
    bare = {"requirements.txt": "django\n", "crm/tasks.py": None}
    steps = run(build(tmp_path, bare | files), spec).result.next_steps
    step = "install celery if the project lacks it: shop/tasks.py imports it"
    assert (step in steps) is told, steps


@pytest.mark.parametrize(
    ("version", "expected"),
    [("4.2", True), ("5.2", False), ("6.0", False), ("6.1", False), (None, False)],
)
def test_async_receivers_by_version(version, expected, tmp_path):
    spec = (
        "handlers: [{name: a, model: Order, signal: post_save, async: true, body: cache.clear()}]\n"
    )
    target = tuple(map(int, version.split("."))) if version else None
    outcome = run(build(tmp_path), spec, options=Options(target_django=target))
    assert any(p.code == "async-too-old" for p in outcome.problems) is expected


@pytest.mark.parametrize(
    ("version", "raw"), [((4, 2), "raw=False"), ((6, 0), "raw=False"), ((6, 1), "raw=False")]
)
def test_raw_of_m2m_changed_by_version(version, raw, tmp_path):
    spec = "handlers: [{name: a, model: Product, field: tags, signal: m2m_changed, body: cache.clear()}]\n"
    text = run(build(tmp_path), spec, options=Options(target_django=version)).symbol("a")
    parameters = text.split("def a(")[1].split(")")[0].split(", ")
    assert raw in parameters


@pytest.mark.parametrize(("version", "known"), [((5, 2), False), ((6, 0), True), ((6, 1), True)])
def test_signals_of_newer_djangos(version, known, tmp_path):
    spec = "handlers: [{name: a, signal: task_finished, body: cache.clear()}]\n"
    outcome = run(build(tmp_path), spec, options=Options(target_django=version))
    assert [p.code for p in outcome.problems] == ([] if known else ["signal-too-new"])


@pytest.mark.parametrize(
    ("settings", "sender"),
    [
        (SETTINGS, "settings.AUTH_USER_MODEL"),
        (SETTINGS + '\nAUTH_USER_MODEL = "crm.Person"\n', "settings.AUTH_USER_MODEL"),
    ],
)
def test_the_user_model_is_never_named(settings, sender, tmp_path):
    spec = "handlers: [{name: a, signal: post_save, model: settings.AUTH_USER_MODEL, body: cache.clear()}]\n"
    person = "from django.contrib.auth.models import AbstractUser\n\n\nclass Person(AbstractUser):\n    pass\n"
    text = run(
        build(tmp_path, {"config/settings.py": settings, "crm/models.py": person}), spec
    ).symbol("a")
    assert f"sender={sender}," in text


def test_the_same_sender_twice_connects_once(tmp_path):
    spec = "handlers: [{name: a, signal: post_save, models: [Order, shop.Order, shop.models.Order], body: cache.clear()}]\n"
    assert run(build(tmp_path), spec).symbol("a").count("@receiver") == 1


def test_a_model_of_the_same_name_in_two_apps_must_be_told_apart(tmp_path):
    lead = "from django.db import models\n\n\nclass Twin(models.Model):\n    pass\n"
    files = {
        "crm/models.py": lead,
        "stock/__init__.py": "",
        "stock/models.py": lead,
        "stock/apps.py": APPS.format("Stock", "stock"),
    }
    spec = "handlers: [{name: a, signal: post_save, model: Twin, body: cache.clear()}]\n"
    (problem,) = run(build(tmp_path, files), spec).problems
    assert (problem.code, problem.hint) == (
        "ambiguous-model",
        "write the label, for example crm.Twin",
    )


def test_equal_code_from_enqueue_and_from_a_line(tmp_path):
    spec = """
    model: Order
    celery_tasks: [{name: job, args: [pk]}]
    handlers:
      - {name: a, signal: post_save, enqueue: [{task: job, on: create, args: [instance.pk]}]}
      - {name: b, signal: post_save, on_create: job.delay(instance.pk)}
    """
    outcome = run(build(tmp_path), spec)
    assert outcome.symbol("a").replace("shop.a", "shop.b").replace(
        "def a(", "def b("
    ) == outcome.symbol("b")


def test_a_type_that_nobody_knows_is_an_error(tmp_path):
    spec = "celery_tasks: [{name: job, args: ['a: Ordr', 'b: Optional[Decimal]']}]\nhandlers: [{name: a, model: Order, signal: post_save, body: 'job.delay(1, 2)'}]\n"
    (problem,) = run(build(tmp_path), spec).problems
    assert (problem.code, problem.hint) == ("unresolved-name", "did you mean 'Order'?")


def test_positions_inside_block_scalars(tmp_path):
    spec = """
    handlers:
      - name: a
        model: Order
        signal: post_save
        body: |
          if instance.total:

              cach.clear()
    """
    (problem,) = run(build(tmp_path), spec).problems
    assert (problem.line, problem.column, problem.source.strip()) == (9, 11, "cach.clear()")
    assert problem.source.index("cach") + 1 == problem.column


ONE = "model: Order\nhandlers: [{name: a, signal: post_save, body: logger.info('x'); job.delay(1)}]\ncelery_tasks: [{name: job, args: [n]}]\n"


def test_two_specs_of_one_app_share_what_both_need(tmp_path):
    outcome = run(build(tmp_path), ONE, ONE.replace("name: a,", "name: b,"))
    assert not outcome.problems
    assert outcome.text("shop/signals.py").count("logger = ") == 1
    assert outcome.text("shop/tasks.py").count("def job") == 1


def test_a_second_run_keeps_the_row_tests(tmp_path):
    root = build(tmp_path)
    spec = "handlers: [{name: a, model: Order, signal: post_save, dispatch_uid: own, enqueue: [{task: push, on: create, args: ['1', '2']}]}]\n"
    run(root, spec).write()
    assert run(root, spec).changed() == []
