"""SG901: a signal between a model and its own app."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings, make_index

from signalgen.check import Choice, analyse

CODE = "SG901"
F = "def f(sender, instance, **kwargs):  # SG901\n    instance.name = 1\n"
QUIET = F.replace("  # SG901", "")

FLAGGED = [
    "@receiver(pre_save, sender=Tag)\n" + F,
    "@receiver(post_save, sender='shop.Line')\n" + F,
    F + "post_save.connect(f, sender=Tag)\n",
    "@receiver(pre_save, sender=Tag)\n"
    + F
    + "@receiver(post_delete, sender=Tag)\ndef g(sender, **kwargs): ...\n",
]
SILENT = [
    "@receiver(post_save)\n" + QUIET,
    "@receiver([pre_save, post_save], sender=Tag)\n" + QUIET,
    "@receiver(pre_save, sender=Tag)\n@receiver(pre_save, sender=Line)\n" + QUIET,
    "@receiver(pre_delete, sender=Tag)\n" + QUIET,
    "@receiver(m2m_changed, sender=Order.tags.through)\n" + QUIET,
    "@receiver(pre_save, sender=Tag)\n"
    + QUIET
    + "@receiver(pre_save, sender=Tag)\ndef g(sender, **kwargs): ...\n",
    "@receiver(pre_save, sender=Tag)\n"
    + QUIET
    + "@receiver(pre_save)\ndef g(sender, **kwargs): ...\n",
    "@receiver(pre_save, sender=Tag)\n" + QUIET + "pre_save.connect(other, sender=unknown())\n",
    "from elsewhere.models import Thing\n@receiver(pre_save, sender=Thing)\n" + QUIET,
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


def test_another_app_has_every_right():
    given = {
        "mail/__init__.py": "",
        "mail/apps.py": "",
        "mail/signals.py": HEAD + "@receiver(pre_save, sender=Tag)\n" + QUIET,
    }
    assert_silent(given, CODE)


def test_the_user_model_is_everybodys():
    source = HEAD + "@receiver(pre_save, sender=User)\n" + QUIET
    assert findings(source, CODE)
    assert_silent(
        {"shop/signals.py": source, "config/settings.py": "AUTH_USER_MODEL = 'shop.User'\n"}, CODE
    )


def test_validation_is_sent_to_clean():
    body = "def f(sender, instance, **kwargs):\n    raise ValidationError('no')\n"
    head = "from django.core.exceptions import ValidationError\n"
    (found,) = findings(HEAD + head + "@receiver(pre_save, sender=Tag)\n" + body, CODE)
    assert "clean()" in found.hint


def test_it_is_off_unless_selected():
    report = analyse(make_index(HEAD + "@receiver(pre_save, sender=Tag)\n" + QUIET), Choice())
    assert CODE not in {item.code for item in report.findings}
