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
WORKER = "from shop.signals import done\nclass Worker:\n    def run(self):\n        done.send(self)\n"

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
