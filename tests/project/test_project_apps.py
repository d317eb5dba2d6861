"""Apps, their names and their AppConfigs in every shape that real projects have."""

from __future__ import annotations

import pytest
from project_trees import APPS, MANAGE, app, build

from signalgen.index import read_project


def read(tmp_path, files, **options):
    return read_project(build(tmp_path, {"manage.py": MANAGE, **files}), **options)


def names(project):
    return [a.name for a in project.apps]


# --- which packages are apps ------------------------------------------------------------------------------------------


def test_plain_app(tmp_path):
    project = read(tmp_path, app("orders"))
    (found,) = project.apps
    assert (found.name, found.label, found.path, found.exists, found.installed) == (
        "orders",
        "orders",
        "orders",
        True,
        None,
    )
    assert found.config.name == "OrdersConfig"
    assert found.configs == (found.config,)
    assert project.import_roots == (".",)
    assert project.modules["orders.apps"] == "orders/apps.py"
    assert project.modules["orders"] == "orders/__init__.py"


@pytest.mark.parametrize(
    "file",
    [
        "models.py",
        "models/__init__.py",
        "migrations/__init__.py",
        "migrations/0001_initial.py",
        "apps.py",
    ],
)
def test_marks_of_an_app(tmp_path, file):
    project = read(tmp_path, {"shop/__init__.py": "", f"shop/{file}": ""})
    assert [(a.name, a.label, a.config) for a in project.apps] == [("shop", "shop", None)]


def test_plain_packages_are_no_apps(tmp_path):
    project = read(
        tmp_path,
        {
            "config/__init__.py": "",
            "config/settings.py": "",
            "utils/__init__.py": "",
            "utils/forms.py": "class AppConfigForm(Form): pass",
            "docs/conf.py": "AppConfig = 1",
            "models.py": "",
        },
    )
    assert project.apps == ()


def test_package_below_a_configured_app_is_no_app_of_its_own(tmp_path):
    tree = {**app("dojo"), "dojo/finding/__init__.py": "", "dojo/finding/models.py": ""}
    project = read(tmp_path, tree)
    assert names(project) == ["dojo"]


def test_such_a_package_is_an_app_when_asked_for_or_installed_or_migrated(tmp_path):
    tree = {**app("dojo"), "dojo/finding/__init__.py": "", "dojo/finding/models.py": ""}
    tree["dojo/apps.py"] = APPS.format(config="DojoConfig", name="dojo") + "    label = 'dj'\n"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "c").mkdir()
    asked = read(tmp_path / "a", tree, apps=["dojo.finding"]).app("dojo.finding")
    assert (asked.label, asked.path, asked.config.name) == ("dj", "dojo/finding", "DojoConfig")
    installed = read(
        tmp_path / "b", {**tree, "config/settings.py": 'INSTALLED_APPS = ["dojo", "dojo.finding"]'}
    )
    assert installed.app("dojo.finding").label == "finding"
    assert installed.app("dojo.finding").config is None
    assert names(read(tmp_path / "c", {**tree, "dojo/finding/migrations/__init__.py": ""})) == [
        "dojo",
        "dojo.finding",
    ]


def test_apps_called_test_tasks_settings_and_apps(tmp_path):
    tree = {
        **app("test", "x = 1"),
        **app("shop.tasks", "x = 1"),
        **app("shop.settings", "x = 1"),
        **app("apps.jobs"),
    }
    project = read(tmp_path, {**tree, "shop/__init__.py": "", "apps/__init__.py": ""})
    assert [(a.name, a.label) for a in project.apps] == [
        ("apps.jobs", "jobs"),
        ("shop.settings", "settings"),
        ("shop.tasks", "tasks"),
        ("test", "test"),
    ]


def test_two_apps_of_one_label(tmp_path):
    project = read(tmp_path, {**app("a.orders"), **app("b.orders")})
    assert [(a.name, a.label) for a in project.apps] == [
        ("a.orders", "orders"),
        ("b.orders", "orders"),
    ]
    assert project.app("b.orders").path == "b/orders"


