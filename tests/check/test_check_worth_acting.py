"""What is true but idle is information: SG102, SG118 and SG501, each with what is still said by default."""

from __future__ import annotations

import pytest
from check_kit import HEAD, MODELS, findings, make_index

from signalgen.check import Choice, analyse

IMPORTS = (
    "from PIL import Image\nfrom filelock import FileLock\nimport fcntl\nimport requests\n"
    "from django.contrib.auth.models import Group, Permission\n"
)
SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
TASKS = "from celery import shared_task\n@shared_task\ndef work(pk): ...\n"
MORE = """

class Person(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE)


class Team(models.Model):
    users = models.ManyToManyField(User)
    people = models.ManyToManyField(Person)
    tags = models.ManyToManyField(Tag, related_name="teams")
    is_default = models.BooleanField()
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="owned")
"""
TEAM = (
    "from shop.models import Team\n@receiver(post_save, sender=Team)\n"
    "def saved(sender, instance, **kwargs):\n    for row in {}:\n"
    "        Line.objects.create(name=row.pk)\n"
)


def levels(source, code, **files):
    """Return the levels of what is said about ``source``."""
    given = {"shop/signals.py": HEAD + IMPORTS + source, "shop/models.py": MODELS + MORE, **files}
    return [item.severity for item in findings(given, code)]


@pytest.mark.parametrize(
    "rows",
    [
        "instance.tags.all()",
        "instance.tags.filter(name='a')[:500]",
        "Line.objects.filter(name='a')[:3]",
        "Team.objects.filter(is_default=True)",
        "list(Team.objects.exclude(pk=1).filter(is_default=True))",
        "Permission.objects.filter(codename='a')",
        "Group.objects.all()",
        "Team.kind.choices",
    ],
)
def test_a_loop_over_few_rows_is_information(rows):
    assert levels(TEAM.format(rows), "SG501") == ["info"]
    named = f"rows = {rows}\n    for row in rows:"
    assert levels(TEAM.replace("for row in {}:", named), "SG501") == ["info"]


@pytest.mark.parametrize(
    "rows",
    [
        "instance.users.all()",
        "instance.people.all()",
        "Line.objects.filter(name='a')[:500]",
        "Line.objects.filter(name='a')[3:]",
        "Team.objects.filter(is_default=False)",
        "Team.objects.filter(owner=True)",
        "Team.objects.exclude(is_default=True)",
        "Line.objects.all()",
        "Tag.objects.filter(teams=instance)",
        "User.objects.all()",
    ],
)
def test_a_loop_over_rows_that_grow_is_not(rows):
    assert levels(TEAM.format(rows), "SG501") == ["warning"]


@pytest.mark.parametrize("call", ["row.delete()", "row.save()"])
def test_rows_that_one_query_would_write_at_once_are_no_exception(call):
    loop = TEAM.replace("Line.objects.create(name=row.pk)", call)
    assert levels(loop.format("instance.tags.all()"), "SG501") == ["warning"]


@pytest.mark.parametrize(
    ("other", "expected"), [("Group.objects.all()", "info"), ("Line.objects.all()", "warning")]
)
def test_every_branch_must_be_of_few_rows(other, expected):
    both = f"if instance.owner:\n        rows = {other}\n    else:\n"
    both += "        rows = Team.objects.filter(is_default=True)\n    for row in rows:"
    assert levels(TEAM.replace("for row in {}:", both), "SG501") == [expected]


HELPED = "def asked(row):\n    return Tag.objects.get(name=row.name)\n" + TEAM


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Line.objects.create(name=asked(row))", "info"),
        ("asked(row)\n        row.save(update_fields=['name'])", "info"),
        ("asked(row)\n        row.delete()", "info"),
        # A query that only reads belongs before the loop, whatever else happens there.
        ("asked(row)\n        Tag.objects.filter(name='a').first()", "warning"),
        ("print(row)\n        Line.objects.create(name=row.pk)", "warning"),
    ],
)
def test_rows_are_written_one_by_one_where_a_function_asks_for_each(body, expected):
    loop = HELPED.replace("Line.objects.create(name=row.pk)", body)
    assert levels(loop.format("Line.objects.all()"), "SG501") == [expected]


