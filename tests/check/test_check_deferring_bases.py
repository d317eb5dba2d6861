"""``deferring-bases``: tasks of these classes wait for the commit by themselves, so SG101 says nothing about them."""

import pytest
from check_kit import HEAD, make_index

from signalgen.check import Choice, analyse
from signalgen.errors import UsageError

RECEIVER = f"{HEAD}from shop.tasks import bill\n@receiver(post_save)\ndef f(sender, instance, **kwargs):\n    bill.delay(1)\n"
CLASSES = "from celery import Celery, Task\nclass Waits(Task): ...\nclass Below(Waits): ...\nclass App(Celery): ...\nclass Plain(Task): ...\n"


def found(tasks, names):
    files = {
        "shop/signals.py": RECEIVER,
        "shop/base.py": CLASSES,
        "shop/tasks.py": "from celery import Celery, shared_task\nfrom shop.base import *\n"
        + tasks,
    }
    index = make_index(files, settings={"deferring-bases": names})
    return [item.line for item in analyse(index, Choice(select=("SG101",))).findings]


SILENT = [
    ("@shared_task(base=Waits)", ["Waits"]),
    ("@shared_task(base=Waits)", ["Other", "shop.base.Waits"]),
    ("@shared_task(bind=True, base=Below)", ["Waits"]),
    ("@shared_task(base='shop.base:Waits')", ["shop.base.Waits"]),
    ("app = App()\n@app.task", ["App"]),
    ("app = App('x')\n@app.task(bind=True)", ["shop.base.App"]),
    ("app = Celery('x', task_cls=Waits)\n@app.task", ["Waits"]),
    ("app = Celery('x', task_cls='shop.base:Below')\n@app.task", ["Waits"]),
]
FLAGGED = [
    ("@shared_task(base=Waits)", []),
    ("@shared_task(base=Waits)", ["other.base.Waits"]),
    ("@shared_task(base=Plain)", ["Waits"]),
    ("@shared_task", ["Waits", "App"]),
    ("app = Celery('x')\n@app.task", ["App", "Waits"]),
    ("app = App()\n@app.task(base=Plain)", ["App"]),
]


@pytest.mark.parametrize(("decorator", "names"), SILENT)
def test_a_task_that_waits_by_itself_is_left_alone(decorator, names):
    assert found(f"{decorator}\ndef bill(pk): ...\n", names) == []


@pytest.mark.parametrize(("decorator", "names"), FLAGGED)
def test_any_other_task_is_found(decorator, names):
    assert found(f"{decorator}\ndef bill(pk): ...\n", names) == [RECEIVER.count("\n")]


def test_a_setting_of_another_kind_is_refused():
    with pytest.raises(UsageError, match="deferring_bases of .* is not a list of texts"):
        found("", "Waits")
