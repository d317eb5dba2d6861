"""SG407: children that are gone, and parents that are going."""

import pytest
from check_kit import HEAD, MODELS, assert_flags, assert_silent

CODE = "SG407"
TOP = HEAD + "from django.db import transaction\n"
ORDER = "@receiver(post_delete, sender=Order)\ndef f(sender, instance, **kwargs):\n"
LINE = "@receiver(post_delete, sender=Line)\ndef f(sender, instance, **kwargs):\n"

FLAGGED = [
    ORDER + "    print(instance.lines.count())  # SG407\n",
    ORDER + "    for line in instance.lines.all():  # SG407\n        print(line)\n",
    ORDER + "    lines = instance.lines\n    print(lines.exists())  # SG407\n",
    ORDER + "    print(instance.order_set.all())  # SG407\n",
    LINE + "    instance.order.save()  # SG407\n",
    LINE
    + "    order = instance.order\n    order.number = ''\n    order.save(update_fields=['number'])  # SG407\n",
    LINE.replace("post", "pre") + "    instance.order.save()  # SG407\n",
    (
        "@receiver(post_delete, sender=Invoice)\ndef f(sender, **kwargs):\n"
        "    kwargs['instance'].order.save()\n    row = kwargs['instance']\n    row.order.save()  # SG407\n"
    ),
]
SILENT = [
    ORDER.replace("post", "pre") + "    print(instance.lines.count())\n",
    "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n    print(instance.lines.count())\n",
    ORDER + "    transaction.on_commit(lambda: print(instance.lines.count()))\n",
    ORDER + "    print(instance.tags.all(), instance.anything.all())\n",
    ORDER + "    print(instance.user.email)\n    instance.save()\n",
    LINE + "    print(instance.order.number)\n",
    LINE
    + "    try:\n        instance.order.save()\n    except Order.DoesNotExist:\n        print()\n",
    LINE + "    if kwargs['origin'] is instance:\n        instance.order.save()\n",
    "@receiver(post_delete, sender=Line)\ndef f(sender, instance, origin, **kwargs):\n    if origin == instance:\n        instance.order.save()\n",
    "@receiver(post_delete)\ndef f(sender, instance, **kwargs):\n    instance.order.save()\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(TOP + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(TOP + source, CODE)


@pytest.mark.parametrize(
    "source", [ORDER + "    print(instance.lines.count())\n", LINE + "    instance.order.save()\n"]
)
def test_a_key_that_does_not_cascade_is_left_alone(source):
    models = MODELS.replace("CASCADE, related_name", "SET_NULL, null=True, related_name")
    assert_silent({"shop/models.py": models, "shop/signals.py": TOP + source}, CODE)
