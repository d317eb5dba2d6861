"""Tasks in real Django with real Celery: what a stub does with a row that is gone, and Celery's own way to wait."""

from __future__ import annotations

import pytest
from generate_kit import SETTINGS, START, again, build, django, python, run

STUBS = """
model: Order
celery_tasks:
  - {name: greet, args: [order_id, text], retries: 3, queue: mail, description: Greet the customer.}
  - {name: forget, args: [order_id]}
  - {name: report, args: [day]}
handlers:
  - {name: a, signal: post_save, on_create: 'greet.delay(instance.pk, "hello"); report.delay("monday")'}
  - {name: b, signal: post_delete, enqueue: [{task: forget, args: [instance.pk]}]}
"""
LOGGED = """
import logging
class Lines(logging.Handler):
    def emit(self, record):
        print(record.levelname, record.getMessage())
logging.getLogger("shop.tasks").addHandler(Lines())
logging.getLogger("shop.tasks").setLevel("INFO")
logging.getLogger("shop.tasks").propagate = False
from shop import tasks
"""


def test_a_stub_tolerates_that_its_row_is_gone(tmp_path):
    root = build(tmp_path)
    run(root, STUBS).write()
    assert again(root, STUBS) == []
    order = 'Order.objects.bulk_create([Order(pk=7, customer=Customer.objects.create(name="c"))])\n'
    out = django(root, LOGGED + order + 'tasks.greet(7, "hello")\ntasks.greet(8, "hello")\n')
    assert out.split("\n")[:-1] == [
        "WARNING greet is not written yet: order=<Order: Order object (7)>, text='hello'",
        "INFO greet: order 8 is gone",
    ]


def test_a_task_that_deletions_enqueue_does_not_look_for_the_row(tmp_path):
    root = build(tmp_path)
    outcome = run(root, STUBS).write()
    assert "objects" not in outcome.symbol("forget", "shop/tasks.py")
    assert "objects" not in outcome.symbol("report", "shop/tasks.py")
    out = django(root, LOGGED + "tasks.forget(8)")
    assert out == "WARNING forget is not written yet: order_id=8\n"


def test_retries_reach_celery_and_the_queue_its_settings(tmp_path):
    root = build(tmp_path)
    outcome = run(root, STUBS).write()
    code = "print(tasks.greet.max_retries, tasks.greet.autoretry_for, tasks.greet.retry_backoff)"
    assert django(root, LOGGED + code) == "3 (<class 'Exception'>,) True\n"
    assert "a second run must change nothing" in outcome.symbol("greet", "shop/tasks.py")
    assert "second run" not in outcome.symbol("forget", "shop/tasks.py")
    assert "queue" not in outcome.text("shop/tasks.py")  # Celery 5.7 warns of it
    assert [step for step in outcome.result.next_steps if "queue" in step] == [
        'add to Celery\'s setting task_routes: {"shop.tasks.greet": {"queue": "mail"}}'
    ]


def test_what_looks_like_a_key_may_be_none(tmp_path):
    spec = STUBS.replace("[order_id, text]", "[order_id, order]").replace("[day]", "[stamped_id]")
    outcome = run(build(tmp_path), spec)
    assert "objects" not in outcome.text("shop/tasks.py")


ONE_DATABASE = SETTINGS.replace(
    '    "other": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},\n', ""
)
ON_ONE = START.replace('("default", "other")', '("default",)')
CELERY = {
    "config/settings.py": ONE_DATABASE,
    "config/__init__.py": "from config.celery import app\n",
    "config/celery.py": """
        import os

        from celery import Celery

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        app = Celery("shop"OPTIONS)
        app.conf.task_always_eager = True
        """,
    "shop/tasks.py": """
        from celery import shared_task


        @shared_task
        def job(pk):
            from .models import Order

            print("ran", pk, Order.objects.filter(pk=pk).exists())
        """,
}
WAITS = """
model: Order
delay_on_commit: true
handlers:
  - {name: a, signal: post_save, enqueue: [{task: job, on: create}]}
"""
SAVES = """
from django.db import transaction
one = Customer.objects.create(name="1")
with transaction.atomic():
    Order.objects.create(pk=1, customer=one)
    print("not yet")
with transaction.atomic():
    Order.objects.create(pk=2, customer=one)
    transaction.set_rollback(True)
Order.objects.create(pk=3, customer=one)
"""


def project(tmp_path, options=""):
    files = {path: text.replace("OPTIONS", options) for path, text in CELERY.items()}
    return build(tmp_path, files)


def test_celerys_own_way_waits_for_the_commit(tmp_path):
    root = project(tmp_path)
    outcome = run(root, WAITS).write()
    assert "job.delay_on_commit(instance.pk)" in outcome.symbol("a")
    assert "transaction" not in outcome.text("shop/signals.py")
    assert again(root, WAITS) == []
    assert python(root, code=ON_ONE + SAVES) == "not yet\nran 1 True\nran 3 True\n"
    python(root, "manage.py", "test", "shop")


