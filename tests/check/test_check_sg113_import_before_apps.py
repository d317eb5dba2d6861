"""SG113: models that are imported before Django has its apps."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG113"
APPS = "from django.apps import AppConfig\n{}\nclass ShopConfig(AppConfig):\n    name = 'shop'\n"
SITE = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
    "site/__init__.py": "",
    "site/settings.py": "INSTALLED_APPS = ['django.contrib.auth', 'shop']\n",
    "shop/signals.py": HEAD,
}
PLAIN = "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"


def app(apps="", init="", **more):
    files = {name.replace("__", "/") + ".py": text for name, text in more.items()}
    return SITE | {"shop/apps.py": APPS.format(apps), "shop/__init__.py": init} | files


FLAGGED = [
    app("from shop.models import Order  # SG113"),
    app("from .models import Order  # SG113"),
    app("from . import models  # SG113"),
    app("import shop.models  # SG113"),
    app("from shop import signals  # SG113"),
    app("from . import signals  # SG113"),
    app("from .signals import *  # SG113"),
    app(init="from shop import signals  # SG113\n"),
    app(init="import shop.signals  # SG113\n"),
    app(init="from .models import Order  # SG113\n"),
    app("from shop import more  # SG113", shop__more="from shop.signals import x\n"),
    app("from django.contrib.auth.models import User  # SG113"),
    app(
        "from shop import tools  # SG113",
        shop__tools="from django.contrib.auth.models import User\n",
    ),
    app("from shop.models import Base  # SG113"),
    {
        **app("from shop import signals  # SG113"),
        "site/settings.py": "INSTALLED_APPS = ['shop.apps.ShopConfig']\n",
    },
]
SILENT = [
    app(),
    app("from shop import tools", shop__tools="import os\n"),
    app("from shop import signals", shop__signals=PLAIN),
    app("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.models import Order"),
    app("try:\n    from shop.models import Order\nexcept Exception:\n    Order = None"),
    app("def later():\n    from shop.models import Order"),
    app("from shop import signals", shop__signals="def f():\n    from shop.models import Order\n"),
    app("from django.contrib.auth import get_user_model"),
    app("from shop.elsewhere import x", shop__elsewhere="class Form(Unknown): ...\n"),
    app("from shop.other import x", shop__other="if True:\n    from shop.models import Order\n"),
    app("lazy from shop.models import Order"),
    app(init="name = 'shop'\n"),
    {**app("from shop import signals"), "site/settings.py": "INSTALLED_APPS = ['other']\n"},
    {**app("from shop import signals"), "site/settings.py": ""},
    {**app(), "shop/views.py": "from shop.models import Order\n"},
]


@pytest.mark.parametrize("files", FLAGGED)
def test_it_flags(files):
    assert_flags(files, CODE)


@pytest.mark.parametrize("files", SILENT)
def test_it_stays_silent(files):
    assert_silent(files, CODE)


def test_it_names_the_way():
    found = assert_flags(
        app("from shop import more  # SG113", shop__more="from shop.signals import x\n"), CODE
    )
    assert "shop.models" in found[0].message
    assert "through shop.more, shop.signals, shop.models" in found[0].message
