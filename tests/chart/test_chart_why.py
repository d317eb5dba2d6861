"""``signalgen why``: the cause stands first in broken projects, and sound ones have none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

import signalgen
from signalgen.cli.jsonout import output_schema
from signalgen.cli.plain import run

if TYPE_CHECKING:
    from pathlib import Path

APPS = (
    "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n\n"
    "    def ready(self):\n        from shop import receivers\n"
)
MODELS = (
    "from django.db import models\n\n\nclass Base(models.Model):\n    class Meta:\n        abstract = True\n\n\n"
    "class Tag(models.Model):\n    pass\n\n\n"
    "class Order(Base):\n    state = models.CharField(max_length=9)\n    tags = models.ManyToManyField(Tag)\n\n\n"
    "class Gift(Order):\n    text = models.TextField()\n\n\n"
    "class Late(Order):\n    class Meta:\n        proxy = True\n"
)
HEAD = (
    "from django.db.models.signals import m2m_changed, post_delete, post_save\n"
    "from django.dispatch import receiver\n\n"
    "from shop.models import Base, Gift, Late, Order, Tag\n\n\n"
)
NOTE = "@receiver(post_save, sender=Order)\ndef note(sender, instance, **kwargs):\n    Tag.objects.create()\n"
VIEWS = (
    "from shop.models import Order\n\n\ndef buy(request):\n    Order.objects.create(state='new')\n"
)
SETTINGS = 'INSTALLED_APPS = ["shop"]\n'


def make(root: Path, receivers: str = NOTE, **more: str) -> Path:
    texts = {
        "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
        "config/__init__.py": "",
        "config/settings.py": SETTINGS,
        "shop/__init__.py": "",
        "shop/apps.py": APPS,
        "shop/models.py": MODELS,
        "shop/receivers.py": HEAD + receivers,
        "shop/views.py": VIEWS,
        **{name.replace("__", "/") + ".py": text for name, text in more.items()},
    }
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


LOADS, REAL, FITS = "Django loads the module", "the registration is effective", "the sender fits"
READY = "    def ready(self):\n        from shop import receivers\n"
OTHER = APPS + "\n\nclass OtherConfig(AppConfig):\n    name = 'shop'\n"


@pytest.mark.parametrize(
    ("more", "asks", "says"),
    [
        (
            {"config__settings": 'INSTALLED_APPS = ["stock"]\n'},
            "the app is installed",
            "does not contain shop",
        ),
        (
            {
                "config__settings": 'INSTALLED_APPS = ["stock"]\n',
                "shop__apps": APPS.replace(READY, ""),
                "shop__models": MODELS + "\n\nfrom shop import receivers\n",
            },
            "the app is installed",
            "does not contain shop",
        ),
        (
            {
                "config__settings": 'INSTALLED_APPS = ["shop.apps.OtherConfig"]\n',
                "shop__apps": OTHER,
            },
            LOADS,
            "ShopConfig.ready() imports it, but Django uses OtherConfig",
        ),
        ({"shop__apps": APPS.replace(READY, "")}, LOADS, "nothing imports shop.receivers"),
        ({"shop__apps": APPS.replace("def ready", "def raedy")}, LOADS, "raedy() is not ready()"),
        (
            {
                "shop__apps": APPS.replace(
                    READY, "\ndef ready(self):\n    from shop import receivers\n"
                )
            },
            LOADS,
            "outside ShopConfig",
        ),
        (
            {
                "shop__apps": "from typing import TYPE_CHECKING\n\n"
                + APPS.replace(READY, "")
                + "\n\nif TYPE_CHECKING:\n    from shop import receivers\n"
            },
            LOADS,
            "TYPE_CHECKING",
        ),
        (
            {
                "shop__apps": APPS.replace(READY, ""),
                "shop__management__commands__go": "from shop import receivers\n",
            },
            LOADS,
            "only a management command",
        ),
        (
            {
                "shop__receivers": HEAD
                + "post_save.connect(lambda **kwargs: print(), sender=Order)\n"
            },
            REAL,
            "weakly",
        ),
        (
            {"shop__receivers": HEAD + NOTE + "\n\ndef note(x):\n    print(x)\n"},
            REAL,
            "defined again",
        ),
        (
            {
                "shop__receivers": HEAD
                + "@receiver(post_save, sender=Order)\ndef note(sender, instance):\n    print(1)\n"
            },
            "the function can be called",
            "",
        ),
        (
            {"shop__receivers": HEAD + NOTE.replace("sender=Order", "sender=Late")},
            FITS,
            "a proxy of Order",
        ),
        (
            {"shop__receivers": HEAD + NOTE.replace("sender=Order", "sender=Gift")},
            FITS,
            "a child of Order",
        ),
        (
            {
                "shop__views": "from shop.models import Order\n\n\ndef buy(request):\n"
                "    Order.objects.bulk_create([Order(state='new')])\n"
            },
            "writes of the project reach it",
            "shop/views.py:5 send no signal",
        ),
        (
            {"shop__receivers": HEAD + "@receiver(post_save)\n" + NOTE},
            "it is registered once",
            "",
        ),
    ],
)
def test_the_cause_stands_first(tmp_path: Path, more: dict[str, str], asks: str, says: str):
    chains = signalgen.why(make(tmp_path, **more), "shop.Order", "post_save").chains
    broken = [chain.broken for chain in chains if chain.broken is not None]
    assert len(broken) == 1
    assert broken[0].asks == asks
    assert says in broken[0].says
    assert (tmp_path / broken[0].path).is_file()


@pytest.mark.parametrize(
    ("more", "asks", "says"),
    [
        (
            {
                "shop__receivers": HEAD
                + "if Order.live:\n    @receiver(post_save, sender=Order)\n"
                + "    def note(sender, **kwargs):\n        Tag.objects.create()\n"
            },
            REAL,
            "only if Order.live",
        ),
        (
            {"config__settings": "INSTALLED_APPS = apps()\n"},
            "the app is installed",
            "cannot be read",
        ),
        (
            {"shop__apps": APPS.replace("        from", "        if on():\n            from")},
            LOADS,
            "only if on()",
        ),
        (
            {
                "shop__apps": APPS.replace(READY, ""),
                "shop__start": "def go():\n    from shop import receivers\n",
            },
            LOADS,
            "when go() is called",
        ),
        (
            {
                "shop__receivers": HEAD + "def note(sender, **kwargs):\n    print(1)\n\n\n"
                "def begin():\n    post_save.connect(note, sender=Order)\n"
            },
            REAL,
            "when begin() is called",
        ),
        (
            {
                "shop__receivers": HEAD
                + "@receiver(post_save, sender=pick())\ndef note(sender, **kwargs):\n    print(1)\n"
            },
            FITS,
            "<pick()>",
        ),
        (
            {"shop__views": VIEWS + "    Order.objects.filter(state='new').update(state='x')\n"},
            "writes of the project reach it",
            "shop/views.py:6 send no signal",
        ),
        ({"shop__views": ""}, "writes of the project reach it", "none was found"),
        (
            {
                "shop__views": "from shop.models import Order\n\n\ndef buy(request):\n"
                "    Order.objects.bulk_create([Order(state='new')])\n",
                "shop__admin": "from django.contrib import admin\n\nfrom shop.models import Order\n\n"
                "admin.site.register(Order)\n",
            },
            "writes of the project reach it",
            "the admin may create others",
        ),
        (
            {
                "shop__receivers": HEAD
                + NOTE.replace("    Tag", "    if not kwargs['created']:\n        return\n    Tag")
            },
            "its code runs",
            "only if kwargs['created']",
        ),
        (
            {
                "shop__quiet": "from django.db.models.signals import post_save\n\nfrom shop.receivers import note\n\n\n"
                "def off():\n    post_save.disconnect(note)\n"
            },
            "it stays connected",
            "disconnected in off()",
        ),
    ],
)
def test_what_reading_cannot_know_is_unknown_and_no_cause(
    tmp_path: Path, more: dict[str, str], asks: str, says: str
):
    (chain,) = signalgen.why(make(tmp_path, **more), "Order", "post_save").chains
    assert chain.broken is None
    told = {link.asks: link for link in chain.links}
    assert told[asks].answer == "unknown"
    assert says in told[asks].says


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"config__settings": 'INSTALLED_APPS = ["shop.apps.ShopConfig"]\n'},
        {"config__settings": 'INSTALLED_APPS = ["shop.apps.ShopConfig"]\n', "shop__apps": OTHER},
        {
            "shop__apps": APPS.replace(READY, ""),
            "shop__models": MODELS + "\n\nfrom shop import receivers\n",
        },
        {"shop__apps": APPS.replace("from shop import receivers", "import shop.receivers")},
        {"shop__apps": APPS.replace("from shop import receivers", "from . import receivers")},
        {"shop__receivers": HEAD + NOTE.replace(", sender=Order", "")},
        {"shop__receivers": HEAD + NOTE.replace("sender=Order", 'sender="shop.Order"')},
        {
            "shop__receivers": HEAD
            + NOTE.replace("@receiver(post_save, sender=Order)\n", "")
            + "\n\npost_save.connect(note, sender=Order)\n"
        },
        {
            "shop__receivers": HEAD
            + NOTE
            + "\n\n"
            + NOTE.replace("note", "tell").replace("Tag", "Gift")
        },
    ],
)
def test_in_a_sound_project_every_answer_is_yes(tmp_path: Path, more: dict[str, str]):
    chains = signalgen.why(make(tmp_path, **more), "shop.Order", "post_save", "note").chains
    assert {link.answer for chain in chains for link in chain.links} == {"yes"}


def test_a_receiver_that_hears_something_else_says_what(tmp_path: Path):
    found = NOTE.replace("post_save, sender=Order", "post_delete, sender=Tag")
    root = make(tmp_path, found)
    assert signalgen.why(root, "Order", "post_save").chains == ()
    (chain,) = signalgen.why(root, "Order", "post_save", "receivers.note").chains
    assert chain.broken.says == "it is connected to post_delete"
    (chain,) = signalgen.why(root, "Order", "post_delete", "note").chains
    assert chain.broken.says == "its sender is shop.Tag, not shop.Order"


def test_a_custom_signal_has_the_model_as_its_sender(tmp_path: Path):
    text = "from django.dispatch import Signal\n\npaid = Signal()\n\n\n"
    views = VIEWS.replace("import Order\n", "import Order\nfrom shop.receivers import paid\n")
    sends = views + "    paid.send(sender=Order)\n"
    root = make(tmp_path, text + NOTE.replace("post_save", "paid"), shop__views=sends)
    (chain,) = signalgen.why(root, "Order", "paid").chains
    assert chain.broken is None
    assert "writes of the project reach it" not in {link.asks for link in chain.links}


@pytest.mark.parametrize(
    ("imported", "sender", "subject"),
    [
        ("from django.contrib.auth.models import User", "User", "auth.User"),
        ("from django.conf import settings", "settings.AUTH_USER_MODEL", "User"),
        ("from taggit.models import Label", "Label", "taggit.models.Label"),
        ("from taggit.models import Label", "Label", "Label"),
    ],
)
def test_models_of_packages_are_senders_too(
    tmp_path: Path, imported: str, sender: str, subject: str
):
    root = make(tmp_path, NOTE.replace("sender=Order", f"sender={sender}"))
    text = (root / "shop/receivers.py").read_text()
    (root / "shop/receivers.py").write_text(f"{imported}\n{text}")
    (chain,) = signalgen.why(root, subject, "post_save").chains
    assert {link.answer for link in chain.links} == {"yes"}
    assert signalgen.why(root, "Order", "post_save").chains == ()


def test_the_user_of_django_is_no_sender_where_the_project_has_its_own(tmp_path: Path):
    root = make(
        tmp_path,
        "from django.contrib.auth.models import User\n\n\n"
        + NOTE.replace("sender=Order", "sender=User"),
        config__settings=SETTINGS + 'AUTH_USER_MODEL = "shop.Member"\n',
        shop__models="from django.contrib.auth.models import AbstractUser\n"
        + MODELS
        + "\n\nclass Member(AbstractUser):\n    pass\n",
    )
    (chain,) = signalgen.why(root, "shop.Member", "post_save", "note").chains
    assert {chain.broken.asks, chain.broken.answer} == {FITS, "no"}


def test_many_to_many_senders_belong_to_their_model(tmp_path: Path):
    root = make(
        tmp_path, NOTE.replace("post_save, sender=Order", "m2m_changed, sender=Order.tags.through")
    )
    (chain,) = signalgen.why(root, "Order", "m2m_changed").chains
    assert chain.broken is None


def test_a_module_of_an_app_that_is_not_installed_may_be_loaded_all_the_same(tmp_path: Path):
    more = {
        "config__settings": 'INSTALLED_APPS = ["stock"]\n',
        "stock____init__": "",
        "stock__models": "from shop import receivers\n",
    }
    texts = {name.replace("____", "__"): text for name, text in more.items()}
    (tmp_path / "stock").mkdir()
    texts.pop("stock__init__", None)
    (tmp_path / "stock/__init__.py").write_text("")
    (chain,) = signalgen.why(make(tmp_path, **texts), "Order", "post_save").chains
    assert chain.broken is None
    assert "loaded anyway" in chain.links[0].says


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("Ordr", "post_save"), "did you mean shop.Order?"),
        (("Order", "post_svae"), "did you mean post_save?"),
        (("Order", "post_save", "nte"), "did you mean note?"),
    ],
)
def test_what_there_is_not_is_an_error(tmp_path: Path, capsys, words: tuple[str, ...], hint: str):
    assert run(["why", *words, "--project", str(make(tmp_path))]) == 2
    assert hint in capsys.readouterr().err


def test_text_begins_with_the_cause_and_json_holds_to_its_schema(tmp_path: Path, capsys):
    root = make(tmp_path, shop__apps=APPS.replace(READY, ""))
    assert run(["why", "Order", "post_save", "--project", str(root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "shop.receivers.note  shop/receivers.py:7"
    assert lines[1].startswith(
        "post_save of shop.Order does not run it: nothing imports shop.receivers"
    )
    assert any(line.startswith("  no       Django loads the module: ") for line in lines)
    assert run(["why", "Order", "post_save", "--project", str(root), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    jsonschema.validate(data, output_schema())
    assert [link["answer"] for link in data["why"][0]["links"]].count("no") == 1
    assert run(["why", "Tag", "post_delete", "--project", str(root)]) == 0
    assert capsys.readouterr().out == "No receiver listens to post_delete of shop.Tag.\n"


RECEIVERS = "from shop import receivers\n"


@pytest.mark.parametrize(
    ("more", "answer", "says"),
    [
        # The import named is the one of the module itself, wherever the way begins.
        (
            {
                "shop__apps": APPS.replace("receivers", "first"),
                "shop__first": "from shop import second\n",
                "shop__second": RECEIVERS,
            },
            "yes",
            "shop/second.py imports it",
        ),
        # So it is where the way goes through the function of a module.
        (
            {"shop__apps": APPS.replace("receivers", "second"), "shop__second": RECEIVERS},
            "yes",
            "shop/second.py imports it",
        ),
        (
            {
                "shop__apps": APPS.replace(READY, "    pass\n"),
                "shop__management__commands__load": "from shop import second\n",
                "shop__second": RECEIVERS,
            },
            "unknown",
            "shop/second.py imports it, but it is not known what loads that module",
        ),
        # A command is a module: what imports it loads what it imports.
        (
            {
                "shop__apps": APPS.replace("receivers", "second"),
                "shop__management__commands__load": "from shop import third\n",
                "shop__second": "from shop.management.commands import load\n",
                "shop__third": RECEIVERS,
            },
            "yes",
            "shop/third.py imports it",
        ),
        (
            {
                "shop__apps": APPS.replace(READY, "    pass\n"),
                "shop__models": MODELS + "\n\nif DEBUG:\n    from shop import receivers\n",
            },
            "unknown",
            "it is imported only if DEBUG",
        ),
        # Modules that import each other do not load themselves.
        (
            {
                "shop__apps": APPS.replace(READY, "    pass\n"),
                "shop__first": "from shop import second, receivers\n",
                "shop__second": "from shop import first, receivers\n",
            },
            "unknown",
            "shop/first.py imports it, but it is not known what loads that module",
        ),
    ],
)
def test_what_loads_a_module_is_found_along_its_importers(
    tmp_path: Path, more: dict[str, str], answer: str, says: str
):
    root = make(tmp_path, **more)
    (chain,) = signalgen.why(root, "Order", "post_save").chains
    (link,) = [one for one in chain.links if one.asks == LOADS]
    assert (link.answer, link.says) == (answer, says)
