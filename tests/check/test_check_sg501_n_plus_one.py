"""SG501: loops that repeat a query, and those in which nothing is repeated."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, created, **kwargs):\n"
CONFIG = "from django.dispatch import Signal, receiver\nfrom shop.models import Line, Order\nnightly = Signal()\n"
HEARD = "@receiver(nightly)\ndef heard(sender, **kwargs):\n    for line in Line.objects.all():\n        line.save()"
COMMAND = "from shop.signals import nightly\n\nclass Command:\n    def handle(self):\n        nightly.send(self)\n"
NIGHTLY = "from celery import shared_task\nfrom celery.task import periodic_task\nfrom shop.signals import nightly\n"
HELPER = "def write(names):\n    for name in names:\n        Line.objects.create(name=name)\n"
CHOOSING = (
    "def write(order, quiet=True, **kwargs):\n"
    "    if not quiet:\n"
    "        for line in order.lines.all():\n"
    "            Line.objects.create(name=line.name)\n"
)
ASKING = CHOOSING.replace("not quiet", "kwargs.get('few') is None")
HANDING = "def hand(order, **kwargs):\n    write(order, **kwargs)\n"
GROUPS = (
    "from itertools import groupby\n"
    "def tell(lines):\n"
    "    for order, found in groupby(lines, key=lambda line: line.order):\n"
    "        Invoice.objects.create(order=order)\n"
)
TRYING = (
    "    for line in Line.objects.all():\n"
    "        try:\n"
    "            Invoice.objects.create(order=line.order)\n"
    "            {leave}\n"
    "        except ValueError:\n"
    "            pass\n"
)
TIDY = "class Paper(Order):\n    def delete(self, *args):\n        return super().delete(*args)\n"

FLAGGED = [
    pytest.param(f"{SAVED}    if created:\n        for x in instance.lines.all():\n            x.wanted\n"
                 "    for line in instance.lines.all():\n        line.save()  # SG501\n", id="not only created"),
    pytest.param(f"{SAVED}    if created:\n        for line in instance.user.lines.all():\n"
                 "            line.save()  # SG501\n", id="the rows of another"),
    pytest.param(f"{SAVED}    names = []\n    names.extend(instance.wanted())\n    for name in names:\n"
                 "        Line.objects.create(name=name)  # SG501\n", id="a list that grows"),
    pytest.param(f"{SAVED}    names = ['a', *instance.wanted()]\n    for name in names:\n"
                 "        Line.objects.create(name=name)  # SG501\n", id="a list with more in it"),
    pytest.param(f"{HELPER}{SAVED}    write(instance.wanted())  # SG501\n", id="an argument of any length"),
    pytest.param(f"{CHOOSING}{SAVED}    write(instance, quiet=False)  # SG501\n", id="an argument asks for it"),
    pytest.param(f"{ASKING}{SAVED}    write(instance, few=None)  # SG501\n", id="kwargs ask for it"),
    pytest.param(f"{CHOOSING}{SAVED}    write(instance, quiet=instance.quiet)  # SG501\n", id="not known"),
    pytest.param(f"{CHOOSING}{SAVED}    write(instance, **instance.options())  # SG501\n", id="spread"),
    pytest.param(f"{CHOOSING}{HANDING}{SAVED}    hand(instance, quiet=False)  # SG501\n", id="handed on"),
    pytest.param(f"{SAVED}{TRYING.format(leave='instance.wanted()')}".replace("line.order)", "line.order)  # SG501"),
                 id="goes on"),
    pytest.param(f"{SAVED}{TRYING.format(leave='if instance.x: break')}".replace("line.order)", "line.order)  # SG501"),
                 id="may go on"),
    pytest.param(f"{GROUPS}{SAVED}    tell(Line.objects.filter(name='x'))  # SG501\n", id="many groups"),
    pytest.param(f"{TIDY}{SAVED}    for line in Line.objects.filter(order=instance):\n        line.delete()  # SG501\n",
                 id="delete of Django"),
]  # fmt: skip
SILENT = [
    pytest.param(f"{SAVED}    a = b = c\n    c = a\n    for row in a:\n        print(row)\n",
                 id="names that are assigned each other"),
    pytest.param(f"{SAVED}    if created:\n        for line in instance.lines.all():\n            line.save()\n",
                 id="nothing points at a new row"),
    pytest.param(f"{SAVED}    if not created:\n        return\n    order = instance\n"
                 "    for line in order.lines.filter(name='x'):\n        line.save()\n", id="by another name"),
    pytest.param("def sync(rows):\n    for row in rows:\n        Line.objects.create(name=row.name)\n"
                 f"{SAVED}    if created:\n        sync(instance.tags.all())\n", id="handed to a helper"),
    pytest.param(f"{SAVED}    names = ('a', 'b')\n    for name in names:\n        Line.objects.create(name=name)\n",
                 id="a local tuple"),
    pytest.param(f"{HELPER}{SAVED}    write([instance.number])\n", id="one element handed over"),
    pytest.param(f"{HELPER}{SAVED}    write(names=('a', 'b'))\n", id="by keyword"),
    pytest.param(f"{CHOOSING}{SAVED}    write(instance)\n", id="the default excludes it"),
    pytest.param(f"{ASKING}{SAVED}    write(instance, few=[instance.user])\n", id="kwargs exclude it"),
    pytest.param(f"{CHOOSING}{SAVED}    write(instance, True)\n", id="the argument excludes it"),
    pytest.param(f"{CHOOSING}{HANDING}{SAVED}    hand(instance, quiet=True)\n", id="handed on in kwargs"),
    pytest.param(f"{SAVED}{TRYING.format(leave='return')}", id="left by return"),
    pytest.param(f"{SAVED}{TRYING.format(leave='break')}", id="left by break"),
    pytest.param(f"{GROUPS}{SAVED}    tell(Line.objects.filter(order=instance))\n", id="one group"),
    pytest.param(f"{TIDY}{SAVED}    for paper in Paper.objects.filter(parent=instance):\n        paper.delete()\n",
                 id="a delete of its own"),
    pytest.param(f"{TIDY}{SAVED}    old = Paper.objects.filter(parent=instance)\n    for paper in old:\n"
                 "        paper.delete()\n", id="in a local name"),
    pytest.param(f"{SAVED}    for tag in instance.kinds():\n        model = tag.model_class()\n"
                 "        model.objects.filter(order=instance).exists()\n", id="each of another model"),
    pytest.param("from celery.signals import worker_ready\n@worker_ready.connect\ndef ready(sender, **kwargs):\n"
                 "    for line in Line.objects.all():\n        line.save()\n", id="Celery"),
    pytest.param("from django.db.models.signals import post_migrate\n@receiver(post_migrate)\n"
                 "def migrated(sender, **kwargs):\n    for line in Line.objects.all():\n        line.save()\n",
                 id="migrations"),
]  # fmt: skip


@pytest.mark.parametrize("source", FLAGGED)
def test_a_repeated_query_is_found(source: str):
    assert_flags(HEAD + source, "SG501")


@pytest.mark.parametrize("source", SILENT)
def test_what_is_not_repeated_is_left_alone(source: str):
    assert_silent(HEAD + source, "SG501")


SENT_NOW_AND_THEN = {
    "a command": {"shop/management/commands/nightly.py": COMMAND},
    "a migrate handler": {
        "shop/apps2.py": "from django.db.models.signals import post_migrate\nfrom shop.signals import nightly\n"
        "def ready(sender, **kwargs):\n    nightly.send(sender)\npost_migrate.connect(ready)\n"
    },
    "a periodic task": {
        "shop/tasks.py": NIGHTLY + "@periodic_task\ndef night():\n    nightly.send(None)\n",
    },
    "a helper of one": {
        "shop/work.py": "from shop.signals import nightly\ndef work():\n    nightly.send(None)\n",
        "shop/tasks.py": "from celery.task import periodic_task\nfrom shop.work import work\n"
        "@periodic_task\ndef night():\n    work()\n",
    },
}


@pytest.mark.parametrize("files", SENT_NOW_AND_THEN.values(), ids=SENT_NOW_AND_THEN.keys())
def test_a_signal_that_is_sent_now_and_then_may_take_its_time(files: dict[str, str]):
    assert_silent({"shop/signals.py": CONFIG + HEARD, **files}, "SG501")


SENT_OFTEN = {
    "a view": {
        "shop/views.py": "from shop.signals import nightly\ndef view(request):\n    nightly.send(None)\n"
    },
    "a task": {"shop/tasks.py": NIGHTLY + "@shared_task\ndef work():\n    nightly.send(None)\n"},
    "a command and a view": {
        "shop/management/commands/nightly.py": COMMAND,
        "shop/views.py": "from shop.signals import nightly\ndef view(request):\n    nightly.send(None)\n",
    },
    "nobody knows": {},
}


@pytest.mark.parametrize("files", SENT_OFTEN.values(), ids=SENT_OFTEN.keys())
def test_a_signal_that_is_sent_often_may_not(files: dict[str, str]):
    assert_flags({"shop/signals.py": f"{CONFIG}{HEARD}  # SG501\n", **files}, "SG501")


def test_the_hint_says_what_bulk_methods_leave_out():
    (found,) = findings(
        HEAD + SAVED + "    for line in instance.lines.all():\n        line.save()\n", "SG501"
    )
    assert "send no signals" in (found.hint or "")


PENDING = (
    "def pending(user):\n    for line in user.lines.all():\n        yield line, Line.objects.filter(pk=line.pk).exists()\n"
    "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n    {}\n"
)


@pytest.mark.parametrize("use", ["x = any(pending(instance))", "x = next(pending(instance), None)"])
def test_a_generator_that_is_asked_once_is_no_loop(use):
    assert_silent(HEAD + PENDING.format(use), "SG501")


@pytest.mark.parametrize(
    "use", ["x = list(pending(instance))  # SG501", "x = all(pending(instance))  # SG501"]
)
def test_one_that_is_asked_on_and_on_is(use):
    assert_flags(HEAD + PENDING.format(use), "SG501")


def test_a_query_by_another_field_each_time_is_none_that_could_be_one():
    inline = (
        "for name in kwargs['names']:\n        Line.objects.filter(**{name: instance}).first()\n"
    )
    top = "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n    "
    assert_silent(HEAD + top + inline, "SG501")
    assert_flags(
        HEAD
        + top
        + inline.replace("{name: instance}", "{'order': name}").replace(
            ".first()", ".first()  # SG501"
        ),
        "SG501",
    )


AGAIN = "@receiver(post_save, sender=Order)\ndef f(sender, instance, tries=3, **kwargs):\n    "
TRIES = [
    (
        "for attempt in Retrying(stop=stop_after_attempt(3)):\n        with attempt:\n            "
        "Line.objects.filter(order=instance).count()"
    ),
    "async for attempt in tenacity.AsyncRetrying():\n        Line.objects.filter(order=instance).count()",
    (
        "for n in range(tries):\n        try:\n            Line.objects.filter(order=instance).count()\n"
        "            break\n        except OSError:\n            pass"
    ),
    (
        "for n in range(tries):\n        try:\n            Line.objects.filter(order=instance).count()\n"
        "        except OSError:\n            continue\n        break"
    ),
    (
        "for n in range(tries):\n        try:\n            Line.objects.filter(order=instance).count()\n"
        "        except OSError:\n            pass\n        else:\n            return"
    ),
]


@pytest.mark.parametrize("body", TRIES)
def test_trying_again_is_no_loop_over_rows(body):
    assert_silent(HEAD + "import tenacity\nfrom tenacity import Retrying\n" + AGAIN + body, "SG501")


def test_a_loop_that_goes_on_after_its_work_is_one():
    body = (
        "for n in range(tries):\n        try:\n"
        "            Line.objects.filter(order=instance).count()  # SG501\n"
        "        except OSError:\n            break\n"
    )
    assert_flags(HEAD + AGAIN + body, "SG501")
