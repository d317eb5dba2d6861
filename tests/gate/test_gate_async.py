"""Queries at once in ``async: true``: refused with the async spelling, and rightly so, as real Django shows."""

from __future__ import annotations

import pytest
from django import VERSION
from gate_kit import judge
from generate_kit import build, django, run

HANDLER = "handlers:\n  - name: h\n    model: Order\n    signal: post_save\n    async: true\n"
REFUSED = {
    "    body: print(Tag.objects.count())  !SG412\n": "await Tag.objects.acount()",
    "    on_create: Tag.objects.create(name='x')  !SG412\n": "await Tag.objects.acreate(name='x')",
    "    when: Tag.objects.filter(name='x').exists()  !SG412\n    body: print(1)\n": (
        "await Tag.objects.filter(name='x').aexists()"
    ),
    "    enqueue:\n      - task: push\n        on: create\n        args:\n"
    "          - Tag.objects.count()  !SG412\n          - '\"x\"'\n": "await Tag.objects.acount()",
    "    on_change:\n      status: |\n        for tag in Tag.objects.all():  !SG412\n            print(tag)\n": (
        "async for … in Tag.objects.all()"
    ),
    "    body: transaction.on_commit(print)  !SG412\n": (
        "await sync_to_async(transaction.on_commit)(…)"
    ),
}


@pytest.mark.parametrize("rest", REFUSED)
def test_a_query_at_once_is_refused_with_its_async_spelling(tmp_path, rest):
    [problem] = judge(tmp_path, HANDLER + rest).problems
    assert problem.hint.startswith(f"write {REFUSED[rest]}")


@pytest.mark.parametrize(
    "rest",
    [
        "    body: print(await Tag.objects.acount())\n",
        "    on_create: await Tag.objects.acreate(name='x')\n",
        "    after_commit: Tag.objects.create(name='x')\n",
        "    body: await sync_to_async(Tag.objects.create)(name='x')\n",
        "    body: |\n      async for tag in Tag.objects.all():\n          print(tag)\n",
        "    body: print(instance.customer_id)\n",
        "    body: |\n      Tag.objects.create(name='x')  # noqa: SG412\n",
    ],
)
def test_what_is_awaited_or_waits_for_the_commit_is_not(tmp_path, rest):
    outcome = judge(tmp_path, HANDLER + rest)
    assert outcome.problems == ()


def test_a_custom_signal_is_heard_no_differently(tmp_path):
    spec = "signals:\n  - name: paid\n    args: [order]\n    handlers:\n      - name: h\n        async: true\n"
    judge(tmp_path, spec + "        body: print(order.pk, Tag.objects.count())  !SG412\n")


def test_a_foreign_key_is_a_note(tmp_path):
    outcome = judge(tmp_path, HANDLER + "    body: print(instance.customer.name)  !SG412\n")
    [note] = [one for one in outcome.result.notes if one.code == "SG412"]
    assert note.hint.startswith("use instance.customer_id, or await sync_to_async(")


PAIRS = [
    ("order.c = Tag.objects.count()", "order.c = await Tag.objects.acount()"),
    ("Tag.objects.create(name='x')", "await Tag.objects.acreate(name='x')"),
    ("order.c = list(Tag.objects.all())", "order.c = [row async for row in Tag.objects.all()]"),
    ("order.c = len(Tag.objects.all())", "order.c = await Tag.objects.all().acount()"),
    (
        "order.c = bool(Tag.objects.filter(pk=1))",
        "order.c = await Tag.objects.filter(pk=1).aexists()",
    ),
    (
        "order.c = order in Order.objects.all()",
        "order.c = await Order.objects.all().acontains(order)",
    ),
    ("order.c = Tag.objects.all()[0]", "order.c = await Tag.objects.all().afirst()"),
    ("Tag(name='y').save()", "await Tag(name='y').asave()"),
    ("transaction.on_commit(str)", "await sync_to_async(transaction.on_commit)(str)"),
    ("Customer.objects.update(name='z')", "await Customer.objects.aupdate(name='z')"),
]


@pytest.mark.skipif(VERSION < (5, 0), reason="Django awaits receivers from 5.0 on")
def test_what_is_refused_fails_in_django_and_what_is_named_instead_runs(tmp_path):
    lines = [line for pair in PAIRS for line in pair]
    handlers = "".join(
        f"      - name: h{i}\n        async: true\n        body: |\n          {line}  # noqa: SG412\n"
        for i, line in enumerate(lines)
    )
    spec = f"signals:\n  - name: paid\n    args: [order]\n    handlers:\n{handlers}"
    run(build(tmp_path), spec).write()
    out = django(
        tmp_path,
        """
        from shop.signals import paid
        order = Order.objects.create(customer=Customer.objects.create(name="c"))
        Tag.objects.create(name="t")
        for receiver, answer in sorted(paid.send_robust(sender=None, order=order), key=lambda x: int(x[0].__name__[1:])):
            print(receiver.__name__, type(answer).__name__)
        """,
    )
    fails, runs = "SynchronousOnlyOperation", "NoneType"
    assert out.split() == [
        word for i in range(len(lines)) for word in (f"h{i}", runs if i % 2 else fails)
    ]
