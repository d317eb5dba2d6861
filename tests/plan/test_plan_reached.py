"""The hook in ``ready()`` is added only where nothing that ``ready()`` loads imports the receivers' module already."""

from __future__ import annotations

import pytest
from generate_kit import again, build, python, run

SPEC = "handlers: [{name: a, model: Order, signal: post_save, body: len(instance.status)}]\n"
APPS = """
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        %s
"""
RECEIVER = """
from django.db.models.signals import post_delete
from django.dispatch import receiver


@receiver(post_delete)
def gone(sender, **kwargs):
    pass
"""


def project(root, load, **files):
    texts = {f"shop/{path.replace('__', '/', 1)}.py": text for path, text in files.items()}
    return build(root, {"shop/receivers.py": RECEIVER, "shop/apps.py": APPS % load, **texts})


HANDLERS = {"signal_handlers": "from .receivers import *\n"}
PACKAGE = {"signals____init__": "from shop import receivers\n", "signals__sent": ""}


@pytest.mark.parametrize(
    ("load", "files"),
    [
        ("from . import signal_handlers", HANDLERS),
        ("from .signal_handlers import gone", HANDLERS),
        ("import shop.signal_handlers", HANDLERS),
        ("from importlib import import_module; import_module('shop.signal_handlers')", HANDLERS),
        ("from shop.signals import sent", PACKAGE),
        ("from . import one", {"one": "import shop.two\n", "two": "from . import receivers\n"}),
        ("from . import one", {"one": "from .signals.sent import *\n", **PACKAGE}),
        (
            "from . import one",
            {"one": "try:\n    from . import receivers\nexcept ImportError:\n    pass\n"},
        ),
    ],
)
def test_reached_by_another_route(load, files, tmp_path):
    outcome = run(project(tmp_path, load, **files), SPEC).write()
    assert "shop/apps.py" not in outcome.changed()
    assert again(tmp_path, SPEC) == []
    python(tmp_path, "manage.py", "test", "-v0")


@pytest.mark.parametrize(
    ("load", "files"),
    [
        ("pass", HANDLERS),
        ("from . import one", {"one": "", **HANDLERS}),
        ("from . import one", {"one": "def late():\n    from . import receivers\n"}),
        (
            "from . import one",
            {
                "one": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from . import receivers\n"
            },
        ),
        ("from . import tests", {"tests____init__": "from shop import receivers\n"}),
        ("from . import receivers_of_mail", {"receivers_of_mail": ""}),
    ],
)
def test_not_reached(load, files, tmp_path):
    outcome = run(project(tmp_path, load, **files), SPEC).write()
    assert "import receivers" in outcome.text("shop/apps.py")
    assert again(tmp_path, SPEC) == []


def test_a_hook_of_ours_stays(tmp_path):
    run(project(tmp_path, "pass"), SPEC).write()
    (tmp_path / "shop/one.py").write_text("from . import receivers\n")
    apps = tmp_path / "shop/apps.py"
    apps.write_text(
        apps.read_text().replace("        from", "        from . import one\n        from")
    )
    assert again(tmp_path, SPEC) == []
