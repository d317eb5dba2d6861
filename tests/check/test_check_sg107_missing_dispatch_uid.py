"""SG107: a receiver without a dispatch_uid."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings, make_index

from signalgen.check import Choice, analyse

CODE = "SG107"
F = "def f(sender, **kwargs): ...\n"

FLAGGED = [
    "@receiver(post_save)  # SG107\n" + F,
    "@receiver([post_save, post_delete], sender=Tag)  # SG107\n" + F,
    F + "post_save.connect(f, sender=Tag)  # SG107\n",
    F + "receiver(post_save)(f)  # SG107\n",
    "class A:\n    @staticmethod\n    def f(**kwargs): ...\npost_save.connect(A.f)  # SG107\n",
    "def c():\n    def g(**kwargs): ...\n    post_save.connect(g, weak=False)  # SG107\n",
]
SILENT = [
    "@receiver(post_save, dispatch_uid='a')\n" + F,
    F + "post_save.connect(f, Tag, True, 'a')\n",
    F + "post_save.connect(f, **options)\n",
    "class A:\n    def __init__(self):\n        post_save.connect(self.f)\n    def f(self, **kwargs): ...\n",
    "def watch(function):\n    post_save.connect(function)\n    return function\n@watch\n" + F,
    F,
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


def test_it_is_off_unless_selected():
    report = analyse(make_index(HEAD + "@receiver(post_save)\n" + F), Choice())
    assert CODE not in {item.code for item in report.findings}


def fixes(source):
    return [item.fix for item in findings(HEAD + source, CODE)]


def test_the_fix_adds_the_name_of_the_function():
    (fix,) = fixes("@receiver(post_save, sender=Tag)\n" + F)
    assert fix.safe
    assert [edit.new for edit in fix.edits] == [', dispatch_uid="shop.signals.f"']


@pytest.mark.parametrize(
    "source",
    [
        "@receiver(post_save)\n" + F + "post_save.disconnect(f)\n",
        "@receiver(post_save)\n" + F + "@receiver(post_delete)\n" + F,
        "def c():\n    def g(**kwargs): ...\n    post_save.connect(g, weak=False)\n",
        F + "def g(**kwargs): ...\nfor h in (f, g):\n    post_save.connect(h)\n",
        "from functools import partial\n"
        + F
        + "g = partial(f)\npost_save.connect(partial(f, 1), weak=False)\n",
    ],
)
def test_no_fix_where_identity_counts(source):
    assert set(fixes(source)) == {None}
