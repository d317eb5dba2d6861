"""Bodies that would fail, refused with the rules about what bodies do; what ``traps`` notes is said once."""

from __future__ import annotations

import pytest
from gate_kit import judge, said
from generate_kit import MODELS, build, run

SAVE = "model: Order\nhandlers:\n  - name: h\n    signal: pre_save\n    body: |\n"
DELETE = SAVE.replace("pre_save", "post_delete")
REFUSED = {
    "late_key": DELETE
    + "      transaction.on_commit(lambda: print(instance.pk), using=using)  !SG413\n",
    "late_loop_name": (
        SAVE.replace("pre_save", "post_save") + "      for number in range(3):\n"
        "        transaction.on_commit(lambda: print(number), using=using)  !SG414\n"
    ),
    "stored_row_of_new": SAVE
    + "      print(Order.objects.using(using).get(pk=instance.pk))  !SG416\n",
    "key_before_save": SAVE + '      instance.status = f"A-{instance.pk}"  !SG417\n',
    "load_of_deleted": DELETE + "      instance.refresh_from_db()  !SG419\n",
    "save_of_deleted": DELETE
    + "      transaction.on_commit(print, using=using)\n      instance.save()  !SG420\n",
}
COUNTED = MODELS.replace(
    "class Customer(models.Model):\n",
    "class Customer(models.Model):\n    orders = models.IntegerField(default=0)\n",
)
RIGHT = [
    DELETE + "      transaction.on_commit(lambda pk=instance.pk: print(pk), using=using)\n",
    SAVE.replace("pre_save", "post_save") + "      for number in range(3):\n"
    "        transaction.on_commit(lambda number=number: print(number), using=using)\n",
    SAVE + "      print(Order.objects.using(using).filter(pk=instance.pk).first())\n",
    SAVE + '      instance.status = f"A-{instance.total}"\n',
    SAVE.replace("pre_save", "pre_delete") + "      instance.refresh_from_db()\n",
    DELETE + "      print(instance.photo.name)\n",
]


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_fail_is_refused_at_its_line(name, tmp_path):
    outcome = judge(tmp_path, REFUSED[name])
    assert outcome.problems


@pytest.mark.parametrize("spec", RIGHT)
def test_what_is_right_is_generated(spec, tmp_path):
    assert judge(tmp_path, spec).problems == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            "instance.customer.orders = instance.customer.orders - 1; instance.customer.save()",
            "lost-update",
        ),
        ("Order.objects.using(using).create(customer=instance.customer)", "cascade-recreate"),
        ("load.delay(instance.pk)", "deleted-row-task"),
    ],
)
def test_a_trap_is_noted_once(body, code, tmp_path):
    tasks = (
        "from celery import shared_task\nfrom shop.models import Order\n\n\n@shared_task\n"
        "def load(pk):\n    print(Order.objects.get(pk=pk))\n"
    )
    files = {"shop/tasks.py": tasks, "shop/models.py": COUNTED}
    outcome = run(build(tmp_path, files), f"{DELETE}      {body}\n")
    assert outcome.problems == ()
    assert [note.code for note in outcome.result.notes if note.code == code] == [code]
    assert said(outcome) == []
