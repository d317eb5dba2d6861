"""The two halves together: what ``check`` finds in naive code ``new`` lets wait, for every row of facts/tasks.py."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent
from generate_kit import SETTINGS, again, build, python, run

from signalgen.facts.tasks import COROUTINES, LIBRARIES, SYNCHRONOUS

AT_ONCE = {kind: one for kind, one in LIBRARIES.items() if not one.waits}
ROWS = {
    f"{kind}_{method or 'called'}": (kind, method)
    for kind, one in AT_ONCE.items()
    for method in [*sorted(one.queueing), *([""] if one.called else [])]
}
CANVAS = {
    "s": "celery_work.s(instance.pk).delay()",
    "si": "celery_work.si(instance.pk).set(queue='low').apply_async(countdown=3)",
    "signature": "celery_work.signature((instance.pk,)).delay()",
    "chunks": "celery_work.chunks([(instance.pk,)], 10).apply_async()",
    "pipe": "(celery_work.s(instance.pk) | celery_work.s()).delay()",
    "pipe_called": "(celery_work.s() | celery_work.s())(instance.pk)",
    "group": "group(celery_work.s(instance.pk)).delay()",
    "group_called": "group(celery_work.s(instance.pk))()",
    "chain": "chain(celery_work.s(instance.pk), celery_work.s()).apply_async()",
    "chain_called": "chain(celery_work.s(instance.pk), celery_work.s())()",
    "chord": "chord([celery_work.s(instance.pk)])(celery_work.si(1))",
    "named": "work = chain(celery_work.s(instance.pk))\nwork()",
    "send_task": "current_app.send_task('shop.tasks.work', args=[instance.pk])",
    "rq_queue": "Queue('low').enqueue(str, instance.pk)",
    "django_rq": "get_queue('low').enqueue_in(3, str, instance.pk)",
    "huey": "HUEY.enqueue(huey_work.s(instance.pk))",
    "dramatiq": "pipeline([dramatiq_work.message(instance.pk)]).run()",
    "django_q": "async_task('shop.tasks.work', instance.pk)",
}
IMPORTS = [
    "from asgiref.sync import async_to_sync",
    "from celery import chain, chord, current_app, group",
    "from django_q.tasks import async_task",
    "from django_rq import get_queue",
    "from dramatiq import pipeline",
    "from huey.contrib.djhuey import HUEY",
    "from rq import Queue",
]


def tasks(kinds=AT_ONCE) -> str:
    """Return a module with a task of each library, made as the library says."""
    lines = []
    for kind, one in kinds.items():
        made = min(one.decorators)
        package = one.packages[0].removesuffix(f".{made}") if one.packages else "crm.own"
        lines.append(f"import {package}\n\n\n@{package}.{made}()\ndef {kind}_work(pk): ...")
    return "\n\n\n".join(lines) + "\n"


def spec(calls: dict[str, str], option: str = "") -> str:
    """Return a spec with a handler for each call, named after it."""
    imports = str(IMPORTS).replace("'", '"')
    lines = [f"imports: {imports}", "model: Order", "handlers:"]
    for name, call in calls.items():
        lines.append(f"  - name: {name}\n    signal: post_save{option}")
        lines += ["    async: true"] if call.startswith("await") else []
        lines += ["    on_create: |", *(f"      {line}" for line in call.split("\n"))]
    return "\n".join(lines) + "\n"


def calls() -> dict[str, str]:
    """Return a call for each row of the tables."""
    found = {f"on_{name}": call for name, call in CANVAS.items()}
    for name, (kind, method) in ROWS.items():
        given = {"batch_defer": "{'pk': instance.pk}", "defer": "pk=instance.pk"}
        given = given.get(method, "instance.pk")
        call = f"{kind}_work{'.' * bool(method)}{method}({given})"
        found[name] = f"await {call}" if method in {*SYNCHRONOUS, *COROUTINES} else call
    found["wrapped"] = "async_to_sync(taskiq_work.kiq)(instance.pk)"
    return found


@pytest.fixture(name="root")
def make_root(tmp_path):
    return build(tmp_path, {"shop/tasks.py": tasks()})


@pytest.fixture(name="one_database")
def make_one(tmp_path):
    settings = SETTINGS.replace('"other"', '"replica"')
    return build(tmp_path, {"shop/tasks.py": tasks(LIBRARIES), "config/settings.py": settings})


def test_check_finds_every_row_in_naive_code():
    lines = [*IMPORTS, "from shop.tasks import *"]
    for name, call in calls().items():
        start = "async def" if call.startswith("await") else "def"
        lines += ["@receiver(post_save, sender=Order)", f"{start} {name}(instance, **kwargs):"]
        lines += [f"    {line}" for line in call.split("\n")]
        lines[-1] += "  # SG101"
    text = "\n".join(lines) + "\n"
    assert_flags({"shop/tasks.py": tasks(), "shop/signals.py": HEAD + text}, "SG101")


def test_new_lets_every_row_wait_and_check_is_silent(root):
    outcome = run(root, spec(calls()))
    assert outcome.problems == ()
    for name in calls():
        assert "transaction.on_commit" in outcome.symbol(name), outcome.symbol(name)
    outcome.write()
    assert again(root, spec(calls())) == []


LEFT = {
    "delay_on_commit": "celery_work.delay_on_commit(instance.pk)",
    "by_hand": "transaction.on_commit(celery_work.s(instance.pk).delay)",
    "spot": "celery_work(instance.pk)",
    "signature": "print(celery_work.s(instance.pk))",
    "on_the_spot": "celery_work.s(instance.pk)()",
    "canvas": "chain(celery_work.s(instance.pk))",
    "huey": "huey_on_commit_work(instance.pk)",
    "row": "procrastinate_work.defer(pk=instance.pk)",
    "background": "background_work(instance.pk)",
    "shadowed": "huey_work = print; huey_work(instance.pk)",
    "parameter": "instance.clock.enqueue(instance.pk)",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_waits_by_itself_or_queues_nothing_is_left_alone(name, one_database):
    outcome = run(one_database, spec({"a": LEFT[name]}))
    assert outcome.problems == ()
    assert LEFT[name].split("; ")[-1] in outcome.symbol("a").replace(", using=using", "")


@pytest.mark.parametrize("name", LEFT)
def test_check_is_silent_about_it(name):
    text = "from django.db import transaction\nfrom shop.tasks import *\nfrom celery import chain\n"
    text += "@receiver(post_save, sender=Order)\ndef a(instance, **kwargs):\n"
    files = {"shop/tasks.py": tasks(LIBRARIES)}
    files["shop/signals.py"] = f"{HEAD}{text}    {LEFT[name]}\n"
    assert_silent(files, "SG101")


def test_a_job_of_django_rq_waits_from_version_4_on():
    files = {
        "shop/tasks.py": "from django_rq import job\n@job\ndef work(pk): ...\n",
        "shop/signals.py": f"{HEAD}from shop.tasks import work\n@receiver(post_save, sender=Order)\n"
        "def a(instance, **kwargs):\n    work.delay(instance.pk)",
    }
    assert_silent({**files, "requirements.txt": "django-rq>=4.0\n"}, "SG101")
    files["shop/signals.py"] += "  # SG101\n"
    assert_flags({**files, "requirements.txt": "django-rq==3.1\n"}, "SG101")
    assert_flags(files, "SG101")


WAITED = {
    "group": (
        "group(\n          # first\n          work.s(instance.pk),\n      ).apply_async(countdown=3)",
        "group(work.s(instance.pk)).apply_async(countdown=3)",
    ),
    "signature": ("work.si(instance.pk).set(queue='low').delay()",) * 2,
    "chunks": ("work.chunks([(instance.pk,)], 10).apply_async()",) * 2,
}


@pytest.mark.parametrize(("body", "naive"), WAITED.values(), ids=WAITED)
def test_the_generated_tests_pass_and_miss_the_wait(tmp_path, body, naive):
    root = build(
        tmp_path,
        {"shop/tasks.py": "from celery import shared_task\n\n\n@shared_task\ndef work(pk): ...\n"},
    )
    text = (
        "imports: ['from celery import group']\nmodel: Order\nhandlers:\n"
        f"  - name: a\n    signal: post_save\n    on_create: |\n      {body}\n"
    )
    outcome = run(root, text).write()
    assert ("# first" in outcome.symbol("a")) == ("# first" in body)
    python(root, "manage.py", "test", "shop")
    signals = root / "shop" / "signals.py"
    written = signals.read_text()
    begin = written.index("transaction.on_commit(")
    signals.write_text(written[:begin] + naive + "\n")
    with pytest.raises(AssertionError, match="FAIL: test_on_create"):
        python(root, "manage.py", "test", "shop")


BROKERS = ("taskiq", "taskiq_redis", "taskiq_aio_pika", "taskiq_nats", "taskiq_pg")
BROKERS += ("taskiq_psqlpy", "taskiq_aio_kafka", "taskiq_aio_sqs", "taskiq_ydb")


@pytest.mark.parametrize("package", BROKERS)
def test_a_broker_of_any_of_its_packages_makes_tasks(package, tmp_path):
    made = f"from {package} import Broker\n\nbroker = Broker()\n\n\n@broker.task\nasync def work(pk): ...\n"
    text = "model: Order\nhandlers:\n  - name: h\n    signal: post_save\n    enqueue: [{task: work, on: create}]\n"
    outcome = run(build(tmp_path, {"shop/tasks.py": made}), text)
    assert outcome.problems == ()
    assert "partial(async_to_sync(work.kiq), instance.pk)" in outcome.symbol("h")


def test_a_broker_of_nobody_knows_what_is_none(tmp_path):
    made = (
        "from lib import Broker\n\nbroker = Broker()\n\n\n@broker.task\nasync def work(pk): ...\n"
    )
    text = "model: Order\nhandlers:\n  - name: h\n    signal: post_save\n    enqueue: [{task: work, on: create}]\n"
    (problem,) = run(build(tmp_path, {"shop/tasks.py": made}), text).problems
    assert "not a task of a known library" in problem.message
