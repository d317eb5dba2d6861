"""SG103: modules that nothing imports, and those that are loaded by their name."""

from __future__ import annotations

import pytest
from check_kit import BASE, assert_flags, assert_silent, findings, make_index

from signalgen.chart.fates import fates_of

HEARD = (
    "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
    "@receiver(post_save)  # SG103\ndef heard(sender, **kwargs): ...\n"
)
WORKER = (
    "from celery.signals import setup_logging\n@setup_logging.connect\ndef logs(**kwargs): ...\n"
)
CONFIG = "from lib import BaseConfig\nclass ShopConfig(BaseConfig):\n    name = 'shop'\n"


@pytest.mark.parametrize("listed", ["['signals']", '("views", "signals")'])
def test_a_module_that_the_config_lists_is_left_alone(listed: str):
    assert_silent(
        {"shop/signals.py": HEARD, "shop/apps.py": f"{CONFIG}    modules = {listed}\n"}, "SG103"
    )


@pytest.mark.parametrize("listed", ["['views']", "['old_signals']"])
def test_one_that_it_does_not_list_is_found(listed: str):
    assert_flags(
        {"shop/signals.py": HEARD, "shop/apps.py": f"{CONFIG}    modules = {listed}\n"}, "SG103"
    )


def test_receivers_of_the_worker_are_left_alone():
    assert_silent({"shop/signals.py": WORKER, "shop/apps.py": CONFIG}, "SG103")


def test_those_of_a_model_next_to_them_are_not():
    mixed = "from celery.signals import setup_logging\n" + HEARD + WORKER.partition("\n")[2]
    assert_flags({"shop/signals.py": mixed, "shop/apps.py": CONFIG}, "SG103")


@pytest.mark.parametrize(
    "call", ["get_class('cart.signals', 'done')", "get_classes('cart.signals', ['done'])"]
)
def test_a_module_whose_end_a_loader_of_classes_names_is_left_alone(call: str):
    assert_silent(
        {"shop/signals.py": HEARD, "shop/apps.py": CONFIG, "shop/more.py": f"done = {call}\n"},
        "SG103",
    )


def test_the_name_alone_loads_nothing():
    # The whole name in a string counts anywhere, its end only where something imports by name.
    files = {
        "shop/signals.py": HEARD,
        "shop/apps.py": CONFIG,
        "shop/more.py": "done = 'other.signals'\n",
    }
    assert_flags(files, "SG103")


ORDERS = (
    "from django.db.models.signals import post_delete as gone\nfrom django.dispatch import receiver\n"
    "from shop.models import Order\n@receiver({signal}, sender=Order)\ndef heard(sender, **kwargs): ...\n"
)
GONE = ORDERS.format(signal="gone")
URLS = "from django.urls import path\nfrom shop.views import cancel\n"
ROOT = "from django.urls import include, path\nurlpatterns = [path('', include('shop.urls'))]\n"
TASKS = "from celery import shared_task\nfrom shop.models import Order\n@shared_task\ndef purge(pk):\n    Order.objects.filter(pk=pk).delete()\n"
ACTOR = TASKS.replace("from celery import shared_task", "from dramatiq import actor").replace(
    "@shared_task", "@actor"
)
TOP = "from shop import signals\ndef cancel(request): ...\n"
INNER = "def cancel(request):\n    from shop import signals\n"
WEB = {"shop/apps.py": CONFIG, "shop/urls.py": URLS, "conf/urls.py": ROOT, "conf/__init__.py": ""}
TAGS = {"shop/templatetags/__init__.py": "", "shop/templatetags/shop.py": TOP}
MIDDLE = {
    "shop/middleware.py": TOP,
    "conf/settings.py": "MIDDLEWARE = ['shop.middleware.Cancels']\n",
}


def _served(files: dict[str, str], signals: str = GONE) -> list[tuple[str, str]]:
    found = findings({**WEB, "shop/signals.py": signals, **files}, "SG103")
    return [(item.severity, item.message.partition(" shop.signals")[0]) for item in found]


