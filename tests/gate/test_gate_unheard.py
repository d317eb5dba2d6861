"""Receivers that wait for what Django, or the project, never sends: one note with the way out."""

from __future__ import annotations

import pytest
from generate_kit import build, run

MODELS = """
from django.db import models
from django.db.models import CASCADE, DB_CASCADE, DO_NOTHING
from model_utils.models import SoftDeletableModel
from safedelete.models import SafeDeleteModel
from safedelete import HARD_DELETE


class Customer(models.Model):
    orders = models.IntegerField(default=0)


class Owned(models.Model):
    customer = models.ForeignKey(Customer, models.DB_CASCADE)

    class Meta:
        abstract = True


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.DB_CASCADE)
    status = models.CharField(max_length=9)


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=CASCADE)


class Wish(Owned):
    pass


class Basket(models.Model):
    customer = models.OneToOneField(Customer, DB_CASCADE)


class Visit(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)


class Note(models.Model):
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL)
    basket = models.ForeignKey(Basket, null=True, on_delete=DO_NOTHING)


class Safe(SafeDeleteModel):
    name = models.CharField(max_length=9)


class Safer(Safe):
    pass


class Hard(SafeDeleteModel):
    _safedelete_policy = HARD_DELETE


class Hidden(SoftDeletableModel):
    name = models.CharField(max_length=9)


class Marked(models.Model):
    gone = models.BooleanField(default=False)

    def delete(self, *args, **kwargs):
        self.gone = True
        self.save(update_fields=["gone"])


class Counted(models.Model):
    gone = models.BooleanField(default=False)

    def delete(self, *args, **kwargs):
        self.gone = True
        self.save()
        return super().delete(*args, **kwargs)
"""
FILES = {"shop/models.py": MODELS}
CODES = {"database-cascade", "soft-delete", "other-senders", "joined-by-hand"}


def told(outcome):
    assert outcome.problems == (), [problem.message for problem in outcome.problems]
    return [note for note in outcome.result.notes if note.code in CODES]


def handler(signal: str, model: str) -> str:
    return f"handlers: [{{name: h, signal: {signal}, model: {model}, body: len(kwargs)}}]\n"


DATABASE = "the database deletes those rows, without a signal"


@pytest.mark.parametrize(
    ("signal", "model", "message", "hint"),
    [
        ("post_delete", "Order", f"Order.customer uses DB_CASCADE: {DATABASE}", "model: Customer"),
        ("pre_delete", "Line", f"Order.customer uses DB_CASCADE: {DATABASE}", "model: Customer"),
        ("post_delete", "Wish", f"Wish.customer uses DB_CASCADE: {DATABASE}", "model: Customer"),
        ("post_delete", "Basket", f"Basket.customer uses DB_CASCADE: {DATABASE}", "use CASCADE"),
        ("post_delete", "Safe", "delete() of a Safe keeps the row", "signals.post_softdelete"),
        ("pre_delete", "Safer", "pre_delete is not sent", "signals.pre_softdelete"),
        ("post_delete", "Hidden", "delete() of a Hidden keeps", "on_change: {is_removed: …}"),
        ("post_delete", "Marked", "delete() of a Marked keeps", "post_save, and on_change: {gone"),
    ],
)
def test_a_deletion_that_sends_nothing(signal, model, message, hint, tmp_path):
    (note,) = told(run(build(tmp_path, FILES), handler(signal, model)))
    assert message in note.message
    assert hint in note.hint
    assert note.path == "handlers[0].model"


@pytest.mark.parametrize(
    ("signal", "model"),
    [
        ("post_save", "Order"),
        ("post_delete", "Visit"),
        ("post_delete", "Customer"),
        ("post_delete", "Note"),
        ("post_delete", "Hard"),
        ("post_delete", "Counted"),
        ("post_save", "Safe"),
        ("[post_delete, safedelete.signals.post_softdelete]", "Safe"),
    ],
)
def test_a_deletion_that_django_sends(signal, model, tmp_path):
    assert told(run(build(tmp_path, FILES), handler(signal, model))) == []


def test_a_recipe_is_told_at_its_line(tmp_path):
    spec = "recipes:\n  - {recipe: counter, model: Order, target: Customer, field: orders}\n"
    (note,) = told(run(build(tmp_path / "a", FILES), spec))
    assert (note.line, note.code) == (3, "database-cascade")
    spec = spec.replace("Order", "Visit")
    assert told(run(build(tmp_path / "b", FILES), spec)) == []


