"""SG704: signals named for no event, and receivers where nobody looks."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, make_index

from signalgen.check import Choice, analyse

CODE = "SG704"
RECEIVER = HEAD + "@receiver(post_save)\ndef f(sender, **kwargs): ...\n"


@pytest.mark.parametrize(
    "name", ["pay_order", "order_payment", "register_exporters", "news_feed", "checkOrder"]
)
def test_a_name_that_is_no_event_is_found(name):
    assert_flags(HEAD + f"{name} = Signal()  # SG704\n", CODE)


@pytest.mark.parametrize(
    "name",
    [
        "order_paid",
        "request_started",
        "pre_checkout",
        "post_update",
        "user_login_failed",
        "mailSent",
        "_pay",
        "app_ready",
    ],
)
def test_the_name_of_an_event_is_left_alone(name):
    assert_silent(HEAD + f"{name} = Signal()\n", CODE)


@pytest.mark.parametrize(
    "source",
    [
        "class MenuSignal(Signal): ...\nregister_menu = MenuSignal()\n",
        "register_menu = Signal()\ndef menu():\n    return register_menu.send(None)\n",
        "register_menu = Signal()\ndef menu():\n    for _, item in register_menu.send_robust(None):\n        print(item)\n",
    ],
)
def test_a_hook_is_no_event(source):
    assert_silent(HEAD + source, CODE)


def test_an_event_is_sent_and_forgotten():
    assert_flags(
        HEAD
        + "pay = Signal()  # SG704\nasync def f():\n    pay.send(None)\n    await pay.asend(None)\n",
        CODE,
    )


def test_a_signal_inside_a_function_is_left_alone():
    assert_silent(HEAD + "def f():\n    pay = Signal()\n    return pay\n", CODE)


@pytest.mark.parametrize(
    "path", ["shop/views.py", "shop/api/serializers.py", "shop/admin/__init__.py"]
)
def test_receivers_where_nobody_looks_are_found(path):
    assert_flags(
        {
            path: RECEIVER.replace("(post_save)", "(post_save)  # SG704")
            + "@receiver(post_delete)\ndef g(**kwargs): ...\n"
        },
        CODE,
    )


@pytest.mark.parametrize(
    "path",
    [
        "shop/signals.py",
        "shop/handlers/order.py",
        "shop/models.py",
        "shop/cache.py",
        "shop/events/admin.py",
    ],
)
def test_receivers_in_other_places_are_left_alone(path):
    assert_silent({path: RECEIVER}, CODE)


def test_a_connect_may_stand_anywhere():
    assert_silent({"shop/urls.py": HEAD + "def f(**kwargs): ...\npost_save.connect(f)\n"}, CODE)


def test_it_is_off_unless_selected():
    report = analyse(make_index(HEAD + "pay = Signal()\n"), Choice())
    assert CODE not in {item.code for item in report.findings}
