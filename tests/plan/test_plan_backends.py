"""Which library a task stub is written for, and when it is not written because its import would stop the project."""

from __future__ import annotations

import pytest
from generate_kit import build, run

SPEC = """
celery_tasks:
  - {name: job, args: [pk]}
handlers: [{name: a, model: Order, signal: post_save, enqueue: [{task: job, on: create}]}]
"""
FORCED = "task_backend: %s\n" + SPEC
HUEY = "from huey.contrib.djhuey import db_task\n\n\n@db_task()\ndef tell(pk):\n    pass\n"
RQ = "from django_rq import job\n\n\n@job\ndef tell(pk):\n    pass\n"
DRAMATIQ = "import dramatiq\n\n\n@dramatiq.actor\ndef tell(pk):\n    pass\n"
OWN = "from crm.dispatch import task\n\n\n@task(queue='low')\ndef tell(pk):\n    pass\n"
BACKPORT = "from django_tasks import task\n\n\n@task()\ndef tell(pk):\n    pass\n"
CELERY = "from celery import shared_task\n\n\n@shared_task\ndef told(pk):\n    pass\n"
BARE = {"crm/tasks.py": None, "requirements.txt": "Django==5.2.*\n"}


def project(root, **files):
    return build(
        root, {**BARE, **{f"{path.replace('__', '/')}.py": text for path, text in files.items()}}
    )


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, "this project neither requires nor imports celery"),
        ({"shop__tasks": HUEY}, "this project's tasks are huey's: shop/tasks.py:4"),
        ({"crm__tasks": HUEY}, "this project's tasks are huey's: crm/tasks.py:4"),
        ({"shop__jobs": RQ, "crm__tasks": HUEY}, "this project's tasks are rq's: shop/jobs.py:4"),
        ({"crm__jobs": DRAMATIQ}, "this project's tasks are dramatiq's: crm/jobs.py:4"),
        ({"shop__tasks": OWN}, "this project's tasks are of a kind of their own: shop/tasks.py:4"),
    ],
)
def test_no_celery(files, found, tmp_path):
    outcome = run(project(tmp_path, **files), SPEC)
    assert [(p.code, p.file, p.line, p.column) for p in outcome.problems] == [
        ("no-celery", "spec0.yaml", 3, 5)
    ]
    assert outcome.problems[0].message == f"task 'job' would become a stub for Celery, but {found}"
    assert ("tell" in outcome.problems[0].hint) == bool(files)
    assert "add celery to the requirements" in outcome.problems[0].hint


def test_undeclared_tasks_are_refused_at_their_calls_all_at_once(tmp_path):
    spec = "handlers:\n  - name: a\n    model: Order\n    signal: post_save\n    body: |\n      x = 1\n      late.delay(x)\n    enqueue: [{task: later, on: save}]\n"
    problems = run(project(tmp_path), spec).problems
    assert [(p.code, p.line, p.column) for p in problems] == [
        ("no-celery", 8, 7),
        ("no-celery", 9, 22),
    ]


def test_another_library_wins_over_a_celery_that_is_only_required(tmp_path):
    files = {**BARE, "requirements.txt": "Django==5.2.*\ncelery==5.4\n", "shop/tasks.py": HUEY}
    assert [p.code for p in run(build(tmp_path, files), SPEC).problems] == ["no-celery"]


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "Django==5.2.*\ncelery[redis]>=5\n"},
        {"requirements.txt": "Django==5.2.*\ndjango-celery-beat\n"},
        {"requirements.txt": "Django==5.2.*\ncelery\n", "shop/tasks.py": OWN},
        {"crm/tasks.py": CELERY},
        {"crm/tasks.py": CELERY, "shop/tasks.py": HUEY},
        {"config/worker.py": "from celery import Celery\n\napp = Celery()\n"},
        {
            "config/worker.py": "try:\n    import celery.app\nexcept ImportError:\n    celery = None\n"
        },
    ],
)
def test_celery_is_there(files, tmp_path):
    outcome = run(build(tmp_path, {**BARE, **files}), SPEC)
    assert outcome.problems == ()
    assert "@shared_task" in outcome.symbol("job", "shop/tasks.py")
    assert not [note for note in outcome.result.notes if note.code == "celery-assumed"]


def test_a_word_about_celery_is_no_import(tmp_path):
    files = {"config__notes": '"""We do not use celery, nor\nimport celerylike things."""\n'}
    assert [p.code for p in run(project(tmp_path, **files), SPEC).problems] == ["no-celery"]


def test_celery_is_assumed_where_no_file_says_what_is_required(tmp_path):
    outcome = run(build(tmp_path, {**BARE, "requirements.txt": None}), SPEC)
    assert outcome.problems == ()
    notes = [(n.code, n.line) for n in outcome.result.notes if n.code != "SG901"]
    assert notes == [("celery-assumed", 3)]
    assert "@shared_task" in outcome.symbol("job", "shop/tasks.py")


def test_the_spec_or_the_settings_may_ask_for_celery(tmp_path):
    assert run(project(tmp_path / "a", shop__tasks=HUEY), FORCED % "celery").problems == ()
    files = {**BARE, "pyproject.toml": '[tool.signalgen]\ntask_backend = "celery"\n'}
    assert run(build(tmp_path / "b", files), SPEC).problems == ()


def test_a_stub_of_an_earlier_run_is_not_asked_for_again(tmp_path):
    spec = "handlers: [{name: a, model: Order, signal: post_save, body: late.delay(1)}]\n"
    for name, text in (("declared", SPEC), ("called", spec)):
        root = build(tmp_path / name, {"crm/tasks.py": None})
        run(root, text).write()
        (root / "requirements.txt").write_text("Django==5.2.*\n")
        (root / "shop/tasks.py").write_text("def job(pk):\n    pass\n\n\ndef late(pk):\n    pass\n")
        assert run(root, text).problems == ()


