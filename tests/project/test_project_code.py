"""Receivers, signals, tasks, imports, names: what an app's modules hold already."""

from __future__ import annotations

import pytest
from project_trees import MANAGE, app, build

from signalgen.index import read_project

MODELS = "from django.db import models\nclass Order(models.Model): ...\n"


def read(tmp_path, files, **options):
    tree = {"manage.py": MANAGE, **app("orders", MODELS)}
    return read_project(build(tmp_path, {**tree, **files}), **options)


def found(tmp_path, text, **files):
    tree = {
        "orders/signals.py": text,
        **{f"orders/{name}.py": inner for name, inner in files.items()},
    }
    return read(tmp_path, tree).app("orders")


# --- registrations --------------------------------------------------------------------------------------------------

RECEIVER = "from django.dispatch import receiver\nfrom django.db.models.signals import post_save, post_delete\nfrom .models import Order\n"


@pytest.mark.parametrize(
    ("text", "signals", "senders", "uid"),
    [
        (
            "@receiver(post_save, sender=Order)\ndef f(**kw): ...",
            ["post_save"],
            ("orders.models.Order",),
            None,
        ),
        ("@receiver(post_save)\ndef f(**kw): ...", ["post_save"], (), None),
        ("@receiver(post_save, sender=None)\ndef f(**kw): ...", ["post_save"], (), None),
        (
            "@receiver([post_save, post_delete], sender='orders.Order')\ndef f(**kw): ...",
            ["post_save", "post_delete"],
            ("orders.Order",),
            None,
        ),
        (
            "@receiver((post_save,), dispatch_uid='x.y')\nasync def f(**kw): ...",
            ["post_save"],
            (),
            "x.y",
        ),
        (
            "@receiver(signal=post_save, dispatch_uid=UID)\ndef f(**kw): ...",
            ["post_save"],
            (),
            "UID",
        ),
        (
            "@receiver(post_save, sender=Order.tags.through)\ndef f(**kw): ...",
            ["post_save"],
            ("orders.models.Order.tags.through",),
            None,
        ),
        (
            "@receiver(post_save, sender=get_model('a', 'B'))\ndef f(**kw): ...",
            ["post_save"],
            ("a.B",),
            None,
        ),
    ],
)
def test_receiver_decorators(tmp_path, text, signals, senders, uid):
    (made,) = found(tmp_path, RECEIVER + text).registrations
    assert made.signals == tuple(f"django.db.models.signals.{name}" for name in signals)
    assert (made.function, made.senders, made.dispatch_uid) == (
        "orders.signals.f",
        senders,
        uid,
    )
    assert (made.path, made.line) == ("orders/signals.py", 4)


@pytest.mark.parametrize(
    "head",
    [
        "from django.dispatch import receiver as r\nfrom django.db.models import signals\n@r(signals.post_save)\n",
        "from django import dispatch\nimport django.db.models.signals as s\n@dispatch.receiver(s.post_save)\n",
        "import django.dispatch\nimport django.db.models.signals\n@django.dispatch.receiver(django.db.models.signals.post_save)\n",
        "from django.dispatch.dispatcher import receiver\nfrom django.db.models.signals import post_save as ps\n@receiver(ps)\n",
        "from .compat import receiver, post_save\n@receiver(post_save)\n",
    ],
)
def test_aliased_imports(tmp_path, head):
    compat = (
        "from django.dispatch import receiver\nfrom django.db.models.signals import post_save\n"
    )
    made = found(tmp_path, head + "def f(**kw): ...\n", compat=compat).registrations
    assert [m.function for m in made] == ["orders.signals.f"]
    assert made[0].signals[0].endswith("post_save")


def test_stacked_decorators_are_one_registration_each(tmp_path):
    made = found(
        tmp_path,
        RECEIVER
        + "@receiver(post_save, dispatch_uid='a')\n@cached\n@receiver(\n    post_delete,\n    dispatch_uid='b',\n)\ndef f(**kw): ...\n",
    )
    assert [(m.function, m.dispatch_uid, m.line) for m in made.registrations] == [
        ("orders.signals.f", "a", 4),
        ("orders.signals.f", "b", 6),
    ]


