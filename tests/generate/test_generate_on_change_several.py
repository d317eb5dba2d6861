"""``on_change`` of several fields: one body, with ``changed`` bound to the names."""

from __future__ import annotations

import pytest
from generate_kit import again, build, django, passing_tests, run

SPEC = """
handlers:
  - name: after
    signal: post_save
    model: Order
    on_change:
      "status, total": 'Tag.objects.create(name=",".join(changed))'
      "status,customer": 'Tag.objects.create(name="c " + ",".join(changed))'
      status: 'Tag.objects.create(name=f"{old}-{new}")'
  - name: before
    signal: pre_save
    model: Order
    on_change:
      "note, total": 'instance.note = " ".join([instance.note, *changed])'
"""
SENT = """
signals: [{name: moved, args: [changed_fields]}]
handlers:
  - {name: after, signal: post_save, model: Order, on_change: {"status, total": "send_moved(changed_fields=changed)"}}
"""


def handler(changes: str, signal: str = "post_save") -> str:
    return f"handlers:\n  - {{name: h, signal: {signal}, model: Order, on_change: {{{changes}}}}}\n"


def test_rows_that_change(tmp_path):
    root = build(tmp_path)
    run(root, SPEC).write()
    assert again(root, SPEC) == []
    out = django(
        root,
        """
        def told():
            names = "|".join(Tag.objects.values_list("name", flat=True))
            Tag.objects.all().delete()
            return names

        one, two = (Customer.objects.create(name="c") for _ in range(2))
        row = Order.objects.create(customer=one)
        print(f"[{told()}]")
        row.save()
        print(f"[{told()}]")
        row.status, row.total = "paid", 5
        row.save()
        print(told(), row.note)
        row.total = 6
        row.save()
        print(told(), row.note)
        row.customer, row.status = two, "sent"
        row.save(update_fields=["customer"])
        print(told())
        row.refresh_from_db()
        row.status, row.total = "back", 7
        row.save(update_fields=["total"])
        print(told())
        """,
    )
    assert out.splitlines() == [
        "[]",
        "[]",
        "status,total|c status|new-paid  total",
        "total  total total",
        "c customer",
        "total",
    ]
    assert passing_tests(root) > 4


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ('"status, totl": len(changed)', "unknown-field", "on_change['status, totl']"),
        ('"status, status": len(changed)', "wrong-type", "on_change['status, status']"),
        ('"status, ": len(changed)', "wrong-type", "on_change['status, ']"),
        ('"status, user_id": len(changed)', "unknown-field", "on_change['status, user_id']"),
        ('"status, total": len(old)', "unknown-argument", "on_change['status, total']"),
        ("status: len(changed)", "unresolved-name", "on_change.status"),
        ('"status, total": len(changed), "status,total": 1', "duplicate-key", "on_change"),
    ],
)
def test_what_is_refused(changes, code, place, tmp_path):
    problems = run(build(tmp_path), handler(changes)).problems
    assert [p.code for p in problems] == [code]
    assert problems[0].line == 3
    assert place in problems[0].path


@pytest.mark.parametrize("signal", ["post_save", "pre_save"])
@pytest.mark.parametrize(
    "changes",
    ['"status, total": len(changed)', '"status ,user": len(changed)', "user_id: 'print(old, new)'"],
)
def test_what_is_right(signal, changes, tmp_path):
    assert run(build(tmp_path), handler(changes, signal)).problems == ()


def test_a_custom_signal_gets_the_names(tmp_path):
    root = build(tmp_path)
    run(root, SENT).write()
    out = django(
        root,
        """
        from shop.signals import moved
        moved.connect(lambda changed_fields, **kwargs: print(*changed_fields), weak=False)
        row = Order.objects.create(customer=Customer.objects.create(name="c"))
        row.total = 3
        row.save()
        """,
    )
    assert out.split() == ["total"]
