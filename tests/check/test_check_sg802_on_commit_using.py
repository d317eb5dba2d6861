"""SG802: a callback that waits for the commit of another database."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG802"
TOP = HEAD + "from functools import partial\nfrom django.db import transaction\n"
SAVED = "@receiver(post_save, sender=Order)\ndef f(sender, instance, using, **kwargs):\n"
TWO = 'DATABASES = {"default": {}, "archive": {}}\n'
WITHOUT = SAVED + "    transaction.on_commit(print)"


def project(source, settings=TWO):
    return {"shop/signals.py": TOP + source, "shop/settings.py": settings}


FLAGGED = [
    WITHOUT + "  # SG802\n",
    SAVED + "    if instance.number:\n        transaction.on_commit(partial(print, 1))  # SG802\n",
    SAVED + "    transaction.on_commit(print, robust=True)  # SG802\n",
    "from django.db.transaction import on_commit\n" + SAVED + "    on_commit(print)  # SG802\n",
    "def f(sender, **kwargs):\n    transaction.on_commit(print)  # SG802\npre_delete.connect(f)\n",
    "@receiver(m2m_changed)\ndef f(sender, **kw):\n    transaction.on_commit(print)  # SG802\n",
]
SILENT = [
    SAVED + "    transaction.on_commit(print, using=using)\n",
    SAVED + "    transaction.on_commit(print, using)\n",
    SAVED + "    transaction.on_commit(print, **kwargs)\n",
    "def on_commit(f):\n    transaction.on_commit(f)\n" + SAVED + "    on_commit(print)\n",
    "paid = Signal()\n@receiver(paid)\ndef f(sender, **kwargs):\n    transaction.on_commit(print)\n",
    "def f(sender, **kwargs):\n    transaction.on_commit(print)\n",
]
SETTINGS = [
    "",
    'DATABASES = {"default": {}}\n',
    'DATABASES = {"default": {}, "replica": {}}\n',
    'DATABASES = {"default": {}, "read_only": {}}\n',
    'DATABASES = {"default": {}, "copy": {"TEST": {"MIRROR": "default"}}}\n',
    "DATABASES = read()\nDATABASES[NAME] = {}\n",
    'def f():\n    DATABASES = {"default": {}, "archive": {}}\n',
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(project(source), CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(project(source), CODE)


@pytest.mark.parametrize("settings", SETTINGS)
def test_one_database_is_no_choice(settings):
    assert_silent(project(WITHOUT + "\n", settings), CODE)


@pytest.mark.parametrize(
    "settings",
    [
        'DATABASES = {"default": {}}\nDATABASES["log"] = {}\n',
        'DATABASES: dict = {"default": {}, "log": {}}\n',
    ],
)
def test_a_second_one_is_found_however_it_is_written(settings):
    (found,) = findings(project(WITHOUT + "\n", settings), CODE)
    assert found.message.endswith("another: log")


@pytest.mark.parametrize(
    ("header", "new"),
    [
        ("instance, using, **kwargs", ", using=using"),
        ("**kwargs", ', using=kwargs["using"]'),
        ("**kw", ', using=kw["using"]'),
    ],
)
def test_the_fix_hands_on_the_database_that_is_written(header, new):
    source = f"@receiver(post_save)\ndef f(sender, {header}):\n    transaction.on_commit(print)\n"
    (found,) = findings(project(source), CODE)
    assert found.fix.safe
    assert [edit.new for edit in found.fix.edits] == [new]


def test_without_the_argument_there_is_no_fix():
    (found,) = findings(
        project("@receiver(post_save)\ndef f(sender):\n    transaction.on_commit(print)\n"), CODE
    )
    assert found.fix is None


WORK = "from celery import shared_task\n@shared_task\ndef work(pk): ...\n"


@pytest.mark.parametrize("method", ["delay_on_commit", "apply_async_on_commit"])
@pytest.mark.parametrize(
    ("settings", "found"), [(TWO, True), ('DATABASES = {"default": {}}\n', False)]
)
def test_celerys_own_way_knows_no_other_database(method, settings, found):
    call = f"    work.{method}((1,))" + "  # SG802" * found
    judged = assert_flags if found else assert_silent
    judged(project(f"{WORK}{SAVED}{call}\n", settings), CODE)


def test_other_objects_may_have_a_method_of_that_name():
    assert_silent(project(f"{SAVED}    instance.clock.delay_on_commit(1)\n"), CODE)
