"""SG202: receivers that call each other through what they write."""

from dataclasses import replace

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings, make_index

from signalgen.check import Choice, analyse
from signalgen.flow.reach.reach import own_calls

CODE = "SG202"
LINE = "@receiver(post_save, sender=Line)\ndef line_saved(sender, instance, created=False, **kwargs):\n"
ORDER = "@receiver({}, sender=Order)\ndef order_saved(sender, instance, created=False, raw=False, **kwargs):\n"
BACK = ORDER.format("post_save") + "    Line.objects.create(order=instance)\n"

FLAGGED = [
    LINE + "    if instance.pk:\n        instance.order.save()  # SG202\n" + BACK,
    LINE + "    if not instance.pk:\n        return\n    instance.order.save()  # SG202\n" + BACK,
    LINE
    + "    if not created:\n        instance.order.save()  # SG202\n"
    + ORDER.format("post_save")
    + "    for line in Line.objects.all():\n        line.save()\n",
    LINE
    + "    if created:\n        return\n    instance.order.save()  # SG202\n"
    + ORDER.format("post_save")
    + "    for line in Line.objects.all():\n        line.save()\n",
    LINE + "    instance.order.save()  # SG202\n" + BACK,
    LINE + "    order = instance.order\n    order.save()  # SG202\n" + BACK,
    LINE + "    order = Order.objects.get(pk=1)\n    order.save()  # SG202\n" + BACK,
    LINE + "    for order in Order.objects.filter(pk=1):\n        order.save()  # SG202\n" + BACK,
    LINE
    + "    Order().save()  # SG202\n"
    + ORDER.format("pre_save")
    + "    line = Line()\n    line.save()\n",
    LINE
    + "    touch(instance.order)  # SG202\n"
    + BACK
    + "def touch(order: Order):\n    order.save()\n",
    LINE
    + "    instance.order.save()  # SG202\n"
    + ORDER.format("post_save")
    + "    if raw:\n        return\n    Line().save()\n",
    LINE
    + "    instance.order.save()  # SG202\n"
    + ORDER.format("post_save")
    + "    Invoice.objects.create(order=instance)\n"
    "@receiver(post_save, sender=Invoice)\ndef invoice_saved(sender, instance, **kwargs):\n    Line.objects.create()\n",
    (
        "@receiver(pre_delete, sender=Line)\ndef f(sender, instance, **kwargs):\n    instance.order.delete()  # SG202\n"
        "@receiver(pre_delete, sender=Order)\ndef g(sender, instance, **kwargs):\n    Line.objects.filter(order=instance).delete()\n"
    ),
]
SILENT = [
    LINE + "    instance.order.save()\n",
    LINE + "    Order.objects.filter(pk=1).update(number=1)\n" + BACK,
    LINE
    + "    instance.order.save()\n"
    + ORDER.format("post_save")
    + "    Line.objects.bulk_create([Line()])\n",
    LINE + "    instance.order.save_base(raw=True)\n" + BACK,
    LINE + "    instance.order.save(raw=True)\n" + BACK,
    LINE + "    instance.order.delete()\n" + BACK,
    LINE
    + "    instance.order.save()\n"
    + ORDER.format("post_delete")
    + "    Line.objects.create(order=instance)\n",
    LINE
    + "    instance.order.save()\n"
    + ORDER.format("post_save")
    + "    if created:\n        Line.objects.create()\n",
    LINE
    + "    instance.order.save()\n"
    + ORDER.format("post_save")
    + "    if not created or raw:\n        return\n    Line().save()\n",
    LINE + "    something.save()\n" + BACK,
    LINE + "    instance.number.save()\n" + BACK,
    LINE
    + "    post_save.disconnect(order_saved, sender=Order)\n    instance.order.save()\n"
    + BACK,
    LINE
    + "    instance.order.save()\n@receiver(post_save)\ndef g(sender, **kwargs):\n    Line.objects.create()\n",
    LINE + "    instance.save()\n" + BACK,
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    found = assert_flags(HEAD + source, CODE)
    assert [item.severity for item in found] == ["error"]


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


def test_the_chain_is_printed():
    (found,) = findings(HEAD + LINE + "    instance.order.save()\n" + BACK, CODE)
    assert found.message == (
        "line_saved saves Order → order_saved creates Line → line_saved again (post_save), without end"
    )


@pytest.mark.parametrize(
    "way",
    [
        "    if instance.name:\n        instance.order.save()\n",
        "    try:\n        instance.order.save()\n    except ValueError:\n        pass\n",
        "    Order.objects.get_or_create(pk=1)\n",
        "    if created:\n        Order().save()\n",
        "    if not created:\n        instance.order.save()\n",
        "    if instance.name.pk:\n        instance.order.save()\n",
        "    Order.objects.update_or_create(pk=1)\n",
    ],
)
def test_a_guard_on_the_way_makes_it_an_info(way):
    (found,) = findings(HEAD + LINE + way + BACK, CODE)
    assert found.severity == "info"


@pytest.mark.parametrize(("new", "said", "read"), [("order_saved", 1, 3), ("quiet", 0, 1)])
def test_what_others_write_is_read_only_where_a_new_receiver_writes_something(new, said, read):
    quiet = LINE.replace("line_saved", "quiet") + "    print(instance)\n"
    whole = make_index(HEAD + LINE + "    instance.order.save()\n" + BACK + quiet)
    index = replace(whole, focus={"shop/signals.py": frozenset({new})})
    assert len(analyse(index, Choice(select=(CODE,))).findings) == said
    assert len(index.everything().memo[own_calls.__wrapped__]) == read
