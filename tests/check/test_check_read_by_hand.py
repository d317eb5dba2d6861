"""What was false, or idle, in the findings on sixteen public projects that nobody had looked at: each kind with a twin that is told."""

from __future__ import annotations

import pytest
from check_kit import BASE, HEAD, assert_flags, assert_silent, findings

SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
TASKS = """\
from celery import shared_task
from django.core.mail import EmailMessage
from django.template.loader import render_to_string


@shared_task
def tell(pk):
    EmailMessage(body=render_to_string("x")).send()
"""
DEFER = """\
from django.conf import settings
from django.db.transaction import on_commit


def defer(task, **given):
    if getattr(settings, "{name}", False):
        task.apply(**given)
    else:
        on_commit(lambda: task.{queue}(**given))
"""
USES = "from shop.defer import defer\nfrom shop.tasks import tell\n" + HEAD
LOCAL = """\
def run(console):
    evolver = Evolver()

    @receiver(applied, sender={sender})
    def told(sender, **kwargs):
        print(console)

    {after}
"""
APPLIED = "from shop.evolving import Evolver\napplied = Signal()\n" + HEAD
EAGER = f"{SAVED}    if {{test}}:\n        tell_now(instance)\ndef tell_now(order):\n    for line in Line.objects.filter(order=order):\n        line.save()\n"
PAIRS = """\
class Processor:
    saves = [(Order, post_save), (Line, post_save)]

    def __init__(self):
        self.handlers = {}

    def setup(self):
        changes = [({through}, self.changed)]
        for cls, signal in self.saves:
            self.handlers[(cls, signal)] = self.saved
        for cls, handler in changes:
            self.handlers[(cls, m2m_changed)] = handler
        for (cls, signal), handler in self.handlers.items():
            signal.connect(handler, sender=cls)

    def saved(self, **kwargs):
        pass

    def changed(self, **kwargs):
        pass
"""


def with_tasks(source: str, **given: str) -> dict[str, str]:
    defer = DEFER.format(**{"name": "CELERY_TASK_ALWAYS_EAGER", "queue": "apply_async", **given})
    return {"shop/signals.py": USES + source, "shop/tasks.py": TASKS, "shop/defer.py": defer}


def told_as(source: str, code: str) -> list[str]:
    return [item.severity for item in findings(HEAD + source, code)]


def test_a_task_that_a_wrapper_queues_on_commit_is_not_waited_for():
    assert_silent(with_tasks(f"{SAVED}    defer(tell, pk=1)\n"), "SG102")


def test_a_task_that_runs_on_commit_is():
    source = f"from django.db import transaction\n{SAVED}    transaction.on_commit(lambda: tell(1))  # SG102\n"
    assert_flags(with_tasks(source), "SG102")


@pytest.mark.parametrize("name", ["CELERY_TASK_ALWAYS_EAGER", "CELERY_ALWAYS_EAGER", "TESTING"])
def test_what_happens_in_test_runs_alone_is_left_out_by_every_rule(name: str):
    for test in (f"settings.{name}", f"getattr(settings, '{name}', False)"):
        source = "from django.conf import settings\n" + HEAD + EAGER.format(test=test)
        assert_silent(source, "SG501")


@pytest.mark.parametrize(
    "test", ["settings.TELL", "not settings.TESTING", "getattr(settings, 'TELL', False)"]
)
def test_what_another_setting_decides_is_not(test: str):
    source = "from django.conf import settings\n" + HEAD + EAGER.format(test=test)
    assert [item.severity for item in findings(source, "SG501")] == ["warning"]


def test_a_receiver_that_its_function_keeps_while_the_sender_works():
    assert_silent(APPLIED + LOCAL.format(sender="evolver", after="evolver.evolve()"), "SG104")


@pytest.mark.parametrize(
    ("sender", "after"),
    [("evolver", "pass"), ("Evolver", "evolver.evolve()"), ("evolver", "print(evolver.name)")],
)
def test_one_that_is_gone_before_anything_is_sent(sender: str, after: str):
    assert "SG104" in {
        item.code for item in findings(APPLIED + LOCAL.format(sender=sender, after=after), "SG104")
    }


