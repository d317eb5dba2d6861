"""SG201 and SG202 on models that Django ships, of which only names are known: what it calls endless is, in a real Django."""

import json
import subprocess
import sys

import pytest
from check_kit import make_index
from fix_kit import project

from signalgen.check import Choice, analyse

MODELS = """\
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models


class Profile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    seen = models.IntegerField(default=0)


class Team(models.Model):
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="team")


class Note(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
"""
SETTINGS = """\
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SECRET_KEY = "x"
"""
HEAD = """\
from uuid import uuid4
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from shop.models import Note, Profile, Team
"""
OF = "@receiver({}, sender={})\ndef {}(sender, instance, created=False, update_fields=None, **kwargs):\n    {}\n"


def pair(one, other, *, signal="post_save", senders=("Profile", "User"), more=""):
    """Return two receivers of two models."""
    first, second = signal if isinstance(signal, tuple) else (signal, signal)
    return (
        HEAD
        + more
        + OF.format(first, senders[0], "one", one)
        + OF.format(second, senders[1], "other", other)
    )


QUIET = "User.objects.bulk_create([User(username='x')])[0]"
SAVE_PROFILE = f"Profile(user={QUIET}).save()"
SAVE_USER = "User(username='x').save()"
SAVE_NOTE = f"Note(user={QUIET}).save()"
SAVE_TEAM = "Team(group=Group.objects.bulk_create([Group(name='x')])[0]).save()"
DELETE_NOTE = f"Note(user={QUIET}).save(); Note.objects.get().delete()"
TEAM = ("Team", "Group")
NOTE = ("Note", "User")
USER = "instance.user.save()"
KEPT = "Profile.objects.update_or_create(user=instance, defaults={'seen': 1})"
MORE = "Note.objects.create(user=instance)"
NEW = "User.objects.create_user(username=uuid4().hex)"
ENDLESS = {
    "the setting": (pair(USER, KEPT, senders=("Profile", "settings.AUTH_USER_MODEL")), SAVE_PROFILE),
    "the call": (pair(USER, KEPT, senders=("Profile", "get_user_model()")), SAVE_PROFILE),
    "a label": (pair(USER, KEPT, senders=("Profile", "'auth.User'")), SAVE_PROFILE),
    "a class": (pair(USER, "Profile.objects.get(user=instance).save()"), SAVE_PROFILE),
    "a helper": (pair("touch(instance.user)", KEPT, more="def touch(user):\n    user.save()\n"), SAVE_PROFILE),
    "the way back": (pair("instance.group.save()", "instance.team.save()", senders=TEAM), SAVE_TEAM),
    "the other end": (pair("instance.profile.save()", USER, senders=("User", "Profile")), SAVE_PROFILE),
    "new users": (pair(NEW, MORE, senders=NOTE), SAVE_NOTE),
    "a new object": (pair("user = User(username=uuid4().hex)\n    user.save()", MORE, senders=NOTE), SAVE_NOTE),
    "deletions": (pair("instance.user.delete()", "Note.objects.filter(user=instance).delete()", senders=NOTE, signal="pre_delete"), DELETE_NOTE),
    "the row alone": (HEAD + OF.format("post_save", "User", "one", "instance.save()"), SAVE_USER),
    "the row alone, raw": (HEAD + OF.format("post_save", "User", "one", "instance.save_base(raw=True)"), SAVE_USER),
}  # fmt: skip
ENDS = {
    "for new ones": (pair(USER, f"if created:\n        {KEPT}"), SAVE_USER),
    "update": (pair("User.objects.filter(pk=instance.user_id).update(last_name='y')", KEPT), SAVE_PROFILE),
    "bulk_create": (pair("User.objects.bulk_create([User(username=uuid4().hex)])", KEPT), SAVE_PROFILE),
    "fields": (pair(f"if update_fields is None:\n        {USER}", "instance.profile.save(update_fields=['seen'])"), SAVE_PROFILE),
    "another model": (pair(USER, MORE), SAVE_PROFILE),
    "another of Django's": (pair("Group.objects.create(name=uuid4().hex)", KEPT), SAVE_PROFILE),
    "the reading alone": (pair("str(instance.user)", KEPT), SAVE_PROFILE),
    "nothing to update": (pair(USER, "Profile.objects.update_or_create(user=instance)"), SAVE_PROFILE),
    "found": (pair(USER, "Profile.objects.get_or_create(user=instance)"), SAVE_PROFILE),
    "another signal": (pair(USER, KEPT, signal=("post_save", "post_delete")), SAVE_PROFILE),
    "a save of no fields": (pair("instance.user.save(update_fields=[])", KEPT), SAVE_PROFILE),
    "rows that are gone": (pair("instance.user.delete()", "Note.objects.filter(user=instance).delete()", senders=NOTE, signal=("post_delete", "pre_delete")), DELETE_NOTE),
    "the row alone, raw, which it knows": (HEAD + OF.format("post_save", "User", "one", "if not kwargs['raw']:\n        instance.save_base(raw=True)"), SAVE_USER),
}  # fmt: skip
CASES = {**ENDLESS, **ENDS}
RUN = """\
import json

import django

django.setup()
from django.core.management import call_command
from django.db import transaction
from django.db.models import signals

call_command("migrate", run_syncdb=True, verbosity=0)
found = {}
ALL = [signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete]
for name, (source, act) in json.load(open("cases.json")).items():
    names = {"__name__": "shop.signals"}
    exec(source, names)
    try:
        with transaction.atomic():
            exec(act, names)
            transaction.set_rollback(True)
        found[name] = False
    except RecursionError:
        found[name] = True
    for signal in ALL:
        signal.receivers = []
        signal.sender_receivers_cache.clear()
print(json.dumps(found))
"""


