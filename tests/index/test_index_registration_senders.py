"""Options and senders that are not written where they are used; what only the running project knows is unknown."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "check"))

from check_kit import HEAD, make_index

S = "django.db.models.signals."
SAVE, ORDER = S + "post_save", "shop.models.Order"
F = "\ndef f(**kw): ...\ndef g(**kw): ...\n"


def seen(source, extra=None):
    files = {"shop/signals.py": source, **(extra or {})}
    return [
        (item.signals, item.senders, item.receiver.name if item.receiver else None)
        for item in make_index(files).connections
    ]


def said(item):
    """Return sender and uid of a connection: ``any``, ``unknown``, or what is known."""
    sender = "any" if item.sender is None else item.senders or "unknown"
    uid = item.uid.value if isinstance(item.uid, ast.Constant) else item.uid and "unknown"
    return sender, uid


OPTIONS = {
    "a dict": "OPTS = {'sender': Order, 'dispatch_uid': 'x'}\npost_save.connect(f, **OPTS)\n",
    "dict()": "OPTS = dict(sender=Order, dispatch_uid='x')\npost_save.connect(f, **OPTS)\n",
    "on the spot": "post_save.connect(f, **{'sender': Order, 'dispatch_uid': 'x'})\n",
    "in a decorator": "OPTS = {'sender': Order}\n@receiver(post_save, dispatch_uid='x', **OPTS)\n"
    "def h(**kw): ...\n",
    "in a function": "def go():\n    o = {'sender': Order}\n"
    "    post_save.connect(f, dispatch_uid='x', **o)\n",
}


@pytest.mark.parametrize("name", OPTIONS)
def test_options_that_a_dict_tells_are_followed(name):
    (item,) = make_index(HEAD + F + OPTIONS[name]).connections
    assert (said(item), item.options) == (((ORDER,), "x"), None)


UNTOLD_OPTIONS = [
    "post_save.connect(f, **opts)\n",
    "def go(**opts):\n    post_save.connect(f, **opts)\n",
    "opts = {'sender': Order}\nopts['weak'] = False\npost_save.connect(f, **opts)\n",
    "opts = {'sender': Order}\nopts = {}\npost_save.connect(f, **opts)\n",
    "opts = {KEY: Order}\npost_save.connect(f, **opts)\n",
    "opts = {**more}\npost_save.connect(f, **opts)\n",
    "@receiver(post_save, **opts)\ndef h(**kw): ...\n",
]


@pytest.mark.parametrize("source", UNTOLD_OPTIONS)
def test_options_that_nothing_tells_are_unknown_and_not_any(source):
    (item,) = make_index(HEAD + F + source).connections
    assert said(item) == ("unknown", "unknown")
    assert item.weak is item.options is not None


def test_what_is_spelled_out_beside_unknown_options_is_known():
    source = HEAD + F + "post_save.connect(f, sender=None, dispatch_uid='x', **opts)\n"
    (item,) = make_index(source).connections
    assert said(item) == ("any", "x")


SENDERS = {
    "constant": ("SENDER = 'shop.Order'\npost_save.connect(f, sender=SENDER)\n", "shop.Order"),
    "class constant": (
        "class A:\n    of = 'shop.Order'\npost_save.connect(f, sender=A.of)\n",
        "shop.Order",
    ),
    "get_model of constants": (
        "APP = 'shop'\npost_save.connect(f, sender=apps.get_model(APP, 'Order'))\n",
        "shop.Order",
    ),
    "get_model by keyword": (
        "post_save.connect(f, sender=apps.get_model(model_name='Order', app_label='shop'))\n",
        "shop.Order",
    ),
    "load_model": (
        "M = load_model('shop', 'Order')\npost_save.connect(f, sender=M)\n",
        "shop.Order",
    ),
    "get_class": (
        "M = get_class('shop.models', 'Order')\npost_save.connect(f, sender=M)\n",
        "shop.Order",
    ),
    "load_model by another name": (
        (
            "from swapper import load_model as lm\nM = lm('shop', 'Order')\n"
            "post_save.connect(f, sender=M)\n"
        ),
        "shop.Order",
    ),
    "a loader of the project": (
        (
            "def get_model(name):\n    return apps.get_registered_model('shop', name)\n"
            "M = get_model('Order')\npost_save.connect(f, sender=M)\n"
        ),
        "shop.Order",
    ),
    "what a method sets": (
        (
            "class A:\n    def set(self):\n        self.model = get_model('shop', 'Order')\n"
            "    def go(self):\n        post_save.connect(f, sender=self.model)\n"
        ),
        "shop.Order",
    ),
    "through what a method sets": (
        (
            "class A:\n    def set(self):\n        self.model = get_model('shop', 'Order')\n"
            "    def go(self):\n        post_save.connect(f, sender=self.model.tags.through)\n"
        ),
        "shop.Order.tags.through",
    ),
    "attribute of self": (
        "class A:\n    model = Order\n    def go(self):\n        post_save.connect(f, sender=self.model)\n",
        ORDER,
    ),
    "loop over a list of names": (
        "ONE = [Order]\nfor m in [*ONE]:\n    post_save.connect(f, sender=m)\n",
        ORDER,
    ),
}


@pytest.mark.parametrize("name", SENDERS)
def test_a_sender_is_followed_to_what_it_is(name):
    source, wanted = SENDERS[name]
    assert seen(HEAD + F + source) == [((SAVE,), (wanted,), "f")]


UNKNOWN_SENDERS = [
    "M = get_model('Order')\npost_save.connect(f, sender=M)\n",
    "def get_model(name):\n    return other(APP, name)\npost_save.connect(f, sender=get_model('Order'))\n",
    (
        "class A:\n    def __init__(self, m):\n        self.model = m\n    def set(self):\n"
        "        self.model = Order\n    def go(self):\n        post_save.connect(f, sender=self.model)\n"
    ),
    "M = model_factory(Order)\npost_save.connect(f, sender=M)\n",
    "M = apps.get_model(APP, 'Order')\npost_save.connect(f, sender=M)\n",
    "from django.conf import settings\npost_save.connect(f, sender=settings.ORDER_MODEL)\n",
    "for m in load():\n    post_save.connect(f, sender=m)\n",
    "ALL = [Order]\nALL += load()\nfor m in ALL:\n    post_save.connect(f, sender=m)\n",
    "class A:\n    def go(self):\n        post_save.connect(f, sender=self)\n",
    "class A:\n    def go(self, cls):\n        post_save.connect(f, sender=cls)\n",
    "M = [Order]\npost_save.connect(f, sender=M)\n",
]


@pytest.mark.parametrize("source", UNKNOWN_SENDERS)
def test_a_sender_that_only_the_running_project_knows_is_unknown(source):
    (item,) = make_index(HEAD + F + source).connections
    assert said(item) == ("unknown", None)


HANDLERS = {
    "module": "M = get_model('shop', 'Order')\npost_save.connect(M.saved)\n",
    "function": "def go():\n    M = apps.get_model('shop', 'Order')\n    post_save.connect(M.saved)\n",
    "self": "class A:\n    def set(self):\n        self.model = get_model('shop', 'Order')\n"
    "    def go(self):\n        post_save.connect(self.model.saved)\n",
}
MODEL = {
    "shop/models.py": "from django.db import models\nclass Base(models.Model):\n"
    "    @classmethod\n    def saved(cls, **kw): ...\nclass Order(Base): ...\n"
}


@pytest.mark.parametrize("name", HANDLERS)
def test_the_method_of_a_model_that_is_looked_up_is_found(name):
    source = "from django.db.models.signals import post_save\n" + HANDLERS[name]
    assert seen(source, MODEL) == [((SAVE,), (), "saved")]
    assert seen(source.replace("'Order'", "'Nobody'"), MODEL) == [((SAVE,), (), None)]


def test_a_config_that_is_the_sender_itself_is_named_by_its_class():
    source = (
        "from django.apps import AppConfig\nfrom django.db.models.signals import post_migrate\n"
        "class Base(AppConfig): ...\nclass Shop(Base):\n    def ready(self):\n"
        "        post_migrate.connect(f, sender=self)\ndef f(**kw): ...\n"
    )
    assert seen(source) == [((S + "post_migrate",), ("shop.signals.Shop",), "f")]


TAGS = "from django.db import models\nfrom taggit.managers import TaggableManager\n"
THROUGH = "from django.db.models.signals import m2m_changed\nfrom shop.models import Post\nm2m_changed.connect(f, sender=Post.tags.through)\ndef f(**kw): ...\n"


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("TaggableManager()", "taggit.models.TaggedItem"),
        ("TaggableManager(through='shop.PostTag')", "shop.PostTag"),
        ("TaggableManager(through='PostTag')", "shop.PostTag"),
        ("TaggableManager(through=PostTag)", "shop.models.PostTag"),
        ("models.ManyToManyField('Tag')", "shop.models.Post.tags.through"),
    ],
)
def test_the_rows_of_a_tag_manager_are_of_another_class(field, wanted):
    models = (
        TAGS + f"class PostTag(models.Model): ...\nclass Post(models.Model):\n    tags = {field}\n"
    )
    assert seen(THROUGH, {"shop/models.py": models}) == [((S + "m2m_changed",), (wanted,), "f")]


def test_the_tag_manager_of_an_abstract_base_counts():
    models = (
        TAGS + "class Base(models.Model):\n    tags = TaggableManager()\nclass Post(Base): ...\n"
    )
    ((_, senders, _),) = seen(THROUGH, {"shop/models.py": models})
    assert senders == ("taggit.models.TaggedItem",)


CIRCLES = [
    "for m in (m, m):\n    post_save.connect(f, sender=m)\n",
    "def go():\n    a = b\n    b = a\n    post_save.connect(f, sender=a)\n",
    (
        "class A:\n    def go(self):\n        self.a = self.b\n        self.b = self.a\n"
        "        post_save.connect(f, sender=self.a)\n"
    ),
    "class A: ...\nclass B(A):\n    a = A.b\nclass A(B):\n    b = B.a\npost_save.connect(f, sender=A.b)\n",
    "class A:\n    a = A.b\n    b = A.a\npost_save.connect(f, sender=get_model(A.a, 'Order'))\n",
    "a = b\nb = a\npost_save.connect(f, sender=None, **a)\n",
    "def go():\n    a = a\n    post_save.connect(f, **a)\n",
    "for s, h in ((s, h), (h, s)):\n    s.connect(h, sender=s)\n",
    "A = [*B]\nB = [*A]\nfor m in A:\n    post_save.connect(f, sender=m)\n",
    "class A:\n    def go(self):\n        self.a = self.a\n        for s in self.a.items():\n            s.connect(f)\n",
]


@pytest.mark.parametrize("source", CIRCLES)
def test_what_is_defined_by_itself_is_not_followed_for_ever(source):
    # It ends, and no class is made up for what has no value.
    found = {name for item in make_index(HEAD + F + source).connections for name in item.senders}
    assert found <= {"shop.signals.A.b"}
