"""Versions, style, settings and tests of a project: what its configuration files say."""

from __future__ import annotations

import pytest
from project_trees import MANAGE, app, build

from signalgen.errors import UsageError
from signalgen.index import read_project
from signalgen.values.project import Factory


def read(tmp_path, files):
    return read_project(build(tmp_path, {"manage.py": MANAGE, **files}))


def pyproject(text):
    return {"pyproject.toml": text}


# --- versions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"uv.lock": 'version = 1\n\n[[package]]\nname = "django"\nversion = "5.2.3"\n'}, (5, 2)),
        ({"poetry.lock": '[[package]]\nname = "Django"\nversion = "4.2.11"\n'}, (4, 2)),
        ({"pdm.lock": '[[package]]\nname = "django"\nversion = "6.0"\n'}, (6, 0)),
        ({"Pipfile.lock": '{"default": {"django": {"version": "==4.2.1"}}}'}, (4, 2)),
        ({"requirements.txt": "# x\n-r base.txt\nDjango==4.2.1 ; python_version > '3'\n"}, (4, 2)),
        ({"requirements/base.txt": "django>=5.1,<5.3  # why\n"}, (5, 1)),
        ({"requirements-dev.txt": "Django[argon2]~=5.2.0\n"}, (5, 2)),
        (pyproject('[project]\ndependencies = ["Django>=4.2,<5"]\n'), (4, 2)),
        (pyproject('[tool.poetry.dependencies]\ndjango = "^5.0"\n'), (5, 0)),
        (
            pyproject(
                '[tool.poetry.dependencies]\nDjango = {version = "~4.2.1", extras = ["x"]}\n'
            ),
            (4, 2),
        ),
        (pyproject('[dependency-groups]\ntest = ["django>=5.2"]\n'), (5, 2)),
        ({"setup.cfg": "[options]\ninstall_requires =\n    celery\n    Django >= 4.2\n"}, (4, 2)),
        ({"setup.py": "setup(install_requires=['django>=4.2,<6', \"x==1\"])"}, (4, 2)),
        ({"Pipfile": '[packages]\ndjango = "~=5.2"\n'}, (5, 2)),
        ({"requirements.txt": "django<5\n"}, None),
        ({"requirements.txt": "django\n"}, None),
        ({"requirements.txt": "django-filter==24.1\ndjangorestframework==3.15\n"}, None),
        ({"requirements.txt": "django @ git+https://x/django@4.2\n"}, None),
        (
            {
                "uv.lock": '[[package]]\nname = "django"\nversion = "5.2.3"\n',
                "requirements.txt": "django==4.2\n",
            },
            (5, 2),
        ),
        (
            {
                "requirements.txt": "django\n",
                **pyproject('[project]\ndependencies = ["django>=5.2"]\n'),
            },
            (5, 2),
        ),
        ({"tox.ini": "[testenv]\ndeps =\n    dj42: Django>=4.2\n"}, None),
        ({}, None),
    ],
)
def test_django_version(tmp_path, files, version):
    assert read(tmp_path, files).django_version == version


@pytest.mark.parametrize(
    ("files", "version"),
    [
        (pyproject('[project]\nrequires-python = ">=3.11"\n'), (3, 11)),
        (pyproject('[tool.poetry.dependencies]\npython = "^3.12"\n'), (3, 12)),
        ({"setup.cfg": "[options]\npython_requires = >=3.10\n"}, (3, 10)),
        ({"setup.py": "setup(python_requires='>=3.9')"}, (3, 9)),
        ({".python-version": "3.12.1\n"}, (3, 12)),
        ({"runtime.txt": "python-3.11.4\n"}, (3, 11)),
        ({}, None),
    ],
)
def test_python_version(tmp_path, files, version):
    assert read(tmp_path, files).python_version == version


