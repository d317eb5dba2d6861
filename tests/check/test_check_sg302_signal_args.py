"""SG302: a parameter that the signal does not send."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG302"
AUTH = "from django.contrib.auth.signals import user_logged_in, user_login_failed\n"
CORE = "from django.core.signals import request_started\nfrom django.db.models.signals import post_migrate\n"

FLAGGED = [
    "from wagtail.signals import page_published\n@receiver(page_published)\ndef f(sender, page, **kwargs): ...  # SG302\n",
    "@receiver(pre_save, sender=Order)\ndef f(sender, instance, created, **kwargs): ...  # SG302\n",
    "@receiver([pre_save, post_save])\ndef f(sender, created, **kwargs): ...  # SG302\n",
    "def f(sender, pk, **kwargs): ...  # SG302\npost_delete.connect(f, sender=Order)\n",
    "def f(sender, *, created, **kwargs): ...  # SG302\npre_save.connect(f)\n",
    "@receiver(post_save)\ndef f(_sender, instance, **kwargs): ...  # SG302\n",
    "post_delete.connect(lambda sender, created, **kwargs: 1, weak=False)  # SG302\n",
    AUTH + "@receiver(user_login_failed)\ndef f(sender, user, **kwargs): ...  # SG302\n",
    CORE + "@receiver(post_migrate)\ndef f(sender, plan, **kwargs): ...  # SG302\n",
    CORE + "@receiver(request_started)\ndef f(sender, scope, **kwargs): ...  # SG302\n",
    "class A:\n    @receiver(post_save)\n    def f(self, sender, **kwargs): ...  # SG302\n",
    "paid = Signal()\n@receiver(paid)\ndef f(sender, order, **kwargs): ...  # SG302\ndef g(): paid.send(Order)\n",
    (
        "paid = Signal()\n@receiver(paid, sender=Order)\ndef f(sender, order, **kwargs): ...  # SG302\n"
        "def g(): paid.send(sender=Order)\n"
    ),
    "class A:\n    @staticmethod\n    def f(sender, created, **kwargs): ...  # SG302\npre_save.connect(A.f)\n",
]
FLAGGED += [
    (
        "@receiver(post_save, sender=Line)\ndef f(sender, instance, created, **kwargs): ...  # SG302\n"
        "def rename(row): post_save.send(sender=Line, instance=row)\n"
    ),
    (
        "@receiver(post_delete)\ndef f(sender, instance, using, **kwargs): ...  # SG302\n"
        "def drop(row): post_delete.send(sender=type(row), instance=row)\n"
    ),
    (
        "from django.db import models\nclass Record(models.Model):\n    def delete(self):\n"
        "        post_delete.send(sender=type(self), instance=self)\n"
        "@receiver(post_delete, sender=Record)\ndef f(sender, using, **kwargs): ...  # SG302\n"
    ),
    (
        "from django.db import models\nclass Soft(models.Model):\n    class Meta:\n        abstract = True\n"
        "    def delete(self):\n        post_delete.send(sender=self.__class__, instance=self)\n"
        "class Record(Soft): ...\n"
        "@receiver(post_delete, sender=Record)\ndef f(sender, using, **kwargs): ...  # SG302\n"
    ),
]
SILENT = [
    (
        "@receiver(post_save, sender=Line)\ndef f(sender, instance, created, **kwargs): ...\n"
        "def rename(row): post_save.send(sender=Line, instance=row, created=False)\n"
    ),
    (
        "@receiver(post_save, sender=Line)\ndef f(sender, instance, created, **kwargs): ...\n"
        "def rename(row): post_save.send(sender=Invoice, instance=row)\n"
    ),
    (
        "@receiver(post_save, sender=Line)\ndef f(sender, instance, created, **kwargs): ...\n"
        "def rename(row, **all): post_save.send(sender=Line, instance=row, **all)\n"
    ),
    (
        "@receiver(post_save, sender=Line)\ndef f(sender, instance, created=False, **kwargs): ...\n"
        "def rename(row): post_save.send(sender=Line, instance=row)\n"
    ),
    (
        "from django.db import models\nclass Soft(models.Model):\n    def delete(self):\n"
        "        post_delete.send(sender=type(self), instance=self)\n"
        "class Record(Soft):\n    def delete(self): ...\n"
        "@receiver(post_delete, sender=Record)\ndef f(sender, using, **kwargs): ...\n"
    ),
    (
        "@receiver(post_save, sender=Line)\ndef f(sender, instance, created, **kwargs): ...\n"
        "def rename(row): post_save.send(sender=type(row), instance=row)\n"
    ),
    "@receiver(post_save, sender=Order)\ndef f(sender, instance, created, raw, using, update_fields, **kwargs): ...\n",
    "@receiver([pre_save, post_save])\ndef f(sender, signal, instance, created=None, **kwargs): ...\n",
    "@receiver(pre_save)\ndef f(sender, *, created=None, **kwargs): ...\n",
    "@receiver(pre_save)\n@made_up\ndef f(sender, created, **kwargs): ...\n",
    "from functools import partial\ndef f(x, sender, **kwargs): ...\npost_save.connect(partial(f, 1), weak=False)\n",
    "from celery.signals import task_failure\n@task_failure.connect\ndef f(task_id, anything, **kwargs): ...\n",
    # What a package's signal sends is known of those in its table alone, and what it may send counts.
    "from wagtail.signals import page_published\n@receiver(page_published)\ndef f(sender, instance, revision, alias, **kwargs): ...\n",
    "from wagtail.signals import unheard_of\n@receiver(unheard_of)\ndef f(sender, whatever, **kwargs): ...\n",
    "from wagtail.signals import page_published\n@receiver(page_published)\ndef f(sender, page=None, **kwargs): ...\n",
    "class A:\n    @receiver(post_save)\n    def f(sender, instance, **kwargs): ...\n",
    "class A:\n    @receiver(post_save)\n    @staticmethod\n    def f(sender, instance, **kwargs): ...\n",
    "class A:\n    @classmethod\n    def f(cls, sender, instance, **kwargs): ...\npost_save.connect(A.f)\n",
    "class A:\n    def f(self, sender, instance, **kwargs): ...\na = A()\npost_save.connect(a.f)\n",
    "paid = Signal()\n@receiver(paid)\ndef f(sender, order, **kwargs): ...\n",
    "paid = Signal()\n@receiver(paid)\ndef f(sender, order, **kwargs): ...\ndef g(): paid.send(Order, order=1)\n",
    "paid = Signal()\n@receiver(paid)\ndef f(sender, order, **kwargs): ...\ndef g(**all): paid.send(Order, **all)\n",
    (
        "paid = Signal()\n@receiver(paid, sender=Order)\ndef f(sender, order, **kwargs): ...\n"
        "def g(): paid.send(sender=Line)\n"
    ),
    "paid = Signal()\n@receiver(paid)\ndef f(sender, order, **kwargs): ...\ndef g(): paid.disconnect(f)\n",
    AUTH + "@receiver(user_logged_in)\ndef f(sender, user, request, **kwargs): ...\n",
    CORE + "@receiver(request_started)\ndef f(sender, environ, **kwargs): ...\n",
    CORE + "@receiver(post_migrate)\ndef f(app_config, using, plan=None, **kwargs): ...\n",
    "def f(sender, created, **kwargs): ...\nsocket.connect(f)\n",
]


HANDS = """
class Hands:
    def __init__(self):
        self.made = {}
    def heard(self, owner, sender, instance, **kwargs): ...WHERE
    def setup(self, owner):
        one = MADE
        HOW
