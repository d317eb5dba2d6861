"""SG601: bulk operations on models that have receivers."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

from signalgen.check.engine.rule import all_rules

CODE = "SG601"
SAVED = "@receiver(post_save, sender=Line)\ndef count(sender, instance, created, **kwargs):\n"
ALWAYS = SAVED + "    print(instance.name)\n"
NEW = SAVED + "    if created:\n        print(instance.name)\n"
OLD = SAVED + "    if not created:\n        print(instance.name)\n"
VIEW = "from shop.models import Line, Order\n\n\ndef view(rows):\n"
CHILD = """\
from django.db import models


class Line(models.Model):
    order = models.ForeignKey("Order", on_delete=models.{action}){mark}
"""


def project(source, view):
    return {"shop/signals.py": HEAD + source, "shop/views.py": VIEW + view}


FLAGGED = [
    (ALWAYS, "    Line.objects.bulk_create(rows)  # SG601\n"),
    (ALWAYS, "    Line.objects.filter(order=1).update(name='')  # SG601\n"),
    (ALWAYS, "    Line.objects.bulk_update(rows, ['name'])  # SG601\n"),
    (ALWAYS, "    Line.objects.bulk_update(rows, fields=['name'])  # SG601\n"),
    (NEW, "    Line.objects.bulk_create(rows)  # SG601\n"),
    (OLD, "    Line.objects.update(name='')  # SG601\n"),
    (SAVED + "    print(instance.order_id)\n", "    Line.objects.update(order=None)  # SG601\n"),
    (
        SAVED + "    name = instance.name\n    print(name)\n",
        "    Line.objects.update(name='')  # SG601\n",
    ),
    (
        "def f(sender, instance, **kwargs):\n    instance.name = ''\npre_save.connect(f, 'shop.Line')\n",
        "    Line.objects.bulk_create(rows)  # SG601\n",
    ),
]
SILENT = [
    (NEW, "    Line.objects.update(name='')\n"),
    (OLD, "    Line.objects.bulk_create(rows)\n"),
    (
        SAVED + "    name = instance.name\n    if created:\n        print(name)\n",
        "    Line.objects.update(name='')\n",
    ),
    (ALWAYS, "    Line.objects.update(order=None)\n"),
    (ALWAYS, "    Line.objects.filter(pk=rows.pk).update(name='')\n"),
    (ALWAYS, "    Order.objects.bulk_create(rows)\n"),
    (
        ALWAYS,
        "    Line.objects.create(name='')\n    {}.update(name='')\n    rows.bulk_create(rows)\n",
    ),
    (
        ALWAYS,
        "    from shop.signals import count\n    Line.objects.bulk_create(rows)\n    count(Line, rows[0], True)\n",
    ),
    (ALWAYS + "    Line.objects.exclude(name='').update(name='')\n", "    print()\n"),
    (
        "@receiver(post_save)\ndef f(sender, instance, **kwargs):\n    print(instance)\n",
        "    Line.objects.bulk_create(rows)\n",
    ),
    (
        "@receiver(post_delete, sender=Line)\ndef f(sender, instance, **kwargs):\n    print(instance)\n",
        "    Line.objects.bulk_create(rows)\n",
    ),
    (SAVED + "    pass\n", "    Line.objects.bulk_create(rows)\n"),
]


@pytest.mark.parametrize(("source", "view"), FLAGGED)
def test_it_is_found(source, view):
    assert_flags(project(source, view), CODE)


@pytest.mark.parametrize(("source", "view"), SILENT)
def test_it_is_left_alone(source, view):
    assert_silent(project(source, view), CODE)


def models(action, mark="", signal="post_delete"):
    return {
        "shop/models.py": CHILD.format(action=action, mark=mark)
        + "\n\nclass Order(models.Model): ...\n",
        "shop/signals.py": f"from django.db.models.signals import {signal}\nfrom shop.models import Line\n"
        f"def f(sender, **kwargs): ...\n{signal}.connect(f, sender=Line)\n",
    }


def test_rows_that_the_database_deletes_are_found():
    assert_flags(models("DB_CASCADE", "  # SG601"), CODE, django=(6, 1))


@pytest.mark.parametrize("files", [models("CASCADE"), models("DB_CASCADE", signal="post_save")])
def test_other_deletions_are_left_alone(files):
    assert_silent(files, CODE)


def test_the_message_names_those_that_are_skipped_and_only_those():
    source = ALWAYS + OLD.replace("count", "other") + NEW.replace("count", "third")
    (found,) = findings(project(source, "    Line.objects.bulk_create(rows)\n"), CODE)
    assert found.message == "bulk_create on Line skips count, third"
    assert found.severity == "info"


def test_it_runs_when_it_is_asked_for_only():
    assert [rule.default for rule in all_rules() if rule.code == CODE] == [False]
