"""SG501: what the rows of a loop ask for when they are looked at, and what came along with them."""

from __future__ import annotations

import pytest
from check_kit import HEAD, MODELS, assert_flags, assert_silent

SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
ALL = SAVED + "    for order in Order.objects.filter(number='1'):\n"
LINES = SAVED + "    for line in instance.lines.all():\n"
RICH = (
    MODELS.replace(
        "class Line(models.Model):\n",
        "class Shelf(models.Model):\n    pass\n\n\n"
        "class Joined(models.Manager):\n"
        "    def get_queryset(self):\n        return super().get_queryset().select_related('shelf')\n\n\n"
        "class Line(models.Model):\n    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name='on_it')\n"
        "    labels = models.ManyToManyField(Tag, related_name='lines')\n",
    )
    + "    lines = models.ManyToManyField(Line, related_name='invoices')\n\n\n"
    "class Box(models.Model):\n"
    "    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name='boxes')\n"
    "    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name='boxes')\n"
    "    packed = Joined()\n"
    "    full = models.Manager()\n\n"
    "    @property\n    def first(self):\n        return Line.objects.get(shelf=1)\n\n"
    "    @cached_property\n    def last(self):\n        return Line.objects.get(shelf=1)\n\n"
    "    @property\n    def name(self):\n        return str(self.pk)\n\n"
    "    def fill(self):\n        self.refresh()\n        Line.objects.create(shelf=1)\n\n"
    "    def orders_of(self):\n        return [item for item in Order.objects.filter(boxes=self)]\n\n"
    "    def refresh(self):\n        self.old = True\n"
)
PLAIN = RICH.replace("    packed = Joined()\n", "    packed = models.Manager()\n")
HELPER = "def look(order):\n    for line in order.lines.all():\n        print(line.shelf)\n"

FLAGGED = [
    ALL + "        print(order.user.email)  # SG501\n",
    ALL + "        if order.parent:  # SG501\n            print(order)\n",
    SAVED + "    print([order.user for order in Order.objects.all()])  # SG501\n",
    SAVED
    + "    found = Order.objects.all()\n    for order in found.order_by('pk'):\n        print(order.user)  # SG501\n",
    SAVED
    + "    for order in list(Order.objects.exclude(number='1')):\n        print(order.user)  # SG501\n",
    LINES + "        print(line.shelf)  # SG501\n",
    LINES + "        line.labels.add(1)  # SG501\n",
    LINES + "        print(line.invoices.exists())  # SG501\n",
    HELPER + SAVED + "    look(instance)  # SG501\n",
    SAVED + "    for tag in instance.tags.all():\n        print(tag.lines.count())  # SG501\n",
    SAVED + "    for box in instance.boxes.all():\n        print(box.first)  # SG501\n",
    SAVED + "    for box in instance.boxes.all():\n        box.fill()  # SG501\n",
    SAVED
    + "    print([tag for order in instance.wanted() for tag in order.tags.all()])  # SG501\n",
    SAVED + "    for name in instance.wanted():\n        look(name)  # SG501\n"
    "def look(name):\n    for line in Line.objects.filter(name=name):\n        print(line)\n",
    SAVED
    + "    for name in instance.wanted():\n        print(list(Line.objects.filter(name=name)))  # SG501\n",
    SAVED + "    for name in instance.wanted():\n        look(name)  # SG501\n"
    "def look(name):\n    return list(Line.objects.filter(name=name))\n",
    "def lines():\n    return Line.objects.order_by('pk')\n"
    + SAVED
    + "    for number, line in enumerate(lines()):\n        line.save()  # SG501\n",
    SAVED
    + "    for number, line in enumerate(Line.objects.all()):\n        line.save()  # SG501\n",
    SAVED + "    for box in instance.boxes.all():\n        box.orders_of()  # SG501\n",
    "from django.shortcuts import get_object_or_404\n"
    + SAVED
    + "    for pk in instance.wanted():\n        get_object_or_404(Line, pk=pk)  # SG501\n",
]
SILENT = [
    ALL + "        print(order.user_id, order.number)\n",
    SAVED + "    for order in Order.objects.select_related('user'):\n        print(order.user)\n",
    SAVED
    + "    for order in Order.objects.prefetch_related('user').all():\n        print(order.user)\n",
    SAVED + "    for order in Order.objects.values('user'):\n        print(order.user)\n",
    SAVED + "    for order in instance.wanted():\n        print(order.user)\n",
    SAVED + "    for order in instance.orders.all():\n        print(order.user)\n",
    ALL + "        order.user = instance.user\n        print(order.user)\n",
    ALL + "        print(order.user)\n        break\n",
    ALL + "        print(lambda: order.user)\n",
    LINES + "        print(line.order)\n",
    "def look(shelf):\n    for line in shelf.lines.all():\n        print(line.shelf)\n"
    + SAVED
    + "    look(instance.shelf)\n",
    SAVED + "    for box in instance.boxes.all():\n        print(box.name, box.last)\n",
    SAVED + "    for box in instance.boxes.all():\n        box.refresh()\n",
    SAVED
    + "    for order in Order.objects.prefetch_related('tags'):\n        print([tag for tag in order.tags.all()])\n",
    SAVED + "    print([tag for order in (instance, instance.parent) for tag in order.number])\n",
    SAVED + "    for name in instance.wanted():\n        look(name)\n"
    "def look(name):\n    for line in name.lines.all():\n        print(line)\n",
    SAVED
    + "    for name in instance.wanted():\n        print(list(name), len(instance.lines.all()))\n",
    "def lines():\n    return [1, 2]\n" + SAVED + "    for line in lines():\n        line.save()\n",
    "def get_object_or_404(*args, **kwargs): ...\n"
    + SAVED
    + "    for pk in instance.wanted():\n        get_object_or_404(Line, pk=pk)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_what_a_row_asks_for_is_found(source):
    assert_flags({"shop/signals.py": HEAD + source, "shop/models.py": PLAIN}, "SG501")


@pytest.mark.parametrize("source", SILENT)
def test_what_asks_nothing_is_left_alone(source):
    assert_silent({"shop/signals.py": HEAD + source, "shop/models.py": PLAIN}, "SG501")


def test_a_manager_that_joins_keeps_the_reads_quiet():
    source = HEAD + SAVED + "    for box in instance.boxes.all():\n        print(box.shelf)"
    assert_flags({"shop/signals.py": source + "  # SG501\n", "shop/models.py": PLAIN}, "SG501")
    assert_silent({"shop/signals.py": source + "\n", "shop/models.py": RICH}, "SG501")


def test_a_manager_goes_by_the_name_that_the_model_gives_it():
    source = "from shop.models import Box\n" + SAVED + "    for number in instance.wanted():\n"
    assert_flags(
        {
            "shop/signals.py": HEAD + source + "        Box.full.get(pk=number)  # SG501\n",
            "shop/models.py": PLAIN,
        },
        "SG501",
    )
    assert_silent(
        {
            "shop/signals.py": HEAD + source + "        Box.other.get(pk=number)\n",
            "shop/models.py": PLAIN,
        },
        "SG501",
    )
