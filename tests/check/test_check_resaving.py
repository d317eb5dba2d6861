"""SG201 below the receiver: helpers, methods of the instance, relations of the model, and many-to-many fields."""

from __future__ import annotations

import pytest
from check_kit import HEAD, MODELS, assert_silent, findings

CODE = "SG201"
SAVED = "@receiver(post_save, sender=Order)\ndef f(sender, instance, created, raw, **kwargs):\n"
TAGGED = "@receiver(m2m_changed, sender=Order.tags.through)\ndef f(sender, instance, action, pk_set, **kwargs):\n"
RICH = MODELS.replace(
    'parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True)',
    'parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")',
).replace(
    "    file = models.FileField()\n",
    "    file = models.FileField()\n    others = models.ManyToManyField(Tag, related_name='+')\n\n"
    "    def renumber(self):\n        self.number = '1'\n        self.save()\n\n"
    "    def renumber_once(self):\n        if self.number != '1':\n            self.number = '1'\n            self.save()\n\n"
    "    def mark(self):\n        super().save(update_fields=['number'])\n\n"
    "    def detached(self):\n        self = Line()\n        self.save()\n",
)
SAVE = "def store(order):\n    order.save()\n"
QUIET = (
    "from contextlib import contextmanager\n@contextmanager\ndef quiet():\n    yield\n"
    "def store(order):\n    with quiet():\n        order.save()\n"
)

ENDLESS = {
    "a helper": SAVE + SAVED + "    store(instance)\n",
    "two helpers": SAVE + "def keep(row):\n    store(order=row)\n" + SAVED + "    keep(instance)\n",
    "a method": SAVED + "    instance.renumber()\n",
    "a method of the parent class": SAVED + "    instance.mark()\n",
    "in a transaction": "from django.db import transaction\n"
    + SAVE
    + SAVED
    + "    with transaction.atomic():\n        store(instance)\n",
    "not of fixtures": SAVE + SAVED + "    if not raw:\n        store(instance)\n",
    "one more row": "def more():\n    Order.objects.create()\n" + SAVED + "    more()\n",
    "a child of the same model": SAVED + "    instance.children.create()\n",
    "a relation": TAGGED + "    instance.tags.add(1)\n",
    "a relation after an add": TAGGED
    + "    if action == 'post_add':\n        instance.tags.add(1)\n",
    "a relation before a removal": TAGGED
    + "    if action != 'pre_remove':\n        return\n    instance.tags.remove(1)\n",
    "a relation in a helper": "def tag(order):\n    order.tags.add(1)\n"
    + TAGGED
    + "    tag(instance)\n",
    "a relation that is emptied": TAGGED + "    instance.tags.clear()\n",
}
ENDING = {
    "a condition here": SAVE + SAVED + "    if created:\n        store(instance)\n",
    "a condition there": SAVED + "    instance.renumber_once()\n",
    "a try": SAVE
    + SAVED
    + "    try:\n        store(instance)\n    except ValueError:\n        pass\n",
    "a loop over other rows": SAVED
    + "    for order in Order.objects.filter(number='1'):\n        again(order)\n"
    "def again(order: Order):\n    order.save()\n",
    "up the tree": SAVED + "    instance.parent.save()\n",
    "a decorator": "from somewhere import once\n"
    + SAVE
    + SAVED.replace("def f", "@once\ndef f")
    + "    store(instance)\n",
    "tags that are looked at": TAGGED + "    if pk_set:\n        instance.tags.add(1)\n",
    "a tag for each": TAGGED + "    for pk in pk_set:\n        instance.tags.remove(pk)\n",
    "the action and more": TAGGED
    + "    if action == 'post_add' and instance.number:\n        instance.tags.add(1)\n",
}
SILENT = {
    "a helper without a save": "def store(order):\n    print(order)\n"
    + SAVED
    + "    store(instance)\n",
    "another row": SAVE + SAVED + "    store(instance.user)\n",
    "another name": "def store(order):\n    order = Line()\n    order.save()\n"
    + SAVED
    + "    store(instance)\n",
    "self is another": SAVED + "    instance.detached()\n",
    "a look at a row that is there": "def more():\n    Order.objects.get_or_create(number='1')\n"
    + SAVED
    + "    more()\n",
    "raw": "def store(order):\n    order.save_base(raw=True)\n" + SAVED + "    store(instance)\n",
    "a with that keeps it quiet": QUIET + SAVED + "    store(instance)\n",
    "a helper that disconnects": "def store(order):\n    post_save.disconnect(f, sender=Order)\n    order.save()\n"
    + SAVED
    + "    store(instance)\n",
    "an argument excludes it": "def store(order, save=False):\n    if save:\n        order.save()\n"
    + SAVED
    + "    store(instance)\n",
    "a row of another model": "def more():\n    Line.objects.create()\n" + SAVED + "    more()\n",
    "a child of another model": SAVED + "    instance.lines.create()\n",
    "a foreign key": SAVED + "    instance.user.save()\n",
    "update": "def store(order):\n    Order.objects.filter(pk=order.pk).update(number='1')\n"
    + SAVED
    + "    store(instance)\n",
    "after a removal": TAGGED + "    if action == 'post_remove':\n        instance.tags.add(1)\n",
    "left before": TAGGED
    + "    if action in ('pre_add', 'post_add'):\n        return\n    instance.tags.add(1)\n",
    "set ends": TAGGED + "    instance.tags.set([1])\n",
    "another relation": TAGGED + "    instance.others.add(1)\n",
    "the relation of another row": TAGGED + "    instance.parent.tags.add(1)\n",
    "a helper that asks for the action": "def tag(order, action):\n    if action == 'post_remove':\n        order.tags.add(1)\n"
    + TAGGED
    + "    tag(instance, action)\n",
    "an unknown relation": TAGGED.replace("Order.tags.through", "sender_of()")
    + "    instance.tags.add(1)\n",
}


def _files(source: str) -> dict[str, str]:
    return {"shop/signals.py": HEAD + source, "shop/models.py": RICH}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_never_ends_is_an_error(source: str):
    assert [item.severity for item in findings(_files(source), CODE)] == ["error"]


@pytest.mark.parametrize("source", ENDING.values(), ids=ENDING.keys())
def test_what_something_on_the_way_may_end_is_worth_a_look(source: str):
    assert [item.severity for item in findings(_files(source), CODE)] == ["info"]


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT.keys())
def test_it_is_left_alone(source: str):
    assert_silent(_files(source), CODE)


def test_the_helper_is_named():
    found = findings(_files(SAVE + SAVED + "    store(instance)\n"), CODE)
    assert "(in store, shop/signals.py:5)" in found[0].message
