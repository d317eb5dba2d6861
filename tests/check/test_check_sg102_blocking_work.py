"""SG102: work that a request waits for, and work that it does not."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

IMPORTS = (
    "import requests\nfrom django.core.mail import send_mail\nfrom django.template.loader import render_to_string\n"
    "from filelock import FileLock\n"
)
SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
WRITE = "def write(far=True):\n    if far:\n        return\n    with FileLock('x'):\n        pass\n"
HEARD = (
    "import requests\nfrom django.dispatch import Signal, receiver\ndone = Signal()\n"
    "@receiver(done)\ndef heard(sender, **kwargs):\n    requests.get('https://example.com')"
)
TASK = "from celery import shared_task\nfrom shop.work import Worker\n@shared_task\ndef work():\n    Worker().run()\n"
WORKER = (
    "from shop.signals import done\nclass Worker:\n    def run(self):\n        done.send(self)\n"
)

FLAGGED = [
    f"{SAVED}    text = render_to_string('mail.txt')\n    send_mail('x', text, None, [])  # SG102\n",
    (
        "def tell(order):\n    send_mail('x', render_to_string('mail.txt'), None, [])\n"
        f"{SAVED}    tell(instance)  # SG102\n"
    ),
    f"{WRITE}{SAVED}    write(far=False)  # SG102\n",
    f"{WRITE}{SAVED}    write(instance.far)  # SG102\n",
    (
        f"def show(order):\n    for line in order.lines.all():\n        Tag.objects.create(name=line.name)\n"
        f"    return render_to_string('box.html')\n{SAVED}    show(instance)  # SG102\n"
    ),
]
SILENT = [
    f"{SAVED}    render_to_string('box.html')\n",
    f"def show():\n    return render_to_string('box.html')\n{SAVED}    show()\n",
    f"{SAVED}    send_mail('x', 'y', None, [])\n",
    f"{WRITE}{SAVED}    write()\n",
    f"{WRITE}{SAVED}    write(far=True)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source: str):
    assert_flags(HEAD + IMPORTS + source, "SG102")


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source: str):
    assert_silent(HEAD + IMPORTS + source, "SG102")


def test_of_several_effects_the_worst_is_named():
    source = (
        "import time\ndef tell():\n    time.sleep(1)\n    send_mail('x', render_to_string('y'), None, [])\n"
        f"    requests.get('https://example.com')\n{SAVED}    tell()\n"
    )
    (found,) = findings(HEAD + IMPORTS + source, "SG102")
    assert "makes an HTTP request" in found.message


def test_a_way_that_cannot_be_gone_hides_no_other():
    source = (
        "def low():\n    requests.get('https://example.com')\n"
        "def tell(one=False):\n    if one:\n        low()\n    else:\n        other()\n"
        f"def other():\n    low()\n{SAVED}    tell()  # SG102\n"
    )
    assert_flags(HEAD + IMPORTS + source, "SG102")


def test_a_signal_that_only_a_task_leads_to_keeps_nobody_waiting():
    files = {"shop/signals.py": HEARD, "shop/work.py": WORKER, "shop/tasks.py": TASK}
    assert_silent(files, "SG102")


def test_a_view_that_leads_to_it_as_well_does():
    view = "from shop.work import Worker\ndef view(request):\n    Worker().run()\n"
    files = {
        "shop/signals.py": f"{HEARD}  # SG102\n",
        "shop/work.py": WORKER,
        "shop/tasks.py": TASK,
        "shop/views.py": view,
    }
    assert_flags(files, "SG102")


SENDING = "from shop.signals import done\nclass Box(models.Model):\n    def fill(self):\n        done.send(self)\n"
FILLING = "from celery import shared_task\nfrom shop.boxes import Box\n@shared_task\ndef fill_box(pk):\n    Box.objects.get(pk=pk).fill()\n"
VIEW = (
    "from shop.boxes import Box\ndef view(request, pk):\n    return Box.objects.get(pk=pk){call}\n"
)
QUEUE = "from shop.signals import done\ndef work(pk):\n    done.send(pk)\n"


def test_a_method_that_only_a_task_calls_keeps_nobody_waiting():
    boxes = "from django.db import models\n" + SENDING
    files = {"shop/signals.py": HEARD, "shop/boxes.py": boxes, "shop/tasks.py": FILLING}
    assert_silent({**files, "shop/views.py": VIEW.format(call="")}, "SG102")
    marked = {
        **files,
        "shop/signals.py": HEARD + "  # SG102\n",
        "shop/views.py": VIEW.format(call=".fill()"),
    }
    assert_flags(marked, "SG102")


@pytest.mark.parametrize("method", ["enqueue", "enqueue_in"])
def test_a_function_that_a_queue_gets_keeps_nobody_waiting(method: str):
    views = f"from shop.work import work\ndef view(request):\n    queue.{method}(work, 1)\n"
    assert_silent(
        {"shop/signals.py": HEARD, "shop/work.py": QUEUE, "shop/views.py": views}, "SG102"
    )


@pytest.mark.parametrize("call", ["work(1)", "queue.enqueue(other, work(1))", "handle(work)"])
def test_one_that_is_called_does(call: str):
    views = f"from shop.work import work\ndef view(request):\n    {call}\n"
    files = {
        "shop/signals.py": HEARD + "  # SG102\n",
        "shop/work.py": QUEUE,
        "shop/views.py": views,
    }
    assert_flags(files, "SG102")