def test_packages(tmp_path):
    project = read(
        tmp_path, {"requirements.txt": "celery[redis]==5.4.0\nmodel_bakery\nfactory-boy>=3\n"}
    )
    assert (project.celery_version, project.has_model_bakery, project.has_factory_boy) == (
        (5, 4),
        True,
        True,
    )
    bare = read(tmp_path, {"requirements.txt": "celery-stubs\n"})
    assert (bare.celery_version, bare.has_model_bakery, bare.has_factory_boy) == (
        None,
        False,
        False,
    )


def test_configuration_of_the_repository_around_the_project(tmp_path):
    build(
        tmp_path,
        {
            ".git/HEAD": "",
            "pyproject.toml": "[tool.black]\nline-length = 100\n",
            "backend/manage.py": MANAGE,
        },
    )
    assert read_project(tmp_path / "backend").style.line_length == 100
    (tmp_path / ".git" / "HEAD").unlink()
    (tmp_path / ".git").rmdir()
    assert read_project(tmp_path / "backend").style.line_length == 88


# --- style ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, {"formatter": "black", "line_length": 88, "single_quotes": False}),
        (
            pyproject("[tool.black]\nline-length = 100\n"),
            {"formatter": "black", "line_length": 100},
        ),
        (
            pyproject("[tool.black]\ntarget-version = ['py311', 'py312']\n"),
            {"target_versions": ("py311", "py312")},
        ),
        (
            pyproject("[tool.black]\nskip-magic-trailing-comma = true\npreview = true\n"),
            {"skip_magic_trailing_comma": True, "preview": True},
        ),
        (pyproject('[project]\nrequires-python = ">=3.11"\n'), {"target_versions": ("py311",)}),
        (
            pyproject(
                '[tool.ruff]\nline-length = 120\ntarget-version = "py312"\n[tool.ruff.format]\nquote-style = "single"\n'
            ),
            {
                "formatter": "ruff",
                "line_length": 120,
                "single_quotes": True,
                "target_versions": ("py312",),
            },
        ),
        (
            {"ruff.toml": "line-length = 99\n[format]\nquote-style = 'double'\n"},
            {"formatter": "ruff", "line_length": 99, "single_quotes": False},
        ),
        (
            {
                ".ruff.toml": "[lint.isort]\nforce-single-line = true\nknown-first-party = ['shop']\n"
            },
            {"formatter": "black", "force_single_line": True, "known_first_party": ("shop",)},
        ),
        (
            pyproject("[tool.black]\n[tool.ruff]\nline-length = 120\n[tool.ruff.format]\n"),
            {"formatter": "black", "line_length": 88},
        ),
        (
            {
                "setup.cfg": "[isort]\nforce_single_line = True\nline_length = 79\nknown_first_party = a,b\n"
            },
            {"force_single_line": True, "line_length": 79, "known_first_party": ("a", "b")},
        ),
        (
            {".isort.cfg": "[settings]\nforce_sort_within_sections = true\n"},
            {"force_sort_within_sections": True},
        ),
        (
            pyproject("[tool.isort]\nforce_single_line = true\nknown_third_party = ['x']\n"),
            {"force_single_line": True, "known_third_party": ("x",)},
        ),
        ({".flake8": "[flake8]\nmax-line-length = 119\n"}, {"line_length": 119}),
        ({"tox.ini": "[flake8]\nmax-line-length = 119\n"}, {"line_length": 119}),
        (
            {
                ".editorconfig": "root = true\n[*]\nmax_line_length = 79\n[*.py]\nmax_line_length = 100\n"
            },
            {"line_length": 100},
        ),
        ({".editorconfig": "[*]\nmax_line_length = off\n"}, {"line_length": 88}),
        (
            {
                ".pre-commit-config.yaml": "- repo: https://github.com/psf/black\n  hooks:\n  - id: black\n    args: [--line-length=99]\n"
            },
            {"formatter": "black", "line_length": 99},
        ),
        (
            {".pre-commit-config.yaml": "- id: ruff-format\n"},
            {"formatter": "ruff", "line_length": 88},
        ),
        (pyproject("[tool.yapf]\ncolumn_limit = 100\n"), {"formatter": "none"}),
        (pyproject("[tool.black]\nskip-string-normalization = true\n"), {"single_quotes": False}),
        (
            {
                **pyproject("[tool.black]\nskip-string-normalization = true\n"),
                "a.py": "x = 'a' + 'b' + 'c' + 'd'\n",
            },
            {"single_quotes": True},
        ),
        ({"a.py": "x = 'a' + 'b' + 'c' + 'd'\n"}, {"single_quotes": True}),
        (
            {**pyproject("[tool.black]\n"), "a.py": "x = 'a' + 'b' + 'c' + 'd'\n"},
            {"single_quotes": False},
        ),
    ],
)
def test_style(tmp_path, files, expected):
    style = read(tmp_path, files).style
    assert {name: getattr(style, name) for name in expected} == expected


