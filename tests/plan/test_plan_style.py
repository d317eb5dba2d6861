"""The style of generated tests and the file they go to: as the tests are that the project has, and as its runner finds."""

from __future__ import annotations

import ast

import pytest
from generate_kit import again, build, python, run

from signalgen.index import read_project
from signalgen.plan import draft_plans
from signalgen.spec import read_spec
from signalgen.testplan.style import class_name

SPEC = "handlers: [{name: a, model: Order, signal: post_save, on_create: 'push.delay(1, \"x\")'}]\n"
REQUIRED = {"requirements.txt": "Django==5.2.*\ncelery\npytest-django\n"}
CONFIGURED = {"pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\n"}
FUNCTION = "def test_it(db):\n    assert True\n"
CASE = "from django.test import TestCase\n\n\nclass ItTests(TestCase):\n    def test_it(self):\n        pass\n"
PYTEST, UNITTEST = "TestA", "ATests"


def made(outcome):
    """The files of generated tests, and their classes."""
    files = [p for p in outcome.changed() if "test" in p and not p.endswith("__init__.py")]
    classes = {
        node.name
        for path in files
        for node in ast.parse(outcome.text(path)).body
        if isinstance(node, ast.ClassDef)
    }
    return files, classes


@pytest.mark.parametrize(
    ("files", "style"),
    [
        ({}, UNITTEST),
        (REQUIRED, UNITTEST),
        (CONFIGURED, PYTEST),
        ({**REQUIRED, "shop/tests/test_a.py": FUNCTION}, PYTEST),
        ({**REQUIRED, "shop/tests/test_a.py": CASE}, UNITTEST),
        ({**CONFIGURED, "shop/tests/test_a.py": CASE}, UNITTEST),
        ({**CONFIGURED, "shop/tests/test_a.py": CASE, "crm/tests.py": FUNCTION}, UNITTEST),
        ({**CONFIGURED, "shop/tests/test_a.py": FUNCTION, "crm/tests.py": CASE}, PYTEST),
        ({**CONFIGURED, "crm/tests.py": CASE}, UNITTEST),
        ({**REQUIRED, "crm/tests.py": FUNCTION}, PYTEST),
        ({**REQUIRED, "e2e/test_a.py": FUNCTION}, UNITTEST),
        ({"shop/tests/test_a.py": FUNCTION}, UNITTEST),
        ({"pytest.ini": CONFIGURED["pytest.ini"] + "python_functions = it_*\n"}, UNITTEST),
        ({"pytest.ini": CONFIGURED["pytest.ini"] + "python_functions = test_* it_*\n"}, PYTEST),
        ({**CONFIGURED, "pyproject.toml": '[tool.signalgen]\ntests = "unittest"\n'}, UNITTEST),
        ({"pyproject.toml": '[tool.signalgen]\ntests = "pytest"\n'}, PYTEST),
    ],
)
def test_the_style_is_that_of_the_tests_there(tmp_path, files, style):
    outcome = run(build(tmp_path, files), SPEC).write()
    assert style in made(outcome)[1]
    assert again(tmp_path, SPEC) == []


def test_generated_test_cases_stay_what_they_are(tmp_path):
    run(build(tmp_path), SPEC).write()
    (tmp_path / "pytest.ini").write_text(CONFIGURED["pytest.ini"])
    assert again(tmp_path, SPEC) == []


def test_generated_tests_that_nobody_collects_become_test_cases(tmp_path):
    run(build(tmp_path, CONFIGURED), SPEC).write()
    (tmp_path / "pytest.ini").unlink()
    outcome = run(tmp_path, SPEC).write()
    assert {UNITTEST, "ReadyTests"} <= made(outcome)[1]
    assert again(tmp_path, SPEC) == []
    python(tmp_path, "manage.py", "test", "-v0")


