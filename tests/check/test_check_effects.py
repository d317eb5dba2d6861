"""What leaves the transaction, behind attributes, loaders, other queues and signals of the project: SG101 and SG102."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent

IMPORTS = (
    "import boto3\nimport requests\nfrom functools import partial\nfrom celery import chain\nfrom django.db import transaction\n"
    "from django.db.transaction import atomic\nfrom django.utils.functional import LazyObject\n"
    "from django.utils.module_loading import import_string\nfrom django_redis import get_redis_connection\n"
    "from shop.tasks import work\n"
)
TASKS = "from celery import shared_task\n@shared_task\ndef work(pk): ...\n"
SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
ANY = "@receiver(post_save)\ndef saved(sender, instance, **kwargs):\n"
CLIENT = "class Client:\n    def __init__(self, session=None):\n        self.session = {session}\n    def tell(self):\n        self.session.post('https://example.com')\n"
OUTER = "class Outer:\n    def __init__(self, client=None):\n        self.client = {client}\n    def tell(self):\n        self.client.tell()\n"
PLAIN = "class Client:\n    def tell(self):\n        requests.post('https://example.com')\n"
LAZY = "class Lazy(LazyObject):\n    def _setup(self):\n        self._wrapped = Client()\nclient = Lazy()\n"
PROPERTY = "class Outer:\n    @property\n    def client(self):\n        return Client()\n    def tell(self):\n        self.client.tell()\n"
DEEP = (
    "class Client:\n    def __init__(self):\n        self.first = requests.Session()\n"
    "    @property\n    def session(self):\n        return self.first\n"
    "class Outer:\n    def __init__(self):\n        self.client = Client()\n    def tell(self):\n        self.client.session.delete('x')\n"
)
MIXIN = (
    "class Telling:\n    def tell(self):\n        self.call()\n"
    "class Caller:\n    def call(self):\n        requests.get('x')\nclass Phone(Caller, Telling):\n    pass\n"
)
OTHER = "class Mute(Telling):\n    def call(self):\n        pass\n"
ROWS = (
    "from django.db import models\nclass Rows(models.Manager):\n    def get_open(self):\n        return {result}\n"
    "class Letter(models.Model):\n    objects = Rows()\n    def tell(self):\n        requests.get('x')\n"
)
LOOP = "    letters = Letter.objects.get_open()\n    for letter in letters:\n        letter.tell()"
PAID = "paid = Signal()\n@receiver(paid)\ndef heard(sender, **kwargs):\n"
OTHERS = "paid = Signal()\n@receiver(paid, sender=Tag)\ndef heard(sender, **kwargs):\n"

FLAGGED = [
    # The arguments of a deferred call are worked out at once.
    f"{SAVED}    transaction.on_commit(partial(print, requests.get('x')))  # SG101\n",
    f"{SAVED}    transaction.on_commit(partial(print, end=requests.get('x')))  # SG101\n",
    f"{SAVED}    def later(answer): ...\n    transaction.on_commit(partial(later, requests.get('x')))  # SG101\n",
    # Attributes of objects.
    f"{CLIENT.format(session='requests.Session()')}{SAVED}    Client().tell()  # SG101\n",
    f"{CLIENT.format(session='session or requests.Session()')}{SAVED}    Client().tell()  # SG101\n",
    f"{PLAIN}{OUTER.format(client='Client()')}{SAVED}    Outer().tell()  # SG101\n",
    f"{PLAIN}{PROPERTY}{SAVED}    Outer().tell()  # SG101\n",
    f"{PLAIN}{LAZY}{SAVED}    client.tell()  # SG101\n",
    f"{DEEP}{SAVED}    Outer().tell()  # SG101\n",
    f"{MIXIN}{SAVED}    Phone().tell()  # SG101\n",
    f"{MIXIN.replace('Telling:', 'Telling(Tag):')}{SAVED}    Phone().tell()  # SG101\n",
    f"{MIXIN}{OTHER}{SAVED}    Phone().tell()  # SG101\n",
    # Rows that a manager's method gives, whatever it is called.
    f"{ROWS.format(result='self.filter(pk=1).order_by()')}{SAVED}{LOOP}  # SG101\n",
    # Classes that are loaded by name, or that a test tells.
    f"{PLAIN}{SAVED}    import_string('shop.signals.Client')().tell()  # SG101\n",
    f"{PLAIN}{ANY}    if isinstance(instance, Client):\n        instance.tell()  # SG101\n",
    f"{PLAIN}{ANY}    if issubclass(sender, Client):\n        instance.tell()  # SG101\n",
    # Other queues and services.
    f"{SAVED}    chain(work.s(1), work.s(2)).apply_async()  # SG101\n",
    f"{SAVED}    (work.s(1) | work.s(2)).delay()  # SG101\n",
    f"{SAVED}    boto3.client('s3').put_object(Key='x')  # SG101\n",
    f"{SAVED}    get_redis_connection().publish('orders', 1)  # SG101\n",
    # A file that another one replaces.
    f"{SAVED.replace('post', 'pre')}    Order.objects.get(pk=instance.pk).file.delete(save=False)  # SG101\n",
    # Signals of the project that are sent in a transaction.
    f"{PAID}    work.delay(1)  # SG101\ndef pay():\n    with transaction.atomic():\n        paid.send(None)\n",
    f"{PAID}    work.delay(1)  # SG101\n@atomic\ndef pay():\n    paid.send(None)\n",
    f"{PAID}    work.delay(1)  # SG101\n@transaction.atomic(using='x')\ndef pay():\n    paid.send_robust(None)\n",
    f"{PAID}    work.delay(1)  # SG101\n{SAVED}    paid.send(sender)\n",
    f"{PAID}    work.delay(1)  # SG101\ndef pay():\n    paid.send(Order)\n{SAVED}    pay()\n",
    f"{PAID}    work.delay(1)  # SG101\ndef pay(order):\n    paid.send(1, order=order)\n{SAVED}    pay(instance)\n",
    f"{OTHERS}    work.delay(1)  # SG101\n@atomic\ndef pay():\n    paid.send(Tag)\n",
    f"{PAID}    work.delay(1)  # SG101\n@atomic\ndef pay():\n    paid.send(1)\ndef other():\n    paid.send(2)\n",
]
SILENT = [
    f"{SAVED}    transaction.on_commit(partial(requests.get, 'x'))\n",
    f"{SAVED}    transaction.on_commit(partial(partial(requests.get, 'x'), timeout=3))\n",
    f"{SAVED}    transaction.on_commit(partial(lambda: requests.get('x')))\n",
    f"{SAVED}    def later():\n        requests.get('x')\n    transaction.on_commit(partial(later))\n",
    f"{SAVED}    def later():\n        requests.get('x')\n        transaction.on_commit(later)\n    transaction.on_commit(later)\n",
    f"{SAVED}    transaction.on_commit(lambda: transaction.on_commit(partial(print, requests.get('x'))))\n",
    f"{CLIENT.format(session='session')}{SAVED}    Client().tell()\n",
    f"{CLIENT.format(session='session()')}{SAVED}    Client().tell()\n",
    f"{PLAIN}{OUTER.format(client='Client()')}    def turn(self, other):\n        self.client = other\n{SAVED}    Outer().tell()\n",
    f"{PLAIN}{PROPERTY.replace('@property', '@staticmethod')}{SAVED}    Outer().tell()\n",
    f"{DEEP.replace('return self.first', 'return self.second')}{SAVED}    Outer().tell()\n",
    f"{MIXIN}{OTHER}{SAVED}    Mute().tell()\n",
    f"{ROWS.format(result='[row.user for row in self.all()]')}{SAVED}{LOOP}\n",
    f"{ROWS.format(result='self.values_list()')}{SAVED}{LOOP}\n",
    f"{PLAIN}{LAZY.replace('LazyObject', 'object')}{SAVED}    client.tell()\n",
    f"{PLAIN}{SAVED}    import_string(instance.number)().tell()\n",
    f"{PLAIN}{ANY}    if not isinstance(instance, Client):\n        instance.tell()\n",
    f"{PLAIN}{ANY}    if isinstance(instance, Client):\n        return\n    instance.tell()\n",
    f"{PLAIN}{ANY}    if isinstance(sender, Client):\n        instance.tell()\n",
    f"{SAVED}    print(work.s(1) | work.s(2))\n",
    f"{SAVED}    chain(work.s(1), work.s(2))\n",
    f"{SAVED}    boto3.client('s3').get_paginator('x')\n",
    f"{SAVED}    instance.publish('orders')\n",
    f"{SAVED}    instance.parent.delete(keep_parents=False)\n",
    f"{PAID}    work.delay(1)\ndef pay():\n    paid.send(None)\n",
    f"{PAID}    work.delay(1)\ndef pay():\n    with transaction.atomic():\n        pass\n    paid.send(None)\n",
    f"{PAID}    work.delay(1)\n@atomic\ndef pay():\n    transaction.on_commit(lambda: paid.send(None))\n",
    f"{PAID}    work.delay(1)\n@atomic\ndef pay():\n    transaction.on_commit(partial(paid.send, None))\n",
    f"{PAID}    work.delay(1)\n@atomic\ndef pay():\n    def later():\n        paid.send(None)\n    return later\n",
    f"{PAID}    transaction.on_commit(lambda: work.delay(1))\n@atomic\ndef pay():\n    paid.send(None)\n",
    f"{PAID}    work.delay(1)\n{SAVED}    transaction.on_commit(lambda: paid.send(sender))\n",
    f"{PAID}    kwargs['mute'] or work.delay(1)\ndef pay(mute):\n    paid.send(1, mute=mute)\n{SAVED}    pay(mute=True)\n",
    f"{OTHERS}    work.delay(1)\n@atomic\ndef pay():\n    paid.send(Order)\n",
    f"{PAID}    instance.file.delete(save=False)\n@atomic\ndef pay():\n    paid.send(None)\n",
]


TEMPORARY = [
    "    with tempfile.NamedTemporaryFile(delete=False) as f:\n        os.unlink(f.name)",
    "    f = tempfile.NamedTemporaryFile(delete=False)\n    os.remove(f.name)",
    "    fd, path = tempfile.mkstemp()\n    os.unlink(path)",
    "    folder = Path(tempfile.mkdtemp())\n    shutil.rmtree(str(folder / 'x'))",
    "    folder = mkdtemp()\n    shutil.rmtree(folder)",
]
LASTING = [
    "    with open('x') as f:\n        os.unlink(f.name)",
    "    f = tempfile.NamedTemporaryFile(delete=False)\n    os.replace(f.name, instance.number)",
    "    f = tempfile.NamedTemporaryFile(delete=False)\n    os.remove(instance.number)",
    "    folder = made()\n    shutil.rmtree(folder)",
]
FILES = "import os\nimport shutil\nimport tempfile\nfrom pathlib import Path\nfrom tempfile import mkdtemp\n"


@pytest.mark.parametrize("body", TEMPORARY)
def test_a_file_that_a_receiver_makes_for_itself_is_nothing_to_others(body):
    assert_silent(HEAD + FILES + SAVED + body + "\n", "SG101")


@pytest.mark.parametrize("body", LASTING)
def test_a_file_that_stays_or_was_there_is(body):
    assert_flags(HEAD + FILES + SAVED + body + "  # SG101\n", "SG101")


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source: str):
    assert_flags({"shop/signals.py": HEAD + IMPORTS + source, "shop/tasks.py": TASKS}, "SG101")


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source: str):
    assert_silent({"shop/signals.py": HEAD + IMPORTS + source, "shop/tasks.py": TASKS}, "SG101")


LOADING = "from oscar.core.loading import get_class\nSender = get_class('mail.utils', 'Sender')\n"
SENDER = "from django.core.mail import send_mail\nclass Sender:\n    def tell(self):\n        send_mail('x', 'y', None, [])\n"


def test_a_class_that_oscar_loads_is_known_by_its_label():
    source = HEAD + LOADING + SAVED + "    Sender().tell()  # SG101\n"
    assert_flags(
        {"shop/signals.py": source, "shop/mail/__init__.py": "", "shop/mail/utils.py": SENDER},
        "SG101",
    )


def test_not_when_two_are_called_so():
    source = HEAD + LOADING + SAVED + "    Sender().tell()\n"
    made = {
        f"{app}/mail/{name}.py": text
        for app in ("shop", "fork")
        for name, text in (("__init__", ""), ("utils", SENDER))
    }
    assert_silent({"shop/signals.py": source, "fork/__init__.py": "", **made}, "SG101")


QUEUED = f"from django_q.tasks import async_task\n{SAVED}    async_task('shop.tasks.work')"


def test_a_queue_outside_the_database_gets_the_task_at_once():
    assert_flags(
        {
            "shop/signals.py": f"{HEAD}{QUEUED}  # SG101\n",
            "shop/more.py": "Q_CLUSTER = {'redis': {}}\n",
        },
        "SG101",
    )


def test_one_in_the_database_is_rolled_back_with_the_rest():
    assert_silent(
        {
            "shop/signals.py": f"{HEAD}{QUEUED}\n",
            "shop/more.py": "Q_CLUSTER = {'orm': 'default'}\n",
        },
        "SG101",
    )


SQL = "from django.core.management import call_command\nfrom django.db import connection\n"
SLOW = [
    "    connection.cursor().execute(f'REFRESH MATERIALIZED VIEW {instance.number}')  # SG102\n",
    "    call_command('rebuild_index', interactive=False)  # SG102\n",
    "    VersatileImageFieldWarmer(instance, 'x', 'file').warm()  # SG102\n",
]
QUICK = [
    "    connection.cursor().execute(f'UPDATE {instance.number} SET a = 1')\n",
    "    connection.cursor().execute(f'{instance.number} REFRESH MATERIALIZED VIEW')\n",
    "    call_command('clear_cache')\n",
    "    VersatileImageFieldWarmer(instance, 'x', 'file')\n",
]
STEPS = "    image = Image.open('x')\n    image.thumbnail((9, 9))\n    image.save('y')\n"


def test_the_steps_of_an_image_are_one_finding_and_other_work_is_another():
    head = f"from PIL import Image\n{HEAD}{IMPORTS}"
    once = STEPS.replace("open('x')\n", "open('x')  # SG102\n")
    assert_flags(f"{head}{SAVED}{once}{STEPS}", "SG102")
    more = "    requests.get('x', timeout=3)  # SG102\n"
    assert_flags(f"{head}{SAVED}{once}{more}", "SG102")
    helpers = f"def draw():\n{STEPS}def paint():\n{STEPS}"
    apart = f"{helpers}{SAVED}    draw()  # SG102\n    paint()  # SG102\n"
    assert_flags(f"{head}{apart}", "SG102")


WARMER = "from versatileimagefield.image_warmer import VersatileImageFieldWarmer\n"


@pytest.mark.parametrize("source", SLOW)
def test_it_keeps_the_request_waiting(source: str):
    assert_flags(HEAD + SQL + WARMER + SAVED + source, "SG102")


@pytest.mark.parametrize("source", QUICK)
def test_it_keeps_nobody_waiting(source: str):
    assert_silent(HEAD + SQL + WARMER + SAVED + source, "SG102")