# --- import roots -----------------------------------------------------------------------------------------------------


def test_src_is_an_import_root(tmp_path):
    tree = {f"src/{path}": text for path, text in app("orders").items()}
    project = read(tmp_path, tree)
    assert names(project) == ["orders"]
    assert project.app("orders").path == "src/orders"
    assert project.import_roots == (".", "src")
    assert project.modules["orders.apps"] == "src/orders/apps.py"


@pytest.mark.parametrize(
    "line",
    [
        'sys.path.insert(0, os.path.join(BASE_DIR, "apps"))',
        'sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "apps"))',
        'sys.path.append(str(BASE_DIR / "apps"))',
        'sys.path.insert(0, "apps")',
    ],
)
@pytest.mark.parametrize("where", ["manage.py", "config/settings.py"])
def test_folders_put_on_sys_path(tmp_path, line, where):
    tree = {
        "manage.py": MANAGE,
        "apps/orders/__init__.py": "",
        "apps/orders/models.py": "",
        "config/__init__.py": "",
    }
    tree[where] = tree.get(where, "") + f"import sys, os\n{line}\n"
    project = read_project(build(tmp_path, tree))
    assert names(project) == ["orders"]
    assert project.app("orders").path == "apps/orders"


def test_a_folder_on_sys_path_does_not_rename_apps_that_name_themselves_in_full(tmp_path):
    tree = {
        "manage.py": MANAGE + "sys.path.append(str(here / 'shop'))\n",
        "shop/__init__.py": "",
        **app("shop.users"),
    }
    project = read_project(build(tmp_path, tree))
    assert names(project) == ["shop.users"]
    assert project.import_roots == (".",)


def test_the_name_in_the_config_tells_the_import_root(tmp_path):
    tree = {
        "apps/orders/apps.py": APPS.format(config="OrdersConfig", name="orders"),
        "apps/orders/__init__.py": "",
    }
    project = read(tmp_path, tree)
    assert names(project) == ["orders"]
    assert "apps" in project.import_roots


def test_one_config_with_a_short_name_makes_no_root_of_a_package(tmp_path):
    tree = {
        **app("shop.users"),
        **app("shop.carts"),
        **app("shop.old"),
        "shop/__init__.py": "",
        "manage.py": MANAGE,
    }
    tree["shop/old/apps.py"] = APPS.format(config="OldConfig", name="old")
    assert read_project(build(tmp_path, tree)).import_roots == (".",)


def test_most_configs_with_short_names_do(tmp_path):
    tree = {
        **app("shop.users"),
        **app("shop.carts"),
        **app("shop.old"),
        "shop/__init__.py": "",
        "manage.py": MANAGE,
    }
    for name in ("old", "carts"):
        tree[f"shop/{name}/apps.py"] = APPS.format(config="AnyConfig", name=name)
    assert "shop" in read_project(build(tmp_path, tree)).import_roots


@pytest.mark.parametrize(
    "config",
    [
        '[tool.setuptools.packages.find]\nwhere = ["lib"]\n',
        '[tool.setuptools.package-dir]\n"" = "lib"\n',
        '[[tool.poetry.packages]]\ninclude = "orders"\nfrom = "lib"\n',
        '[tool.pytest.ini_options]\npythonpath = "lib"\n',
    ],
)
def test_import_roots_from_pyproject(tmp_path, config):
    project = read(
        tmp_path,
        {"pyproject.toml": config, "lib/orders/__init__.py": "", "lib/orders/models.py": ""},
    )
    assert names(project) == ["orders"]


def test_manage_py_in_a_sub_folder(tmp_path):
    tree = {"pyproject.toml": "", "backend/manage.py": MANAGE}
    tree.update({f"backend/{path}": text for path, text in app("orders").items()})
    project = read_project(build(tmp_path, tree))
    assert names(project) == ["orders"]
    assert project.import_roots[0] == "backend"


