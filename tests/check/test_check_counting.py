"""SG422 to SG424: values that are lost, given twice or not stored."""

import pytest
from check_kit import HEAD, MODELS, assert_flags, assert_silent

COUNTED = MODELS.replace(
    "    email = models.EmailField()\n",
    "    email = models.EmailField()\n    size = models.IntegerField(default=0)\n"
    "    due = models.DateField(null=True)\n    spent = models.DurationField(null=True)\n",
)
TOP = HEAD + "from django.db import transaction\nfrom django.db.models import F, Max\n"
LINE = "@receiver(post_save, sender=Line)\ndef f(sender, instance, created=False, **kwargs):\n"
PRE = "@receiver(pre_save, sender=Order)\ndef f(sender, instance, **kwargs):\n"
RENAME = "\n\ndef rename(order{0}):\n    order.number = 'x'\n    order.save(update_fields=['number'{1}])\n"
TYPED = RENAME.format(": Order", "")

FOUND = {
    "SG422": [
        LINE + "    instance.order.size += 1  # SG422\n    instance.order.save()\n",
        LINE + "    row = instance.order\n    row.size = row.size + 1  # SG422\n    row.save()\n",
        LINE
        + "    row = Order.objects.get(pk=1)\n    row.size -= 1  # SG422\n    row.save(update_fields=['size'])\n",
        LINE
        + "    if created:\n        instance.order.size += 1  # SG422\n        instance.order.save()\n",
        LINE
        + "    row = instance.order\n    row.size = max(0, row.size - 1)  # SG422\n    row.save()\n",
        LINE
        + "    row = instance.order\n    row.spent += kwargs['spent']  # SG422\n    row.save()\n",
    ],
    "SG423": [
        PRE + "    instance.number = Order.objects.count() + 1  # SG423\n",
        PRE
        + "    last = Order.objects.order_by('-number').first()\n    instance.number = last.number + 1 if last else 1  # SG423\n",
        PRE
        + "    top = Order.objects.aggregate(n=Max('number'))['n']\n    instance.number = (top or 0) + 1  # SG423\n",
        PRE
        + "    if not instance.number:\n        instance.number = f'A-{Order.objects.filter(user=instance.user).count() + 1}'  # SG423\n",
    ],
    "SG424": [
        PRE + "    if instance.number:\n        instance.email = ''  # SG424\n" + TYPED,
        PRE
        + "    if instance.number:\n        instance.email = ''  # SG424\n"
        + RENAME.format("", ""),
        PRE + "    instance.email = instance.number.lower()  # SG424\n" + TYPED,
        PRE
        + "    if instance.number == 'x' and instance.user:\n        instance.email = ''  # SG424\n"
        + TYPED,
        PRE
        + "    if not instance.email:\n        instance.email = instance.number  # SG424\n"
        + TYPED,
        PRE
        + "    if instance.number == 'y':\n        instance.email = ''  # SG424\n"
        + TYPED.replace("'x'", "kwargs['number']").replace(": Order", ": Order, **kwargs"),
    ],
}
ALONE = {
    "SG422": [
        LINE + "    instance.order.size = F('size') + 1\n    instance.order.save()\n",
        LINE
        + "    row = Order.objects.select_for_update().get(pk=1)\n    row.size += 1\n    row.save()\n",
        LINE + "    instance.order.size += 1\n",
        LINE + "    instance.order.size = 1\n    instance.order.save()\n",
        # A text that grows and a date that is moved are no counts.
        LINE + "    row = instance.order\n    row.number += 'x'\n    row.save()\n",
        LINE + "    row = instance.order\n    row.due = row.due + kwargs['late']\n    row.save()\n",
        LINE
        + "    row = instance.order\n    row.size = max(0, len(row.number) - 1)\n    row.save()\n",
    ],
    "SG423": [
        PRE
        + "    last = Order.objects.select_for_update().last()\n    instance.number = last.number + 1\n",
        PRE + "    with lock('orders'):\n        instance.number = Order.objects.count() + 1\n",
        PRE + "    instance.number = Order.objects.count()\n",
        PRE + "    instance.number = len(kwargs) + 1\n    print(Order.objects.count() + 1)\n",
        PRE
        + "    try:\n        instance.number = Order.objects.count() + 1\n    except ValueError:\n        pass\n",
    ],
    "SG424": [
        PRE
        + "    if instance.number:\n        instance.email = ''\n"
        + RENAME.format(": Order", ", 'email'"),
        PRE + "    if instance.user:\n        instance.email = ''\n" + TYPED,
        PRE
        + "    if instance.number:\n        instance.email = ''\n"
        + TYPED.replace("order", "thing").replace(": Order", ""),
        PRE + "    if instance.number:\n        print(instance.email)\n" + TYPED,
        # The save gives another value, or what decides is another field.
        PRE + "    if instance.number == 'paid':\n        instance.email = ''\n" + TYPED,
        PRE
        + "    print(instance.number)\n    if instance.user and instance.size:\n        instance.email = ''\n"
        + TYPED,
        PRE.replace("pre", "post")
        + "    if instance.number:\n        instance.email = ''\n"
        + TYPED,
    ],
}


def cases(every):
    """Return code and source of each case."""
    return [(code, source) for code, given in every.items() for source in given]


@pytest.mark.parametrize(("code", "source"), cases(FOUND))
def test_it_is_found(code, source):
    assert_flags({"shop/models.py": COUNTED, "shop/signals.py": TOP + source}, code)


@pytest.mark.parametrize(("code", "source"), cases(ALONE))
def test_it_is_left_alone(code, source):
    assert_silent({"shop/models.py": COUNTED, "shop/signals.py": TOP + source}, code)