CONNECT = "from django.db.models import signals\nfrom django.db.models.signals import post_save\nfrom django.core.signals import request_finished\nfrom . import handlers\nfrom .handlers import on_save\nfrom .custom import paid\nfrom .models import Order\n"


@pytest.mark.parametrize(
    ("call", "signal", "function", "senders"),
    [
        (
            "post_save.connect(on_save, sender=Order)",
            "django.db.models.signals.post_save",
            "orders.handlers.on_save",
            ("orders.models.Order",),
        ),
        (
            "post_save.connect(on_save, Order)",
            "django.db.models.signals.post_save",
            "orders.handlers.on_save",
            ("orders.models.Order",),
        ),
        (
            "signals.post_save.connect(handlers.on_save)",
            "django.db.models.signals.post_save",
            "orders.handlers.on_save",
            (),
        ),
        (
            "request_finished.connect(receiver=on_save)",
            "django.core.signals.request_finished",
            "orders.handlers.on_save",
            (),
        ),
        ("paid.connect(handlers.on_save)", "orders.custom.paid", "orders.handlers.on_save", ()),
        (
            "post_save.connect(lambda **kw: 1, weak=False)",
            "django.db.models.signals.post_save",
            "<lambda>",
            (),
        ),
    ],
)
@pytest.mark.parametrize(
    "where",
    [
        "{}",
        "class C(AppConfig):\n    def ready(self):\n        {}",
        "def connect_all():\n    for m in x:\n        {}",
    ],
)
def test_connect_calls(tmp_path, call, signal, function, senders, where):
    custom = "from django.dispatch import Signal\npaid = Signal()\n"
    (made,) = found(
        tmp_path,
        CONNECT + where.format(call) + "\n",
        handlers="def on_save(**kw): ...\n",
        custom=custom,
    ).registrations
    assert (made.signals, made.senders) == ((signal,), senders)
    assert made.function.endswith(function)


@pytest.mark.parametrize(
    "text",
    [
        "import socket\ns = socket.socket()\ns.connect(('a', 1))",
        "db.connect(url)",
        "self.button.connect(on_save)",
        "import signal\nsignal.signal(signal.SIGTERM, f)\nsignal.connect(f)",
        "def registered(signal):\n    def inner(f):\n        signal.connect(f)\n    return inner",
        "post_save.disconnect(f)",
        "# @receiver(post_save)\n'''@receiver(post_save)'''",
        "from twisted import receiver\n@receiver(post_save)\ndef f(): ...",
        "from .local import Paid\npaid = Paid()\npaid.connect(f)",
    ],
)
def test_what_is_no_registration(tmp_path, text):
    assert found(tmp_path, text + "\n", local="class Paid: ...\n").registrations == ()


def test_star_imported_signals(tmp_path):
    (made,) = found(
        tmp_path, "from django.db.models.signals import *\npost_save.connect(f)\n"
    ).registrations
    assert made.signals == ("django.db.models.signals.post_save",)


def test_module_level_imports_win_over_inner_ones(tmp_path):
    text = (
        RECEIVER
        + "def g():\n    from other import receiver, post_save\n@receiver(post_save)\ndef f(**kw): ...\n"
    )
    assert [m.signals for m in found(tmp_path, text).registrations] == [
        ("django.db.models.signals.post_save",)
    ]


def test_celery_signals_and_bare_connect_decorators(tmp_path):
    text = "from celery.signals import task_failure, worker_ready\n@worker_ready.connect\ndef f(**kw): ...\n@task_failure.connect(sender='x')\ndef g(**kw): ...\n"
    made = found(tmp_path, text).registrations
    assert [(m.function, m.signals, m.senders) for m in made] == [
        ("orders.signals.f", ("celery.signals.worker_ready",), ()),
        ("orders.signals.g", ("celery.signals.task_failure",), ("x",)),
    ]


def test_receivers_in_migrations_and_tests_do_not_count(tmp_path):
    text = RECEIVER + "@receiver(post_save)\ndef f(**kw): ...\n"
    tree = {
        f"orders/{path}": text
        for path in ("migrations/0001_x.py", "tests/test_x.py", "tests.py", "test_y.py")
    }
    assert read(tmp_path, tree).app("orders").receiver_modules == ()


