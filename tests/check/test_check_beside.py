"""SG425 to SG803 and SG505: many-to-many changes, caches, and rows beside the receiver's own."""

import pytest
from check_kit import HEAD, MODELS, assert_flags, assert_silent, mended

TOP = (
    HEAD + "from celery import shared_task\nfrom functools import partial\n"
    "from django.core.cache import cache, caches\nfrom django.db import transaction\n"
)
M2M = "@receiver(m2m_changed, sender=Order.tags.through)\ndef f(sender, instance, action, **kwargs):\n"
PLAIN = M2M.replace(", action", "")
SAVED = "@receiver(post_save, sender=Order)\ndef f(sender, instance, created=False, **kwargs):\n"
LINE = "@receiver(post_delete, sender=Line)\ndef f(sender, instance, **kwargs):\n"
TASK = "@shared_task\ndef task(pk):\n    print(pk)\n\n\n"

FOUND = {
    "SG425": [
        M2M + "    if action == 'add':  # SG425\n        print(1)\n",
        M2M + "    if action in ('post_add', 'remove'):  # SG425\n        print(1)\n",
        M2M + "    if action != 'clear':  # SG425\n        return\n",
        PLAIN + "    if kwargs['action'] == 'post_save':  # SG425\n        print(1)\n",
        PLAIN + "    Tag.objects.create(name='x')  # SG425\n",
        TASK + PLAIN + "    if instance.pk:\n        task.delay(instance.pk)  # SG425\n",
    ],
    "SG426": [
        SAVED + "    cache.delete('a')  # SG426\n",
        SAVED + "    caches['other'].set('a', instance.pk)  # SG426\n",
        LINE
        + "    if instance.name:\n        cache.delete_many(['a'])  # SG426\n    cache.delete('b')\n",
        M2M + "    cache.clear()  # SG426\n",
    ],
    "SG428": [
        SAVED + "    instance.number = 'x'  # SG428\n",
        SAVED
        + "    if created:\n        instance.number = instance.email.lower()  # SG428\n        print(1)\n",
        SAVED
        + "    if instance.user is None:\n        instance.user_id = 3\n        instance.email = ''  # SG428\n",
    ],
    "SG505": [
        LINE
        + "    for at, line in enumerate(Line.objects.filter(order=instance.order), 1):  # SG505\n        print(at, line)\n",
        LINE
        + "    rows = Line.objects.order_by('name')\n    for at, row in enumerate(reversed(list(rows))):  # SG505\n        print(at, row)\n",
        LINE + "    for line in instance.order.lines.all():  # SG505\n        print(line)\n",
        LINE
        + "    print([line.name for line in Line.objects.filter(order=instance.order)])  # SG505\n",
        LINE.replace("post", "pre")
        + "    rows = Line.objects.all()\n    for row in rows:  # SG505\n        print(row)\n",
        LINE.replace("Line", "Order")
        + "    for row in Order.objects.exclude(pk=instance.pk):  # SG505\n        print(row)\n",
    ],
}
ALONE = {
    "SG425": [
        M2M + "    if action == 'post_add':\n        print(1)\n",
        M2M + "    if action.startswith('post') or action.endswith('add'):\n        print(1)\n",
        M2M
        + "    if action in ACTIONS or action == kwargs['x'] or 'add' in action:\n        print(1)\n",
        M2M + "    if action == 'post_add':\n        Tag.objects.create(name='x')\n",
        PLAIN + "    g(**kwargs)\n    Tag.objects.create(name='x')\n",
        PLAIN + "    print(Tag.objects.get_or_create(name='x'), Tag.objects.count())\n",
        SAVED
        + "    action = 'add'\n    if action == 'add':\n        Tag.objects.create(name='x')\n",
    ],
    "SG426": [
        SAVED + "    transaction.on_commit(partial(cache.delete, 'a'))\n",
        SAVED + "    transaction.on_commit(lambda: cache.set('a', 1))\n",
        SAVED + "    print(cache.get('a'), cache.get_many(['b']))\n",
        SAVED + "    instance.cache.delete('a')\n",
        "def f(sender, **kwargs):\n    cache.delete('a')\n",
    ],
    "SG428": [
        SAVED.replace("post", "pre") + "    instance.number = 'x'\n",
        SAVED + "    instance.number = 'x'\n    instance.save()\n",
        SAVED
        + "    instance.number = 'x'\n    Order.objects.filter(pk=instance.pk).update(number='x')\n",
        SAVED + "    instance.number = 'x'\n    store(instance)\n",
        SAVED + "    instance.number = 'x'\n    instance.tidy()\n",
        SAVED + "    row = [instance]\n    instance.number = 'x'\n",
        SAVED + "    instance.cached = 'x'\n",
        SAVED + "    instance.user.email = 'x'\n",
    ],
    "SG505": [
        LINE
        + "    if kwargs['origin'] is instance:\n        for line in Line.objects.all():\n            print(line)\n",
        LINE + "    for tag in Tag.objects.all():\n        print(tag)\n",
        LINE + "    for at, tag in enumerate(Tag.objects.all()):\n        print(at, tag)\n",
        LINE + "    for at in enumerate(Line.objects.filter(pk__in=[1])):\n        print(at)\n",
        LINE + "    print(Line.objects.filter(order=instance.order).count())\n",
        LINE.replace("delete", "save")
        + "    for line in Line.objects.all():\n        print(line)\n",
        LINE
        + "    for line in Line.objects.filter(pk__in=instance.others):\n        print(line)\n",
        LINE.replace("Line", "Tag") + "    for tag in Tag.objects.all():\n        print(tag)\n",
    ],
}


