"""The task libraries that ``make queues`` runs for real: data only."""

from __future__ import annotations

from dataclasses import dataclass, replace

WORK = """
def work(order_id, number):
    from shop.models import Order, Run

    Run.objects.create(number=number, seen=Order.objects.filter(pk=order_id).exists())
"""
"""What each task does: it writes down whether it found the row that it was queued for."""


@dataclass(frozen=True)
class Library:
    """A task library in a project: what to install, its settings and tasks, and how it is called.

    ``head`` stands above the task, ``decorator`` on it. ``body`` is what a spec says on_create,
    with ``imports`` where names need them; ``by_name`` tells whether ``enqueue`` may name the task
    instead. ``workers`` are run beside the saves, ``once`` is run after them. ``waits`` says that
    the library itself waits for the commit, so that code that does not wait is no mistake. Rows are
    saved below a running event loop where the library needs one (``under_asgi``). {redis}
    is replaced by the address of a private Redis.
    """

    name: str
    packages: tuple[str, ...]
    head: str
    decorator: str
    body: str
    apps: tuple[str, ...] = ()
    settings: str = ""
    imports: tuple[str, ...] = ()
    by_name: bool = True
    workers: tuple[tuple[str, ...], ...] = ()
    waits: bool = False
    files: tuple[tuple[str, str], ...] = ()
    under_asgi: bool = False