def test_signal_and_sender_of_a_dictionary_belong_together():
    assert_silent(HEAD + PAIRS.replace("{through}", "Order.tags.through"), "SG304")
    found = findings(HEAD + PAIRS.replace("{through}", "Order"), "SG304")
    assert [item.message.partition(" ")[0] for item in found] == ["Order"]


@pytest.mark.parametrize("required", ["Django==1.8.19 \\", "django<1.9,>=1.8"])
def test_an_old_django_lets_models_be_imported_early(required: str):
    files = {**BASE, "shop/apps.py": "from shop.models import Order\n" + BASE["shop/apps.py"]}
    files |= {
        "conf/__init__.py": "",
        "conf/settings.py": "INSTALLED_APPS = ['shop.apps.ShopConfig']\n",
    }
    files["manage.py"] = (
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n"
    )
    assert [item.code for item in findings(files, "SG113")] == ["SG113"]
    assert_silent({**files, "requirements.txt": f"{required}\n"}, "SG113")


LOADED = "@receiver(post_init, sender=Order)\ndef loaded(sender, instance, **kwargs):\n"


def test_a_query_for_rows_of_some_kind_alone_is_information():
    query = "Tag.objects.first()"
    assert told_as(f"{LOADED}    if instance.number is None:\n        {query}\n", "SG502") == [
        "info"
    ]
    assert told_as(f"{LOADED}    if instance.pk is None:\n        {query}\n", "SG502") == ["error"]
    assert told_as(f"{LOADED}    {query}\n", "SG502") == ["error"]


def test_a_failed_write_in_a_helper_is_information():
    caught = "    try:\n        {write}\n    except Exception:\n        pass\n"
    helper = "def log():\n    Tag.objects.create()\n"
    assert told_as(SAVED + caught.format(write="log()") + helper, "SG408") == ["info"]
    assert told_as(SAVED + caught.format(write="Tag.objects.create()"), "SG408") == ["warning"]


@pytest.mark.parametrize(
    ("loop", "severity"),
    [
        ("for line in Line.objects.all():\n        line.delete()", ["warning"]),
        ("for line in Line.objects.all():\n        print(line.order.number)", ["warning"]),
        ("for line in Line.objects.all():\n        note(line)", ["info"]),
        (
            "for name in names():\n        if getattr(instance, name):\n            Tag.objects.create(name=name)",
            ["info"],
        ),
        ("for name in getattr(settings, 'NAMES', ()):\n        Tag.objects.create(name=name)", []),
        ("for name in NAMES.items():\n        Tag.objects.create(name=name)", []),
        ("for number in xrange(10):\n        Tag.objects.filter(name=number).exists()", []),
        (
            "for number in xrange(count):\n        Tag.objects.filter(name=number).exists()",
            ["warning"],
        ),
        (
            "tags = Tag.objects.all()\n    for line in names():\n        for tag in tags:\n            print(tag)",
            [],
        ),
        (
            "for line in names():\n        for tag in Tag.objects.all():\n            print(tag)",
            ["warning"],
        ),
    ],
)
def test_a_loop_is_a_warning_where_one_query_would_plainly_do(loop: str, severity: list[str]):
    helper = "def note(line):\n    Tag.objects.create(name=line.pk)\n"
    assert (
        told_as(f"from django.conf import settings\n{SAVED}    {loop}\n{helper}", "SG501")
        == severity
    )


def test_a_user_that_the_settings_of_the_project_have_is_information():
    source = (
        "from django.contrib.auth.models import User\n"
        + HEAD.replace(", User", "")
        + SAVED.replace("Order", "User")
        + "    pass\n"
    )
    for head, severity in (("", "info"), ("base.", "info"), ("other = base.", "warning")):
        files = {
            "shop/signals.py": source,
            "conf/settings.py": f"{head}INSTALLED_APPS = ['shop']\n",
        }
        assert [item.severity for item in findings(files, "SG306")] == [severity]