# --- [tool.signalgen] -------------------------------------------------------------------------------------------------


def test_settings(tmp_path):
    text = '[tool.signalgen]\nformatter = "ruff"\ntyped = true\ntarget-django = "5.2"\ntests = "pytest"\ntest_detail = "full"\ntask_backend = "django"\nreceivers_module = "signals.handlers"\ntemplates = "t"\nline_length = 100\nselect = ["SG1"]\n'
    settings = read(tmp_path, pyproject(text)).settings
    assert (settings.formatter, settings.typed, settings.target_django, settings.tests) == (
        "ruff",
        True,
        "5.2",
        "pytest",
    )
    assert settings.test_detail == "full"
    assert (settings.task_backend, settings.receivers_module, settings.line_length) == (
        "django",
        "signals.handlers",
        100,
    )


def test_wrong_settings_are_named_all_at_once_with_their_lines(tmp_path):
    text = '[tool.other]\ntyped = 3\n\n[tool.signalgen]\nformater = "black"\ntyped = "yes"\ntarget-django = "3.2"\nline_length = 9\nreceivers_module = "a b"\ntests = ["x"]\n'
    with pytest.raises(UsageError) as caught:
        read(tmp_path, pyproject(text))
    problems = caught.value.problems
    assert [(p.file, p.line, p.code) for p in problems] == [
        ("pyproject.toml", 5, "unknown-setting"),
        ("pyproject.toml", 6, "bad-setting"),
        ("pyproject.toml", 7, "bad-setting"),
        ("pyproject.toml", 8, "bad-setting"),
        ("pyproject.toml", 9, "bad-setting"),
        ("pyproject.toml", 10, "bad-setting"),
    ]
    assert "formatter" in problems[0].hint
    assert problems[0].source == 'formater = "black"'


def test_broken_toml_matters_only_where_signalgen_is_configured(tmp_path):
    assert read(tmp_path, pyproject("[project\n")).settings.formatter is None
    with pytest.raises(UsageError) as caught:
        read(tmp_path, pyproject("x = 1\n[tool.signalgen]\ntyped = = 1\n"))
    assert caught.value.problems[0].line == 2


SHOP = {"shop/__init__.py": "", "shop/models.py": ""}

