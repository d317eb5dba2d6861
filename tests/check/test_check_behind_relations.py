"""Rows behind relations have types: foreign keys, one-to-one ways back, many-to-many fields, related managers, helpers."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

MODELS = """\
import requests
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    pass


class Tag(models.Model):
    def tell(self):
        requests.post("https://example.com")

    def count_up(self):
        Tag.objects.filter(pk=self.pk).update(used=True)

    def title(self):
        return "tag"


class Order(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="orders")
    tags = models.ManyToManyField(Tag)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, related_name="children")


class Gift(Order):
    pass


class OrderProxy(Order):
    class Meta:
        proxy = True


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    stands_for = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")


class Invoice(models.Model):
    order = models.OneToOneField(Order, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)

    def tell(self):
        requests.post("https://example.com")
"""
SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
BOTH = "@receiver(post_save, sender=Line)\n" + SAVED
LINE = "@receiver(post_save, sender=Line)\ndef line_saved(sender, instance, **kwargs):\n"
HELPER = "def tell(row):\n    row.tell()\n"
DEEPER = "def tell(order):\n    tell_tag(order.tag)\ndef tell_tag(tag):\n    tag.tell()\n"


def project(source: str) -> dict[str, str]:
    return {"shop/models.py": MODELS, "shop/signals.py": HEAD + source}


@pytest.mark.parametrize(
    "body",
    [
        "instance.tag.tell()",
        "instance.invoice.tell()",
        "instance.invoice.tag.tell()",
        "tag = instance.tag\n    tag.tell()",
        "instance.tags.first().tell()",
        "Tag.objects.get(pk=instance.tag_id).tell()",
        "Tag.objects.filter(pk=1).first().tell()",
        "Line.objects.select_related('order').get(pk=1).order.tag.tell()",
        "for tag in instance.tags.all():\n        tag.tell()",
        "order = instance.parent\n    for tag in order.tags.using('x').only('pk')[:3]:\n        tag.tell()",
        "for child in instance.children.select_for_update():\n        child.tag.tell()",
        "for line in instance.lines.db_manager('x').all():\n        line.stands_for.tag.tell()",
    ],
)
def test_a_method_of_a_row_behind_relations_is_followed(body: str):
    first, _, last = body.rpartition("\n")
    source = f"{SAVED}    {first}{chr(10) if first else ''}{last}  # SG101\n"
    assert_flags(project(source), "SG101")


@pytest.mark.parametrize(
    "body",
    [
        "instance.tag.title()",
        "instance.label.tell()",
        "instance.user.tell()",
        "for tag in instance.tags.values('pk'):\n        tag.tell()",
        "for tag in instance.labels.all():\n        tag.tell()",
        "instance.tag = other()\n    label = instance.label\n    label.tell()",
        "row = instance.tag if kwargs else other()\n    row.tell()",
        "transaction.on_commit(lambda: instance.tag.tell())",
    ],
)
def test_a_row_of_an_unknown_kind_is_left_alone(body: str):
    source = f"from django.db import transaction\n{SAVED}    {body}\n"
    assert_silent(project(source), "SG101")


def test_of_two_senders_either_may_have_the_method():
    narrow = "    if sender is Order:\n        instance.tag.tell()"
    assert_silent(project(f"{BOTH}{narrow.replace('tell', 'title')}\n"), "SG101")


@pytest.mark.parametrize("given", ["instance.tag", "instance.invoice", "instance.tags.get(pk=1)"])
def test_a_helper_knows_the_row_that_it_is_given(given: str):
    assert_flags(project(f"{HELPER}{SAVED}    tell({given})  # SG101\n"), "SG101")


def test_so_does_the_helper_of_a_helper():
    assert_flags(project(f"{DEEPER}{SAVED}    tell(instance)  # SG101\n"), "SG101")


@pytest.mark.parametrize(
    "given", ["instance", "instance.label", "instance.tags", "instance.tag.title()"]
)
def test_a_helper_that_is_given_something_else_is_left_alone(given: str):
    assert_silent(project(f"{HELPER}{SAVED}    tell({given})\n"), "SG101")


@pytest.mark.parametrize(
    "loop",
    [
        "for tag in instance.tags.all():\n        tag.count_up()",
        "for tag in Tag.objects.order_by('pk')[:10]:\n        tag.delete()",
        "tags = Tag.objects.order_by('pk')[0:10]\n    for tag in tags:\n        tag.delete()",
        "for line in instance.lines.all():\n        line.stands_for.save()",
        "for line in Line.objects.all()[:9]:\n        print(line.order.tag)",
    ],
)
def test_each_of_the_rows_is_asked_for(loop: str):
    assert_flags(project(f"{SAVED}    {loop}  # SG501\n"), "SG501")


@pytest.mark.parametrize(
    "loop",
    [
        "for tag in instance.tags.all():\n        tag.title()",
        "for tag in words[:10]:\n        tag.delete()",
        "for line in Line.objects.select_related('order')[:9]:\n        print(line.order.pk)",
        "for line in instance.lines.all():\n        print(line.stands_for_id)",
    ],
)
def test_rows_that_are_not_asked_for_are_left_alone(loop: str):
    assert_silent(project(f"words = []\n{SAVED}    {loop}\n"), "SG501")


@pytest.mark.parametrize(
    "save",
    [
        "instance.parent.save()",
        "instance.invoice.order.save()",
        "instance.children.get(pk=1).save()",
    ],
)
def test_another_row_of_the_model_sends_the_signal_again(save: str):
    assert_flags(project(f"{SAVED}    {save}  # SG201\n"), "SG201")


@pytest.mark.parametrize("save", ["instance.tag.save()", "instance.label.save()"])
def test_a_row_of_another_model_does_not(save: str):
    assert_silent(project(f"{SAVED}    {save}\n"), "SG201")


@pytest.mark.parametrize(
    "body",
    [
        "for line in instance.lines.all():\n        line.save()  # SG202",
        "instance.lines.first().save()  # SG202",
        "for line in Line.objects.filter(order=instance)[:5]:\n        line.save()  # SG202",
    ],
)
def test_a_cycle_over_relations(body: str):
    assert_flags(project(f"{SAVED}    {body}\n{LINE}    instance.order.save()\n"), "SG202")


@pytest.mark.parametrize(
    "body",
    [
        "for line in instance.lines.all():\n        line.order_id",
        "instance.lines.update(stands_for=1)",
        "for line in instance.labels.all():\n        line.save()",
    ],
)
def test_what_writes_no_row_of_the_other_closes_no_cycle(body: str):
    assert_silent(project(f"{SAVED}    {body}\n{LINE}    instance.order.save()\n"), "SG202")


@pytest.mark.parametrize(
    "body", ["async for line in instance.lines.all():\n        await line.asave()  # SG501"]
)
def test_an_async_loop_is_one(body: str):
    source = SAVED.replace("def ", "async def ") + f"    {body}\n"
    assert_flags(project(source), "SG501")
    assert_silent(project(source.replace("await line.asave()  # SG501", "print(line.pk)")), "SG501")


def test_each_of_two_senders_is_read_for_itself():
    assert_flags(project(f"{BOTH}    instance.tag.tell()  # SG101\n"), "SG101")
    assert_silent(project(f"{BOTH}    instance.tag.title()\n"), "SG101")


def test_the_one_row_of_a_list_is_a_row():
    source = f"{SAVED}    [tag] = Tag.objects.filter(pk=1)[:1] or [None]\n    if tag:\n        tag.{{}}()"
    assert_flags(project(source.format("tell") + "  # SG101\n"), "SG101")
    assert_silent(project(source.format("title") + "\n"), "SG101")


def test_a_function_inside_the_receiver_queries_for_each():
    inner = f"{SAVED}    def note(line):\n        {{}}\n    for line in instance.lines.all():\n        note(line)"
    assert_flags(project(inner.format("Tag.objects.create()") + "  # SG501\n"), "SG501")
    assert_silent(project(inner.format("print(line)") + "\n"), "SG501")


PEERS = """\
class Peers(models.Manager):
    def get_queryset(self):
        return super().get_queryset().fetch_mode(models.FETCH_PEERS)


