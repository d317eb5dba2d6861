"""What is said of AppConfigs that Django does not use, and in which order problems are reported."""

from __future__ import annotations

import pytest
from generate_kit import SETTINGS, build, python, run

SPEC = "handlers: [{name: a, model: Order, signal: post_save, body: cache.clear()}]\n"
CONFIG = "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n"
NAMED = SETTINGS.replace('"shop"]', '"shop.ShopConfig"]')


def unused(outcome):
    return [note for note in outcome.result.notes if note.code == "config-unused"]


@pytest.mark.parametrize(
    ("path", "module"), [("shop/__init__.py", "shop"), ("shop/conf.py", "shop.conf")]
)
def test_a_config_outside_of_apps_py_is_not_used(path, module, tmp_path):
    outcome = run(build(tmp_path, {"shop/apps.py": None, path: CONFIG}), SPEC).write()
    notes = unused(outcome)
    assert [(n.file, n.line, n.column) for n in notes] == [("spec0.yaml", 1, 6)]
    assert (
        f"ShopConfig of {path}, nor its ready(): INSTALLED_APPS names 'shop' only"
        in notes[0].message
    )
    assert f'"{module}.ShopConfig"' in notes[0].hint
    loaded = "import django, sys; django.setup(); print('shop.signals' in sys.modules)"
    assert python(tmp_path, code=loaded).split() == ["False"]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"config/settings.py": NAMED, "shop/apps.py": None, "shop/__init__.py": CONFIG},
        {"shop/apps.py": "from . import ShopConfig\n", "shop/__init__.py": CONFIG},
        {"config/settings.py": "", "shop/apps.py": None, "shop/__init__.py": CONFIG},
        {"config/settings.py": SETTINGS.replace('"shop"', '"shop.apps.ShopConfig"')},
    ],
)
def test_a_config_that_is_used_or_of_which_nothing_is_known(files, tmp_path):
    assert unused(run(build(tmp_path, files), SPEC)) == []


BASE = "from django import apps\n\n\nclass BaseConfig(apps.AppConfig):\n    pass\n"
SHADOWING = "from django.apps import AppConfig\n\n\nclass AppConfig(AppConfig):\n    pass\n"
DERIVED = (
    "from base.config import BaseConfig\n\n\nclass ShopConfig(BaseConfig):\n    name = 'shop'\n"
)
PLAIN = CONFIG + "    default = {0}\n"
OTHER = "from django.apps import AppConfig\n\n\nclass MyShop(AppConfig):\n    name = 'shop'\n"
BY_CLASS = SETTINGS.replace('"shop"]', '"shop.apps.ShopConfig"]')
LOADED = "import django, sys; django.setup(); print('shop.signals' in sys.modules)"


def based(apps: str, base: str = BASE, settings: str = SETTINGS) -> dict[str, str]:
    return {
        "base/__init__.py": "",
        "base/config.py": base,
        "shop/apps.py": apps,
        "config/settings.py": settings,
    }


def is_taken(root) -> bool:
    """Whether Django calls the ready() of a ShopConfig or MyShop."""
    asked = "import django; django.setup(); from django.apps import apps; print(type(apps.get_app_config('shop')).__name__)"
    return python(root, code=asked).split()[0] in ("ShopConfig", "MyShop")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (based(DERIVED), "several AppConfigs (ShopConfig, BaseConfig) and none is the default"),
        (based(DERIVED.replace("BaseConfig", "AppConfig"), SHADOWING), "(ShopConfig, AppConfig)"),
        (
            {"shop/apps.py": "from django.contrib.auth.apps import AuthConfig\n" + CONFIG},
            "(ShopConfig, AuthConfig)",
        ),
        (
            {"shop/apps.py": PLAIN.format(False)},
            "does not use ShopConfig for 'shop': it has default = False",
        ),
        (based(DERIVED, BASE.replace("pass", "default = False")), "it has default = False"),
    ],
)
def test_a_config_that_django_does_not_take(files, message, tmp_path):
    root = build(tmp_path, files)
    assert not is_taken(root)
    (problem,) = run(root, SPEC).problems
    assert (problem.code, problem.line, problem.column) == ("ready-hook", 1, 6)
    assert message in problem.message
    assert "import shop.signals" in problem.hint


@pytest.mark.parametrize(
    "files",
    [
        based(DERIVED + "    default = True\n"),
        based(DERIVED + "    default = True\n", BASE.replace("pass", "default = False")),
        based(DERIVED, settings=BY_CLASS),
        based(
            DERIVED.replace(
                "from base.config import BaseConfig", "from base import config"
            ).replace("(BaseConfig", "(config.BaseConfig")
        ),
        {"shop/apps.py": PLAIN.format(False), "config/settings.py": BY_CLASS},
        {
            "shop/apps.py": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from django.contrib.auth.apps import AuthConfig\n"
            + CONFIG
        },
        {
            "config/own.py": OTHER,
            "config/settings.py": SETTINGS.replace('"shop"]', '"config.own.MyShop"]'),
        },
    ],
)
def test_a_config_that_django_takes(files, tmp_path):
    root = build(tmp_path, files)
    assert is_taken(root)
    outcome = run(root, SPEC)
    assert outcome.problems == ()
    outcome.write()
    assert python(root, code=LOADED).split() == ["True"]


READY = CONFIG + "\n    def ready(self):\n{0}"
IF_DEBUG = "        from django.conf import settings\n\n        if settings.DEBUG:\n            from . import signals  # noqa: F401\n"
EARLY = "        from django.conf import settings\n\n        if settings.USE_TZ:\n            return\n        from . import signals  # noqa: F401\n"
TRYING = "        try:\n            from . import signals  # noqa: F401\n        except ImportError:\n            pass\n"
ALWAYS = (
    "        if self.label:\n            print()\n        from . import signals  # noqa: F401\n"
)


@pytest.mark.parametrize(
    ("ready", "line", "loads"),
    [
        (IF_DEBUG, 11, "False"),
        (EARLY, 12, "False"),
        (TRYING, 0, "True"),
        (ALWAYS, 0, "True"),
        (IF_DEBUG + "        from . import signals as again  # noqa: F401\n", 0, "True"),
        ("        pass\n", 0, "True"),
    ],
)
def test_an_import_under_a_condition_is_told_once(ready, line, loads, tmp_path):
    root = build(tmp_path, {"shop/apps.py": READY.format(ready)})
    outcome = run(root, SPEC).write()
    notes = [note for note in outcome.result.notes if note.code == "ready-hook"]
    assert [(n.file, n.line) for n in notes] == ([("shop/apps.py", line)] if line else [])
    printed = python(root, code=LOADED).split()
    assert printed[-1:] == [loads]
    assert not [n for n in run(root, SPEC).result.notes if n.code == "ready-hook"]


def test_problems_are_listed_by_file_and_line(tmp_path):
    spec = "celery_tasks: [{name: x, app: cmr}]\nhandlers:\n  - {name: a, model: Ordr, signal: post_save, body: cach.clear()}\n  - {name: b, model: Order, signal: post_save, body: nope}\n"
    problems = run(
        build(tmp_path), spec.replace("nope", "no"), spec.replace("name: b", "name: c")
    ).problems
    places = [(p.file, p.line, p.column) for p in problems]
    assert places == sorted(places)
    assert len(places) > 6
