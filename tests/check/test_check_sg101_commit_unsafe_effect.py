"""SG101: effects that should wait for the commit, and what only looks like one."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent

SAVED = (
    "import shutil\n@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
)
MOVING = "    try:\n        instance.move()\n        {first}\n    except OSError:\n        shutil.move('b', 'a'){mark}\n"
QUEUED = f"from shop.work import Jobs, work\n{SAVED}    work.delay(instance.pk)"
OWN = "def task(**options):\n    def wrap(f):\n        f.delay = f\n        return f\n    return wrap\n"
WRAPPING = (
    "from celery import shared_task\ndef task(**options):\n    return shared_task(**options)\n"
)
APP = "from shop.worker import app\ndef task(**options):\n    return app.task(**options)\n"
METHOD = (
    "class Jobs:\n    @classmethod\n    def start(cls):\n        cls.work.delay()\n"
    "    @staticmethod\n    @{decorator}\n    def work(): ...\n"
)


def work(decorator: str) -> dict[str, str]:
    return {
        "shop/deco.py": decorator,
        "shop/work.py": "from shop.deco import task\n@task()\ndef work(pk): ...\n",
    }


@pytest.mark.parametrize("decorator", [WRAPPING, APP, "from celery import shared_task as task\n"])
def test_a_decorator_around_a_library_makes_a_task(decorator: str):
    files = {
        **work(decorator),
        "shop/signals.py": HEAD + QUEUED.replace("Jobs, ", "") + "  # SG101\n",
    }
    assert_flags(files, "SG101")


def test_a_decorator_of_the_project_does_not():
    files = {**work(OWN), "shop/signals.py": HEAD + QUEUED.replace("Jobs, ", "") + "\n"}
    assert_silent(files, "SG101")


def test_a_task_of_a_class_is_known_by_its_decorator():
    source = (
        HEAD + SAVED.replace("import shutil", "from shop.work import Jobs") + "    Jobs.start()"
    )
    task = "from celery import shared_task\n" + METHOD.format(decorator="shared_task")
    assert_flags({"shop/work.py": task, "shop/signals.py": f"{source}  # SG101\n"}, "SG101")
    own = "from shop.deco import later\n" + METHOD.format(decorator="later")
    deco = "def later(f):\n    f.delay = f\n    return f\n"
    assert_silent(
        {"shop/work.py": own, "shop/deco.py": deco, "shop/signals.py": f"{source}\n"}, "SG101"
    )


def test_putting_files_back_is_no_effect_of_its_own():
    found = assert_flags(
        HEAD + SAVED + MOVING.format(first="shutil.move('a', 'b')  # SG101", mark=""), "SG101"
    )
    assert len(found) == 1


def test_another_effect_in_a_handler_is_one():
    assert_flags(HEAD + SAVED + MOVING.format(first="instance.check()", mark="  # SG101"), "SG101")


MAIL = SAVED + "    {call}{mark}\n"
MESSAGES = {
    "shop/mail.py": (
        "from anymail.message import AnymailMessage\nfrom django.core.mail import EmailMessage\nfrom shop.other import Letter\n"
        "class Message(AnymailMessage):\n    pass\n"
        "class Sure(Message):\n    def send(self):\n        return super().send()\n"
        "class Post:\n    def send(self): ...\n"
        "class Card(Letter):\n    pass\n"
        "def plain():\n    message = EmailMessage()\n    message.to = ['x']\n    return message\n"
        "def own():\n    return Message()\n"
        "def helped():\n    return own()\n"
        "def post():\n    return Post()\n"
        "def card():\n    return Card()\n"
    )
}
IMPORTED = "from anymail.message import AnymailMessage\nfrom shop.mail import Message, Post, Sure, card, helped, own, plain, post\n"


@pytest.mark.parametrize(
    "call", ["AnymailMessage().send()", "Message().send()", "Sure().send()", "own().send()", "helped().send()", "plain().send()"]
)  # fmt: skip
def test_a_message_of_another_class_is_mail(call: str):
    source = HEAD + IMPORTED + MAIL.format(call=call, mark="  # SG101")
    (found,) = assert_flags({**MESSAGES, "shop/signals.py": source}, "SG101")
    assert "sends mail" in found.message


@pytest.mark.parametrize(
    "call", ["Post().send()", "post().send()", "card().send()", "instance.user.send()"]
)
def test_what_else_is_sent_is_not(call: str):
    source = HEAD + IMPORTED + MAIL.format(call=call, mark="")
    assert_silent({**MESSAGES, "shop/signals.py": source}, "SG101")


def enqueued(
    module: str, requirement: str = "", tasks: str = "", option: str = "", mark: str = ""
) -> dict[str, str]:
    """Return a project with a task of Django's framework or its backport, the version that it asks for and its ``TASKS``."""
    files = {
        "shop/work.py": f"from {module} import task\n@task({option})\ndef bill(pk): ...\n",
        "shop/signals.py": f"{HEAD}from shop.work import bill\n{SAVED}    bill.enqueue(instance.pk){mark}\n",
    }
    if requirement:
        files["requirements.txt"] = requirement + "\n"
    if tasks:
        files["config/settings.py"] = f"TASKS = {tasks}\n"
    return files


