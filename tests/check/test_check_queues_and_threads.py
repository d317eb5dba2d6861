"""Queues by what they do: what waits for the commit by itself, what is queued at once, what runs on the spot; threads, search servers, storages."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
ASYNC = SAVED.replace("def ", "async def ")
GONE = SAVED.replace("post_save", "post_delete")
CELERY = "from celery import shared_task\n@shared_task\ndef work(pk): ...\n"
HUEY = "from huey.contrib.djhuey import db_task\n@db_task()\ndef work(pk): ...\n"
DJANGO = "from django.tasks import task\n@task{made}\ndef work(pk): ...\n"
RQ = "from django_rq import job\n@job\ndef work(pk): ...\n"
TASKIQ = "from taskiq import InMemoryBroker\nbroker = InMemoryBroker()\n@broker.task\nasync def work(pk): ...\n"
WORK = "from shop.tasks import work\n"
OUT = "import requests\ndef tell(pk):\n    requests.post('x')\ndef count(pk):\n    return pk\n"
THREADS = "import asyncio\nimport threading\nfrom functools import partial\nfrom multiprocessing import Process\nfrom shop.own import Own\nfrom concurrent.futures import ThreadPoolExecutor\nfrom shop.tasks import count, tell\npool = ThreadPoolExecutor()\n"
SEARCH = """\
from elasticsearch_dsl import Document
from haystack.signals import BaseSignalProcessor
class Page(Document): ...
class Plain: ...
class Indexing(BaseSignalProcessor):
    def setup(self):
        post_save.connect(self.saved, sender=Order)
    def saved(self, sender, instance, **kwargs):
        super().handle_save(sender, instance)  # SG101