# --- receiver modules -------------------------------------------------------------------------------------------------


def test_receiver_modules_most_receivers_first(tmp_path):
    one = RECEIVER + "@receiver(post_save)\ndef f(**kw): ...\n"
    two = one + "@receiver(post_delete)\ndef g(**kw): ...\n"
    tree = {
        "orders/signals/__init__.py": "from . import handlers\n",
        "orders/signals/handlers.py": two,
        "orders/models.py": MODELS + one,
    }
    assert read(tmp_path, tree).app("orders").receiver_modules == ("signals.handlers", "models")
    assert read(tmp_path, tree, apps=["other"]).app("orders").receiver_modules == (
        "signals.handlers",
        "models",
    )


def test_connected_functions_count_where_they_are_defined(tmp_path):
    tree = {
        "orders/apps.py": "from django.apps import AppConfig\nclass C(AppConfig):\n    name = 'orders'\n    def ready(self):\n"
        "        from django.db.models.signals import post_save\n        from . import listeners\n        post_save.connect(listeners.f)\n",
        "orders/listeners.py": "def f(**kw): ...\n",
    }
    assert read(tmp_path, tree).app("orders").receiver_modules == ("listeners",)


@pytest.mark.parametrize(
    "text",
    [
        "import signal\ndef handler(signum, frame): ...\nsignal.signal(signal.SIGTERM, handler)\n",
        "from django.dispatch import Signal\npaid = Signal()\n",
        "",
    ],
)
def test_signals_modules_without_receivers(tmp_path, text):
    assert found(tmp_path, text).receiver_modules == ()


# --- Signal objects -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "from django.dispatch import Signal\npaid = Signal()",
        "import django.dispatch\npaid = django.dispatch.Signal()",
        "from django.dispatch import Signal\npaid: Signal = Signal()",
        "from django.db.models.signals import ModelSignal as S\npaid = S(use_caching=True)",
        "from django.dispatch import Signal\nclass Event(Signal): ...\npaid = Event()",
        "from .local import Event\npaid = Event()",
        "from django.dispatch import Signal\ndef make(doc):\n    s = Signal()\n    return s\npaid = make('x')",
    ],
)
def test_signal_objects(tmp_path, text):
    local = "from django.dispatch import Signal\nclass Event(Signal): ...\n"
    (made,) = found(tmp_path, text + "\n", local=local).signals
    assert (made.name, made.module, made.path) == ("paid", "orders.signals", "orders/signals.py")


@pytest.mark.parametrize(
    "text",
    [
        "paid = Other()",
        "from blinker import Signal\npaid = Signal()",
        "def f():\n    paid = Signal()",
        "Signal()",
    ],
)
def test_what_is_no_signal_object(tmp_path, text):
    assert found(tmp_path, text + "\n").signals == ()


# --- tasks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("from celery import shared_task\n@shared_task\n", "celery"),
        ("from celery import shared_task as st\n@celery.shared_task(bind=False)\n", "celery"),
        ("from config.celery import app\n@app.task\n", "celery"),
        ("from config.celery import app as celery_app\n@celery_app.task(queue='x')\n", "celery"),
        ("from django.tasks import task\n@task\n", "django"),
        ("from django_tasks import task\n@task()\n", "django"),
        ("from huey.contrib.djhuey import db_task\n@db_task()\n", "huey"),
        ("from huey.contrib import djhuey as huey\n@huey.task()\n", "huey"),
        ("import dramatiq\n@dramatiq.actor\n", "dramatiq"),
        ("from django_rq import job\n@job('default')\n", "rq"),
        ("from awx.main.dispatch import task\n@task(queue='x')\n", "other"),
        ("from .own import task\n@task\n", "other"),
    ],
)
def test_kinds_of_tasks(tmp_path, text, kind):
    tree = {
        "config/__init__.py": "",
        "config/celery.py": "from celery import Celery\napp = Celery('x')\n",
        "orders/tasks.py": text + "def send(order_id, *, force=False): ...\n",
        "orders/own.py": "def task(f): return f\n",
    }
    (made,) = read(tmp_path, tree).app("orders").tasks
    assert (made.name, made.kind, made.module, made.parameters) == (
        "send",
        kind,
        "orders.tasks",
        ("order_id", "force"),
    )


