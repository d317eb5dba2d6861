"""SG705: a ``post_migrate`` receiver that asks the default database, whichever was migrated."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG705"
TWO = "DATABASES = {'default': {}, 'replica': {}}\n"
ONE = "DATABASES = {'default': {}}\n"
HEAD = HEAD + "from django.db.models.signals import post_migrate\n"
F = "@receiver(post_migrate)\ndef f(sender, {}**kwargs):\n    {}\n"


def app(body, settings=TWO, using=""):
    return {"shop/signals.py": HEAD + F.format(using, body), "site/settings.py": settings}


FLAGGED = [
    app("Tag.objects.get_or_create(name='x')  # SG705"),
    app("Tag.objects.filter(name='x').update(name='y')  # SG705"),
    app("Tag.objects.create(name='x')  # SG705", using="using, "),
]
SILENT = [
    app("Tag.objects.get_or_create(name='x')", settings=ONE),
    app("Tag.objects.using(using).get_or_create(name='x')", using="using, "),
    app("Tag.objects.db_manager(kwargs['using']).create(name='x')"),
    app("if using == 'default': Tag.objects.create(name='x')", using="using, "),
    app("print(sender)"),
    {
        "shop/signals.py": HEAD
        + "@receiver(post_save)\ndef f(sender, **kwargs):\n    Tag.objects.create()\n",
        "site/settings.py": TWO,
    },
]


@pytest.mark.parametrize("files", FLAGGED)
def test_it_flags(files):
    assert_flags(files, CODE)


@pytest.mark.parametrize("files", SILENT)
def test_it_stays_silent(files):
    assert_silent(files, CODE)