@pytest.mark.parametrize(
    ("collected", "name"),
    [
        ("test_*.py", "test_signals"),
        ("*.py", "test_signals"),
        ("tests.py test_*.py *_tests.py", "test_signals"),
        ("*_tests.py", "signals_tests"),
        ("*_test.py", "signals_test"),
        ("tests_*.py", "tests_signals"),
        ("check_*.py", "test_signals"),
    ],
)
def test_the_name_is_one_that_pytest_collects(tmp_path, collected, name):
    files = {"pytest.ini": CONFIGURED["pytest.ini"] + f"python_files = {collected}\n"}
    outcome = run(build(tmp_path, files), SPEC).write()
    assert made(outcome)[0] == [f"shop/tests/{name}.py"]
    assert again(tmp_path, SPEC) == []
    taken = {f"shop/tests/{name}.py": "mock = 1\n"}
    other = run(build(tmp_path / "taken", {**files, **taken}), SPEC)
    assert made(other)[0] == [f"shop/tests/{name.replace('signals', 'signal_receivers')}.py"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"shop/test_models.py": CASE}, "shop/test_signals.py"),
        ({"shop/tests.py": CASE}, "shop/test_signals.py"),
        ({"shop/test/test_models.py": CASE}, "shop/test/test_signals.py"),
        ({"unittests/test_shop.py": CASE}, "unittests/test_shop_signals.py"),
        ({"tests/crm/test_a.py": CASE}, "tests/shop/test_shop_signals.py"),
        ({"crm/tests.py": CASE, "tests/test_a.py": CASE}, "tests/test_shop_signals.py"),
        (
            {"pytest.ini": "[pytest]\ntestpaths = checks\n", "checks/test_a.py": CASE},
            "checks/test_shop_signals.py",
        ),
    ],
)
def test_where_the_tests_of_the_project_lie(tmp_path, files, expected):
    outcome = run(build(tmp_path, {"shop/tests/__init__.py": None, **files}), SPEC).write()
    assert made(outcome)[0] == [expected]
    assert again(tmp_path, SPEC) == []


@pytest.mark.parametrize("there", [True, False])
def test_a_new_folder_is_a_package_where_its_neighbours_are(tmp_path, there):
    files = {"shop/tests/__init__.py": None, "tests/crm/test_a.py": CASE}
    packages = {"tests/__init__.py": "", "tests/crm/__init__.py": ""} if there else {}
    run(build(tmp_path, {**files, **packages}), SPEC).write()
    assert (tmp_path / "tests/shop/__init__.py").exists() is there
    assert again(tmp_path, SPEC) == []


def test_tests_of_earlier_runs_stay_where_they_are(tmp_path):
    run(build(tmp_path, {"shop/tests/__init__.py": None, "shop/tests.py": CASE}), SPEC).write()
    (tmp_path / "shop/tests.py").unlink()
    (tmp_path / "shop/tests").mkdir(exist_ok=True)
    (tmp_path / "shop/tests/test_models.py").write_text(CASE)
    other = "handlers: [{name: b, model: Order, signal: post_delete, body: later.delay(1)}]\n"
    assert made(run(tmp_path, SPEC, other))[0] == ["shop/test_signals.py"]
    assert again(tmp_path, SPEC) == []


@pytest.mark.parametrize(
    ("classes", "name"),
    [
        ((), "TestOrderSaved"),
        (("Test",), "TestOrderSaved"),
        (("Test*", "*Spec"), "TestOrderSaved"),
        (("*Tests",), "OrderSavedTests"),
        (("*Test", "Check"), "OrderSavedTest"),
        (("Describe",), "DescribeOrderSaved"),
        (("*Spec",), "OrderSavedSpec"),
    ],
)
def test_classes_that_pytest_collects(classes, name):
    assert class_name("order_saved", "pytest", classes) == name
    assert class_name("order_saved", "unittest", classes) == "OrderSavedTests"


@pytest.mark.parametrize(
    ("setting", "key", "detail"),
    [
        ("", "", "brief"),
        ("full", "", "full"),
        ("", "full", "full"),
        ("full", "brief", "brief"),
        ("brief", "full", "full"),
    ],
)
def test_how_much_tests_say(tmp_path, setting, key, detail):

    table = f'[tool.signalgen]\ntest_detail = "{setting}"\n' if setting else ""
    build(tmp_path, {"pyproject.toml": table})
    text = "version: 1\napp: shop\n" + (f"test_detail: {key}\n" if key else "") + SPEC
    spec = read_spec(text.encode(), file="s.yaml", source="s.yaml")
    drafts = draft_plans([spec], read_project(tmp_path), {}, {})
    assert [draft.ctx.test_detail for draft in drafts] == [detail]