MANAGE = ("manage.py",)
CELERY_APP = """from celery import Celery

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
"""
CELERY = Library(
    name="celery",
    packages=("celery[redis]==5.7.0",),
    head="from celery import shared_task\n",
    decorator="@shared_task",
    body="work.delay(instance.pk, instance.number)",
    settings='CELERY_BROKER_URL = "{redis}/0"\n',
    files=(
        ("config/celery.py", CELERY_APP),
        ("config/__init__.py", "from .celery import app as celery_app\n"),
    ),
    workers=(("-m", "celery", "-A", "config", "worker", "--pool=solo", "--loglevel=warning"),),
)
HUEY = Library(
    name="huey",
    packages=("huey==3.5.4", "redis"),
    head="from huey.contrib.djhuey import db_task\n",
    decorator="@db_task()",
    body="work(instance.pk, instance.number)",
    apps=("huey.contrib.djhuey",),
    settings='HUEY = {"huey_class": "huey.RedisHuey", "url": "{redis}/4", "immediate": False}\n',
    workers=((*MANAGE, "run_huey"),),
)
DJANGO_Q = Library(
    name="django-q2",
    packages=("django-q2==1.11.1",),
    head="",
    decorator="",
    body="async_task(work, instance.pk, instance.number)",
    imports=("from django_q.tasks import async_task", "from shop.tasks import work"),
    by_name=False,
    apps=("django_q",),
    settings='Q_CLUSTER = {"name": "shop", "workers": 1, "orm": "default", "poll": 0.1, "timeout": 60, "retry": 90}\n',
    workers=((*MANAGE, "qcluster"),),
    waits=True,
)
LIBRARIES = (
    CELERY,
    replace(
        CELERY,
        name="celery, signatures",
        body="work.s(instance.pk, instance.number).apply_async()",
        by_name=False,
    ),
    replace(
        CELERY,
        name="celery, delay_on_commit",
        body="work.delay_on_commit(instance.pk, instance.number)",
        by_name=False,
        waits=True,
    ),
    Library(
        name="Django's tasks, django-tasks-db",
        packages=("django-tasks-db==0.13.0",),
        head="from django.tasks import task\n",
        decorator="@task()",
        body="work.enqueue(instance.pk, instance.number)",
        apps=("django_tasks_db",),
        settings='TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}\n',
        workers=((*MANAGE, "db_worker", "--interval", "0.1"),),
        waits=True,
    ),
    Library(
        name="Django's tasks, django-tasks-rq",
        packages=("django-tasks-rq==0.12.0", "django-rq"),
        head="from django.tasks import task\n",
        decorator="@task()",
        body="work.enqueue(instance.pk, instance.number)",
        apps=("django_rq",),
        settings='TASKS = {"default": {"BACKEND": "django_tasks_rq.RQBackend", "QUEUES": ["default"]}}\n'
        'RQ_QUEUES = {"default": {"URL": "{redis}/1"}}\n',
        workers=(
            (
                *MANAGE,
                "rqworker",
                "default",
                "--worker-class",
                "rq.SimpleWorker",
                "--job-class",
                "django_tasks_rq.Job",
            ),
        ),
    ),
    Library(
        name="django-rq",
        packages=("django-rq==4.2.0", "rq==3.0.0"),
        head="from django_rq import job\n",
        decorator="@job",
        body="work.delay(instance.pk, instance.number)",
        apps=("django_rq",),
        settings='RQ_QUEUES = {"default": {"URL": "{redis}/2"}}\n',
        workers=((*MANAGE, "rqworker", "default", "--worker-class", "rq.SimpleWorker"),),
        waits=True,
    ),
    Library(
        name="rq",
        packages=("rq==3.0.0",),
        head="from redis import Redis\nfrom rq.decorators import job\n",
        decorator='@job("default", connection=Redis.from_url("{redis}/3"))',
        body="work.delay(instance.pk, instance.number)",
        files=(
            (
                "worker.py",
                (
                    "import django\nfrom redis import Redis\nfrom rq import Queue, SimpleWorker\n\n"
                    "django.setup()\nconnection = Redis.from_url('{redis}/3')\n"
                    "SimpleWorker([Queue('default', connection=connection)], connection=connection).work()\n"
                ),
            ),
        ),
        workers=(("worker.py",),),
    ),
    HUEY,
    replace(
        HUEY,
        name="huey, on_commit_task",
        head="from huey.contrib.djhuey import on_commit_task\n",
        decorator="@on_commit_task()",
        waits=True,
    ),
    Library(
        name="dramatiq",
        packages=("dramatiq[redis]==2.2.1", "django-dramatiq==0.15.0"),
        head="import dramatiq\n",
        decorator="@dramatiq.actor",
        body="work.send(instance.pk, instance.number)",
        apps=("django_dramatiq",),
        settings='DRAMATIQ_BROKER = {"BROKER": "dramatiq.brokers.redis.RedisBroker", "OPTIONS": '
        '{"url": "{redis}/6"}, "MIDDLEWARE": ["django_dramatiq.middleware.DbConnectionsMiddleware"]}\n',
        workers=((*MANAGE, "rundramatiq", "--processes", "1", "--threads", "2"),),
    ),
    Library(
        name="procrastinate",
        packages=("procrastinate[django]==3.10.0",),
        head="from procrastinate.contrib.django import app\n",
        decorator="@app.task",
        body="work.defer(order_id=instance.pk, number=instance.number)",
        apps=("procrastinate.contrib.django",),
        workers=((*MANAGE, "procrastinate", "worker"),),
        waits=True,
    ),
    DJANGO_Q,
    replace(
        DJANGO_Q,
        name="django-q2, Redis",
        packages=(*DJANGO_Q.packages, "redis"),
        settings='Q_CLUSTER = {"name": "shop", "workers": 1, "redis": "{redis}/7", "timeout": 60, "retry": 90}\n',
        waits=False,
    ),
    Library(
        name="taskiq",
        packages=("taskiq==0.13.0", "taskiq-redis"),
        head='from taskiq_redis import ListQueueBroker\n\nbroker = ListQueueBroker("{redis}/8")\n',
        decorator="@broker.task",
        body="async_to_sync(work.kiq)(instance.pk, instance.number)",
        imports=("from asgiref.sync import async_to_sync",),
        under_asgi=True,
        files=(
            (
                "taskiqs.py",
                "import django\n\ndjango.setup()\n\nfrom shop.tasks import broker  # noqa: E402, F401\n",
            ),
        ),
        workers=(("-m", "taskiq", "worker", "taskiqs:broker", "--workers", "1"),),
    ),
    Library(
        name="django-background-tasks",
        packages=("django-background-tasks==1.2.8", "setuptools<81"),
        head="from background_task import background\n",
        decorator="@background(schedule=0)",
        body="work(instance.pk, instance.number)",
        apps=("background_task",),
        workers=((*MANAGE, "process_tasks", "--sleep", "0.1"),),
        waits=True,
    ),
)
