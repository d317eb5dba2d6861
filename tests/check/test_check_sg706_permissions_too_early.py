"""SG706: permissions that are looked for before they are made."""

import pytest
from check_kit import assert_flags, assert_silent

CODE = "SG706"
FILL = (
    "def fill(sender, **kwargs):\n    from django.contrib.auth.models import Group, Permission\n{}"
)
APPS = (
    "from django.apps import AppConfig\nfrom django.db.models.signals import post_migrate\n{}"
    "class ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n"
    "        post_migrate.connect(fill{})\n"
)
LOOK = "    Group.objects.first().permissions.add(*Permission.objects.filter(codename='x')){}\n"
MARK, PLAIN = LOOK.format("  # SG706"), LOOK.format("")
EARLY, LATE = "'shop', 'django.contrib.auth'", "'django.contrib.auth', 'shop'"


def app(body=MARK, installed=EARLY, how=", sender=self"):
    return {
        "shop/apps.py": APPS.format(FILL.format(body), how),
        "site/settings.py": f"INSTALLED_APPS = [{installed}]\n",
    }


FLAGGED = [
    app(),
    app("    Permission.objects.get(codename='x')  # SG706\n"),
    app(installed="'shop.apps.ShopConfig', 'django.contrib.auth.apps.AuthConfig'"),
]
SILENT = [
    app(PLAIN, installed=LATE),
    app(PLAIN, how=""),
    app(PLAIN, installed="*load(), 'shop', 'django.contrib.auth'"),
    app(PLAIN, installed="'shop'"),
    app(
        "    from django.contrib.auth.management import create_permissions\n    create_permissions(sender)\n"
        + PLAIN
    ),
    app(
        "    Permission.objects.get_or_create(codename='x')\n    Permission.objects.get(codename='x')\n"
    ),
    app("    Group.objects.get_or_create(name='x')\n"),
]


@pytest.mark.parametrize("files", FLAGGED)
def test_it_flags(files):
    assert_flags(files, CODE)


@pytest.mark.parametrize("files", SILENT)
def test_it_stays_silent(files):
    assert_silent(files, CODE)