CHECKED = "only the URLconf (shop/urls.py) leads to"
RULES = "from shop.rules import cancel\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"shop/views.py": TOP}, [("info", CHECKED)]),
        ({"shop/views.py": TOP, "shop/tasks.py": TASKS}, [("info", CHECKED)]),
        ({"shop/views.py": TOP, "shop/tasks.py": ACTOR}, [("warning", CHECKED)]),
        ({"shop/views.py": RULES, "shop/rules.py": TOP}, [("info", CHECKED)]),
        (
            {"shop/views.py": "", "shop/views/__init__.py": RULES, "shop/rules.py": TOP},
            [("info", CHECKED)],
        ),
        (TAGS, [("info", "only template tags (shop/templatetags/shop.py) leads to")]),
        (MIDDLE, [("info", "only middleware (shop/middleware.py) leads to")]),
        (
            {**MIDDLE, "shop/tasks.py": TASKS},
            [("warning", "only middleware (shop/middleware.py) leads to")],
        ),
        ({"shop/views.py": INNER}, [("warning", "")]),
        ({"shop/views.py": RULES, "shop/rules.py": INNER}, [("warning", "")]),
        # A middleware leads there, and a view: what is loaded earliest counts.
        ({**MIDDLE, "shop/views.py": TOP, "shop/tasks.py": TASKS}, [("info", CHECKED)]),
    ],
)
def test_receivers_that_only_requests_load(files: dict[str, str], said: list[tuple[str, str]]):
    found = _served(files)
    assert [severity for severity, _ in found] == [severity for severity, _ in said]
    assert all(text.startswith(start) for (_, text), (_, start) in zip(found, said, strict=True))


@pytest.mark.parametrize(
    "files",
    [
        {"shop/apps.py": CONFIG + "    def ready(self):\n        from shop import signals\n"},
        {"shop/models.py": BASE["shop/models.py"] + "\nfrom shop import signals\n"},
        {"shop/admin.py": TOP},
        {"shop/tasks.py": TOP},
        {"shop/management/commands/work.py": TOP},
        {"shop/rules.py": TOP, "shop/admin.py": RULES},
        {"shop/wagtail_hooks.py": TOP},
        {"shop/apps.py": CONFIG + "    modules = ['signals']\n"},
        {"conf/settings.py": "HANDLERS = ['shop.signals']\n"},
    ],
)
def test_those_that_something_else_loads_too_are_left_alone(files: dict[str, str]):
    for view in (TOP, INNER):
        assert _served({"shop/views.py": view, "shop/tasks.py": TASKS, **files}) == []


@pytest.mark.parametrize("signal", ["request_finished", "user_logged_in"])
def test_signals_of_requests_may_be_heard_there_alone(signal: str):
    module = "django.core.signals" if signal.startswith("req") else "django.contrib.auth.signals"
    source = f"from {module} import {signal}\n" + ORDERS.format(signal=signal)
    assert _served({"shop/views.py": INNER}, source) == []


def test_receivers_in_the_views_themselves():
    files = {**WEB, "shop/views.py": GONE + "def cancel(request): ...\n"}
    assert [item.severity for item in findings(files, "SG103")] == ["info"]
    assert_silent({**files, "shop/tasks.py": "from shop.views import cancel\n"}, "SG103")


def test_what_requests_load_is_not_called_dead():
    served = make_index({**WEB, "shop/signals.py": GONE, "shop/views.py": INNER})
    alone = make_index({"shop/apps.py": CONFIG, "shop/signals.py": GONE})
    assert [fates_of(served, item) for item in served.connections] == [()]
    assert [fates_of(alone, item) for item in alone.connections] == [("not loaded",)]


@pytest.mark.parametrize(
    "path", ["shop/middleware.py", "shop/templatetags/shop.py", "shop/urls.py"]
)
def test_a_tag_or_middleware_that_a_model_or_task_imports_too(path: str):
    named = "MIDDLEWARE = ['shop.middleware.Cancels']\nROOT_URLCONF = 'shop.urls'\n"
    files = {**WEB, "conf/settings.py": named, "shop/templatetags/__init__.py": "", path: GONE}
    module = path.removesuffix(".py").replace("/", ".")
    assert [item.severity for item in findings(files, "SG103")] == ["info"]
    for other in ("shop/tasks.py", "shop/admin.py", "shop/helpers.py"):
        more = {**files, other: f"from {module} import heard\n"}
        assert_silent({**more, "shop/apps.py": CONFIG + "from shop import helpers\n"}, "SG103")


@pytest.mark.parametrize(
    ("written", "loads"),
    [
        ("import apps.sales.signals", True),
        ("from apps.sales import signals", True),
        ("import sales.signals", True),
        ("import_module('apps.sales.signals')", True),
        ("import other.sales.signals", False),
        ("import apps.signals", False),
    ],
)
def test_a_folder_of_the_path_that_is_a_package_too_gives_two_names(written: str, loads: bool):
    config = (
        "from importlib import import_module\nfrom django.apps import AppConfig\n"
        f"class Sales(AppConfig):\n    name = 'apps.sales'\n    def ready(self):\n        {written}\n"
    )
    files = {
        "config/wsgi.py": "import sys\nsys.path.append(str(BASE_DIR / 'apps'))\n",
        "apps/sales/__init__.py": "",
        "apps/sales/models.py": "",
        "apps/sales/apps.py": config,
        "apps/sales/signals.py": HEARD.replace("  # SG103", "" if loads else "  # SG103"),
    }
    (assert_silent if loads else assert_flags)(files, "SG103")