def test_the_folder_of_manage_py_counts_even_when_it_is_a_package(tmp_path):
    tree = {
        "pyproject.toml": "",
        "sandbox/__init__.py": "",
        "sandbox/manage.py": MANAGE,
        "sandbox/shop/models.py": "",
    }
    assert names(read_project(build(tmp_path, tree))) == ["shop"]


def test_an_app_that_is_asked_for_is_there_once(tmp_path):
    tree = {
        **app("orders"),
        "orders/apps.py": APPS.format(config="C", name="orders") + "    label = 'o'\n",
    }
    assert names(read(tmp_path, tree, apps=["orders", "o", "orders"])) == ["orders"]


def test_jinja_names_are_no_apps_and_no_modules(tmp_path):
    project = read(
        tmp_path,
        {
            "{{ slug }}/users/apps.py": APPS.format(config="UsersConfig", name="{{ slug }}.users"),
            **app("orders"),
        },
    )
    assert names(project) == ["orders"]
    assert not [name for name in project.modules if "slug" in name]


# --- AppConfigs -----------------------------------------------------------------------------------------------------


def config_of(project, name="orders"):
    found = project.app(name).config
    return found.name if found else None


def test_label_and_dynamic_names(tmp_path):
    project = read(
        tmp_path,
        {
            "a/__init__.py": "",
            "a/apps.py": "from django.apps import AppConfig\nclass A(AppConfig):\n    name = 'a'\n    label: str = 'alpha'\n",
            "b/__init__.py": "",
            "b/apps.py": "from django import apps\nclass B(apps.AppConfig):\n    name = __package__\n",
            "c/__init__.py": "from django.apps.config import AppConfig\nclass C(AppConfig):\n    name = __name__\n",
            "d/__init__.py": "",
            "d/apps.py": "from django.apps import AppConfig as Base\nclass D(Base):\n    name = '.'.join(__name__.split('.')[:-1])\n",
        },
    )
    found = [(a.name, a.label, a.config.name, a.config.label, a.config.path) for a in project.apps]
    assert found == [
        ("a", "alpha", "A", "alpha", "a/apps.py"),
        ("b", "b", "B", None, "b/apps.py"),
        ("c", "c", "C", None, "c/__init__.py"),
        ("d", "d", "D", None, "d/apps.py"),
    ]


def test_configs_in_init_and_other_modules(tmp_path):
    project = read(
        tmp_path,
        {
            "orders/__init__.py": "from django.apps import AppConfig\n\nclass OrdersConfig(AppConfig):\n    name = 'orders'\n",
            "shop/__init__.py": "",
            "shop/models.py": "",
            "shop/configuration.py": "from django.apps import AppConfig\n\nclass Shop(AppConfig):\n    name = 'shop'\n",
        },
    )
    assert project.app("orders").config.path == "orders/__init__.py"
    assert project.app("shop").config.path == "shop/configuration.py"


def test_bases_are_followed_through_the_project(tmp_path):
    project = read(
        tmp_path,
        {
            "core/__init__.py": "from .application import ShopConfig\n",
            "core/application.py": "from django.apps import AppConfig\nclass Mixin: ...\nclass ShopConfig(Mixin, AppConfig): ...\n",
            "orders/__init__.py": "",
            "orders/apps.py": "import core\n\nclass Orders(core.ShopConfig):\n    name = 'orders'\n    label = 'o'\n",
            "cart/__init__.py": "from core.application import ShopConfig as S\nclass Cart(S):\n    name = 'cart'\n",
        },
    )
    assert names(project) == ["cart", "orders"]
    assert (config_of(project), config_of(project, "cart")) == ("Orders", "Cart")
    assert project.app("o").name == "orders"


