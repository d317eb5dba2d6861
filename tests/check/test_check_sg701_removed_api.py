"""SG701: what another version of Django took away, or does not have yet."""

import pytest
from check_kit import APPS, HEAD, assert_flags, assert_silent, findings

CODE = "SG701"
PAID = HEAD + "paid = Signal()\n"

FLAGGED = [
    "paid = Signal(providing_args=['order'])  # SG701\n",
    "paid = Signal(['order'])  # SG701\n",
    "paid: Signal = Signal(use_caching=True, providing_args=ARGS)  # SG701\n",
    "from django.db.models.signals import ModelSignal\npaid = ModelSignal(providing_args=[])  # SG701\n",
    "def f():\n    paid = Signal(providing_args=['order'])  # SG701\n    return paid\n",
    "paid = Signal()\nasync def f():\n    paid.asend(Order)  # SG701\n",
    "paid = Signal()\ndef f():\n    paid.asend_robust(Order)  # SG701\n",
]
SILENT = [
    "paid = Signal()\n",
    "paid = Signal(use_caching=True)\n",
    "paid = Signal(True)\n",
    "class Own(Signal):\n    def __init__(self, providing_args): ...\npaid = Own(providing_args=['order'])\n",
    "from elsewhere import Signal\npaid = Signal(providing_args=['order'])\n",
    "if VERSION < (3, 1):\n    paid = Signal(providing_args=['order'])\nelse:\n    paid = Signal()\n",
    "try:\n    paid = Signal(providing_args=['order'])\nexcept TypeError:\n    paid = Signal()\n",
    "def f():\n    if OLD:\n        paid = Signal(providing_args=['order'])\n        return paid\n",
    "paid = Signal()\nasync def f():\n    await paid.asend(Order)\n",
    "paid = Signal()\ndef f():\n    return paid.asend(Order)\n",
    "paid = Signal()\nasync def f():\n    await gather(paid.asend(Order), paid.asend(Line))\n",
    "paid = Signal()\nasync def f():\n    task = paid.asend(Order)\n    await task\n",
    "paid = Signal()\n@receiver(paid)\nasync def f(sender, **kwargs): ...\n",
    "def f():\n    socket.asend(1)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


@pytest.mark.parametrize("django", [(2, 2), (3, 2)])
def test_what_the_target_version_still_has_is_left_alone(django):
    files = {
        "shop/signals.py": HEAD + "paid = Signal(providing_args=['order'])\n",
        "shop/__init__.py": "default_app_config = 'shop.apps.ShopConfig'\n",
    }
    assert_silent(files, CODE, django=django)


ASYNC = {
    "async def f():\n    await paid.asend(Order)  # SG701\n": "no asend",
    "@receiver(paid)\nasync def f(sender, **kwargs): ...  # SG701\n": "is async",
}


@pytest.mark.parametrize(("source", "words"), ASYNC.items())
def test_async_needs_django_5(source, words):
    (found,) = assert_flags(PAID + source, CODE, django=(4, 2))
    assert words in found.message
    for django in ((5, 0), (6, 1), None):
        assert_silent(PAID + source, CODE, django=django)


@pytest.mark.parametrize(
    "source",
    [
        "async def f():\n    if hasattr(paid, 'asend'):\n        await paid.asend(Order)\n",
        "async def f():\n    try:\n        await paid.asend(Order)\n    except AttributeError:\n        paid.send(Order)\n",
        "from asgiref.sync import async_to_sync\n@receiver(paid)\n@async_to_sync\nasync def f(sender, **kwargs): ...\n",
        "from celery.signals import task_success\n@task_success.connect\nasync def f(sender, **kwargs): ...\n",
        "@receiver(paid)\ndef f(sender, **kwargs): ...\n",
    ],
)
def test_async_before_django_5_is_left_alone_where_it_is_chosen_or_wrapped(source):
    assert_silent(PAID + source, CODE, django=(4, 2))


INIT = "default_app_config = 'shop.apps.ShopConfig'  # SG701\n"
OTHER = "class OtherConfig(AppConfig):\n    name = 'shop'\n"


LISTED = "INSTALLED_APPS = ['django.contrib.auth', 'shop']\n"


@pytest.mark.parametrize(
    ("init", "apps", "severity"),
    [
        (INIT, APPS, "info"),
        (INIT, APPS + OTHER, "error"),
        (INIT, APPS.replace('name = "shop"', "default = True") + OTHER, "info"),
        (INIT, APPS + OTHER + "    default = True\n", "error"),
        (INIT.replace("shop.apps", "shop.config"), APPS, "error"),
        (INIT, APPS.replace("(AppConfig)", "(Basic)") + "from elsewhere import Basic\n", "error"),
        (INIT, APPS + "from elsewhere import BasicConfig\n", "error"),
        (INIT, APPS + "from elsewhere import *\n", "error"),
    ],
)
def test_default_app_config_is_an_error_where_django_may_choose_another(init, apps, severity):
    files = {"shop/__init__.py": init, "shop/apps.py": apps, "config/settings.py": LISTED}
    (found,) = assert_flags(files, CODE)
    assert found.severity == severity
    assert (found.fix is not None) is (severity == "info")


@pytest.mark.parametrize(
    "settings", ["", "INSTALLED_APPS = ['{0}']\n", LISTED + "MORE = ['{0}']\n"]
)
@pytest.mark.parametrize("name", ["shop.apps.ShopConfig", "shop.config.ShopConfig"])
def test_default_app_config_is_left_alone_where_nobody_leaves_the_choice_to_django(name, settings):
    files = {"shop/__init__.py": f"default_app_config = '{name}'\n", "shop/apps.py": APPS + OTHER}
    assert_silent({**files, "config/settings.py": settings.replace("{0}", name)}, CODE)


def test_default_app_config_that_is_no_literal_is_left_alone():
    assert_silent(
        {"shop/__init__.py": "default_app_config = NAME\n", "config/settings.py": LISTED}, CODE
    )


@pytest.mark.parametrize(
    "files",
    [
        {"shop/signals.py": "default_app_config = 'shop.apps.ShopConfig'\n"},
        {
            "shop/__init__.py": "if VERSION < (3, 2):\n    default_app_config = 'shop.apps.ShopConfig'\n"
        },
        {
            "shop/__init__.py": "# default_app_config\n",
            "config/settings.py": "INSTALLED_APPS = ['shop']\n",
        },
    ],
)
def test_default_app_config_elsewhere_is_left_alone(files):
    assert_silent(files, CODE)


@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("Signal(providing_args=['a'])", "Signal()"),
        ("Signal(['a'], use_caching=True)", "Signal(use_caching=True)"),
        ("Signal(\n    providing_args=['a', 'b'],\n)", "Signal()"),
        ("Signal(providing_args=[\n    'a',  # why\n])", None),
    ],
)
def test_the_fix_drops_the_argument(call, after):
    source = HEAD + f"paid = {call}\n"
    (found,) = findings(source, CODE)
    if after is None:
        assert found.fix is None
        return
    assert found.fix.safe
    (edit,) = found.fix.edits
    assert source[: edit.start] + edit.new + source[edit.end :] == HEAD + f"paid = {after}\n"


