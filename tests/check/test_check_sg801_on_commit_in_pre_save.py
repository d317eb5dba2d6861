"""SG801: work for the commit that is planned before the row is written."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG801"
TOP = HEAD + "from django.db import transaction\n"
BEFORE = "@receiver(pre_save, sender=Order)\ndef f(sender, instance, **kwargs):\n"

FLAGGED = [
    BEFORE + "    transaction.on_commit(print)  # SG801\n",
    BEFORE + "    if instance.number:\n        transaction.on_commit(lambda: print(1))  # SG801\n",
    BEFORE + "    from shop.tasks import t\n    t.delay_on_commit(1)  # SG801\n",
    "def g(x):\n    transaction.on_commit(lambda: print(x))\n"
    + BEFORE
    + "    g(instance)  # SG801\n",
    "from django.db.transaction import on_commit\n" + BEFORE + "    on_commit(print)  # SG801\n",
    "@receiver([pre_save, post_save])\ndef f(sender, **kwargs):\n    transaction.on_commit(print)  # SG801\n",
    BEFORE
    + "    tag = Tag()\n    tag.save()\n    transaction.on_commit(lambda: print(tag, instance))  # SG801\n",
]
SILENT = [
    "@receiver(post_save, sender=Order)\ndef f(sender, **kwargs):\n    transaction.on_commit(print)\n",
    "@receiver(pre_delete, sender=Order)\ndef f(sender, **kwargs):\n    transaction.on_commit(print)\n",
    "@receiver([pre_save, post_save])\ndef f(sender, signal, **kwargs):\n    if signal is post_save:\n        transaction.on_commit(print)\n",
    BEFORE + "    with transaction.atomic():\n        print()\n",
    BEFORE + "    def g():\n        transaction.on_commit(print)\n    instance.later = g\n",
    "def f(sender, **kwargs):\n    transaction.on_commit(print)\n",
    BEFORE + "    tag = Tag()\n    tag.save()\n    transaction.on_commit(lambda: print(tag))\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(TOP + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(TOP + source, CODE)


def test_two_callbacks_behind_one_call_are_one_finding():
    helper = "def g():\n    transaction.on_commit(print)\n    transaction.on_commit(len)\n"
    assert len(findings(TOP + helper + BEFORE + "    g()\n", CODE)) == 1