def said(source, files=None):
    """Return what is said of the signals, by severity."""
    base = {"shop/models.py": MODELS, "config/settings.py": SETTINGS, **(files or {})}
    index = make_index({**base, "shop/signals.py": source})
    report = analyse(index, Choice(select=("SG201", "SG202")))
    return [item.severity for item in report.findings]


def test_just_the_endless_ones_recurse_in_a_real_django(tmp_path):
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "conf.py": SETTINGS}
    project(tmp_path, {**files, "run.py": RUN, "cases.json": json.dumps(CASES)})
    done = subprocess.run(
        [sys.executable, "run.py"],
        cwd=tmp_path,
        env={"DJANGO_SETTINGS_MODULE": "conf"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {name: name in ENDLESS for name in CASES}


@pytest.mark.parametrize("name", ENDLESS)
def test_it_is_found(name):
    assert said(ENDLESS[name][0]) == ["error"]


@pytest.mark.parametrize("name", ENDS)
def test_it_is_left_alone(name):
    assert "error" not in said(ENDS[name][0])


ACCOUNT = SETTINGS + 'AUTH_USER_MODEL = "accounts.Account"\n'
BOUGHT = HEAD.replace("get_user_model\n", "get_user_model\nfrom accounts.models import Account\n")
OWNER = "User = get_user_model()\n"


@pytest.mark.parametrize(
    "sender", ["Account", "User", "settings.AUTH_USER_MODEL", "'accounts.Account'"]
)
@pytest.mark.parametrize("write", [USER, "User.objects.create(username=uuid4().hex)"])
def test_the_user_model_of_a_package_is_known_by_the_setting(sender, write):
    source = pair(write, MORE, senders=("Note", sender), more=OWNER).replace(HEAD, BOUGHT)
    assert said(source, {"config/settings.py": ACCOUNT}) == ["error"]


@pytest.mark.parametrize("sender", ["Group", "accounts.Other", "other.Account"])
@pytest.mark.parametrize("write", [USER, "User.objects.create(username=uuid4().hex)"])
def test_another_model_is_not_that_user(sender, write):
    source = pair(write, MORE, senders=("Note", sender), more=OWNER).replace(HEAD, BOUGHT)
    imports = "import accounts.models as accounts\nimport other.models as other\n"
    assert said(imports + source, {"config/settings.py": ACCOUNT}) == []


def test_djangos_own_user_is_nobody_where_another_is_set():
    source = pair(USER, MORE, senders=("Note", "User"))
    assert said(source, {"config/settings.py": ACCOUNT}) == []


def test_a_model_of_a_package_is_known_by_its_import():
    more = "from allauth.account.models import EmailAddress\n"
    write = "EmailAddress.objects.create(email='x')"
    source = pair(write, "Note.objects.create()", senders=("Note", "EmailAddress"), more=more)
    assert said(source) == ["error"]
    assert said(source.replace("EmailAddress.objects", "EmailAddress.rows")) == []
