"""SG105: two functions under one dispatch_uid, and receivers that pile up."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG105"
TWO = "def f(sender, **kwargs): ...\ndef g(sender, **kwargs): ...\n"

FLAGGED = [
    TWO
    + "for h, u in ((f, 'a'), (g, 'a')):\n    post_save.connect(h, Tag, dispatch_uid=u)  # SG105\n",
    TWO + "O = {'dispatch_uid': 'a'}\npost_save.connect(f, Tag, **O)\n"
    "post_save.connect(g, Tag, **O)  # SG105\n",
    TWO
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.connect(g, sender=Tag, dispatch_uid='a')  # SG105\n",
    TWO
    + "post_save.connect(f, dispatch_uid='a')\npost_save.connect(g, dispatch_uid='a')  # SG105\n",
    (
        "@receiver(post_save, sender=Tag, dispatch_uid='a')\ndef f(sender, **kwargs): ...\n"
        "@receiver([post_delete, post_save], sender='shop.Tag', dispatch_uid='a')  # SG105\ndef g(sender, **kwargs): ...\n"
    ),
    TWO + "UID = __name__ + '.tag'\npost_save.connect(f, Tag, True, UID)\n"
    "post_save.connect(g, Tag, dispatch_uid='shop.signals.tag')  # SG105\n",
    TWO + "post_save.connect(f, Tag, dispatch_uid=f'{__name__}.tag')\n"
    "post_save.connect(g, Tag, dispatch_uid='shop.signals' + '.tag')  # SG105\n",
    TWO + "from elsewhere import h\npost_save.connect(f, User, dispatch_uid='a')\n"
    "post_save.connect(h, User, dispatch_uid='a')  # SG105\n",
    "class A:\n    def __init__(self):\n        post_save.connect(lambda **kwargs: self, weak=False)  # SG105\n",
    (
        "@receiver(post_save)\ndef f(sender, **kwargs):\n    def g(sender, **kwargs): ...\n"
        "    post_delete.connect(g, sender=Tag, weak=False)  # SG105\n"
    ),
    (
        "def f():\n    for _ in range(3):\n        def g(sender, **kwargs): ...\n"
        "        post_delete.connect(g, sender=Tag, weak=False)  # SG105\n"
    ),
]
SILENT = [
    TWO + "post_save.connect(f, Tag, **load())\npost_save.connect(g, Tag, dispatch_uid='a')\n",
    TWO
    + "for h, u in ((f, 'a'), (g, 'b')):\n    post_save.connect(h, sender=Tag, dispatch_uid=u)\n",
    "class A:\n    def __init__(self, **o):\n        post_save.connect(lambda **kwargs: self, weak=False, **o)\n",
    TWO + "class A:\n    def __init__(self):\n        post_save.connect(f, weak=False)\n",
    TWO
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.connect(g, sender=Tag, dispatch_uid='b')\n",
    TWO
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.connect(g, sender=Line, dispatch_uid='a')\n",
    TWO
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_delete.connect(g, sender=Tag, dispatch_uid='a')\n",
    TWO
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.connect(g, dispatch_uid='a')\n",
    TWO
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.connect(f, sender=Tag, dispatch_uid='a')\n",
    TWO
    + "post_save.connect(f, sender=Tag, dispatch_uid='')\npost_save.connect(g, sender=Tag, dispatch_uid='')\n",
    TWO
    + "if DEBUG:\n    post_save.connect(f, Tag, dispatch_uid='a')\nelse:\n    post_save.connect(g, Tag, dispatch_uid='a')\n",
    TWO
    + "try:\n    import x\n    post_save.connect(f, dispatch_uid='a')\nexcept ImportError:\n    post_save.connect(g, dispatch_uid='a')\n",
    TWO
    + "def c(on):\n    if on:\n        post_save.connect(f, dispatch_uid='a')\n        return\n    post_save.connect(g, dispatch_uid='a')\n",
    TWO
    + "def one():\n    post_save.connect(f, dispatch_uid='a')\ndef two():\n    post_save.connect(g, dispatch_uid='a')\n",
    TWO
    + "post_save.connect(f, dispatch_uid='a')\npost_save.disconnect(dispatch_uid='a')\npost_save.connect(g, dispatch_uid='a')\n",
    TWO
    + "def c(uid):\n    post_save.connect(f, dispatch_uid=uid)\n    post_save.connect(g, dispatch_uid=uid)\n",
    TWO
    + "UID = 'a'\npost_save.connect(f, dispatch_uid=UID)\nUID = 'b'\npost_save.connect(g, dispatch_uid=UID)\n",
    TWO
    + "def c(model):\n    post_save.connect(f, sender=model, dispatch_uid='a')\n    post_save.connect(g, sender=other(), dispatch_uid='a')\n",
    "class A:\n    def __init__(self):\n        post_save.connect(self.f, weak=False)\n    def f(self, **kwargs): ...\n",
    "class A:\n    def __init__(self):\n        post_save.connect(lambda **kwargs: self, weak=False, dispatch_uid='a')\n",
    "def c():\n    post_save.connect(lambda **kwargs: 1, weak=False)\n",
    "def c():\n    for name in NAMES:\n        def g(sender, **kwargs):\n            print(name)\n        post_save.connect(g, weak=False)\n",
    (
        "@receiver(post_save)\ndef f(sender, **kwargs):\n    def g(sender, **kwargs):\n        post_delete.disconnect(g)\n"
        "    post_delete.connect(g, weak=False)\n"
    ),
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


OTHER = HEAD + "@receiver(post_save, sender=Tag, dispatch_uid='a')\ndef f(sender, **kwargs): ...\n"


def test_functions_of_two_modules_collide():
    found = findings({"shop/a.py": OTHER, "shop/signals.py": OTHER}, CODE)
    assert [(item.path, item.line) for item in found] == [("shop/signals.py", 4)]
    assert "shop/a.py:4" in found[0].message


def test_a_module_that_connects_under_a_condition_may_be_the_other_one():
    given = (
        HEAD
        + "def g(sender, **kwargs): ...\nif SOLR:\n    post_save.connect(g, sender=Tag, dispatch_uid='a')\n"
    )
    assert_silent({"shop/a.py": OTHER, "shop/signals.py": given}, CODE)