@pytest.mark.parametrize(
    ("files", "module"),
    [
        ({"requirements.txt": "Django==5.2.*\ndjango-tasks==0.7\n"}, "django_tasks"),
        ({"requirements.txt": "Django==4.2.*\n", "crm/tasks.py": BACKPORT}, "django_tasks"),
        ({"requirements.txt": None, "crm/tasks.py": BACKPORT}, "django_tasks"),
        ({"requirements.txt": None}, "django.tasks"),
        ({"requirements.txt": "Django==6.0.*\ndjango-tasks==0.7\n"}, "django.tasks"),
    ],
)
def test_tasks_of_django_or_of_its_backport(files, module, tmp_path):
    outcome = run(build(tmp_path, {**BARE, **files}), FORCED % "django")
    assert outcome.problems == ()
    assert f"from {module} import task\n" in outcome.text("shop/tasks.py")
    assert "partial(job.enqueue, instance.pk)" in outcome.text("shop/signals.py")


def test_tasks_of_django_need_django_6_or_the_backport(tmp_path):
    problem = run(project(tmp_path), FORCED % "django").problems[0]
    assert (problem.code, problem.line) == ("backend-too-old", 5)
    assert "django-tasks" in problem.hint


@pytest.mark.parametrize("path", ["shop/tasks.py", "crm/tasks.py"])
def test_the_backport_is_used_where_the_project_uses_it(path, tmp_path):
    outcome = run(build(tmp_path, {**BARE, path: BACKPORT}), SPEC)
    assert outcome.problems == ()
    assert "@task\ndef job" in outcome.text("shop/tasks.py")
    assert "from django_tasks import task" in outcome.text("shop/tasks.py")


BODY = """
handlers:
  - name: a
    model: Order
    signal: post_save
    body: |
      tell.delay(instance.pk)  # keep
      instance.clock.delay(1)  # noqa: SG101
"""


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (
            BACKPORT,
            "transaction.on_commit(partial(tell.enqueue, instance.pk), using=using)  # keep",
        ),
        (DRAMATIQ, "transaction.on_commit(partial(tell.send, instance.pk), using=using)  # keep"),
        (HUEY, "transaction.on_commit(partial(tell, instance.pk), using=using)  # keep"),
        (RQ, "transaction.on_commit(partial(tell.delay, instance.pk), using=using)  # keep"),
        (
            CELERY.replace("told", "tell"),
            "transaction.on_commit(partial(tell.delay, instance.pk), using=using)  # keep",
        ),
        (OWN, "transaction.on_commit(partial(tell.delay, instance.pk), using=using)  # keep"),
    ],
)
def test_delay_is_written_as_the_library_of_the_task_has_it(text, call, tmp_path):
    made = run(project(tmp_path, shop__tasks=text), BODY)
    assert made.problems == ()
    receivers = made.text("shop/signals.py")
    assert call in receivers
    assert "instance.clock.delay" in receivers


def test_delay_of_a_stub_is_written_for_the_backend_of_the_spec(tmp_path):
    made = run(
        project(tmp_path, crm__tasks=BACKPORT.replace("tell", "other")),
        "task_backend: django\n" + BODY,
    )
    assert made.problems == ()
    assert "partial(tell.enqueue, instance.pk)" in made.text("shop/signals.py")


NO_CALL = {
    "procrastinate": "from procrastinate.contrib.django import app\n\n\n@app.task\ndef tell(pk):\n    pass\n",
    "taskiq": "from taskiq_redis import x\nimport taskiq\n\nbroker = taskiq.InMemoryBroker()\n\n\n@broker.task\nasync def tell(pk):\n    pass\n",
}


@pytest.mark.parametrize("kind", NO_CALL)
@pytest.mark.parametrize(
    "how", ["enqueue: [{task: tell, on: create}]", "on_create: tell.delay(instance.pk)"]
)
def test_a_task_that_takes_no_such_call_is_refused(kind, how, tmp_path):
    spec = "model: Order\nhandlers: [{name: a, signal: post_save, HOW}]\n".replace("HOW", how)
    made = run(project(tmp_path, shop__tasks=NO_CALL[kind]), spec)
    assert [p.code for p in made.problems] == ["no-such-call"]
    assert kind in made.problems[0].message


def test_a_call_of_its_own_is_left_alone(tmp_path):
    spec = (
        "model: Order\nhandlers: [{name: a, signal: post_save, body: tell.defer(pk=instance.pk)}]\n"
    )
    made = run(project(tmp_path, shop__tasks=NO_CALL["procrastinate"]), spec)
    assert made.problems == ()
    assert "    tell.defer(pk=instance.pk)\n" in made.text("shop/signals.py")


RECIPES = """
imports: [from crm.tasks import told]
recipes:
  - {recipe: status_transition, model: Order, field: status, task: told, allowed: {new: [paid]}}
"""


@pytest.mark.parametrize(
    ("tasks", "queued"),
    [(CELERY, "call.told.delay("), (HUEY.replace("tell", "told"), "call.told(")],
)
def test_tests_of_recipes_queue_as_the_library_does(tasks, queued, tmp_path):
    outcome = run(project(tmp_path, crm__tasks=tasks), RECIPES)
    assert outcome.problems == ()
    (path,) = (path for path in outcome.changed() if path.endswith("test_signals.py"))
    text = outcome.text(path)
    assert queued in text
    assert (".delay" in text) == (".delay" in queued)
