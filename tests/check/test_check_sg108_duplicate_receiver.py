"""SG108: the same receiver registered twice."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings, make_index

from signalgen.check.rules.sg108_duplicate_receiver import check

CODE = "SG108"
F = "def f(sender, **kwargs): ...\n"
BODY = "(sender, instance, **kwargs):\n    print(instance)\n"
TWO = "@receiver(post_save, sender=Tag)\ndef f" + BODY + "@receiver({})\ndef g" + BODY

FLAGGED = [
    F
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.connect(f, sender=Tag, dispatch_uid='b')  # SG108\n",
    F
    + "post_save.connect(f, sender=Tag)\npost_save.connect(f, sender=Tag, dispatch_uid='b')  # SG108\n",
    F + "post_save.connect(f)\npost_save.connect(f, sender=Tag)  # SG108\n",
    F + "O = {'sender': Tag}\npost_save.connect(f)\npost_save.connect(f, **O)  # SG108\n",
    F
    + "for s, m in ((post_save, Tag), (post_delete, Line)):\n    s.connect(f, sender=m)\n"
    + "post_delete.connect(f, sender=Line)  # SG108\n",
    "@receiver(post_save, sender=Tag)\n"
    + F
    + "post_save.connect(f, sender='shop.Tag', dispatch_uid='b')  # SG108\n",
    "@receiver(post_save, sender=Tag)\n" + F + "post_save.connect(f, sender=Tag)  # SG108\n",
    "@receiver([post_save, post_delete], sender=Tag)\n@receiver(post_save)  # SG108\n" + F,
    TWO.format("post_save, sender=Tag").replace(
        "def g(sender, instance, **kwargs):", "def g(sender, instance, **kwargs):  # SG108"
    ),
    TWO.format("post_save, sender=Tag, dispatch_uid='b'").replace(
        "def g(sender, instance, **kwargs):\n",
        "def g(sender, instance, **kwargs):  # SG108\n    '''Other words.'''\n",
    ),
]
SILENT = [
    F + "post_save.connect(f)\npost_save.connect(f, **load())\n",
    F + "post_save.connect(f, **load())\npost_save.connect(f, sender=Tag)\n",
    F + "O = {'sender': Tag}\npost_save.connect(f, **O)\npost_save.connect(f, sender=Line)\n",
    TWO.format("post_save, **load()"),
    F
    + "for s, m in ((post_save, Tag), (post_delete, Line)):\n    s.connect(f, sender=m)\n"
    + "post_save.connect(f, sender=Line)\n",
    TWO.format("post_save, sender=Tag, dispatch_uid='a'").replace(
        "sender=Tag)", "sender=Tag, dispatch_uid='a')"
    ),
    F + "post_save.connect(f, sender=Tag)\npost_save.connect(f, sender=Line)\n",
    F + "post_save.connect(f, sender=Tag)\npost_delete.connect(f, sender=Tag)\n",
    F + "post_save.connect(f, sender=Tag)\npost_save.connect(f, sender=Gift)\n",
    F
    + "if X:\n    post_save.connect(f, dispatch_uid='a')\nelse:\n    post_save.connect(f, dispatch_uid='b')\n",
    F + "def one():\n    post_save.connect(f)\ndef two():\n    post_save.connect(f, sender=Tag)\n",
    F
    + "post_save.connect(f, dispatch_uid='a')\npost_save.disconnect(f)\npost_save.connect(f, dispatch_uid='b')\n",
    F
    + "post_save.connect(f, dispatch_uid='a')\npost_save.disconnect(dispatch_uid='a')\npost_save.connect(f, dispatch_uid='a')\n",
    F + "post_save.connect(f, sender=Tag)\npost_save.connect(f, sender=other())\n",
    F + "post_save.connect(f, dispatch_uid=make())\npost_save.connect(f, dispatch_uid=make())\n",
    "def g(sender, **kwargs): ...\n" + F + "post_save.connect(f)\npost_save.connect(g)\n",
    "class A:\n    def __init__(self):\n        post_save.connect(self.f)\n        post_save.connect(self.f, sender=Tag)\n    def f(self, **kwargs): ...\n",
    TWO.format("post_save, sender=Line"),
    TWO.format("post_delete, sender=Tag"),
    TWO.format("post_save, sender=Tag").replace("print(instance)", "pass"),
    TWO.format("post_save, sender=Tag)\n@other(1"),
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


def test_what_changes_nothing_is_an_info():
    both = "@receiver(post_save, sender=Tag{0})\n@receiver(post_save, sender=Tag)\n" + F
    (same,) = findings(HEAD + both.format(""), CODE)
    (twice,) = findings(HEAD + both.format(", dispatch_uid='a'"), CODE)
    assert (same.severity, twice.severity) == ("info", "warning")


def test_an_equal_body_of_other_names_is_no_copy():
    one = (
        HEAD
        + "from {0} import tell\n@receiver(post_save, sender=Tag)\ndef f(sender, **kwargs):\n    tell()\n"
    )
    loads = {"shop/tasks.py": "from shop import a\n"}
    both = {"shop/a.py": one.format("x"), "shop/signals.py": one.format("x")}
    assert_silent({**loads, **both, "shop/signals.py": one.format("y")}, CODE)
    assert findings({**loads, **both}, CODE)
    # A copy that nothing imports connects nothing.
    assert_silent(both, CODE)


MANAGE = "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\nsys.path.insert(0, 'apps')\n"
TWINS = {
    "manage.py": MANAGE,
    "config/settings.py": "INSTALLED_APPS = ['apps.trade']\n",
    "apps/trade/apps.py": "from django.apps import AppConfig\n\n\nclass TradeConfig(AppConfig):\n"
    "    name = 'apps.trade'\n\n    def ready(self):\n        from apps.trade import receivers\n",
    "apps/trade/receivers.py": HEAD + "@receiver(post_save, sender=Tag)  # SG108\n" + F,
    "config/urls.py": "from trade.receivers import f\n",
}
READY = TWINS["apps/trade/apps.py"]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"config/urls.py": "import trade.receivers\n"},
        {"config/urls.py": "from trade import (\n    # (f)\n    others,\n    receivers,\n)\n"},
        {"config/urls.py": "from trade import others, \\\n    receivers\n"},
        {"config/urls.py": "class Urls:\n    if True:\n        from trade.receivers import f\n"},
        {"apps/trade/apps.py": READY.replace("from apps.trade import", "from . import")},
        {
            "apps/trade/receivers.py": TWINS["apps/trade/receivers.py"].replace(
                "=Tag)", "=Tag, dispatch_uid=__name__)"
            )
        },
    ],
)
def test_flags_a_module_that_is_loaded_under_two_names(change):
    assert_flags({**TWINS, **change}, CODE)


@pytest.mark.parametrize(
    "change",
    [
        {"config/urls.py": "from apps.trade.receivers import f\n"},
        {"config/urls.py": "def late():\n    from trade.receivers import f\n"},
        {
            "config/urls.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from trade.receivers import f\n"
        },
        {"config/urls.py": "", "config/tests.py": "from trade.receivers import f\n"},
        {"config/urls.py": "from retrade.receivers import f\nfrom trade.others import g\n"},
        {
            "apps/trade/receivers.py": HEAD
            + "@receiver(post_save, sender=Tag, dispatch_uid='trade.f')\n"
            + F
        },
        {
            "apps/trade/apps.py": READY.replace("from apps.trade import", "from . import"),
            "config/settings.py": "INSTALLED_APPS = ['trade']\n",
        },
    ],
)
def test_says_nothing_where_one_name_is_all_there_is(change):
    assert_silent({**TWINS, **change}, CODE)


def test_what_only_mentions_the_module_is_not_parsed():
    mentions = "def late():\n    receivers = []\n    return receivers  # from here on\n"
    imports = "def late():\n    from apps.trade import receivers\n"
    index = make_index({**TWINS, "config/late.py": mentions, "config/later.py": imports})
    assert [item.path for item in check(index)] == ["apps/trade/receivers.py"]
    assert index.code.outline("config/late.py").trees == {}
    assert index.code.outline("config/later.py").trees != {}