THREE = """
from core.application import ShopConfig

class OnlyConfig(ShopConfig):
    label = "catalogue"
    name = "catalogue"

    def ready(self):
        from . import receivers

class ReviewsConfig(ShopConfig):
    label = "catalogue"
    name = "catalogue"

class CatalogueConfig(OnlyConfig, ReviewsConfig):
    '''Both.'''
"""
CORE = {
    "core/__init__.py": "",
    "core/application.py": "from django.apps import AppConfig\nclass ShopConfig(AppConfig): ...\n",
}


def test_three_configs_in_one_file(tmp_path):
    project = read(tmp_path, {**CORE, "catalogue/__init__.py": "", "catalogue/apps.py": THREE})
    found = project.app("catalogue")
    assert [c.name for c in found.configs] == ["OnlyConfig", "ReviewsConfig", "CatalogueConfig"]
    assert found.config.name == "CatalogueConfig"
    assert not found.config.has_ready
    assert found.configs[0].has_ready


def test_settings_choose_among_several_configs(tmp_path):
    tree = {
        **CORE,
        "catalogue/__init__.py": "",
        "catalogue/apps.py": THREE,
        "config/__init__.py": "",
    }
    tree["config/settings.py"] = "INSTALLED_APPS = ['catalogue.apps.ReviewsConfig']\n"
    found = read(tmp_path, tree).app("catalogue")
    assert (found.config.name, found.installed) == ("ReviewsConfig", True)


def test_several_configs_and_nothing_to_choose_by(tmp_path):
    text = "from django.apps import AppConfig\nclass A(AppConfig):\n    name = 'orders'\nclass B(AppConfig):\n    name = 'orders'\n"
    found = read(tmp_path, {"orders/__init__.py": "", "orders/apps.py": text}).app("orders")
    assert found.config is None
    assert len(found.configs) == 2


def test_default_flags(tmp_path):
    text = (
        "from django.apps import AppConfig\nclass A(AppConfig):\n    name = 'orders'\n"
        "class B(AppConfig):\n    name = 'orders'\n    default = True\n"
    )
    found = read(tmp_path, {"orders/__init__.py": "", "orders/apps.py": text}).app("orders")
    assert (found.config.name, found.config.default) == ("B", True)
    (tmp_path / "orders" / "apps.py").write_text(text.replace("= True", "= False"))
    assert read_project(tmp_path).app("orders").config.name == "A"


def test_config_under_type_checking_is_none(tmp_path):
    text = (
        "from typing import TYPE_CHECKING\nfrom django.apps import AppConfig\nif TYPE_CHECKING:\n"
        "    class A(AppConfig):\n        name = 'orders'\n"
    )
    found = read(tmp_path, {"orders/__init__.py": "", "orders/apps.py": text}).app("orders")
    assert found.configs == ()


def test_config_with_newer_syntax_in_its_file(tmp_path):
    text = (
        APPS.format(config="OrdersConfig", name="orders")
        + "\n    def ready(self):\n        try:\n            from . import x\n        except A, B:\n            pass\n"
    )
    found = read(tmp_path, {"orders/__init__.py": "", "orders/apps.py": text}).app("orders")
    assert found.config.has_ready
    assert not found.config.ready_simple


@pytest.mark.parametrize(
    ("body", "simple"),
    [
        ("from . import signals  # noqa", True),
        ("'''Doc.'''", True),
        ("pass", True),
        ("super().ready()\n        import orders.signals", True),
        ("super(OrdersConfig, self).ready()\n        from .signals import (a, b)", True),
        ("AppConfig.ready(self)", True),
        ("# comment\n        from .x import y", True),
        ("if x:\n            return\n        from . import signals", False),
        ("from . import signals\n        signals.connect()", False),
        ("return", False),
        ("x = 1", False),
    ],
)
def test_ready_simple(tmp_path, body, simple):
    text = (
        APPS.format(config="OrdersConfig", name="orders")
        + f"\n    def ready(self):\n        {body}\n"
    )
    found = read(tmp_path, {"orders/__init__.py": "", "orders/apps.py": text}).app("orders").config
    assert (found.has_ready, found.ready_simple) == (True, simple)


