"""SG705: a ``post_migrate`` receiver that asks the default database, whichever was migrated."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, mended

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
    # A model sends no post_migrate: this never runs.
    {
        "shop/signals.py": HEAD
        + F.format("", "Tag.objects.create()").replace("migrate)", "migrate, sender=Tag)"),
        "site/settings.py": TWO,
    },
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


@pytest.mark.parametrize(
    ("using", "value"),
    [("", 'kwargs["using"]'), ("using, ", "using"), ("*, using=None, ", "using")],
)
def test_every_query_asks_the_database_that_was_migrated(using, value):
    body = "Tag.objects.filter(pk=1).delete()\n    Tag.objects.create(name='x')"
    after = mended(app(body, using=using), CODE)["shop/signals.py"].decode()
    assert f"Tag.objects.db_manager({value}).filter(pk=1).delete()" in after
    assert f"Tag.objects.db_manager({value}).create(name='x')" in after


def test_a_model_of_django_that_is_imported_inside():
    body = "from django.contrib.auth.models import Group\n    Group.objects.get_or_create(name='x')"
    after = mended(app(body), CODE)["shop/signals.py"].decode()
    assert """Group.objects.db_manager(kwargs["using"]).get_or_create(name='x')""" in after


def test_a_receiver_that_is_not_told_the_database_is_left_to_a_person():
    files = app("Tag.objects.create(name='x')")
    files["shop/signals.py"] = files["shop/signals.py"].replace("sender, **kwargs", "*args")
    assert mended(files, CODE)["shop/signals.py"] == files["shop/signals.py"]