SIGNALS = """
from django.dispatch import Signal

paid = Signal()
"""
SENT = """
from shop.models import {names}
from shop.signals import paid


class Paying:
    def pay(self):
        {send}
"""


def sending(send: str, names: str = "Order, Line, Tag") -> dict[str, str]:
    models = MODELS.replace(
        "class Line(models.Model)", "class Gift(Order):\n    pass\n\n\nclass Line(models.Model)"
    )
    models += "\n\nclass Tag(models.Model):\n    pass\n"
    return {
        "shop/models.py": models,
        "shop/signals.py": SIGNALS,
        "shop/pay.py": SENT.format(send=send, names=names),
    }


def paying(base: str) -> dict[str, str]:
    # A method of a model sends its own class.
    files = sending("pass")
    method = "\n    def pay(self):\n        from shop.signals import paid\n        paid.send(sender=type(self))\n"
    head = f"class {base}:\n"
    text = files["shop/models.py"]
    at = text.index("\n\n\n", text.index(head))
    return {**files, "shop/models.py": text[:at] + "\n" + method + text[at:]}


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        (sending("paid.send(sender=Line)"), "use model: Line"),
        (sending("paid.send(Tag); paid.send_robust(sender=Line)"), "use models: [Line, Tag]"),
        (sending("paid.send(sender=Gift)", "Gift"), "use model: Gift"),
        (paying("Visit(models.Model)"), "use model: Visit"),
    ],
)
def test_a_sender_that_nobody_sends(files, hint, tmp_path):
    (note,) = told(run(build(tmp_path, files), handler("paid", "Order")))
    assert note.message.startswith("paid is never sent by Order, only by ")
    assert note.hint == hint


@pytest.mark.parametrize(
    "files",
    [
        sending("pass"),
        sending("paid.send(sender=Order)"),
        sending("paid.send(sender=Line); paid.send(sender=Order)"),
        sending("paid.send(sender=self.cls)"),
        sending("paid.send(sender=None)"),
        sending("paid.send(**{})"),
        sending("for model in (Order, Line): paid.send(sender=model)"),
        paying("Order(models.Model)"),
    ],
)
def test_a_sender_that_may_be_sent(files, tmp_path):
    assert told(run(build(tmp_path, files), handler("paid", "Order"))) == []


def test_a_signal_of_the_spec_is_sent_by_what_it_says(tmp_path):
    spec = (
        "signals:\n"
        "  - {{name: paid, sender: Visit, handlers: [{{name: h, model: {0}, body: len(kwargs)}}]}}\n"
    )
    (note,) = told(run(build(tmp_path / "a", FILES), spec.format("Order")))
    assert (note.line, note.hint) == (3, "use model: Visit")
    assert told(run(build(tmp_path / "b", FILES), spec.format("Visit"))) == []


JOINED = {
    "shop/join.py": "from shop.models import Placement\n\n\ndef put(product, shelf):\n    {0}\n"
}
MADE = "Placement.objects.create(product=product, shelf=shelf)"
M2M = "{name: h, signal: m2m_changed, model: Product, field: shelves, on_add: len(pk_set)}"


def joining(line: str) -> dict[str, str]:
    return {path: text.format(line) for path, text in JOINED.items()}


@pytest.mark.parametrize("line", [MADE, "Placement(product=product, shelf=shelf).save()"])
def test_rows_of_a_through_model_that_the_project_makes(line, tmp_path):
    (note,) = told(run(build(tmp_path, joining(line)), f"handlers: [{M2M}]\n"))
    assert note.message == "a Placement that shop/join.py:5 creates directly sends no m2m_changed"
    assert note.hint == "listen to it as well: signal: post_save, model: Placement"


@pytest.mark.parametrize(
    ("line", "handlers"),
    [
        ("product.shelves.add(shelf)", M2M),
        (MADE, M2M.replace("shelves", "tags")),
        (MADE, f"{M2M}, {{name: i, signal: post_save, model: Placement, body: len(kwargs)}}"),
        (MADE, "{name: i, signal: post_save, model: Product, body: len(kwargs)}"),
    ],
)
def test_rows_that_are_heard_of(line, handlers, tmp_path):
    assert told(run(build(tmp_path, joining(line)), f"handlers: [{handlers}]\n")) == []
