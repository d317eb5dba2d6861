"""SG116, SG117, SG118: what the tests of a project do with receivers and signals."""

import pytest
from check_kit import assert_flags, assert_silent

PATH = "shop/tests/test_shop.py"
IMPORTS = (
    "from unittest import mock\nfrom unittest.mock import patch\n"
    "from django.db.models.signals import post_save\nfrom django.test import TestCase\n"
    "from shop import signals\nfrom shop.models import Line\nfrom shop.signals import f\n"
)
SIGNALS = (
    "from django.db import transaction\nfrom django.db.models.signals import post_save\n"
    "from django.dispatch import receiver\nfrom shop.models import Line\nfrom shop.tasks import bill\n"
    "@receiver(post_save, sender=Line{})\ndef f(sender, instance, **kwargs):\n    {}\n"
)
LATER = "transaction.on_commit(lambda: bill.delay(instance.pk))"
TASKS = "from celery import shared_task\n@shared_task\ndef bill(pk): ...\n"


def app(test, body=LATER, how="", more=""):
    return {
        "shop/signals.py": SIGNALS.format(how, body) + more,
        "shop/tasks.py": TASKS,
        "shop/tests/__init__.py": "",
        PATH: IMPORTS + test,
    }


def case(*lines, base="TestCase", decorator="", argument=""):
    above = f"    {decorator}\n" if decorator else ""
    body = "".join(f"        {line}\n" for line in lines)
    return f"class T({base}):\n{above}    def test(self{argument}):\n{body}"


PATCHED = [
    case("pass", decorator="@patch('shop.signals.f')  # SG116"),
    case("pass", decorator="@mock.patch('shop.signals.f')  # SG116"),
    case("with patch.object(signals, 'f'):  # SG116", "    Line.objects.create()"),
    "def test(monkeypatch):\n    monkeypatch.setattr('shop.signals.f', print)  # SG116\n",
    "def test(monkeypatch):\n    monkeypatch.setattr(signals, 'f', print)  # SG116\n",
    "def test(mocker):\n    mocker.patch('shop.signals.f')  # SG116\n",
]
NOT_PATCHED = [
    app(case("pass", decorator="@patch('shop.signals.bill')")),
    app(
        case("pass", decorator="@patch('shop.signals.f')"),
        more="def again(x):\n    f(x, instance=x)\n",
    ),
    app(case("with patch('shop.signals.f') as g:", "    post_save.connect(g, sender=Line)")),
    app(case("pass", decorator="@patch('shop.tasks.bill')")),
    app(case("pass", decorator="@patch(NAME)")),
    app(case("pass", decorator="@patch('elsewhere.f')")),
]


@pytest.mark.parametrize("test", PATCHED)
def test_the_patch_of_a_receiver_is_found(test):
    assert_flags(app(test), "SG116")


@pytest.mark.parametrize("files", NOT_PATCHED)
def test_the_patch_of_something_else_is_silent(files):
    assert_silent(files, "SG116")


SAVE, NOT = "Line.objects.create()", "bill.delay.assert_not_called()"
UNCAPTURED = [
    app(case(SAVE, NOT, decorator="@patch('shop.signals.bill')  # SG117", argument=", bill")),
    app(case("with patch('shop.signals.bill') as bill:  # SG117", f"    {SAVE}", NOT)),
    app(
        case(
            SAVE,
            "self.assertFalse(bill.delay.called)",
            decorator="@patch('shop.signals.bill')  # SG117",
            argument=", bill",
        )
    ),
]
WAITING = "from shop.queue import later\n"
QUEUE = case(
    SAVE,
    "later.assert_called_once()",
    decorator="@patch('shop.signals.later')",
    argument=", later",
)
CAPTURED = [
    # The wrapper that waits is called at once, and so is what stands in its place.
    {
        **app(QUEUE),
        "shop/signals.py": WAITING + SIGNALS.format("", "later(bill, instance.pk)"),
        "shop/queue.py": "from django.db import transaction\ndef later(task, pk):\n"
        "    transaction.on_commit(lambda: task.delay(pk))\n",
    },
    app(
        case(
            "with self.captureOnCommitCallbacks(execute=True):",
            f"    {SAVE}",
            NOT,
            decorator="@patch('shop.signals.bill')",
            argument=", bill",
        )
    ),
    app(
        "from django.test import TransactionTestCase\n"
        + case(
            SAVE,
            NOT,
            base="TransactionTestCase",
            decorator="@patch('shop.signals.bill')",
            argument=", bill",
        )
    ),
    app(
        case(SAVE, NOT, decorator="@patch('shop.signals.bill')", argument=", bill"),
        body="bill.delay(instance.pk)",
    ),
    app(
        case(SAVE, NOT, decorator="@patch('shop.signals.bill')", argument=", bill"),
        more="def now(pk):\n    bill.delay(pk)\n",
    ),
    app(
        "from elsewhere import Base\n"
        + case(SAVE, NOT, base="Base", decorator="@patch('shop.signals.bill')", argument=", bill")
    ),
    app(case(SAVE, decorator="@patch('shop.signals.bill')", argument=", bill")),
]


