"""SG303: a sender that no signal is ever sent with."""

import subprocess
import sys

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG303"
PAID = "from shop.models import Base\npaid = Signal()\n"
SETTINGS = "from django.conf import settings\n"

FLAGGED = [
    PAID + "@receiver(post_save, sender=Base)  # SG303\ndef f(sender, **kwargs): ...\n",
    PAID + "def f(sender, **kwargs): ...\npre_delete.connect(f, sender=Base)  # SG303\n",
    "@receiver(post_save, sender='shop.Base')  # SG303\ndef f(sender, **kwargs): ...\n",
    PAID
    + "for model in (Order, Base):\n    post_save.connect(f, sender=model)  # SG303\ndef f(sender, **kwargs): ...\n",
    PAID + "@receiver(paid, sender='shop.Order')  # SG303\ndef f(sender, **kwargs): ...\n",
    PAID
    + "@receiver([post_save, paid], sender='shop.Order')  # SG303\ndef f(sender, **kwargs): ...\n",
    PAID
    + SETTINGS
    + "@receiver(paid, sender=settings.AUTH_USER_MODEL)  # SG303\ndef f(sender, **kwargs): ...\n",
    PAID
    + "@receiver(paid, sender='Order')  # SG303\ndef f(sender, **kwargs): ...\ndef g(): paid.send(Order)\n",
    (
        PAID
        + "@receiver(paid, sender='Order')  # SG303\ndef f(sender, **kwargs): ...\nclass A:\n    def g(self):\n"
        "        paid.send(self)\n        paid.send(self.__class__)\n        paid.send(type(self))\n        paid.send(None)\n"
    ),
    (
        "from django.core.signals import request_started\n"
        "@receiver(request_started, sender='handler')  # SG303\ndef f(sender, **kwargs): ...\n"
    ),
    "@receiver(post_save, sender='Order')  # SG303\ndef f(sender, **kwargs): ...\n",
    "@receiver(post_save, sender='shop.models.Order')  # SG303\ndef f(sender, **kwargs): ...\n",
    "@receiver(post_save, sender='shop.Ordr')  # SG303\ndef f(sender, **kwargs): ...\n",
]
MIGRATE = (
    "from django.db.models.signals import post_migrate, pre_migrate\nfrom django.apps import apps\n"
)
CONFIG = (
    MIGRATE + "from django.apps import AppConfig\nclass OwnConfig(AppConfig):\n    name = 'shop'\n"
)
HEARD = "@receiver({})  # SG303\ndef f(sender, **kwargs): ...\n"
FLAGGED += [
    MIGRATE + HEARD.format("post_migrate, sender=Order"),
    MIGRATE + HEARD.format("pre_migrate, Order").replace(", Order", ", sender=Order"),
    MIGRATE + HEARD.format("[pre_migrate, post_migrate], sender=Order"),
    MIGRATE + HEARD.format("post_migrate, sender='shop.Order'"),
    MIGRATE + HEARD.format("post_migrate, sender=apps.get_model('shop', 'Order')"),
    MIGRATE
    + "from django.contrib.auth import get_user_model\n"
    + HEARD.format("post_migrate, sender=get_user_model()"),
    MIGRATE + "def f(sender, **kwargs): ...\npost_migrate.connect(f, sender=Order)  # SG303\n",
    MIGRATE + "def f(sender, **kwargs): ...\npost_migrate.connect(f, Order)  # SG303\n",
    MIGRATE.replace("post_migrate", "post_migrate as done")
    + "async def f(sender, **kwargs): ...\ndone.connect(f, sender=Order)  # SG303\n",
    MIGRATE
    + "def f(sender, **kwargs): ...\nfor model in (Order, Line):\n"
    + "    post_migrate.connect(f, sender=model)  # SG303\n",
    CONFIG + HEARD.format("post_migrate, sender=OwnConfig"),
]
SILENT = [
    MIGRATE + "@receiver(post_migrate)\ndef f(sender, **kwargs): ...\n",
    MIGRATE
    + "@receiver(post_migrate, sender=apps.get_app_config('shop'))\ndef f(sender, **kwargs): ...\n",
    MIGRATE
    + "config = apps.get_app_config('shop')\n"
    + "@receiver(post_migrate, sender=config)\ndef f(sender, **kwargs): ...\n",
    MIGRATE
    + "from elsewhere import Thing\n@receiver(post_migrate, sender=Thing)\ndef f(sender, **kwargs): ...\n",
    CONFIG
    + "    def ready(self):\n        post_migrate.connect(f, sender=self)\ndef f(sender, **kwargs): ...\n",
    MIGRATE
    + "def g(config):\n    post_migrate.connect(f, sender=config)\ndef f(sender, **kwargs): ...\n",
    "@receiver(post_save, sender=Order)\ndef f(sender, **kwargs): ...\n",
    "@receiver(post_save, sender='shop.Order')\ndef f(sender, **kwargs): ...\n",
    "@receiver(post_save, sender='shop.order')\ndef f(sender, **kwargs): ...\n",
    "@receiver(post_save, sender='shop.Order_tags')\ndef f(sender, **kwargs): ...\n",
    "@receiver(post_save, sender='shop.HistoricalOrder')\ndef f(sender, **kwargs): ...\n",
    "@receiver(post_save, sender='elsewhere.Thing')\ndef f(sender, **kwargs): ...\n",
    "from elsewhere import Thing\n@receiver(post_save, sender=Thing)\ndef f(sender, **kwargs): ...\n",
    SETTINGS
    + "@receiver(post_save, sender=settings.AUTH_USER_MODEL)\ndef f(sender, **kwargs): ...\n",
    "class Late(Unknown): ...\n@receiver(post_save, sender='shop.Late')\ndef f(sender, **kwargs): ...\n",
    "Late = type('Late', (Order,), {})\n@receiver(post_save, sender='shop.Late')\ndef f(sender, **kwargs): ...\n",
    PAID + "@receiver(paid, sender=Base)\ndef f(sender, **kwargs): ...\n",
    PAID + "@receiver(paid, sender=Order)\ndef f(sender, **kwargs): ...\n",
    PAID + "@receiver(paid)\ndef f(sender, **kwargs): ...\n",
    PAID
    + "@receiver(paid, sender='kind')\ndef f(sender, **kwargs): ...\ndef g(): paid.send(sender='kind')\n",
    PAID
    + "@receiver(paid, sender='kind')\ndef f(sender, **kwargs): ...\ndef g(kind): paid.send(sender=kind)\n",
    PAID
    + "@receiver(paid, sender='kind')\ndef f(sender, **kwargs): ...\ndef g(**all): paid.send(**all)\n",
    (
        "class Own(Signal):\n    def send(self, sender, **named): ...\npaid = Own()\n"
        "@receiver(paid, sender='kind')\ndef f(sender, **kwargs): ...\n"
    ),
    "from celery.signals import task_success\n@task_success.connect(sender='shop.tasks.send')\ndef f(sender, **kwargs): ...\n",
    "from wagtail.signals import page_published\n@receiver(page_published, sender='x.Page')\ndef f(sender, **kwargs): ...\n",
    "def f(kind):\n    post_save.connect(g, sender=kind)\ndef g(sender, **kwargs): ...\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


def test_it_says_which_model_is_abstract_and_names_the_receiver():
    (found,) = assert_flags(HEAD + FLAGGED[0], CODE)
    assert "Base is abstract" in found.message
    assert found.context == "f"


SENT = """\
import django
from django.conf import settings

memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
settings.configure(INSTALLED_APPS=["django.contrib.contenttypes"], DATABASES={"default": memory})
django.setup()
from django.apps import apps
from django.contrib.contenttypes.apps import ContentTypesConfig
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db.models.signals import post_migrate, pre_migrate

own = apps.get_app_config("contenttypes")
senders = {"model": ContentType, "class": ContentTypesConfig, "label": own.label, "object": own}
for signal in (pre_migrate, post_migrate):
    for name, sender in senders.items():
        signal.connect(lambda name=name, **kwargs: print(name), sender=sender, weak=False)
call_command("migrate", verbosity=0)
"""


def test_migrate_sends_its_signals_by_the_object_of_an_app():
    words = [sys.executable, "-c", SENT]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["object", "object"], done.stderr