"""
PARTLY = "partial(self.heard, owner)"
HOWS = {
    "a name": "post_save.connect(one, sender=Order, weak=False)",
    "a dict": (
        "self.made[(post_save, Order)] = one\n"
        "        for (signal, cls), handler in self.made.items():\n"
        "            signal.connect(handler, sender=cls)"
    ),
}


@pytest.mark.parametrize("how", HOWS)
def test_a_partial_supplies_what_it_is_given_by_whatever_name(how):
    source = HEAD + "from functools import partial\n" + HANDS.replace("HOW", HOWS[how])
    assert_silent(source.replace("MADE", PARTLY).replace("WHERE", ""), CODE)
    plain = source.replace("MADE", "self.heard").replace("WHERE", "  # SG302")
    if how == "a name":
        plain = plain.replace("connect(one,", "connect(self.heard,")
        assert_flags(plain, CODE)


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


RAW = HEAD + "@receiver(m2m_changed)\ndef f(sender, raw, **kwargs): ...  # SG302\n"


@pytest.mark.parametrize("django", [None, (4, 2), (5, 2), (6, 0)])
def test_an_argument_of_a_newer_version_is_missing_before_it(django):
    (found,) = assert_flags(RAW, CODE, django=django)
    assert "m2m_changed" in found.message
    assert "Django" in found.message


def test_an_argument_of_a_newer_version_is_there_from_then_on():
    assert_silent(RAW, CODE, django=(6, 1))


def test_environ_is_not_sent_by_a_project_that_runs_under_asgi():
    source = (
        HEAD + CORE + "@receiver(request_started)\ndef f(sender, environ, **kwargs): ...  # SG302\n"
    )
    assert_flags(
        {"shop/signals.py": source, "config/settings.py": "ASGI_APPLICATION = 'config.asgi'\n"},
        CODE,
    )


def fixed(source):
    """Return the one line of a receiver after its fix, and whether that is safe."""
    files = {"shop/signals.py": HEAD + source}
    (found,) = findings(files, CODE)
    if found.fix is None:
        return None, None
    text = (HEAD + source).encode()
    for edit in sorted(found.fix.edits, reverse=True):
        text = text[: edit.start] + edit.new.encode() + text[edit.end :]
    return text.decode().splitlines()[-1], found.fix.safe


@pytest.mark.parametrize(
    ("before", "after", "safe"),
    [
        ("sender, created, **kwargs", "sender, created=None, **kwargs", True),
        ("sender, created: bool, **kwargs", "sender, created: bool = None, **kwargs", True),
        ("sender, created, raw=1, **kwargs", "sender, created=None, raw=1, **kwargs", True),
        ("sender, *, created, raw, **kwargs", "sender, *, created=None, raw, **kwargs", True),
        ("sender, created, raw, **kwargs", "sender, raw, created=None, **kwargs", False),
        ("sender, created, raw, using=1", "sender, raw, created=None, using=1", False),
        ("_sender, **kwargs", None, None),
        ("created, **kwargs", None, None),
    ],
)
def test_the_fix_gives_a_default(before, after, safe):
    line, found = fixed(f"@receiver(pre_save)\ndef f({before}): ...\n")
    assert line == (after and f"def f({after}): ...")
    assert found is safe


def test_all_that_is_missing_is_said_of_each_signal():
    source = "@receiver([pre_save, post_delete])\ndef f(sender, created, **kwargs): ...\n"
    (found,) = findings(HEAD + source, CODE)
    assert "pre_save does not send it; post_delete does not send it" in found.message
