"""SG404: related rows that are read before they can be there."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG404"
TOP = HEAD + "from django.db import transaction\n"
NEW = "@receiver(post_save, sender=Order)\ndef f(sender, instance, created, **kwargs):\n    if created:\n"
SAVED = "@receiver(post_save, sender=Order)\ndef f(sender, instance, created, **kwargs):\n"

FLAGGED = [
    NEW + "        print(instance.tags.count())  # SG404\n",
    NEW + "        for tag in instance.tags.all():  # SG404\n            print(tag)\n",
    NEW + "        print(instance.lines.filter(name=''))  # SG404\n",
    NEW + "        print(instance.order_set.exists())  # SG404\n",
    SAVED + "    if not created:\n        return\n    print(instance.tags.all())  # SG404\n",
    SAVED + "    if created and instance.number:\n        print(instance.tags.all())  # SG404\n",
    SAVED + "    print(instance.tags.count() if created else 0)  # SG404\n",
    (
        "def f(sender, **kwargs):\n    order = kwargs['instance']\n    if kwargs.get('created'):\n"
        "        print(order.tags.first())  # SG404\npost_save.connect(f, sender=Order)\n"
    ),
]
FLAGGED += [
    NEW + f"        {asked}\n        print(instance.tags.count())  # SG404\n"
    for asked in ("old = getattr(instance, 'old', None)", "print(instance, str(instance))")
]
LATER = "def later(f):\n    return lambda **kw: transaction.on_commit(lambda: f(**kw))\n"
SILENT = [
    LATER + NEW.replace("def f", "@later\ndef f") + "        print(instance.tags.count())\n",
    SAVED + "    print(instance.tags.count())\n",
    SAVED + "    if not created:\n        print(instance.tags.count())\n",
    SAVED + "    if created:\n        return\n    print(instance.tags.count())\n",
    SAVED + "    if created or instance.number:\n        print(instance.tags.count())\n",
    NEW + "        transaction.on_commit(lambda: print(instance.tags.count()))\n",
    NEW + "        instance.tags.add(1)\n        print(instance.tags.count())\n",
    NEW + "        Line.objects.create(order=instance)\n        print(instance.lines.count())\n",
    NEW + "        fill(instance)\n        print(instance.tags.count())\n",
    NEW + "        instance.tags.add(1)\n",
    NEW + "        print(instance.user.all(), instance.anything.all(), instance.invoice.get())\n",
    NEW + "        print(Tag.objects.count(), instance.line_set.count())\n",
    (
        "@receiver([post_save, post_delete], sender=Order)\n"
        "def f(sender, instance, created=True, **kwargs):\n    if created:\n        print(instance.tags.all())\n"
    ),
    "@receiver(post_save)\ndef f(sender, instance, created, **kwargs):\n    if created:\n        print(instance.tags.all())\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(TOP + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(TOP + source, CODE)
