"""Mistakes with registrations that were reported in public, rebuilt: each is found where it is, and the mended one is silent."""

from textwrap import dedent

import pytest
from check_kit import assert_silent, findings

SITE = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_conf.settings')\n",
    "site_conf/__init__.py": "",
    "site_conf/settings.py": "INSTALLED_APPS = ['shop', 'django.contrib.auth', 'django.contrib.contenttypes']\n",
    "shop/models.py": "from django.db import models\n\n\nclass Tenant(models.Model):\n    gone = models.BooleanField()\n\n\n"
    "class Other(models.Model): ...\n",
}
TOP = (
    "from django.db.models.signals import post_delete, post_save, pre_save\n"
    "from django.dispatch import Signal, receiver\nfrom shop.models import Other, Tenant\n"
)
APPS = "from django.apps import AppConfig\n{}\nclass ShopConfig({}):\n    name = 'shop'\n    def {}(self):\n{}"
LOADS = "        from shop import signals\n"
HEARS = TOP + "@receiver(post_save, sender=Tenant)\ndef setup(sender, **kwargs): ...\n"
BASE = (
    "from django.apps import AppConfig as DjangoAppConfig\nclass AppConfig(DjangoAppConfig):\n"
    "    def ready(self):\n        from importlib import import_module\n        import_module(f'{self.name}.signals')\n"
)
FILL = (
    "from django.db.models.signals import post_migrate\ndef fill(sender, **kwargs):\n"
    "    from django.contrib.auth.models import Group, Permission\n"
    "    Group.objects.first().permissions.add(*Permission.objects.filter(codename='x'))"
)


def apps(top="", base="AppConfig", name="ready", body=LOADS):
    return APPS.format(top, base, name, body)


def wired(line, handler="def setup(sender, **kwargs):\n    print(sender)\n"):
    body = f"        from django.db.models.signals import post_save\n        from shop.models import Tenant\n        {line}\n"
    return {
        "shop/apps.py": apps("from shop.handlers import setup", body=body),
        "shop/handlers.py": handler,
    }


def signals(text, **more):
    return {"shop/signals.py": TOP + dedent(text)} | {
        f"shop/{name}.py": body for name, body in more.items()
    }


def middle(body):
    head = "from functools import partial\nfrom django.db.models.signals import pre_save\nfrom shop.models import Tenant\n"
    return {
        "shop/middleware.py": head
        + "class Actor:\n    def __call__(self, request):\n"
        + body
        + "\n"
        "    @staticmethod\n    def act(user, sender, **kwargs): ...\n"
    }


