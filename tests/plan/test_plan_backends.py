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
    assert ("add celery to the requirements" in outcome.problems[0].hint) == (not files)


@pytest.mark.parametrize(
    ("required", "queue"),
    [("django-q2", "django_q"), ("arq", "arq"), ("django-rq", "django_rq"), ("huey", "huey")],
)
def test_another_queue_is_never_joined_by_celery(required, queue, tmp_path):
    files = {**BARE, "requirements.txt": f"Django==5.2.*\n{required}\n"}
    (problem,) = run(build(tmp_path, files), SPEC).problems
    assert (problem.code, problem.line) == ("no-celery", 3)
    assert problem.message.endswith(f"this project's queue is {queue}")
    assert "celery" not in problem.hint


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


OWN_CALL = {
    "procrastinate": "partial(tell.defer, pk=instance.pk), using=using",
    "taskiq": "partial(async_to_sync(tell.kiq), instance.pk), using=using",
}


@pytest.mark.parametrize("kind", NO_CALL)
@pytest.mark.parametrize(
    "how", ["enqueue: [{task: tell, on: create}]", "on_create: tell.delay(instance.pk)"]
)
def test_a_task_is_queued_by_its_own_call(kind, how, tmp_path):
    spec = "model: Order\nhandlers: [{name: a, signal: post_save, HOW}]\n".replace("HOW", how)
    made = run(project(tmp_path, shop__tasks=NO_CALL[kind]), spec)
    assert made.problems == ()
    assert OWN_CALL[kind] in " ".join(made.symbol("a").split())


def test_values_without_a_name_are_refused_where_names_are_wanted(tmp_path):
    spec = "model: Order\nhandlers: [{name: a, signal: post_save, enqueue: [{task: tell, args: [1, 2]}]}]\n"
    made = run(project(tmp_path, shop__tasks=NO_CALL["procrastinate"]), spec)
    assert [p.code for p in made.problems] == ["no-such-call"]


CUSTOM = {
    "huey": """
        from huey.contrib.djhuey import HUEY as huey


        def task(retries=5):
            def deco(fn):
                return huey.task(retries=retries)(fn)

            return deco


        @task()
        def tell(pk): ...
        """,
    "celery": """
        from functools import partial

        from celery import shared_task

        task = partial(shared_task, acks_late=True)


        @task()
        def tell(pk): ...
        """,
    "dramatiq": """
        import dramatiq


        def actor(fn):
            return dramatiq.actor(queue_name="low")(fn)


        @actor
        def tell(pk): ...
        """,
}
CUSTOM_CALL = {"huey": "tell, ", "celery": "tell.delay, ", "dramatiq": "tell.send, "}


@pytest.mark.parametrize("kind", CUSTOM)
def test_a_decorator_of_the_project_is_read(kind, tmp_path):
    spec = "model: Order\nhandlers: [{name: a, signal: post_save, enqueue: [{task: tell, on: create}]}]\n"
    made = run(project(tmp_path, shop__tasks=CUSTOM[kind]), spec)
    assert made.problems == ()
    assert f"partial({CUSTOM_CALL[kind]}instance.pk)" in made.symbol("a")


