"""The table of well-known names against the Python and the Django that are installed."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from signalgen.facts import names
from signalgen.facts.names import BUILTINS, CONTRIB_MODELS, MODULE_ATTRIBUTES, WELL_KNOWN
from signalgen.facts.signals import BUILTIN
from signalgen.facts.thirdparty import THIRD_PARTY

HERE = Path(__file__).parent


def test_every_name_can_be_imported_from_where_the_table_says():
    path = os.pathsep.join([str(HERE), str(HERE.parents[1])])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "factsprobe.importing"],
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize(
    ("name", "place"),
    {
        "cache": ("django.core.cache", "cache"),
        "settings": ("django.conf", "settings"),
        "timezone": ("django.utils", "timezone"),
        "transaction": ("django.db", "transaction"),
        "slugify": ("django.utils.text", "slugify"),
        "post_save": ("django.db.models.signals", "post_save"),
        "signals": ("django.db.models", "signals"),
        "json": ("json", ""),
        "uuid": ("uuid", ""),
        "datetime": ("datetime", "datetime"),
        "time": ("time", ""),
        "Decimal": ("decimal", "Decimal"),
        "async_to_sync": ("asgiref.sync", "async_to_sync"),
        "_": ("django.utils.translation", "gettext"),
        "ValidationError": ("django.core.exceptions", "ValidationError"),
        "Value": ("django.db.models", "Value"),
        "setting_changed": ("django.core.signals", "setting_changed"),
    }.items(),
)
def test_a_name_means_what_django_developers_mean(name, place):
    assert WELL_KNOWN[name] == place


@pytest.mark.parametrize(
    "name", ["logger", "instance", "User", "task", "file_changed", "Order", "print", "len"]
)
def test_a_name_that_says_nothing_certain_is_not_in_the_table(name):
    assert name not in WELL_KNOWN


def test_no_name_stands_in_two_groups_of_the_table():
    rows = [
        word
        for group in (names._DJANGO, names._STANDARD, names._THIRD_PARTY)
        for words in group.values()
        for word in words.split()
    ]
    rows += names._MODULES.split()
    assert sorted({row for row in rows if rows.count(row) > 1}) == []


def test_a_module_attribute_is_no_attribute_of_what_the_table_names():
    own = {"date", "time", "tzinfo"}
    for attribute in MODULE_ATTRIBUTES["datetime"] - own - {"UTC"}:
        assert hasattr(dt, attribute)
        assert not hasattr(dt.datetime, attribute)


@pytest.mark.parametrize(
    "name", ["print", "ValueError", "ExceptionGroup", "__name__", "__file__", "aiter"]
)
def test_builtins_need_no_import(name):
    assert name in BUILTINS


@pytest.mark.parametrize("name", ["exit", "help", "_", "logger", "unicode"])
def test_what_only_a_prompt_has_is_no_builtin(name):
    assert name not in BUILTINS


def test_contrib_models_do_not_hide_a_custom_user():
    assert "auth.User" in CONTRIB_MODELS
    assert "User" not in WELL_KNOWN


@pytest.mark.parametrize(
    ("signal", "always", "sometimes"),
    [
        ("allauth.account.signals.user_signed_up", ["request", "user"], ["sociallogin"]),
        ("allauth.socialaccount.signals.pre_social_login", ["request", "sociallogin"], []),
        ("wagtail.signals.page_published", ["instance"], ["revision", "alias"]),
        ("easy_thumbnails.signals.thumbnail_created", [], []),
    ],
)
def test_third_party_signals_know_their_arguments(signal, always, sometimes):
    arguments = THIRD_PARTY[signal]
    assert [a.name for a in arguments if a.always] == always
    assert [a.name for a in arguments if not a.always] == sometimes


@pytest.mark.parametrize("signal", THIRD_PARTY, ids=str)
def test_third_party_rows_are_well_formed(signal):
    assert all(part.isidentifier() for part in signal.split("."))
    names = [argument.name for argument in THIRD_PARTY[signal]]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name not in ("sender", "signal") for name in names)
    always = [argument.always for argument in THIRD_PARTY[signal]]
    assert always == sorted(always, reverse=True)


def test_celery_signals_are_not_django_signals():
    assert not [name for name in (*BUILTIN, *THIRD_PARTY) if "celery" in name]
