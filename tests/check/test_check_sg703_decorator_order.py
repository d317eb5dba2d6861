"""SG703: a decorator above ``@receiver``."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG703"
END = "def f(sender, **kwargs): ...\n"
OWN = """\
from functools import wraps
from django.db import transaction
def quiet(function):
    @wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner
def after(seconds):
    def around(function):
        def inner(**kwargs):
            return function(**kwargs)
        return inner
    return around
def noted(function):
    NOTED.append(function)
    return function
def named(name):
    def around(function):
        NOTED.append((name, function))
        return function
    return around
def either(function):
    def inner(**kwargs): ...
    if settings.DEBUG:
        return inner
    return function
class Counting: ...
"""

FLAGGED = [
    "@transaction.atomic  # SG703\n@receiver(post_save)\n",
    "@transaction.atomic()  # SG703\n@receiver(post_save)\n",
    "@quiet  # SG703\n@receiver(post_save)\n",
    "@after(3)  # SG703\n@receiver(post_save)\n",
    "@noted\n@quiet  # SG703\n@receiver(post_save)\n",
    "@receiver(post_save)\n@quiet  # SG703\n@receiver(post_delete)\n",
    "@quiet  # SG703\n@receiver(post_save)\n@receiver(post_delete)\n@transaction.atomic\n",
    "@quiet  # SG703\n@post_save.connect\n",
]
SILENT = [
    "@receiver(post_save)\n@transaction.atomic\n",
    "@receiver(post_save)\n@quiet\n",
    "@receiver(post_save)\n@receiver(post_delete)\n",
    "@noted\n@receiver(post_save)\n",
    "@named('x')\n@receiver(post_save)\n",
    "@either\n@receiver(post_save)\n",
    "@Counting\n@receiver(post_save)\n",
    "@unknown\n@receiver(post_save)\n",
    "from celery import shared_task\n@shared_task\n@receiver(post_save)\n",
    "@staticmethod\n@receiver(post_save)\n",
    "@transaction.atomic\n",
    "@transaction.atomic\n@something\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + OWN + source + END, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + OWN + source + END, CODE)


def test_a_function_that_is_connected_by_a_call_is_connected_with_its_decorators():
    assert_silent(HEAD + OWN + "@quiet\n" + END + "post_save.connect(f)\n", CODE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@quiet\n@receiver(post_save)\n", "@receiver(post_save)\n@quiet\n"),
        (
            "@quiet  # why\n@receiver(\n    post_save,\n)\n@made_up\n",
            "@receiver(\n    post_save,\n)\n@quiet  # why\n@made_up\n",
        ),
        (
            "@after(\n    3\n)\n@noted\n@receiver(post_save)\n@quiet\n@receiver(post_delete)\n",
            "@noted\n@receiver(post_save)\n@receiver(post_delete)\n@after(\n    3\n)\n@quiet\n",
        ),
    ],
)
def test_the_fix_moves_it_below(before, after):
    source = (HEAD + OWN + before + END).encode()
    (found,) = findings({"shop/signals.py": source}, CODE)
    assert found.fix.safe
    for edit in sorted(found.fix.edits, reverse=True):
        source = source[: edit.start] + edit.new.encode() + source[edit.end :]
    assert source.decode() == HEAD + OWN + after + END
