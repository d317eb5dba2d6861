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


def test_problems_are_listed_by_file_and_line(tmp_path):
    spec = "celery_tasks: [{name: x, app: cmr}]\nhandlers:\n  - {name: a, model: Ordr, signal: post_save, body: cach.clear()}\n  - {name: b, model: Order, signal: post_save, body: nope}\n"
    problems = run(
        build(tmp_path), spec.replace("nope", "no"), spec.replace("name: b", "name: c")
    ).problems
    places = [(p.file, p.line, p.column) for p in problems]
    assert places == sorted(places)
    assert len(places) > 6