def test_bound_tasks_leave_out_the_task_itself(tmp_path):
    text = (
        "from celery import shared_task\n@shared_task(bind=True)\ndef send(self, pk, **kw): ...\n"
    )
    assert read(tmp_path, {"orders/tasks.py": text}).app("orders").tasks[0].parameters == (
        "pk",
        "**kw",
    )


@pytest.mark.parametrize(
    "text",
    [
        "def send(): ...",
        "task = 1",
        "@property\ndef task(self): ...",
        "class A:\n    @task\n    def send(self): ...",
    ],
)
def test_what_is_no_task(tmp_path, text):
    assert read(tmp_path, {"orders/tasks.py": text + "\n"}).app("orders").tasks == ()


# --- names, typed, imports --------------------------------------------------------------------------------------------


def test_names_of_modules_that_generation_may_write_to(tmp_path):
    files = {
        "orders/signals.py": "import a\nif x:\n    def f(): ...\n",
        "orders/tasks.py": "from x import y as z\n",
        "orders/tests/test_signals.py": "class T: ...\n",
        "orders/views.py": "def v(): ...\n",
    }
    names = read(tmp_path, files, apps=["orders"]).app("orders").names
    assert names["orders/signals.py"] == ("a", "f")
    assert names["orders/tasks.py"] == ("z",)
    assert names["orders/tests/test_signals.py"] == ("T",)
    assert "orders/views.py" not in names


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("def a(x: int): ...\ndef b() -> None: ...\ndef c(): ...\n", True),
        ("def a(x: int): ...\ndef b(): ...\ndef c(): ...\n", False),
        ("def a() -> None: ...\ndef b() -> None: ...\n", False),
        (
            "class A:\n    async def a(\n        self,\n        x: int = f(1),\n    ): ...\n    def b(self) -> X: ...\n    def c(self): ...\n",
            True,
        ),
        ("", False),
    ],
)
def test_typed(tmp_path, text, typed):
    assert read(tmp_path, {"orders/views.py": text}).app("orders").typed is typed


def test_import_graph(tmp_path):
    project = read(
        tmp_path,
        {
            "orders/__init__.py": "",
            "shop/__init__.py": "",
            "shop/core.py": "",
            "orders/a.py": "import shop.core\nimport os, orders.models as m\nfrom . import (\n    b,  # why\n    views,\n)\n",
            "orders/b.py": "from .models import Order; x = 1\nfrom ..shop import nothing\ndef f():\n    from . import late\nclass C:\n    import orders.late\n",
            "orders/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .late import x\nelse:\n    from .b import y\ntry:\n    import shop\nexcept E:\n    from .views import z\n",
            "orders/d.py": "from .signals import *\r\nfrom orders import \\\r\n    views\r\n",
            "orders/late.py": "",
            "orders/views.py": "",
            "orders/signals.py": "",
        },
    )
    assert project.imports["orders.a"] == (
        "orders",
        "orders.b",
        "orders.models",
        "orders.views",
        "shop.core",
    )
    assert project.imports["orders.b"] == ("orders.models",)
    assert project.imports["orders.c"] == ("orders.b", "orders.views", "shop")
    assert project.imports["orders.d"] == ("orders", "orders.signals", "orders.views")
    assert project.imports["orders.late"] == ()


def test_only_the_apps_asked_for_are_read_in_depth(tmp_path):
    text = RECEIVER + "@receiver(post_save)\ndef f(**kw): ...\n"
    tree = {
        **app("cart", MODELS.replace("Order", "Cart"), signals=text.replace("Order", "Cart")),
        "orders/signals.py": text,
    }
    project = read(tmp_path, tree, apps=["orders"])
    assert len(project.app("orders").registrations) == 1
    assert (
        len(project.app("cart").registrations) == 1
    )  # a receiver of another app may listen to our models
    assert project.app("cart").names == {}
    assert project.app("cart").receiver_modules == ("signals",)
    assert [m.name for m in project.app("cart").models] == ["Cart"]