def test_the_fix_drops_the_line():
    source = "NAME = 1\ndefault_app_config = 'shop.apps.ShopConfig'\nOTHER = 2\n"
    (found,) = findings({"shop/__init__.py": source}, CODE)
    (edit,) = found.fix.edits
    assert source[: edit.start] + edit.new + source[edit.end :] == "NAME = 1\nOTHER = 2\n"


PLUGIN = {
    "setup.py": "from setuptools import setup\nsetup(entry_points={'site.plugin': ['shop = shop:SiteApp']})\n",
    "setup.cfg": "[options.entry_points]\nsite.plugin =\n    shop = shop\n",
    "pyproject.toml": '[project.entry-points."site.plugin"]\nshop = "shop:SiteApp"\n',
}


@pytest.mark.parametrize("name", PLUGIN)
def test_what_an_entry_point_may_read_is_not_dropped(name):
    source = "default_app_config = 'shop.apps.ShopConfig'\n"
    (found,) = findings({"shop/__init__.py": source, name: PLUGIN[name]}, CODE)
    assert found.fix is None


@pytest.mark.parametrize("name", PLUGIN)
def test_an_entry_point_of_another_package_does_not_matter(name):
    source = "default_app_config = 'shop.apps.ShopConfig'\n"
    other = PLUGIN[name].replace("= shop", "= shopping").replace('"shop:', '"shopping:')
    (found,) = findings({"shop/__init__.py": source, name: other}, CODE)
    assert found.fix is not None
