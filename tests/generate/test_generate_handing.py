"""What recipes hand on: to search functions the row or its key, to a shared audit table the model that it is about."""

from __future__ import annotations

import pytest
from generate_kit import again, build, django, passing_tests, run

SEARCH = "recipes: [{{recipe: search_index, model: Order, index: shop.search.index, remove: shop.search.remove{0}}}]\n"
PLAIN = "seen = []\n\n\ndef {0}:\n    seen.append({1})\n\n\ndef {2}:\n    seen.append({3})\n"


@pytest.mark.parametrize(
    ("index", "more", "given"),
    [
        (("index(order)", "order.status"), "", "instance"),
        (("index(obj: 'Order')", "obj.status"), "", "instance"),
        (("index(one: Model, *, quick=False)", "one.status"), ", fields: [status]", "instance"),
        (("index(row, when=None)", "row.status"), ", when: instance.total >= 0", "instance"),
        (("index(pk)", "Order.objects.get(pk=pk).status"), "", "instance.pk"),
        (("index(order: int)", "Order.objects.get(pk=order).status"), "", "instance.pk"),
        (("index(*pks)", "Order.objects.get(pk=pks[0]).status"), "", "instance.pk"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_search_function_gets_what_it_takes(index, more, given, tmp_path):
    text = "from django.db.models import Model\n\nfrom shop.models import Order\n\n" + PLAIN.format(
        *index, "remove(pk)", "pk"
    )
    root = build(tmp_path, {"shop/search.py": text})
    spec = SEARCH.format(more)
    outcome = run(root, spec).write()
    assert f"partial(index, {given})" in outcome.symbol("search_index_order")
    assert "partial(remove, instance.pk)" in outcome.symbol("search_index_order_delete")
    if more or given == "instance.pk":
        shown = django(
            root,
            """
            from shop import search
            order = Order.objects.create(customer=Customer.objects.create())
            pk = order.pk
            order.delete()
            print(search.seen == ["new", pk])
            """,
        )
        assert shown == "True\n"
        assert passing_tests(root) >= 4
    assert again(root, spec) == []


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        (
            PLAIN.format("index(pk)", 1, "remove(order)", 1),
            "remove",
            "a deleted row has no key",
        ),
        (PLAIN.format("index(pk)", 1, "remove(one: 'Order')", 1), "remove", "takes a row"),
        (PLAIN.format("index(pk, language)", 1, "remove(pk)", 1), "index", "with one value"),
        (PLAIN.format("index()", 1, "remove(pk)", 1), "index", "with one value"),
        (PLAIN.format("index(pk, *, site)", 1, "remove(pk)", 1), "index", "with one value"),
        (
            "from celery import shared_task\n\n\n@shared_task\ndef index(order):\n    pass\n\n\ndef remove(pk):\n    pass\n",
            "index",
            "a task gets the key of a row",
        ),
    ],
)
def test_a_search_function_that_cannot_take_it_is_an_error_at_its_line(text, where, said, tmp_path):
    spec = "recipes:\n- recipe: search_index\n  model: Order\n  index: shop.search.index\n  remove: shop.search.remove\n"
    (problem,) = run(build(tmp_path, {"shop/search.py": text}), spec).problems
    assert (problem.code, problem.line) == ("wrong-function", {"index": 5, "remove": 6}[where])
    assert said in problem.message
    assert problem.hint.endswith(f"def {where}(pk)")


@pytest.mark.parametrize(
    "text",
    [
        "import functools\n\n\n@functools.cache\ndef index(a, b):\n    pass\n\n\ndef remove(pk):\n    pass\n",
        "index = print\nremove = print\n",
        "if True:\n\n    def index(order):\n        pass\n\n\ndef remove(pk):\n    pass\n",
        "from celery import shared_task\n\n\n@shared_task(bind=True)\ndef index(self, pk):\n    pass\n\n\ndef remove(pk):\n    pass\n",
        "from celery import shared_task\n\n\n@shared_task\ndef index(order_id):\n    pass\n\n\n@shared_task\ndef remove(pk, *, quick=True):\n    pass\n",
    ],
)
def test_of_a_function_that_nobody_can_read_nothing_is_said(text, tmp_path):
    assert not run(build(tmp_path, {"shop/search.py": text}), SEARCH.format("")).problems


TABLE = """
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=20)


class Order(models.Model):
    status = models.CharField(max_length=20, default="new")


class Entry(models.Model):
    action = models.CharField(max_length=20)
    object_id = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    data = models.JSONField(default=dict)
    {0}
"""
TWO = """
recipes:
- {{recipe: audit_log, model: Customer, fields: [name], log_model: Entry, on_error: raise{0}}}
- {{recipe: audit_log, model: Order, fields: [status], log_model: Entry, on_error: raise{0}}}
"""
LABEL = "model_name = models.CharField(max_length=40, blank=True)"
TYPE = "kind = models.ForeignKey(ContentType, null=True, on_delete=models.CASCADE)"


@pytest.mark.parametrize(
    ("column", "way"),
    [
        ("", "add a text field to Entry, such as model, and use label_field: model"),
        (LABEL, "use label_field: model_name"),
        (TYPE, "use type_field: kind"),
    ],
)
def test_rows_of_several_models_in_one_table_are_told(column, way, tmp_path):
    outcome = run(build(tmp_path, {"shop/models.py": TABLE.format(column)}), TWO.format(""))
    notes = [(n.line, n.message, n.hint) for n in outcome.result.notes if n.code == "shared-table"]
    assert notes == [
        (3, "Entry gets rows about Order too: they do not say whose key they hold", way),
        (4, "Entry gets rows about Customer too: they do not say whose key they hold", way),
    ]


@pytest.mark.parametrize(
    ("column", "more", "shown"),
    [
        (LABEL, ", label_field: model_name", ["shop.Customer", "shop.Order"]),
        (TYPE, ", type_field: kind", ["shop | customer", "shop | order"]),
    ],
)
def test_a_column_for_the_model_is_filled(column, more, shown, tmp_path):
    root = build(tmp_path, {"shop/models.py": TABLE.format(column)})
    outcome = run(root, TWO.format(more)).write()
    assert not [note for note in outcome.result.notes if note.code == "shared-table"]
    name = more.rpartition(" ")[2]
    lines = django(
        root,
        f"""
        Customer.objects.create(name="c"), Order.objects.create()
        rows = [str(e.{name}).lower() if "{name}" == "kind" else e.{name} for e in Entry.objects.order_by("pk")]
        print(*rows, sep="\\n")
        """,
    ).splitlines()
    assert [line.replace("auth | ", "") for line in lines] == shown
    assert passing_tests(root) >= 4
    assert again(root, TWO.format(more)) == []


ONE = "recipes: [{recipe: audit_log, model: Customer, fields: [name], log_model: Entry}"
LINKED = """
class Change(models.Model):
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE)
    field = models.CharField(max_length=20)
    old_value = models.CharField(max_length=20)
    new_value = models.CharField(max_length=20)
"""

LINKED_TWICE = """
recipes:
- {recipe: track_changes, model: Order, fields: [status], history_model: Change}
- {recipe: track_changes, model: Customer, fields: [name], history_model: Change}
"""


@pytest.mark.parametrize(
    ("models", "spec"),
    [
        (TABLE.format(""), f"{ONE}]\n"),
        (TABLE.format(""), f"{ONE}, {{recipe: audit_log, name: b, model: Customer, fields: [pk], log_model: Entry}}]\n"),
        (TABLE.format(""), f"{ONE}, {{recipe: audit_log, model: Order, fields: [status], logger: x}}]\n"),
        (
            "import uuid\n" + TABLE.format("").replace(
                "    name = ",
                "    id = models.UUIDField(primary_key=True, default=uuid.uuid4)\n    name = ",
            ).replace("    status", "    id = models.UUIDField(primary_key=True, default=uuid.uuid4)\n    status"),
            TWO.format(""),
        ),
        (
            TABLE.format("") + LINKED,
            LINKED_TWICE,
        ),
    ],
    ids=["one model", "one model twice", "a log", "keys of the whole world", "a link for each"],
)  # fmt: skip
def test_a_table_that_tells_is_no_trap(models, spec, tmp_path):
    outcome = run(build(tmp_path, {"shop/models.py": models}), spec)
    assert not [note for note in outcome.result.notes if note.code == "shared-table"]