def test_the_generated_tests_miss_it_when_it_goes(tmp_path):
    root = project(tmp_path)
    run(root, WAITS).write()
    signals = root / "shop" / "signals.py"
    signals.write_text(signals.read_text().replace("delay_on_commit", "delay"))
    with pytest.raises(AssertionError, match="delay_on_commit"):
        python(root, "manage.py", "test", "shop")


REFUSED = {
    "too old": ({"requirements.txt": "Django==5.2.*\ncelery==5.3.6\n"}, WAITS, "allows 5.3"),
    "own class": (
        {
            "config/celery.py": 'import celery\n\napp = celery.Celery("x", task_cls="shop.base:Task")\n'
        },
        WAITS,
        "one of its own",
    ),
    "class of a subclass": (
        {
            "config/celery.py": "from celery import Celery\n\n\nclass App(Celery):\n    task_cls: str = 'shop.base:Task'\n"
        },
        WAITS,
        "one of its own",
    ),
    "other backend": ({}, WAITS + "task_backend: django\n", "task_backend says django"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_celerys_own_way_is_refused(why, tmp_path):
    files, spec, words = REFUSED[why]
    outcome = run(build(tmp_path, {"config/settings.py": ONE_DATABASE, **files}), spec)
    found = [p for p in outcome.problems if p.code == "no-delay-on-commit"]
    assert [(p.line, p.column) for p in found] == [(3, 1)]
    assert words in found[0].message


ALLOWED = {
    "no version": {"requirements.txt": "Django==5.2.*\ncelery\n"},
    "new enough": {"requirements.txt": "Django==5.2.*\ncelery>=5.4\n"},
    "a comment": {
        "config/celery.py": "from celery import Celery\n\napp = Celery('x')  # no task_cls=\n"
    },
    "a comparison": {
        "config/celery.py": "from celery import Celery\n\nassert Celery.task_cls == 1\n"
    },
    "another library": {"config/other.py": "run(task_cls='shop.base:Task')\n"},
}


@pytest.mark.parametrize("how", ALLOWED)
def test_celerys_own_way_is_allowed(how, tmp_path):
    files = {"config/settings.py": ONE_DATABASE, **ALLOWED[how]}
    assert run(build(tmp_path, files), WAITS).problems == ()


@pytest.mark.parametrize("replica", [False, True])
def test_celerys_own_way_knows_one_database_only(replica, tmp_path):
    settings = SETTINGS.replace('"other"', '"replica"') if replica else SETTINGS
    files = {**CELERY, "config/settings.py": settings, "requirements.txt": "celery\n"}
    outcome = run(build(tmp_path, files), WAITS)
    found = [(p.code, p.line, p.column) for p in outcome.problems]
    assert found == ([] if replica else [("no-delay-on-commit", 3, 1)])


def test_a_task_with_a_class_of_its_own_waits_as_all_others_do(tmp_path):
    root = project(tmp_path)
    tasks = CELERY["shop/tasks.py"].replace("@shared_task\n", "@shared_task(base=Plain)\n")
    text = tasks.replace("from celery import shared_task", "from celery import Task, shared_task")
    text = text.replace(
        "        @shared_task", "        class Plain(Task): ...\n\n\n        @shared_task"
    )
    build(
        root,
        {
            **CELERY,
            "shop/tasks.py": text,
            "config/celery.py": CELERY["config/celery.py"].replace("OPTIONS", ""),
        },
    )
    outcome = run(root, WAITS).write()
    assert "partial(job.delay, instance.pk), using=using" in outcome.symbol("a")
    assert python(root, code=ON_ONE + SAVES) == "not yet\nran 1 True\nran 3 True\n"


def test_without_the_key_nothing_is_asked(tmp_path):
    files = REFUSED["own class"][0] | REFUSED["too old"][0]
    outcome = run(build(tmp_path, files), WAITS.replace("true", "false"))
    assert outcome.problems == ()
    assert "partial(job.delay, instance.pk), using=using" in outcome.symbol("a")


DJANGO = """
model: Order
task_backend: django
celery_tasks: [{name: job, args: [order_id], RETRIES queue: slow}]
handlers:
  - {name: a, signal: post_save, enqueue: [{task: job, on: create}]}
"""


@pytest.mark.parametrize(("written", "codes"), [("retries: 3,", ["no-retries"]), ("", [])])
def test_djangos_tasks_know_no_retries(written, codes, tmp_path):
    root = build(tmp_path, {"requirements.txt": "Django==6.0.*\n"})
    outcome = run(root, DJANGO.replace("RETRIES", written))
    assert [note.code for note in outcome.result.notes if note.code != "SG901"] == codes
    assert '@task(queue_name="slow")' in outcome.symbol("job", "shop/tasks.py")