def cases(every):
    """Return code and source of each case."""
    return [(code, source) for code, given in every.items() for source in given]


@pytest.mark.parametrize(("code", "source"), cases(FOUND))
def test_it_is_found(code, source):
    assert_flags(TOP + source, code)


@pytest.mark.parametrize(("code", "source"), cases(ALONE))
def test_it_is_left_alone(code, source):
    assert_silent(TOP + source, code)


TEAMS = """\
from django.conf import settings
from django.db import models


class Team(models.Model):
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Seat")


class Seat(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Profile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
"""
OWN_SAVE = TEAMS.replace(
    "class Profile", "    def clean(self):\n        print(self.team)\n\n\nclass Profile"
).replace("CASCADE)\n\n\n    def", "CASCADE)\n\n    def")
JOINED = "\n\ndef join(team, user):\n    return Seat.objects.create(team=team, user=user)\n"
IMPORTS = (
    HEAD.partition("from shop")[0] + "from django.conf import settings\n"
    "from shop.models import Profile, Seat, Team\n\n\n"
)
RESIZE = "@receiver(m2m_changed, sender=Team.members.through){0}\ndef f(sender, action, **kwargs):\n    print(action)\n"
HEARD = "\n\n@receiver(post_save, sender=Seat)\ndef g(sender, **kwargs):\n    print(1)\n"


def test_rows_that_the_project_joins_itself_are_missed():
    marked = IMPORTS + RESIZE.format("  # SG427")
    assert_flags({"shop/models.py": TEAMS + JOINED, "shop/signals.py": marked}, "SG427")


@pytest.mark.parametrize(
    "files",
    [
        {"shop/models.py": TEAMS},
        {"shop/models.py": OWN_SAVE + JOINED},
        {
            "shop/models.py": TEAMS,
            "shop/tests/test_a.py": "from shop.models import Seat\n" + JOINED,
        },
        {"shop/models.py": TEAMS + JOINED, "shop/more.py": IMPORTS + HEARD},
    ],
)
def test_rows_that_something_hears_of_are_not(files):
    assert_silent({"shop/signals.py": IMPORTS + RESIZE.format(""), **files}, "SG427")


MADE = (
    "@receiver(post_save, sender=settings.AUTH_USER_MODEL)\n"
    "def f(sender, instance, created, **kwargs):\n    if created:\n"
    "        Profile.objects.create(user=instance){0}\n"
)
ADMIN = """\
from django.contrib import admin
from django.contrib.auth import get_user_model

from shop.models import Profile


class ProfileInline(admin.StackedInline):
    model = Profile
{inline}

@admin.register(get_user_model())
class UserAdmin(admin.ModelAdmin):
    inlines = [ProfileInline]
{admin}"""
CONF = {"config/settings.py": 'INSTALLED_APPS = ["django.contrib.auth", "shop"]\n'}


def admin(inline="", own=""):
    """Return the admin of the users with their profiles."""
    return {
        "shop/models.py": TEAMS,
        "shop/admin.py": ADMIN.format(inline=inline, admin=own),
        **CONF,
    }


def test_a_profile_that_the_admin_makes_too():
    assert_flags({**admin(), "shop/signals.py": IMPORTS + MADE.format("  # SG429")}, "SG429")


@pytest.mark.parametrize(
    "files",
    [
        admin(own="    def get_inlines(self, request, obj):\n        return []\n"),
        admin(inline="    max_num = 0\n"),
        admin(inline="    def has_add_permission(self, request, obj):\n        return False\n"),
        {"shop/models.py": TEAMS, **CONF},
    ],
)
def test_an_admin_that_leaves_it_out(files):
    assert_silent({**files, "shop/signals.py": IMPORTS + MADE.format("")}, "SG429")