DELETING = (
    "from django.db import models\nfrom django.db.models.signals import post_delete\n\n\nclass Tenant(models.Model):\n"
    "    def delete(self):\n        post_delete.send(sender=type(self), instance=self{})\n\n\nclass Other(models.Model): ...\n"
)
RENAMED = "def rename(row):\n    post_save.send(sender=Tenant, instance=row)\n"
QUIET = "def drop(request):\n    post_delete.disconnect(gone, sender=Tenant)\n{}"
GONE = "@receiver(post_delete, sender=Tenant)\ndef gone(sender, **kwargs): ...\n"
VIEWS = "class Contact: ...\nclass Support(Contact): ...\n"
SENT = "from shop.views import Contact, Support\nsent = Signal()\n@receiver(sent, sender={})\ndef f(sender, **kwargs): ...\n"
STRAY = "def send(data):\n    sent.send(sender=Contact, data=data)\n"
AUDIT = "@receiver(post_save)\ndef audit(sender, raw, **kwargs):\n    if raw or sender is Other{}: return\n    Other.objects.create()\n"
CASES = {
    "a signal sent by hand": (
        "SG302",
        "shop/signals.py",
        5,
        signals(
            "@receiver(post_delete, sender=Tenant)\ndef f(sender, using, **kwargs): ...\n",
            models=DELETING.format(""),
        ),
        signals(
            "@receiver(post_delete, sender=Tenant)\ndef f(sender, using, **kwargs): ...\n",
            models=DELETING.format(", using='x'"),
        ),
    ),
    "a save sent by hand": (
        "SG302",
        "shop/signals.py",
        5,
        signals(
            "@receiver(post_save, sender=Tenant)\ndef f(sender, created, **kwargs): ...\n" + RENAMED
        ),
        signals(
            "@receiver(post_save, sender=Tenant)\ndef f(sender, created=False, **kwargs): ...\n"
            + RENAMED
        ),
    ),
    "connected per request": (
        "SG114",
        "shop/middleware.py",
        7,
        middle(
            "        act = partial(self.act, request.user)\n        pre_save.connect(act, sender=Tenant, weak=False)"
        ),
        middle("        current.set(request.user)"),
    ),
    "permissions too early": (
        "SG706",
        "shop/apps.py",
        5,
        {"shop/apps.py": apps(FILL, body="        post_migrate.connect(fill, sender=self)\n")},
        {"shop/apps.py": apps(FILL, body="        post_migrate.connect(fill)\n")},
    ),
    "every sender in migrate": (
        "SG310",
        "shop/signals.py",
        7,
        signals(AUDIT.format("")),
        signals(AUDIT.format(" or sender._meta.app_label != 'shop'")),
    ),
    "the signal is called": (
        "SG110",
        "shop/apps.py",
        8,
        wired("post_save(setup, sender=Tenant)"),
        wired("post_save.connect(setup, sender=Tenant)"),
    ),
    "the receiver is called": (
        "SG110",
        "shop/apps.py",
        8,
        wired("post_save.connect(setup(Tenant), sender=Tenant)"),
        wired("post_save.connect(setup, sender=Tenant)"),
    ),
    "a list of senders": (
        "SG308",
        "shop/signals.py",
        4,
        signals(HEARS.removeprefix(TOP).replace("Tenant", "[Tenant, Other]")),
        signals("@receiver(post_save, sender=Other)\n" + HEARS.removeprefix(TOP)),
    ),
    "a tuple of senders": (
        "SG308",
        "shop/signals.py",
        4,
        signals(HEARS.removeprefix(TOP).replace("Tenant", "(Tenant, Other)")),
        signals(HEARS.removeprefix(TOP)),
    ),
    "a positional sender": (
        "SG110",
        "shop/signals.py",
        4,
        signals(HEARS.removeprefix(TOP).replace("sender=Tenant", "Tenant")),
        signals(HEARS.removeprefix(TOP)),
    ),
    "disconnected in a view": (
        "SG115",
        "shop/signals.py",
        7,
        signals(
            GONE
            + QUIET.format(
                "    Tenant.objects.all().delete()\n    post_delete.connect(gone, sender=Tenant)\n"
            )
        ),
        signals(
            GONE
            + QUIET.format(
                "    try:\n        drop()\n    finally:\n        post_delete.connect(gone, sender=Tenant)\n"
            )
        ),
    ),
    "signals at the top of apps": (
        "SG113",
        "shop/apps.py",
        2,
        {"shop/apps.py": apps("from . import signals"), "shop/signals.py": HEARS},
        {"shop/apps.py": apps(), "shop/signals.py": HEARS},
    ),
    "a model at the top of apps": (
        "SG113",
        "shop/apps.py",
        2,
        {"shop/apps.py": apps("from .models import Tenant")},
        {"shop/apps.py": apps()},
    ),
    "signals at the top of the package": (
        "SG113",
        "shop/__init__.py",
        1,
        {"shop/__init__.py": "from . import signals\n", "shop/signals.py": HEARS},
        {"shop/signals.py": HEARS},
    ),
    "an import error that is swallowed": (
        "SG112",
        "shop/apps.py",
        7,
        {
            "shop/apps.py": apps(
                body="        try:\n            from . import signals\n        except ImportError:\n            pass\n"
            ),
            "shop/signals.py": HEARS.replace("import Other, Tenant", "import Tennant as Tenant"),
        },
        {"shop/apps.py": apps(), "shop/signals.py": HEARS},
    ),
    "a misspelt ready": (
        "SG111",
        "shop/apps.py",
        5,
        {"shop/apps.py": apps(name="Ready"), "shop/signals.py": HEARS},
        {"shop/apps.py": apps(), "shop/signals.py": HEARS},
    ),
    "an imported base": (
        "SG111",
        "shop/apps.py",
        2,
        {
            "base/__init__.py": "",
            "base/config.py": BASE,
            "shop/apps.py": apps("from base.config import AppConfig").partition("\n")[2],
        },
        {
            "base/__init__.py": "",
            "base/config.py": BASE,
            "shop/apps.py": apps(
                "from base.config import AppConfig", body=LOADS + "    default = True\n"
            ).partition("\n")[2],
        },
    ),
    "sent by another class": (
        "SG309",
        "shop/signals.py",
        6,
        signals(SENT.format("Support") + STRAY, views=VIEWS),
        signals(SENT.format("Contact") + STRAY, views=VIEWS),
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_the_mistake_is_found_at_its_line(kind):
    code, path, line, bad, _ = CASES[kind]
    assert [(item.path, item.line) for item in findings(SITE | bad, code)][:1] == [(path, line)]


@pytest.mark.parametrize("kind", CASES)
def test_the_mended_one_is_silent(kind):
    code, _, _, _, good = CASES[kind]
    assert_silent(SITE | good, code)