RQ = "{'default': {'BACKEND': 'django_tasks_rq.RQBackend'}}"
NOT_WAITING = "{'default': {'BACKEND': 'shop.Redis', 'ENQUEUE_ON_COMMIT': False}}"
AT_ONCE = [
    ("django.tasks",),
    ("django.tasks", "", RQ),
    ("django_tasks", "django-tasks>=0.10"),
    ("django_tasks", "django-tasks>=0.9,<0.13"),
    ("django_tasks", "django_tasks==0.11.0"),
    ("django_tasks", "django-tasks>=0.8", RQ),
    ("django_tasks", "django-tasks==0.9", NOT_WAITING),
    ("django_tasks", "", NOT_WAITING),
    ("django_tasks", "django-tasks==0.9", "", "enqueue_on_commit=False"),
]
WAITING = [
    ("django_tasks",),
    ("django_tasks", "django-tasks"),
    ("django_tasks", "django-tasks==0.9.0"),
    ("django_tasks", "django-tasks<0.10"),
    ("django_tasks", "django-tasks>=0.5,<=0.9"),
    ("django_tasks", "django-tasks~=0.9.0"),
    ("django_tasks", "django-tasks==0.9", NOT_WAITING, "enqueue_on_commit=True"),
    ("django_tasks", "django-tasks==0.9", NOT_WAITING.replace("False", "True")),
    ("django_tasks", "django-tasks==0.12", "{'default': {'BACKEND': 'django_tasks.backends.database.DatabaseBackend'}}"),
    ("django.tasks", "", "{'default': {'BACKEND': 'django_tasks_db.DatabaseBackend'}}"),
    ("django.tasks", "", "{'default': {'BACKEND': 'django.tasks.backends.immediate.ImmediateBackend'}}"),
    ("django.tasks", "", "{'default': {'BACKEND': env('TASKS')}}"),
    ("django.tasks", "", "load()"),
]  # fmt: skip


@pytest.mark.parametrize("words", AT_ONCE)
def test_a_task_of_django_reaches_its_worker_at_once(words: tuple[str, ...]):
    assert_flags(enqueued(*words, mark="  # SG101"), "SG101")


@pytest.mark.parametrize("words", WAITING)
def test_one_that_waits_or_may_wait_is_left_alone(words: tuple[str, ...]):
    assert_silent(enqueued(*words), "SG101")


BILL = {"shop/work.py": "from celery import shared_task\n@shared_task\ndef bill(pk): ...\n"}
TESTED = f"{HEAD}from django.conf import settings\nfrom shop.work import bill\n{SAVED}"


@pytest.mark.parametrize(
    "body",
    [
        "    if settings.TEST:\n        bill.delay(1)\n    else:\n        bill.delay_on_commit(1)\n",
        "    if hasattr(settings, 'TEST') and settings.TEST:\n        bill.delay(1)\n",
        "    if not settings.TESTING:\n        return\n    bill.delay(1)\n",
        "    if not (instance.pk and settings.TESTING):\n        pass\n    else:\n        bill.delay(1)\n",
    ],
)
def test_what_only_tests_do_is_left_alone(body: str):
    assert_silent({**BILL, "shop/signals.py": TESTED + body}, "SG101")


@pytest.mark.parametrize(
    "body",
    [
        "    if not settings.TESTING:\n        bill.delay(1)  # SG101\n",
        "    if settings.TESTING:\n        return\n    bill.delay(1)  # SG101\n",
        "    if settings.TESTING or instance.pk:\n        bill.delay(1)  # SG101\n",
        "    if instance.test:\n        bill.delay(1)  # SG101\n",
    ],
)
def test_what_not_only_tests_do_is_found(body: str):
    assert_flags({**BILL, "shop/signals.py": TESTED + body}, "SG101")


HELPED = (
    "import requests\nfrom django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
    "from shop.models import Order\n\n\ndef fetch(row, download=False):\n    if download:\n"
    "        requests.get('https://example.com')\n\n\n@receiver(post_save, sender=Order)\n"
    "def f(sender, instance, **kwargs):\n"
)


@pytest.mark.parametrize(
    "body", ["fetch(instance)", "fetch(instance, download=False)", "fetch(instance, False)"]
)
def test_what_the_arguments_of_a_helper_keep_away_is_left_alone(body):
    assert_silent(HELPED + f"    {body}\n", "SG101")


@pytest.mark.parametrize(
    "body",
    [
        "fetch(instance, True)  # SG101",
        "fetch(instance)\n    fetch(instance, download=True)  # SG101",
        "fetch(instance, download=True)  # SG101\n    fetch(instance)",
        "fetch(instance, **kwargs)  # SG101",
        "fetch(instance, instance.pk > 3)  # SG101",
    ],
)
def test_what_one_of_the_calls_lets_through_is_found(body):
    assert_flags(HELPED + f"    {body}\n", "SG101")