UNKNOWN = {
    "decorator": ({"shop/tasks.py": OWN}, "on_create: tell.delay(instance.pk)"),
    "its_own_object": (
        {
            "shop/tasks.py": "from celery import shared_task\n\n\ndef task(fn):\n    return Own(shared_task(fn))\n"
            "\n\nclass Own: ...\n\n\n@task\ndef tell(pk): ...\n"
        },
        "on_create: tell.delay(instance.pk)",
    ),
    "function": ({"shop/tasks.py": "def tell(pk): ...\n"}, "on_create: tell.delay(instance.pk)"),
    "django_q": (
        {"shop/tasks.py": "def tell(pk): ...\n", "requirements.txt": "django-q2\n"},
        'on_create: async_task("shop.tasks.tell", instance.pk)',
    ),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_no_call_is_made_up_for_a_task_that_is_not_known(name, tmp_path):
    files, hint = UNKNOWN[name]
    spec = (
        "imports: [from shop.tasks import tell]\nmodel: Order\nhandlers:\n"
        "  - {name: a, signal: post_save, enqueue: [{task: tell, on: create}]}\n"
    )
    made = run(build(tmp_path, {**BARE, **files}), spec)
    assert [(p.code, p.line, p.column) for p in made.problems] == [("unknown-queue", 5, 51)]
    assert made.problems[0].hint.endswith(hint)


def test_a_task_of_a_package_is_celerys_where_celery_is_all_there_is(tmp_path):
    spec = (
        "imports: [from allmail.tasks import tell]\nmodel: Order\nhandlers:\n"
        "  - {name: a, signal: post_save, enqueue: [{task: tell, on: create}]}\n"
    )
    files = {**BARE, "requirements.txt": "Django==5.2.*\ncelery\n"}
    assert "partial(tell.delay, instance.pk)" in run(build(tmp_path / "a", files), spec).symbol("a")
    files["requirements.txt"] = "Django==5.2.*\nhuey\n"
    codes = [p.code for p in run(build(tmp_path / "b", files), spec).problems]
    assert codes == ["unknown-queue"]


ONE = 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\n'
TWO = ONE.replace("}}", '}, "archive": {"ENGINE": "django.db.backends.sqlite3"}}')
DJANGOS = BACKPORT.replace("django_tasks", "django.tasks")
STORED = "TASKS = {'default': {'BACKEND': 'django_tasks_db.DatabaseBackend'}}\n"
QUEUED = "TASKS = {'default': {'BACKEND': 'django_tasks_rq.RQBackend'}}\n"
ROWS = {
    "procrastinate": (NO_CALL["procrastinate"], "tell.defer(pk=instance.pk)", "", "PROCRASTINATE_DATABASE_ALIAS = 'x'\n"),
    "background": (
        "from background_task import background\n\n\n@background\ndef tell(pk): ...\n",
        "tell(instance.pk)",
        "",
        TWO,
    ),
    "huey": (HUEY.replace("db_task", "on_commit_task"), "tell(instance.pk)", "", TWO),
    "django": (DJANGOS, "tell.enqueue(instance.pk)", STORED, QUEUED),
    "django_q": (
        "",
        "async_task('shop.tasks.tell', instance.pk)",
        "Q_CLUSTER = {'name': 'information', 'orm': 'default'}\n",
        "Q_CLUSTER = {'name': 'information', 'redis': {}}\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_rows_stay_in_the_transaction_only_where_every_settings_file_says_so(kind, tmp_path):
    tasks, call, says, denies = ROWS[kind]
    spec = f'imports: [from django_q.tasks import async_task]\nmodel: Order\nhandlers: [{{name: a, signal: post_save, body: "{call}"}}]\n'
    files = {**BARE, "requirements.txt": "Django==6.0.*\n", "shop/tasks.py": tasks}
    shop = {**files, "config/settings.py": ONE + says}
    made = run(build(tmp_path / "one", shop), spec)
    assert made.problems == ()
    assert "on_commit" not in made.symbol("a")
    for name, other in (("denied", denies), ("two", TWO), ("unread", "DATABASES = env.dbs()\n")):
        more = {**shop, "config/settings_live.py": f"from config.settings import *\n{other}"}
        assert "on_commit(" in run(build(tmp_path / name, more), spec).symbol("a"), name


RECIPES = """
imports: [from crm.tasks import told]
recipes:
  - {recipe: status_transition, model: Order, field: status, task: told, allowed: {new: [paid]}}
"""


@pytest.mark.parametrize(
    ("tasks", "queued"),
    [
        (CELERY.replace("(pk)", "(pk, old, new)"), "call.told.delay("),
        (HUEY.replace("tell(pk)", "told(pk, old, new)"), "call.told("),
    ],
)
def test_tests_of_recipes_queue_as_the_library_does(tasks, queued, tmp_path):
    outcome = run(project(tmp_path, crm__tasks=tasks), RECIPES)
    assert outcome.problems == ()
    (path,) = (path for path in outcome.changed() if path.endswith("test_signals.py"))
    text = outcome.text(path)
    assert queued in text
    assert (".delay" in text) == (".delay" in queued)
