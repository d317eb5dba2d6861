"""SG306: a receiver of ``auth.User``."""

import ast

import pytest
from check_kit import assert_flags, assert_silent, findings

CODE = "SG306"
HEAD = """\
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver
"""
END = "\ndef f(sender, **kwargs): ...\n"
OWN = {"config/settings.py": 'AUTH_USER_MODEL = "shop.User"\n'}
DEFAULT = {"config/settings.py": 'AUTH_USER_MODEL = "auth.User"\n'}

FLAGGED = [
    "@receiver(post_save, sender=User)  # SG306" + END,
    "@receiver(post_save, sender='auth.User')  # SG306" + END,
    "post_save.connect(f, sender=User)  # SG306" + END,
    "from django.contrib.auth import models\n@receiver(post_save, sender=models.User)  # SG306"
    + END,
    "for model in (User, Group):\n    post_save.connect(f, sender=model)  # SG306" + END,
    "@receiver(user_logged_in, sender=User)  # SG306" + END,
]
SILENT = [
    "@receiver(post_save, sender=Group)" + END,
    "@receiver(post_save)" + END,
    "from django.conf import settings\n@receiver(post_save, sender=settings.AUTH_USER_MODEL)" + END,
    "from django.contrib.auth import get_user_model\n@receiver(post_save, sender=get_user_model())"
    + END,
    "from shop.models import User\n@receiver(post_save, sender=User)" + END,
    "@receiver(post_save, sender='shop.User')" + END,
    "@receiver(m2m_changed, sender=User.groups.through)" + END,
    "def connect(User):\n    post_save.connect(f, sender=User)" + END,
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


APPS = "INSTALLED_APPS = ['shop']\n"
READ = {"config/settings.py": APPS + "AUTH_USER_MODEL = env('USER')\n"}


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({}, "warning"),
        (READ, "warning"),
        (DEFAULT, "info"),
        ({"config/settings.py": APPS}, "info"),
        (OWN, "error"),
    ],
)
def test_it_is_an_error_where_the_project_has_a_user_model_of_its_own(files, severity):
    (found,) = findings({**files, "shop/signals.py": HEAD + FLAGGED[0]}, CODE)
    assert found.severity == severity
    assert ("shop.User" in found.message) is (files is OWN)


def fixed(source):
    """Return a source after the fix of its one finding, None when there is no fix."""
    (found,) = findings({**OWN, "shop/signals.py": source}, CODE)
    if found.fix is None:
        return None
    assert found.fix.safe
    text = source.encode()
    for edit in sorted(found.fix.edits, reverse=True):
        text = text[: edit.start] + edit.new.encode() + text[edit.end :]
    ast.parse(text)
    return text.decode()


def test_the_fix_names_the_setting_and_imports_it():
    assert fixed("from __future__ import annotations\n" + HEAD + FLAGGED[0]) == (
        "from __future__ import annotations\nfrom django.conf import settings\n"
        + HEAD
        + "@receiver(post_save, sender=settings.AUTH_USER_MODEL)  # SG306"
        + END
    )


def test_the_fix_uses_what_is_imported():
    source = HEAD + "from django.conf import settings\n" + FLAGGED[0]
    assert fixed(source) == source.replace("=User", "=settings.AUTH_USER_MODEL")


def test_the_fix_keeps_the_newlines():
    source = (HEAD + FLAGGED[0]).replace("\n", "\r\n")
    assert fixed(source).startswith("from django.conf import settings\r\n")


@pytest.mark.parametrize(
    "source",
    [
        HEAD + "settings = 1\n" + FLAGGED[0],
        HEAD + "def g(settings):\n    post_save.connect(f, sender=User)" + END,
        HEAD + FLAGGED[4],
        HEAD + FLAGGED[5],
    ],
)
def test_there_is_no_fix_where_it_would_mean_something_else(source):
    assert fixed(source) is None