# --- tests of the project -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "place", "path"),
    [
        ({}, "none", None),
        ({"orders/tests.py": ""}, "module", None),
        ({"orders/test_models.py": ""}, "module", None),
        ({"orders/testing.py": ""}, "none", None),
        ({"orders/tests/__init__.py": ""}, "package", "orders/tests"),
        ({"orders/test/test_a.py": ""}, "package", "orders/test"),
        ({"tests/orders/test_a.py": ""}, "external", "tests/orders"),
        ({"tests/unit/orders/test_a.py": ""}, "external", "tests/unit/orders"),
        ({"tests/test_orders.py": "", "tests/__init__.py": ""}, "external", "tests"),
        ({"tests/conftest.py": ""}, "none", None),
        ({"unittests/test_a.py": ""}, "external", "unittests"),
        ({"tests/models.py": "", "tests/test_a.py": ""}, "external", "tests"),
        ({"tests/models.py": "", "tests/unit/orders/test_a.py": ""}, "none", None),
        (
            {"tests/test_a.py": "", "unittests/test_a.py": "", "unittests/test_b.py": ""},
            "external",
            "unittests",
        ),
        ({"tests/unit/test_a.py": "", "tests/integration/test_a.py": ""}, "external", "tests/unit"),
        ({"orders/test/views.py": "def test_a(): ..."}, "none", None),
        ({**SHOP, "tests/shop/test_a.py": ""}, "external", "tests/orders"),
        ({**SHOP, "tests/unit/shop/test_a.py": ""}, "external", "tests/unit/orders"),
        ({**SHOP, "shop/tests.py": "", "tests/crm/test_a.py": ""}, "none", None),
        ({"pytest.ini": "[pytest]\ntestpaths = specs\n", "specs/a.py": ""}, "external", "specs"),
        ({"pytest.ini": "[pytest]\ntestpaths = specs\n"}, "none", None),
        ({"pytest.ini": "[pytest]\ntestpaths = orders specs\n", "specs/a.py": ""}, "none", None),
        ({"orders/tests/__init__.py": "", "tests/orders/test_a.py": ""}, "package", "orders/tests"),
        (
            {
                "cart/tests.py": "",
                "cart/models.py": "",
                "shop/models.py": "",
                "shop/tests.py": "",
                "tests/test_e2e.py": "",
            },
            "none",
            None,
        ),
    ],
)
def test_where_tests_live(tmp_path, files, place, path):
    found = read(tmp_path, {**app("orders"), **files}).app("orders")
    assert (found.tests, found.tests_path) == (place, path)


def test_an_app_called_test_is_no_test_folder(tmp_path):
    found = read(tmp_path, {**app("dojo"), **app("dojo.test", "x = 1\n")}).app("dojo")
    assert found.tests == "none"


DJANGO = "DJANGO_SETTINGS_MODULE = config.settings\n"


@pytest.mark.parametrize(
    ("files", "required", "configured"),
    [
        (pyproject("[tool.pytest.ini_options]\n"), False, False),
        (pyproject('[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "a"\n'), True, True),
        (pyproject('[tool.pytest]\naddopts = ["--ds=a.settings"]\n'), True, True),
        ({"pytest.ini": ""}, False, False),
        ({"pytest.ini": "[pytest]\n" + DJANGO}, True, True),
        ({".pytest.ini": "[pytest]\n" + DJANGO}, True, True),
        ({"pytest.toml": "[pytest]\nDJANGO_SETTINGS_MODULE = 'a'\n"}, True, True),
        ({"pytest.toml": "", "pytest.ini": "[pytest]\n" + DJANGO}, False, False),
        ({"setup.cfg": "[tool:pytest]\naddopts = -q\n"}, False, False),
        ({"setup.cfg": "[tool:pytest]\naddopts = -q --ds=a.settings\n"}, True, True),
        ({"tox.ini": "[pytest]\n" + DJANGO}, True, True),
        ({"tox.ini": "[testenv]\n" + DJANGO}, False, False),
        ({"conftest.py": ""}, False, False),
        ({"requirements.txt": "pytest-django\n"}, True, False),
        ({"tox.ini": "[testenv]\ndeps =\n    pytest-django\n"}, True, False),
        ({"uv.lock": '[[package]]\nname = "pytest-django"\nversion = "4.8"\n'}, True, False),
        ({"config/settings.py": "TEST_RUNNER = 'a.tests.PytestTestRunner'\n"}, True, True),
        ({"config/settings.py": "TEST_RUNNER = 'a.tests.QuickRunner'\n"}, False, False),
        ({"setup.cfg": "[metadata]\nname = pytest\n"}, False, False),
        ({"requirements.txt": "pytest-factory-tools\n# pytest-django\n"}, False, False),
        ({}, False, False),
    ],
)
def test_whether_pytest_runs_the_tests_of_django(tmp_path, files, required, configured):
    tree = {"manage.py": MANAGE, "config/__init__.py": "", **files}
    testing = read(tmp_path, tree).testing
    assert (testing.pytest_django, testing.pytest) == (required, configured)