"""


def project(tasks: str, source: str, **files: str) -> dict[str, str]:
    named = {
        path.replace("__", "/").replace("_txt", ".txt") + ("" if "txt" in path else ".py"): text
        for path, text in files.items()
    }
    return {"shop/tasks.py": tasks, "shop/signals.py": HEAD + source, **named}


def is_told(files: dict[str, str], code: str = "SG101") -> bool:
    return bool(findings(files, code))


@pytest.mark.parametrize(
    ("tasks", "call", "told"),
    [
        (CELERY, "work.chunks([(1,)], 10)()", True),
        (CELERY, "work.chunks([(1,)], 10)", False),
        (HUEY, "work(1)", True),
        (HUEY, "work.call_local(1)", False),
        (TASKIQ, "async_to_sync(work.kiq)(1)", True),
        (TASKIQ, "work.kiq(1)", False),
        (TASKIQ, "await work.kicker().kiq(1)", True),
        (TASKIQ, "await work.kicker().with_labels(a=1).kiq(1)", True),
        (TASKIQ, "await work.kicker()", False),
        (
            "from arq import create_pool\n",
            "pool = await create_pool(1)\n    await pool.enqueue_job('x')",
            True,
        ),
        (
            "from arq import create_pool\n",
            "pool = await create_pool(1)\n    await pool.queued_jobs()",
            False,
        ),
    ],
)
def test_what_is_queued_at_once(tasks: str, call: str, told: bool):  # noqa: FBT001
    head = "from asgiref.sync import async_to_sync\nfrom arq import create_pool\n"
    body = ASYNC if "await" in call else SAVED
    works = WORK if "work" in call else ""
    assert is_told(project(tasks, f"{head}{works}{body}    {call}\n")) is told


RQ_BACKEND, DUMMY = "django_tasks_rq.RQBackend", "django.tasks.backends.dummy.DummyBackend"
HUEYS = "huey.contrib.djhuey.backend.HueyBackend"


@pytest.mark.parametrize(
    ("entries", "made", "told"),
    [
        (f"'default': {{'BACKEND': '{RQ_BACKEND}'}}", "", True),
        (f"'default': {{'BACKEND': '{RQ_BACKEND}'}}, 'other': {{'BACKEND': '{DUMMY}'}}", "", True),
        (
            f"'default': {{'BACKEND': '{RQ_BACKEND}'}}, 'other': {{'BACKEND': '{DUMMY}'}}",
            "(backend='other')",
            False,
        ),
        (f"'default': {{'BACKEND': '{DUMMY}'}}, 'other': {{'BACKEND': '{RQ_BACKEND}'}}", "", False),
        (f"'default': {{'BACKEND': '{HUEYS}'}}", "", True),
        (f"'default': {{'BACKEND': '{HUEYS}', 'ENQUEUE_ON_COMMIT': True}}", "", False),
        (
            f"'default': {{'BACKEND': '{HUEYS}', 'OPTIONS': {{'enqueue_on_commit': True}}}}",
            "",
            False,
        ),
        (
            f"'default': {{'BACKEND': '{HUEYS}', 'OPTIONS': {{'enqueue_on_commit': False}}}}",
            "",
            True,
        ),
    ],
)
def test_a_django_task_goes_to_the_backend_of_its_alias(entries: str, made: str, told: bool):  # noqa: FBT001
    tasks = DJANGO.replace("{made}", made)
    source = f"{WORK}{SAVED}    work.enqueue(1)\n"
    assert is_told(project(tasks, source, conf__settings=f"TASKS = {{{entries}}}\n")) is told


@pytest.mark.parametrize(
    "call",
    ["work.delay(1)", "django_rq.enqueue(work, 1)", "django_rq.get_queue('x').enqueue(work, 1)"],
)
@pytest.mark.parametrize(
    ("version", "settings", "told"),
    [
        ("3.0", "", True),
        ("4.0", "", False),
        ("4.0", "RQ = {'COMMIT_MODE': 'on_db_commit'}\n", False),
        ("4.0", "RQ = {'COMMIT_MODE': 'auto'}\n", True),
        ("4.0", "RQ = {'COMMIT_MODE': 'request_finished'}\n", True),
    ],
)
def test_django_rq_waits_from_4_on_unless_a_setting_differs(
    call: str, version: str, settings: str, told: bool
):  # noqa: FBT001
    source = f"import django_rq\n{WORK}{SAVED}    {call}\n"
    files = project(RQ, source, conf__settings=settings, requirements_txt=f"django-rq=={version}\n")
    assert is_told(files) is told


@pytest.mark.parametrize(
    "call",
    [
        "threading.Thread(target={work}).start()",
        "threading.Timer(1, {work}).start()",
        "threading.Thread(None, {work}).start()",
        "threading.Thread(target=lambda: {work}(1)).start()",
        "def inner():\n        {work}(1)\n    threading.Thread(target=inner).start()",
        "thread = threading.Thread(target=partial({work}, 1))\n    thread.start()",
        "Process(target={work}).start()",
        "pool.submit({work}, 1)",
        "pool.map({work}, [1])",
        "asyncio.get_event_loop().run_in_executor(None, {work}, 1)",
        "Own({work}).start()",
        "with ThreadPoolExecutor() as own:\n        own.submit({work}, 1)",
    ],
)
def test_what_a_thread_does_waits_for_no_commit(call: str):
    for work, told in (("tell", True), ("count", False), ("unknown", False)):
        source = f"{THREADS}{SAVED}    {call.format(work=work)}\n"
        own = f"import threading\nfrom shop.tasks import {work}\nclass Own(threading.Thread):\n    def run(self):\n        {work}(1)\n"
        assert is_told(project(OUT, source, shop__own=own)) is told
        assert not is_told(project(OUT, source), "SG102")


def test_a_document_and_the_index_of_haystack():
    source = f"{SEARCH}{SAVED}    Page(title='x').save()  # SG101\n    Page.get(id=1).delete()  # SG101\n"
    found = assert_flags(project("", source), "SG101")
    assert {item.severity for item in found if "handle_save" in item.message} == {"info"}
    assert {item.severity for item in found if "handle_save" not in item.message} == {"warning"}


@pytest.mark.parametrize(
    "call", ["Plain().save()", "Plain.get(id=1).delete()", "Page(title='x')", "Page.get(id=1)"]
)
def test_what_asks_no_search_server(call: str):
    quiet = SEARCH.replace("super().handle_save(sender, instance)  # SG101", "pass")
    assert_silent(project("", f"{quiet}{SAVED}    {call}\n"), "SG101")


@pytest.mark.parametrize("wrap", ["async_to_sync(tell)(1)", "await sync_to_async(tell)(1)"])
def test_a_helper_from_the_other_world_is_followed(wrap: str):
    head = "from asgiref.sync import async_to_sync, sync_to_async\nfrom shop.tasks import count, tell\n"
    body = ASYNC if "await" in wrap else SAVED
    assert_flags(project(OUT, f"{head}{body}    {wrap}  # SG101\n"), "SG101")
    assert_silent(project(OUT, f"{head}{body}    {wrap.replace('tell', 'count')}\n"), "SG101")


def test_a_storage_by_its_alias():
    head = "from django.core.files.storage import storages\n"
    assert_flags(
        project("", f"{head}{GONE}    storages['default'].delete('x')  # SG406\n"), "SG406"
    )
    assert_silent(project("", f"{head}{GONE}    storages['default'].exists('x')\n"), "SG406")
    assert_silent(
        project("", f"storages = {{}}\n{GONE}    storages['default'].delete('x')\n"), "SG406"
    )


SOLD = "sold = Signal()\n@receiver(sold)\ndef heard(sender, **kwargs):\n    work.delay(1)\n"
VIEW = "from shop.signals import sold\n{above}def sell(request):\n    {send}\n"
ATOMIC = "DATABASES = {'default': {'ATOMIC_REQUESTS': True}}\n"


@pytest.mark.parametrize(
    ("settings", "path", "view", "told"),
    [
        (ATOMIC, "shop__views", VIEW.format(above="", send="sold.send(None)"), True),
        (
            "DATABASES['default']['ATOMIC_REQUESTS'] = True\n",
            "shop__views",
            VIEW.format(above="", send="sold.send(None)"),
            True,
        ),
        (
            ATOMIC.replace("True", "False"),
            "shop__views",
            VIEW.format(above="", send="sold.send(None)"),
            False,
        ),
        (ATOMIC, "shop__work", VIEW.format(above="", send="sold.send(None)"), False),
        (
            ATOMIC,
            "shop__views",
            VIEW.format(above="", send="sold.send(None)").replace("(request)", "(order)"),
            False,
        ),
        (
            ATOMIC,
            "shop__views",
            VIEW.format(above="@transaction.non_atomic_requests\n", send="sold.send(None)"),
            False,
        ),
        (
            ATOMIC,
            "shop__views",
            VIEW.format(above="", send="transaction.on_commit(lambda: sold.send(None))"),
            False,
        ),
    ],
)
def test_a_signal_of_a_view_where_requests_are_atomic(
    settings: str, path: str, view: str, told: bool
):  # noqa: FBT001
    view = "from django.db import transaction\n" + view
    assert is_told(project(CELERY, WORK + SOLD, conf__settings=settings, **{path: view})) is told


DEFER = "from django.db import transaction\n" + SAVED + "    transaction.on_commit(print)\n"
TWO = "DATABASES = {'default': {}, 'legacy': {}}\n"


@pytest.mark.parametrize(
    "path",
    [
        "conf/settings_example.py",
        "conf/local_settings_sample.py",
        "examples/conf/settings.py",
        "conf/settings.dist.py",
    ],
)
def test_a_second_database_of_an_example_is_none(path: str):
    one = {"conf/settings.py": "DATABASES = {'default': {}}\n", "shop/signals.py": HEAD + DEFER}
    assert_silent({**one, path: TWO}, "SG802")


@pytest.mark.parametrize("path", ["conf/settings.py", "conf/production.py", "conf/exemplary.py"])
def test_a_second_database_of_a_project_is(path: str):
    assert is_told({"shop/signals.py": HEAD + DEFER, path: TWO}, "SG802")


@pytest.mark.parametrize(
    "call",
    [
        "thread = threading.Thread(target=tell)\n    transaction.on_commit(thread.start)",
        "transaction.on_commit(lambda: threading.Thread(target=tell).start())",
        "transaction.on_commit(lambda: pool.submit(tell, 1))",
        "thread = threading.Thread(target=tell)",
        "Worker(target=tell).start()",
    ],
)
def test_a_thread_that_waits_or_never_starts(call: str):
    source = f"from django.db import transaction\nfrom shop.own import Worker\n{THREADS}{SAVED}    {call}\n"
    own = "class Own: ...\nclass Worker:\n    def __init__(self, target): ...\n    def start(self): ...\n"
    assert not is_told(project(OUT, source, shop__own=own))


JOBS = "from apscheduler.schedulers.background import BackgroundScheduler\nscheduler = BackgroundScheduler()\n{more}def work(pk): ...\n"
STORED = "from django_apscheduler.jobstores import DjangoJobStore\nscheduler.add_jobstore(DjangoJobStore())\n"
MAKING = "def get_scheduler():\n    return scheduler\n"


@pytest.mark.parametrize(
    ("more", "call", "told"),
    [
        ("", "scheduler.add_job(work, args=[instance.pk])", True),
        ("", "scheduler.add_job(work, 'date', run_date=when, args=[instance.pk])", True),
        (MAKING, "get_scheduler().add_job(work)", True),
        (STORED, "scheduler.add_job(work, args=[instance.pk])", False),
        ("", "scheduler.remove_job('x')", False),
        ("", "transaction.on_commit(lambda: scheduler.add_job(work))", False),
        ("", "Other().add_job(work)", False),
    ],
)
def test_a_job_in_memory_runs_before_the_commit(more: str, call: str, told: bool):  # noqa: FBT001
    head = "from django.db import transaction\nfrom shop.tasks import *\n"
    source = f"{head}{SAVED}    {call}\n"
    assert is_told(project(JOBS.format(more=more), source)) is told


POOL = "from arq import ArqRedis, create_pool\nasync def pool():\n    return await create_pool(1)\nasync def push(pk, redis: {kind}):\n    await redis.enqueue_job('x', pk)\n"


@pytest.mark.parametrize(
    ("kind", "call", "told"),
    [
        ("ArqRedis", "await push(1, 2)", True),
        ("'ArqRedis'", "await push(1, 2)", True),
        ("Redis", "await push(1, 2)", False),
        ("Redis", "redis = await pool()\n    await redis.enqueue_job('x', 1)", True),
        ("Redis", "redis = await pool()\n    await redis.ping()", False),
    ],
)
def test_a_pool_that_a_helper_makes_or_is_given(kind: str, call: str, told: bool):  # noqa: FBT001
    source = f"from shop.tasks import pool, push\n{ASYNC}    {call}\n"
    assert is_told(project(POOL.format(kind=kind), source)) is told