class Line(models.Model):
    objects = Peers()
"""


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Line.objects.all()", False),
        ("instance.lines.all()", True),
        ("Invoice.objects.all()", True),
    ],
)
def test_peers_are_fetched_at_once_but_not_by_a_related_manager(rows: str, told: bool):  # noqa: FBT001
    files = project(f"{SAVED}    for row in {rows}:\n        print(row.stands_for.pk, row.tag)\n")
    files["shop/models.py"] = MODELS.replace("class Line(models.Model):\n", PEERS)
    assert bool(findings(files, "SG501")) is told


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("from wiki.models import Article", True),
        ("from wiki.things import Article", False),
        ("from shop.things import Article", False),
    ],
)
def test_a_row_of_an_installed_package_is_one(made: str, told: bool):  # noqa: FBT001
    source = f"{made}\n{SAVED}    article = Article(title='x')\n    article.save()\n"
    files = {**project(source), "shop/things.py": "class Article:\n    def save(self): ...\n"}
    assert bool(findings(files, "SG401")) is told


UP = "def up(row):\n    while row is not None:\n        row.tag.tell()\n        row = {step}\n"


@pytest.mark.parametrize(
    ("body", "step", "told"),
    [
        ("row = instance.parent\nwhile row:\n    row.tag.tell(){mark}\n    row = {step}", "row.parent", True),
        ("row = instance\nwhile row.parent_id:\n    row = {step}\n    row.tag.tell(){mark}", "row.parent", True),
        ("row = instance\nwhile row:\n    row = {step}\n    row.tag.tell(){mark}", "row.parent.parent", True),
        ("up(instance){mark}", "row.parent", True),
        ("row = instance.parent\nwhile row:\n    row.tag.tell()\n    row = {step}", "row.tag", False),
        ("row = instance.parent\nwhile row:\n    row.tag.tell()\n    row = {step}", "row.unknown", False),
        ("row = instance.parent\nwhile row:\n    row.tag.tell()\n    row = {step}", "above(row)", False),
        ("row = unknown\nwhile row:\n    row.tag.tell()\n    row = {step}", "row.parent", False),
        ("row = instance.lines\nwhile row:\n    row.tag.tell()\n    row = {step}", "row.parent", False),
        ("up(unknown)", "row.parent", False),
        ("up(instance)", "row.tag", False),
    ],
)  # fmt: skip
def test_a_name_that_goes_up_from_row_to_row_is_a_row(body: str, step: str, *, told: bool):
    text = body.format(step=step, mark="  # SG101" if told else "")
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    files = {
        "shop/models.py": MODELS,
        "shop/signals.py": HEAD + UP.format(step=step) + SAVED + lines,
    }
    (assert_flags if told else assert_silent)(files, "SG101")


def test_what_saves_each_row_above_calls_itself_for_it():
    body = (
        "    row = instance.parent\n    while row:\n        row.save()\n        row = row.parent\n"
    )
    files = {"shop/models.py": MODELS, "shop/signals.py": HEAD + SAVED + body}
    assert [item.severity for item in findings(files, "SG201")] == ["info"]
    files["shop/signals.py"] = files["shop/signals.py"].replace("row.save", "row.tag.save")
    assert findings(files, "SG201") == []