def test_what_pytest_collects(tmp_path):
    text = """
        [pytest]
        python_files = test_*.py  *_spec.py
        python_classes =
            Test*
            *Spec
        python_functions = test_ it_
        testpaths = tests src/shop
    """
    testing = read(
        tmp_path, {"pytest.ini": text, "setup.cfg": "[tool:pytest]\ntestpaths = x\n"}
    ).testing
    assert testing.files == ("test_*.py", "*_spec.py")
    assert testing.classes == ("Test*", "*Spec")
    assert testing.functions == ("test_", "it_")
    assert testing.paths == ("tests", "src/shop")


def test_folders_of_tests_named_above_the_project(tmp_path):
    text = '[tool.pytest]\ntestpaths = ["src/documents/tests/", "src/paperless"]\n'
    build(tmp_path, {".git/HEAD": "", "pyproject.toml": text, "src/manage.py": MANAGE})
    assert read_project(tmp_path / "src").testing.paths == ("documents/tests", "paperless")


METHOD = "    def test_a(self):\n        "


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("def test_a(db):\n    assert True\n", "pytest"),
        ("async def test_a():\n    pass\n", "pytest"),
        (f"class TestA:\n{METHOD}assert 1\n", "pytest"),
        (f"class TestA(Base):\n{METHOD}assert 1\n", "pytest"),
        (f"class ATests(TestCase):\n{METHOD}assert 1\n", "unittest"),
        (f"class ATests(\n    mixins.Login,\n    APITestCase,\n):\n{METHOD}pass\n", "unittest"),
        (f"class ATests(Base):\n{METHOD}self.assertEqual(1, 1)\n", "unittest"),
        (f"class ATests(Base):\n{METHOD}check(self)\n", None),
        (f"class ATests(TestCase):\n{METHOD}pass\n\ndef test_b():\n    pass\n", "unittest"),
        (f"class A(TestCase):\n{METHOD}pass\n\ndef test_b(): ...\ndef test_c(): ...\n", "pytest"),
        ("class BaseTestCase(TestCase):\n    def login(self): ...\n", None),
        ("", None),
    ],
)
def test_the_style_of_a_test_file(tmp_path, text, style):
    project = read(tmp_path, {**app("orders"), "orders/tests/test_a.py": text})
    found = {} if style is None else {"orders/tests/test_a.py": style}
    assert project.app("orders").test_styles == found
    assert project.test_style == style


def test_the_style_of_most_test_files(tmp_path):
    own, other = "def test_a(): ...\n", f"class ATests(TestCase):\n{METHOD}pass\n"
    files = {**app("orders"), **app("shop"), "orders/tests.py": own, "shop/test_a.py": other}
    assert read(tmp_path, files).test_style == "unittest"
    files = {"orders/test_b.py": own, "e2e/test_c.py": other, "shop/test_signals.py": other}
    assert read(tmp_path, files).test_style == "pytest"


def test_factories(tmp_path):
    models = "from django.db import models\nclass Order(models.Model): ...\nclass Line(models.Model): ...\n"
    text = """
        import factory
        from factory.django import DjangoModelFactory
        from orders.models import Order

        class BigOrderFactory(DjangoModelFactory):
            class Meta:
                model = Order

        class OrderFactory(DjangoModelFactory):
            class Meta:
                model = Order

        class LineFactory(OrderFactory):
            class Meta:
                model = "orders.Line"
                django_get_or_create = ("number",)

        class OtherFactory(factory.Factory):
            class Meta:
                model = dict

        class NoModelFactory(DjangoModelFactory): ...
        class WidgetFactory: ...
    """
    project = read(
        tmp_path,
        {
            **app("orders", models),
            "orders/tests/__init__.py": "",
            "orders/tests/factories.py": text,
        },
    )
    assert project.factories == {
        "orders.Order": Factory("orders.tests.factories.OrderFactory"),
        "orders.Line": Factory("orders.tests.factories.LineFactory", ("number",)),
    }