def test_a_profile_of_some_users_only_is_left_alone():
    some = MADE.format("").replace("if created:", "if created and instance.is_superuser:")
    assert_silent({**admin(), "shop/signals.py": IMPORTS + some}, "SG429")


TWO = {"shop/settings.py": 'DATABASES = {"default": {}, "archive": {}}\n'}
WRITES = (
    SAVED
    + "    Tag.objects.create(name='x')  # SG803\n    Tag.objects.filter(pk=1).update(name='y')  # SG803\n"
)
KEPT = WRITES.replace("  # SG803", "")


def test_writes_to_the_default_database_of_two():
    assert_flags({**TWO, "shop/signals.py": TOP + WRITES}, "SG803")


def test_they_go_to_the_database_of_the_row():
    after = mended({**TWO, "shop/signals.py": TOP + KEPT}, "SG803")["shop/signals.py"].decode()
    assert after == TOP + KEPT.replace("Tag.objects.", 'Tag.objects.db_manager(kwargs["using"]).')


@pytest.mark.parametrize(
    "files",
    [
        {"shop/signals.py": TOP + KEPT},
        {
            "shop/settings.py": 'DATABASES = {"default": {}, "replica": {}}\n',
            "shop/signals.py": TOP + KEPT,
        },
        {
            "shop/settings.py": TWO["shop/settings.py"] + 'DATABASE_ROUTERS = ["a.Router"]\n',
            "shop/signals.py": TOP + KEPT,
        },
        {
            **TWO,
            "shop/signals.py": TOP + KEPT.replace("objects.", "objects.using(kwargs['using'])."),
        },
        {
            **TWO,
            "shop/signals.py": TOP
            + SAVED
            + "    print(Tag.objects.count(), Tag.objects.get(pk=1))\n",
        },
    ],
)
def test_a_database_that_is_named_or_chosen(files):
    assert_silent(files, "SG803")


USERS = MODELS.replace(
    "models.ManyToManyField(Tag)", "models.ManyToManyField(Tag, related_name='orders')"
)


@pytest.mark.parametrize(
    ("body", "flagged"),
    [
        ("Invoice.objects.create(order_id=instance.pk)", True),
        ("Invoice.objects.create(order=instance)", True),
        ("Invoice.objects.filter(order_id=instance.id).delete()", True),
        ("Invoice.objects.create(number=instance.pk)", False),
        ("print(instance.pk)", False),
        ("print(instance.pk if not kwargs['reverse'] else 0, dict(order_id=instance.pk))", False),
    ],
)
def test_a_key_handed_on_as_that_of_the_forward_side(body, flagged):
    source = (
        TOP + M2M + "    if action == 'post_add':\n" + f"        {body}{'  # SG402' * flagged}\n"
    )
    files = {"shop/models.py": USERS, "shop/signals.py": source}
    (assert_flags if flagged else assert_silent)(files, "SG402")


@pytest.mark.parametrize(("name", "flagged"), [("size", True), ("email", False), ("pk", False)])
def test_the_other_side_may_be_the_user_of_django(name, flagged):
    models = TEAMS.replace(
        'through="Seat")', 'related_name="teams")\n    size = models.IntegerField()'
    )
    source = (
        IMPORTS
        + "@receiver(m2m_changed, sender=Team.members.through)\ndef f(sender, instance, action, **kwargs):\n"
        + f"    print(instance.{name}){'  # SG402' * flagged}\n"
    )
    files = {"shop/models.py": models, "shop/signals.py": source, **CONF}
    (assert_flags if flagged else assert_silent)(files, "SG402")


CLEARED = "    if action == 'post_clear':\n        "


@pytest.mark.parametrize(
    ("body", "flagged"),
    [
        (CLEARED + "for tag in instance.tags.all():{0}\n            print(tag)\n", True),
        (CLEARED + "print(list(instance.tags.filter(name='x'))){0}\n", True),
        (
            "    if action != 'post_clear':\n        return\n    print(instance.tags.first()){0}\n",
            True,
        ),
        (CLEARED.replace("post", "pre") + "print(list(instance.tags.all())){0}\n", False),
        (CLEARED.replace("==", "!=") + "print(list(instance.tags.all())){0}\n", False),
        (CLEARED + "print(instance.tags.count(), Tag.objects.all()){0}\n", False),
        (
            "    if action in ('post_add', 'post_clear'):\n        print(instance.tags.all()){0}\n",
            False,
        ),
    ],
)
def test_related_rows_read_after_a_clear(body, flagged):
    source = TOP + M2M.replace(", **kwargs", ", reverse, **kwargs") + "    print(reverse)\n"
    source += body.format("  # SG402" * flagged)
    (assert_flags if flagged else assert_silent)(source, "SG402")