@pytest.mark.parametrize("rows", ["('a', 'b')", "NAMES", "range(3)", "[1, 2]"])
def test_a_loop_over_a_constant_is_silent(rows):
    assert levels(TEAM.format(rows), "SG501") == []


LOCKS = [
    ("    with FileLock('x'):\n        print(instance)\n", ["info"]),
    ("    with open('x') as file:\n        fcntl.flock(file, fcntl.LOCK_EX)\n", ["warning"]),
    ("    with FileLock('x'):\n        requests.get('x', timeout=3)\n", ["info", "warning"]),
    ("    with open('x') as file:\n        print(file)\n", []),
    ("    print(FileLock)\n", []),
]


@pytest.mark.parametrize(("body", "expected"), LOCKS)
def test_a_lock_around_further_work_is_meant(body, expected):
    assert sorted(levels(SAVED + body, "SG102")) == expected
    helper = "def write(instance):\n" + body + SAVED + "    write(instance)\n"
    shown = expected[-1:]  # one finding for each call of the receiver: the worst
    assert levels(helper, "SG102") == shown


IMAGE = SAVED + "    Image.open(instance.file).thumbnail((9, 9))\n"


def test_an_image_has_nowhere_to_go_in_a_project_without_tasks():
    assert levels(IMAGE, "SG102") == ["info"]
    # A request to another server keeps more than one user waiting: it is said all the same.
    assert levels(SAVED + "    requests.get('x', timeout=3)\n", "SG102") == ["warning"]
    assert levels(SAVED + "    print(instance.file)\n", "SG102") == []


@pytest.mark.parametrize(
    "tasks",
    [
        TASKS,
        "import django_rq\n",
        "from django.tasks import task\n",
        "from django_q.tasks import async_task\n",
    ],
)
def test_with_tasks_it_has(tasks):
    assert levels(IMAGE, "SG102", **{"shop/tasks.py": tasks}) == ["warning"]


@pytest.mark.parametrize("words", ["# celery would do\n", "import celeryless\n", "'celery'\n"])
def test_the_word_alone_is_no_task_library(words):
    assert levels(IMAGE, "SG102", **{"shop/tasks.py": words}) == ["info"]


RECEIVER = SAVED.replace("def saved", "def f") + "    print(instance)\n"
OFF = (
    "from django.db.models.signals import post_save\nfrom django.test import TestCase\n"
    "from shop.models import Order\nfrom shop.signals import f\nclass {name}(TestCase):\n"
    "    def setUp(self):\n        post_save.disconnect(f, sender=Order)\n"
)
USES = "from shop.tests.base import Base\nclass T(Base):\n    def test(self): ...\n"
TEST = "    def test(self): ...\n"


def suite(base, use=USES):
    return {"shop/tests/__init__.py": "", "shop/tests/base.py": base, "shop/tests/test_a.py": use}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (suite(OFF.format(name="Base")), ["info"]),
        (suite(OFF.format(name="Base"), USES.replace("(Base)", "(\n    Base,\n)")), ["info"]),
        (suite(OFF.format(name="Base"), USES.replace("(Base)", "(Other)")), ["warning"]),
        (suite(OFF.format(name="Base") + TEST), ["warning"]),
        (suite(OFF.format(name="T") + TEST, ""), ["warning"]),
        (suite(OFF.format(name="Base") + "        post_save.connect(f)\n"), []),
        (suite("", ""), []),
    ],
)
def test_a_base_class_that_disconnects_for_all_below_it_is_information(files, expected):
    assert levels(RECEIVER, "SG118", **files) == expected


def test_a_base_class_that_misses_the_uid_still_disconnects_nothing():
    named = RECEIVER.replace("sender=Order", "sender=Order, dispatch_uid='f'")
    assert levels(named, "SG118", **suite(OFF.format(name="Base"))) == ["warning"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    with Image.open(instance.file) as seen:\n        print(seen.width, seen.size)\n", []),
        ("    seen = Image.open(instance.file)\n    print(seen.format)\n", []),
        ("    seen = Image.open(instance.file)\n    seen.thumbnail((9, 9))\n", ["warning"]),
        ("    with Image.open(instance.file) as seen:\n        print(seen)\n", ["warning"]),
        ("    Image.open(instance.file).resize((9, 9)).save('x')\n", ["warning"]),
    ],
)
def test_an_image_that_only_tells_its_size_is_not_worked_on(body, expected):
    assert levels(SAVED + body, "SG102", **{"shop/tasks.py": TASKS}) == expected