def test_decorated_ready_is_not_simple(tmp_path):
    text = (
        APPS.format(config="OrdersConfig", name="orders")
        + "\n    @once\n    def ready(self): pass\n"
    )
    assert (
        not read(tmp_path, {"orders/__init__.py": "", "orders/apps.py": text})
        .app("orders")
        .config.ready_simple
    )


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "installed"),
    [
        ("INSTALLED_APPS = ['a', \"b\"]", ("a", "b")),
        ("INSTALLED_APPS = ('a',) + ('b',)", ("a", "b")),
        ("X = ['b']\nINSTALLED_APPS = ['a']\nINSTALLED_APPS += X", ("a", "b")),
        ("X = ['b']\nINSTALLED_APPS = ['a', *X]", ("a", "b")),
        ("INSTALLED_APPS = ['a']\nif DEBUG:\n    INSTALLED_APPS += ['b']", ("a", "b")),
        (
            "INSTALLED_APPS = ['a']\nINSTALLED_APPS.append('b')\nINSTALLED_APPS.extend(['c'])",
            ("a", "b", "c"),
        ),
        ("class Base(Configuration):\n    INSTALLED_APPS = ['a']", ("a",)),
        ("from .base import *\nINSTALLED_APPS += ['b']", ("base", "b")),
        (
            "from config.settings.base import INSTALLED_APPS as X\nINSTALLED_APPS = X + ['b']",
            ("base", "b"),
        ),
        ("INSTALLED_APPS = list(X)", None),
        ("INSTALLED_APPS = ['a'] + get_core_apps()", None),
        ("INSTALLED_APPS = ['a', f'{b}']", None),
        ("x = = 1\nINSTALLED_APPS = ['a']", ("a",)),
        ("", None),
    ],
)
def test_installed_apps(tmp_path, settings, installed):
    tree = {
        "manage.py": MANAGE,
        "config/__init__.py": "",
        "config/settings/__init__.py": settings,
        "config/settings/base.py": "INSTALLED_APPS = ['base']\n" if "base" in settings else "",
    }
    assert read_project(build(tmp_path, tree)).installed_apps == installed


def test_installed_is_unknown_when_the_list_is(tmp_path):
    tree = {
        **app("a"),
        **app("b"),
        "config/__init__.py": "",
        "config/settings.py": "INSTALLED_APPS = ['a'] + f()\n",
    }
    project = read(tmp_path, tree)
    assert (project.app("a").installed, project.app("b").installed) == (True, None)


@pytest.mark.parametrize(
    ("files", "model"),
    [
        ({"config/settings.py": "AUTH_USER_MODEL = 'accounts.User'\n"}, "accounts.User"),
        ({"config/settings.py": "AUTH_USER_MODEL: str = 'accounts.User'\n"}, "accounts.User"),
        ({"other/settings/prod.py": "AUTH_USER_MODEL = 'accounts.User'\n"}, "accounts.User"),
        ({"settings.dist.py": "AUTH_USER_MODEL = 'accounts.User'\n"}, None),
        ({"s/settings.dist.py": "AUTH_USER_MODEL = 'accounts.User'\n"}, "accounts.User"),
        (
            {
                "a/settings.py": "AUTH_USER_MODEL = 'a.User'\n",
                "b/settings.py": "AUTH_USER_MODEL = 'b.User'\n",
            },
            None,
        ),
        ({"config/settings.py": "AUTH_USER_MODEL = env('X')\n"}, None),
        ({}, None),
    ],
)
def test_auth_user_model(tmp_path, files, model):
    if model and "settings.dist.py" in files:
        model = "accounts.User"
    found = read(tmp_path, {"config/__init__.py": "", **files}).auth_user_model
    if list(files) == ["settings.dist.py"]:
        assert found == "accounts.User"
    else:
        assert found == model
