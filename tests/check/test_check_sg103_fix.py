"""SG103's fix through ``Fix.hook``: the one AppConfig in use imports the module, and nothing else changes."""

import pytest
from check_kit import MODELS
from fix_kit import check_fixed, project

CODE = "SG103"
APPS = """\
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
"""
READY = "\n    def ready(self):\n        {}\n"
SIGNALS = """\
from django.db.models.signals import post_save
from django.dispatch import receiver


@receiver(post_save)
def saved(sender, **kwargs): ...
"""
BASE = {
    "manage.py": "",
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "shop/apps.py": APPS,
    "shop/signals.py": SIGNALS,
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (APPS, APPS + READY.format("from . import signals  # noqa: F401")),
        (
            APPS + READY.format("print('é')"),
            APPS + READY.format("from . import signals  # noqa: F401\n\n        print('é')"),
        ),
        (
            APPS + READY.format("from shop import checks"),
            APPS + READY.format("from shop import checks\n        from shop import signals"),
        ),
        (APPS + READY.format("pass"), APPS + READY.format("from . import signals  # noqa: F401")),
    ],
)
def test_ready_imports_the_module_and_all_other_bytes_stay(capsys, tmp_path, before, after):
    project(tmp_path, {**BASE, "shop/apps.py": before})
    check_fixed(capsys, tmp_path, CODE, {"shop/apps.py"})
    assert (tmp_path / "shop/apps.py").read_text() == after


def test_several_modules_come_one_after_the_other(capsys, tmp_path):
    project(
        tmp_path, {**BASE, "shop/receivers/__init__.py": "", "shop/receivers/handlers.py": SIGNALS}
    )
    check_fixed(capsys, tmp_path, CODE, {"shop/apps.py"})
    text = (tmp_path / "shop/apps.py").read_text()
    assert (
        text.count("def ready"),
        text.count("import signals"),
        text.count("import handlers"),
    ) == (1, 1, 1)


def test_the_config_that_the_settings_name_is_the_one(capsys, tmp_path):
    both = APPS + "\n\nclass OtherConfig(AppConfig):\n    name = 'shop'\n"
    settings = "INSTALLED_APPS = ['shop.apps.OtherConfig']\n"
    project(tmp_path, {**BASE, "shop/apps.py": both, "settings.py": settings})
    check_fixed(capsys, tmp_path, CODE, {"shop/apps.py"})
    text = (tmp_path / "shop/apps.py").read_text()
    assert text == both + READY.format("from . import signals  # noqa: F401")


@pytest.mark.parametrize(
    "files",
    [
        {"shop/apps.py": ""},
        {"shop/apps.py": APPS + "\n\nclass OtherConfig(AppConfig):\n    name = 'shop'\n"},
        {"settings.py": "INSTALLED_APPS = ['django.contrib.auth']\n"},
        {"shop/apps.py": APPS + "\n    ready = print\n"},
        {"shop/signals.py": SIGNALS + "\n\ndef broken(:\n"},
        {"shop/apps.py": "", "shop/config.py": APPS, "settings.py": "INSTALLED_APPS = ['shop']\n"},
        {"shop/signals.py": "", "shop/commands.py": SIGNALS},
    ],
    ids=[
        "no config",
        "two",
        "not installed",
        "assigned",
        "broken module",
        "elsewhere",
        "another module",
    ],
)
def test_nothing_is_changed_where_it_is_not_certain(capsys, tmp_path, files):
    project(tmp_path, {**BASE, **files})
    check_fixed(capsys, tmp_path, CODE, set(), left=1, parses=False)