MAIL = SAVED + "    Line.objects.create(order=instance)\n    requests.get('x', timeout=3)\n"
NO_START = "from django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n"
OUTSIDE = NO_START + "def ready(self):\n    from shop import signals\n"
INSIDE = OUTSIDE.replace("def ready(self):\n    ", "    def ready(self):\n        ")


def by_code(apps, **files):
    given = {"shop/signals.py": HEAD + IMPORTS + MAIL, "shop/apps.py": apps, **files}
    wanted = Choice(select=("SG101", "SG103", "SG111"))
    return {item.code: item.severity for item in analyse(make_index(given), wanted).findings}


def test_what_a_receiver_that_never_runs_would_do_is_information():
    assert by_code(NO_START) == {"SG103": "error", "SG101": "info"}
    assert by_code(OUTSIDE) == {"SG111": "error", "SG101": "info"}
    dotted = OUTSIDE.replace("from shop import signals", "import shop.signals")
    assert by_code(dotted) == {"SG111": "error", "SG101": "info"}


def test_a_task_that_it_would_queue_is_too():
    queued = HEAD + "from shop.tasks import work\n" + SAVED + "    work.delay(instance.pk)\n"
    files = {"shop/signals.py": queued, "shop/tasks.py": TASKS}
    assert by_code(INSIDE, **files) == {"SG101": "error"}
    assert by_code(NO_START, **files) == {"SG103": "error", "SG101": "info"}


def test_an_error_stays_one_before_the_module_is_loaded():
    bad = "@receiver(post_save, sender=Order)\ndef saved(sender, instance):\n    print(instance)\n"
    found = analyse(
        make_index({"shop/signals.py": HEAD + bad, "shop/apps.py": NO_START}),
        Choice(select=("SG103", "SG301")),
    ).findings
    assert [(item.code, item.severity) for item in found] == [
        ("SG103", "error"),
        ("SG301", "error"),
    ]


def test_endless_recursion_stays_an_error_before_the_module_is_loaded():
    """It would begin as soon as somebody follows the hint of SG103."""
    saves = HEAD + SAVED + "    instance.save()\n"
    guarded = HEAD + SAVED + "    if instance.total != 3:\n        instance.save()\n"
    for text, severity in ((saves, "error"), (guarded, "info")):
        given = {"shop/signals.py": text, "shop/apps.py": NO_START}
        found = analyse(make_index(given), Choice(select=("SG103", "SG201"))).findings
        assert {item.code: item.severity for item in found} == {"SG103": "error", "SG201": severity}


def test_where_it_runs_it_is_not():
    assert by_code(INSIDE) == {"SG101": "warning"}
    # A view that imports the module loads it all the same.
    views = {"shop/views.py": "from shop import signals\n"}
    assert by_code(OUTSIDE, **views) == {"SG111": "error", "SG101": "warning"}
    assert by_code(INSIDE.replace("signals\n", "signals, views\n"), **views) == {"SG101": "warning"}


def test_a_rule_that_says_so_is_needed_for_it():
    index = make_index({"shop/signals.py": HEAD + IMPORTS + MAIL, "shop/apps.py": NO_START})
    alone = analyse(index, Choice(select=("SG101",))).findings
    assert [item.severity for item in alone] == ["warning"]


USER = (
    "from django.contrib.auth.models import User\nfrom django.db.models.signals import post_save\n"
    "from django.dispatch import receiver\n@receiver(post_save, sender=User)\n"
    "def saved(sender, instance, **kwargs):\n    print(instance)\n"
)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["info"]),
        ("    AUTH_USER_MODEL = read('USER')\n", ["warning"]),
        ("    APPS = 1\n", ["info"]),
    ],
)
def test_settings_in_a_class_that_compute_the_apps_keep_the_user(more, expected):
    apps = "class Base:\n    @property\n    def INSTALLED_APPS(self):\n        return ['shop']\n"
    found = findings({"shop/signals.py": USER, "conf/base.py": apps + more}, "SG306")
    assert [item.severity for item in found] == expected