@pytest.mark.parametrize("files", UNCAPTURED)
def test_a_commit_that_never_comes_is_found(files):
    assert_flags(files, "SG117")


@pytest.mark.parametrize("files", CAPTURED)
def test_what_commits_or_waits_for_none_is_silent(files):
    assert_silent(files, "SG117")


UID = ", dispatch_uid='shop.f'"
OFF = "post_save.disconnect(f, sender=Line)"


def elsewhere(path, text):
    return {
        "shop/signals.py": SIGNALS.format("", LATER),
        "shop/tasks.py": TASKS,
        path: IMPORTS + text,
    }


METHOD = "post_save.disconnect(config.f, sender=Line)"
LEFT = [
    app(case("post_save.disconnect(signals.f, sender=Line)  # SG118")),
    app(case(f"{OFF}  # SG118", "post_save.connect(f, sender=Line)", "print(1)"), how=UID),
    app(
        f"class T(TestCase):\n    @classmethod\n    def setUpClass(cls):\n        {OFF}  # SG118\n"
    ),
    elsewhere(
        "shop/tests/base.py",
        f"class Base(TestCase):\n    def setUp(self):\n        {OFF}  # SG118\n",
    ),
    app(case(f"{OFF}  # SG118")),
    app(case(f"{OFF}  # SG118", "post_save.connect(f, sender=Line)"), how=UID),
    app(f"def test():\n    {OFF}  # SG118\n"),
]
BACK = [
    app(case(OFF, "post_save.connect(f, sender=Line)")),
    app(case(OFF, "self.addCleanup(post_save.connect, f, sender=Line)")),
    app(
        case(
            f"post_save.disconnect(f, sender=Line{UID})", f"post_save.connect(f, sender=Line{UID})"
        ),
        how=UID,
    ),
    app("from django.dispatch import Signal\n" + case("done = Signal()", "done.disconnect(f)")),
    app(case("cable.disconnect(f)")),
    # For all tests alike, and helpers, which whoever calls them may take back.
    elsewhere("conftest.py", f"def pytest_runtest_setup(item):\n    {OFF}\n"),
    elsewhere("shop/tests/__init__.py", OFF + "\n"),
    elsewhere(
        "shop/tests/runner.py",
        "from django.test.runner import DiscoverRunner\nclass R(DiscoverRunner):\n"
        f"    def setup_test_environment(self):\n        {OFF}\n",
    ),
    elsewhere("shop/tests/helpers.py", f"def quiet():\n    {OFF}\n"),
    # The function that the test itself has connected, and a method of what may connect it again.
    app(case("post_save.connect(f, sender=Line)", OFF), how=UID),
    app(case("apps.get_app_config('shop').off()", "config = Line.config", METHOD)),
    app(case(OFF, "self.addClassCleanup(post_save.connect, f, sender=Line)")),
]


@pytest.mark.parametrize("files", LEFT)
def test_a_receiver_that_is_left_off_or_on_is_found(files):
    assert_flags(files, "SG118")


@pytest.mark.parametrize("files", BACK)
def test_a_receiver_that_comes_back_is_silent(files):
    assert_silent(files, "SG118")
