"""Receivers around migrations that ask for what is not there yet, or run once for each app: one note with the way out."""

from __future__ import annotations

import pytest
from generate_kit import SETTINGS, again, build, python, run

STOCK = (
    '"django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "crm", "shop"'
)
FIRST = (
    '"crm", "shop", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"'
)
NAMED = '"crm", "shop.apps.ShopConfig", "django.contrib.auth.apps.AuthConfig", "django.contrib.contenttypes", "django.contrib.sessions"'
SETUP = """
from django.contrib.auth.models import Group, Permission


def make_groups(using):
    group, _ = Group.objects.using(using).get_or_create(name="staff")
    group.permissions.add(Permission.objects.using(using).get(codename="add_order"))
"""
CODES = {"permissions-later", "every-app", "before-tables"}
IMPORTS = """
imports:
  - from shop.setup import make_groups
  - from django.contrib.auth.management import create_permissions
  - from django.contrib.auth.models import Permission
  - from django.contrib.contenttypes.models import ContentType
"""
OWN = "when: 'sender.name == \"shop\"'"
ASK = "body: 'Permission.objects.using(using).get(codename=\"add_order\")'"
MAKE = "create_permissions(app_config, verbosity, using=using)"


def told(root, handler: str, installed: str):
    files = {"config/settings.py": SETTINGS.replace(STOCK, installed), "shop/setup.py": SETUP}
    outcome = run(build(root, files), f"{IMPORTS}handlers:\n  - {{name: h, {handler}}}\n")
    assert outcome.problems == ()
    return [note for note in outcome.result.notes if note.code in CODES]


@pytest.mark.parametrize(
    ("handler", "installed", "code", "hint"),
    [
        (
            f"signal: post_migrate, {OWN}, {ASK}",
            FIRST,
            "permissions-later",
            "put shop below django.contrib.auth in",
        ),
        (
            f"signal: post_migrate, {OWN}, {ASK}",
            NAMED,
            "permissions-later",
            f"or begin with {MAKE}, with imports:",
        ),
        (
            f"signal: post_migrate, {OWN}, body: make_groups(using)",
            FIRST,
            "permissions-later",
            "put shop below",
        ),
        (
            f"signal: post_migrate, {OWN}, body: 'ContentType.objects.get(model=\"order\")'",
            FIRST,
            "permissions-later",
            "put shop below django.contrib.contenttypes",
        ),
        (
            "signal: post_migrate, body: 'Tag.objects.using(using).get_or_create(name=\"a\")'",
            STOCK,
            "every-app",
            'when: sender.name == "shop"',
        ),
        (
            "signal: post_migrate, body: make_groups(using)",
            STOCK,
            "every-app",
            'when: sender.name == "shop"',
        ),
        (
            "signal: pre_migrate, body: Tag.objects.using(using).count()",
            STOCK,
            "before-tables",
            "listen to post_migrate",
        ),
        (
            "signal: connection_created, body: 'list(Tag.objects.using(using)); Tag.objects.using(using).exists()'",
            STOCK,
            "before-tables",
            "query it when needed",
        ),
    ],
)
def test_what_is_not_there_yet(handler, installed, code, hint, tmp_path):
    (note,) = told(tmp_path, handler, installed)
    assert note.code == code
    assert hint in note.hint
    assert note.path.startswith("handlers[0]")


@pytest.mark.parametrize(
    ("handler", "installed"),
    [
        (f"signal: post_migrate, {OWN}, {ASK}", STOCK),
        (f"signal: post_migrate, {OWN}, {ASK}", "*APPS, " + FIRST),
        (
            f"signal: post_migrate, {OWN}, body: '{MAKE}; Permission.objects.get(codename=\"add_order\")'",
            FIRST,
        ),
        (
            f"signal: post_migrate, {OWN}, body: 'Tag.objects.using(using).get_or_create(name=\"a\")'",
            FIRST,
        ),
        (
            "signal: post_save, model: Order, body: 'Permission.objects.using(using).get(codename=\"add_order\")'",
            FIRST,
        ),
        (
            "signal: post_migrate, body: 'Tag.objects.using(using).get_or_create(name=app_config.name)'",
            STOCK,
        ),
        ("signal: post_migrate, body: 'logger.info(\"migrated\")'", STOCK),
        ("signal: pre_migrate, body: 'logger.info(\"%s\", plan)'", STOCK),
        ("signal: connection_created, body: 'connection.execute_wrappers.append(print)'", STOCK),
        (
            "signal: pre_migrate, body: '\"shop_tag\" in connection.introspection.table_names() and Tag.objects.using(using).count()'",
            STOCK,
        ),
    ],
)
def test_what_is_there(handler, installed, tmp_path):
    assert told(tmp_path, handler, installed) == []


@pytest.mark.parametrize("begins", [True, False])
def test_the_way_out_works_in_a_project(begins, tmp_path):
    make = f"{MAKE}; " if begins else ""
    spec = f"{IMPORTS}handlers:\n  - {{name: h, signal: post_migrate, {OWN}, body: '{make}make_groups(using)'}}\n"
    installed = FIRST if begins else STOCK
    settings = SETTINGS.replace(STOCK, installed).replace("MIGRATION_MODULES", "WITHOUT")
    root = build(tmp_path, {"config/settings.py": settings, "shop/setup.py": SETUP})
    run(root, spec).write()
    assert again(root, spec) == []
    code = """
    import django
    django.setup()
    from django.core.management import call_command
    call_command("migrate", run_syncdb=True, verbosity=0)
    from django.contrib.auth.models import Group
    print(*Group.objects.values_list("name", "permissions__codename"))
    """
    assert python(root, code=code).strip() == "('staff', 'add_order')"
