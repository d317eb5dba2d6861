"""SG101's fix: the task waits for the commit, all other bytes stay, and it is offered only where nothing else changes."""

import ast

import pytest
from check_kit import APPS, MODELS, findings
from fix_kit import check_fixed, project

CODE = "SG101"
TASKS = "from celery import shared_task\n\n\n@shared_task\ndef bill(*args, **kwargs): ...\n"
TOP = """\
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import receiver

from shop.models import Order
from shop.tasks import bill
"""


def source(body, parameters="sender, instance, using, **kwargs", signal="post_save", head=""):
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"{TOP}\n\n{head}@receiver({signal}, sender=Order)\ndef saved({parameters}):\n{lines}"


def fix_of(text):
    found = findings({"shop/signals.py": text, "shop/tasks.py": TASKS}, CODE)
    assert found, "nothing is found"
    return [item.fix for item in found]


def files(text):
    return {
        "manage.py": "",
        "pyproject.toml": "",
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/apps.py": APPS,
        "shop/tasks.py": TASKS,
        "shop/signals.py": text,
    }


FIXED = [
    (
        "bill.delay(instance.pk)",
        "transaction.on_commit(partial(bill.delay, instance.pk), using=using)",
    ),
    ("bill.delay()", "transaction.on_commit(bill.delay, using=using)"),
    (
        "(bill.delay)(instance.pk)",
        "transaction.on_commit(partial(bill.delay, instance.pk), using=using)",
    ),
    (
        "bill.apply_async(args=[instance.pk], countdown=5)",
        (
            "transaction.on_commit(\n"
            "    partial(bill.apply_async, args=[instance.pk], countdown=5), using=using\n"
            ")"
        ),
    ),
    (
        "bill.delay(  # why\n    str(instance.total),\n)  # é",
        (
            "transaction.on_commit(\n    partial(\n        bill.delay,  # why\n        str(instance.total),\n    ),\n"
            "    using=using,\n)  # é"
        ),
    ),
    (
        "for line in instance.lines.all():\n    bill.delay(line.pk)",
        "for line in instance.lines.all():\n    transaction.on_commit(partial(bill.delay, line.pk), using=using)",
    ),
    (
        "pk = instance.pk\nbill.delay(pk); x = 'é'",
        "pk = instance.pk\ntransaction.on_commit(partial(bill.delay, pk), using=using); x = 'é'",
    ),
    (
        "try:\n    pass\nfinally:\n    bill.delay(1)",
        "try:\n    pass\nfinally:\n    transaction.on_commit(partial(bill.delay, 1), using=using)",
    ),
]


@pytest.mark.parametrize(("before", "after"), FIXED)
def test_the_task_waits_and_all_other_bytes_stay(capsys, tmp_path, before, after):
    text = source(before)
    project(tmp_path, files(text))
    check_fixed(capsys, tmp_path, CODE, {"shop/signals.py"})
    fixed = (tmp_path / "shop/signals.py").read_text()
    ast.parse(fixed)
    start = fixed.index("@receiver")
    assert fixed[start:] == source(after)[text.index("@receiver") :]
    assert ("from functools import partial\n" in fixed) is ("partial(" in after)
    assert "from django.db import transaction\n" in fixed
    rest = [
        line
        for line in fixed[:start].splitlines()
        if line
        and line not in ("from functools import partial", "from django.db import transaction")
    ]
    assert rest == [line for line in TOP.splitlines() if line]


@pytest.mark.parametrize(
    ("parameters", "using"),
    [
        ("sender, instance, using, **kwargs", ", using=using"),
        ("sender, instance, **kwargs", ', using=kwargs.get("using")'),
        ("sender, instance, **_", ', using=_.get("using")'),
        ("sender, instance", ""),
    ],
)
def test_it_waits_for_the_database_that_is_written(capsys, tmp_path, parameters, using):
    project(tmp_path, files(source("bill.delay(instance.pk)", parameters)))
    check_fixed(capsys, tmp_path, CODE, {"shop/signals.py"})
    assert (
        f"on_commit(partial(bill.delay, instance.pk){using})"
        in (tmp_path / "shop/signals.py").read_text()
    )


def test_two_tasks_are_fixed_at_once_with_the_imports_once(capsys, tmp_path):
    project(tmp_path, files(source("bill.delay(1)\nbill.delay(2)")))
    check_fixed(capsys, tmp_path, CODE, {"shop/signals.py"})
    text = (tmp_path / "shop/signals.py").read_text()
    assert (
        text.count("import partial"),
        text.count("import transaction"),
        text.count("on_commit"),
    ) == (
        1,
        1,
        2,
    )


SILENT = [
    source("result = bill.delay(instance.pk)"),
    source("return bill.delay(instance.pk)"),
    source("print(bill.delay(instance.pk))"),
    source("try:\n    bill.delay(instance.pk)\nexcept OSError:\n    pass"),
    source("try:\n    if instance.pk:\n        bill.delay(instance.pk)\nexcept OSError:\n    pass"),
    source("from contextlib import suppress\nwith suppress(OSError):\n    bill.delay(instance.pk)"),
    source("bill.delay(instance)"),
    source("bill.delay(instance.data)"),
    source("bill.delay(make(instance))"),
    source("rows = []\nbill.delay(rows)\nrows.append(1)"),
    source("rows = [1]\nbill.delay(rows)\nrows.append(1)"),
    source("rows = instance.pk\nfor rows in load():\n    bill.delay(rows)"),
    source("rows = instance.pk\nrows = load()\nbill.delay(rows)"),
    source("bill.delay(*[instance.pk])"),
    source("bill.delay(**kwargs)"),
    source("bill.delay((pk := instance.pk))"),
    source("bill.si(instance.pk).apply_async()"),
    source("using = 'other'\nbill.delay(instance.pk)"),
    source("kwargs.pop('using')\nbill.delay(instance.pk)", "sender, instance, **kwargs"),
    source("partial = 1\nbill.delay(instance.pk)"),
    source("bill.delay(instance.pk)\nfrom django.db import transaction"),
    source("bill.delay(instance.pk)", signal="pre_save"),
    source("bill.delay(instance.pk)", signal="[post_save, pre_save]"),
    source("def inner():\n    bill.delay(instance.pk)\ninner()"),
    source("send(instance)", head="def send(order):\n    bill.delay(order.pk)\n\n\n"),
    source("bill.delay(instance.pk)").replace("def saved", "async def saved"),
    source("bill.delay(instance.pk)").replace("def saved", "@quiet\ndef saved"),
    source("from django.core.mail import send_mail\nsend_mail('a', 'b', None, [])"),
]


@pytest.mark.parametrize("text", SILENT)
def test_no_fix_where_more_than_the_time_might_change(text):
    assert fix_of(text) == [None] * len(fix_of(text))


def test_a_name_that_means_something_else_in_the_module_is_left_alone(capsys, tmp_path):
    text = source("bill.delay(instance.pk)").replace("\n\n@rec", "\n\ndef partial(): ...\n\n\n@rec")
    project(tmp_path, files(text))
    check_fixed(capsys, tmp_path, CODE, set(), left=1)
    assert (tmp_path / "shop/signals.py").read_text() == text
