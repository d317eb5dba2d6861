"""Twice the code takes ``check`` about twice the work, whichever kind of code it is."""

from __future__ import annotations

import pytest
from growth_kit import READY, growth

HEAD = """from django.core.mail import send_mail
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal, receiver
from orders.models import Order
"""
BODIES = {
    "creates": "Order.objects.create(name='x')",
    "saves": "instance.save()",
    "mails": "send_mail('a', 'b', 'c', ['d'])",
    "calls a helper": "note(instance)",
    "calls its own helper": "help{n}(instance)\n\n\ndef help{n}(row):\n    row.refresh_from_db()",
    "calls the next one": "next{m}(instance)",
    "loops": "for row in Order.objects.all():\n        row.delete()",
    "sends": "done{n}.send(sender=Order, order=instance)\n\n\ndone{n} = Signal()",
    "waits": "transaction.on_commit(lambda: send_mail('a', 'b', 'c', ['d']))",
    "deletes a file": "instance.picture.delete(save=False)",
    "reads names": "print(instance.user.profile.name, instance.nam)",
    "logs": "print(instance)",
}


def in_one_file(body: str):
    """Return a maker of ``n`` receivers of one model in one module."""

    def files(count: int) -> dict[str, str]:
        made = "".join(
            f"\n\n@receiver(post_save, sender=Order)\ndef next{n}(sender, instance, **kwargs):\n    "
            + body.format(n=n, m=(n + 1) % count)
            + "\n"
            for n in range(count)
        )
        text = f"{HEAD}\n\ndef note(row):\n    print(row)\n{made}"
        return {"orders/apps.py": READY, "orders/receivers.py": text}

    return files


def in_many_files(body: str):
    """Return a maker of ``n`` apps, each with a model and a receiver of it."""

    def files(count: int) -> dict[str, str]:
        made = {}
        for n in range(count):
            app = f"orders/part{n}"
            made[f"{app}/__init__.py"] = ""
            made[f"{app}/apps.py"] = READY.replace("Orders", f"Part{n}").replace(
                "'orders'", f"'orders.part{n}'"
            )
            made[f"{app}/models.py"] = (
                f"from django.db import models\n\n\nclass Part{n}(models.Model):\n"
                "    picture = models.FileField()\n"
                "    user = models.ForeignKey('orders.Order', models.CASCADE)\n"
            )
            made[f"{app}/receivers.py"] = (
                f"{HEAD}from orders.part{n}.models import Part{n}\n\n\n"
                "def note(row):\n    print(row)\n\n\n"
                f"@receiver(post_save, sender=Part{n})\n"
                f"def next{n}(sender, instance, **kwargs):\n    " + body.format(n=n, m=n) + "\n"
            )
        return made

    return files


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("shape", [in_one_file, in_many_files])
def test_twice_the_receivers_take_twice_the_work(tmp_path, shape, body):
    check = ("check", "--no-cache", "--select", "ALL")
    assert growth(tmp_path, shape(body), 16, check) < 2.2


def in_one_body(line: str):
    """Return a maker of one receiver with ``n`` statements."""

    def files(count: int) -> dict[str, str]:
        lines = "".join(f"    {line.format(n=n)}\n" for n in range(count))
        text = f"{HEAD}\n\n@receiver(post_save, sender=Order)\ndef one(sender, instance, **kwargs):\n{lines}"
        return {"orders/apps.py": READY, "orders/receivers.py": text}

    return files


@pytest.mark.parametrize(
    "line",
    [
        "instance.extra{n} = {n}",
        "instance.total = instance.extra{n}",
        "print(instance.nam)",
        "transaction.on_commit(lambda: print({n}))",
        "instance.save()",
        "Order.objects.create(name='x{n}')",
        "row = Order(name='x{n}')\n    row.save()",
        "for row in Order.objects.filter(pk={n}): row.save()",
        "x{n} = Order.objects.get(pk={n})",
    ],
)
def test_twice_the_statements_take_twice_the_work(tmp_path, line):
    check = ("check", "--no-cache", "--select", "ALL")
    assert growth(tmp_path, in_one_body(line), 60, check) < 2.3
