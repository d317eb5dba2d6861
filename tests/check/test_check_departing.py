"""SG419 to SG421: what is done with rows that are being deleted."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, mended

TOP = (
    HEAD + "from celery import shared_task\nfrom functools import partial\n"
    "from django.db import transaction\n"
)
ORDER = "@receiver(post_delete, sender=Order)\ndef f(sender, instance, **kwargs):\n"
LINE = "@receiver(post_delete, sender=Line)\ndef f(sender, instance, **kwargs):\n"
PRE = ORDER.replace("post", "pre")
BOTH = "@receiver([post_save, post_delete], sender=Line)\ndef f(sender, instance, **kwargs):\n"
TASK = "@shared_task\ndef task(pk):\n    print(Order.objects.{0})\n\n\n"
LOADS = TASK.format("get(pk=pk)")

BOUND = LOADS.replace("shared_task", "shared_task(bind=True)").replace("(pk)", "(self, pk)", 1)

FOUND = {
    "SG419": [
        LOADS + ORDER + "    task.delay(instance.pk)  # SG419\n",
        LOADS + PRE + "    transaction.on_commit(partial(task.delay, instance.id))  # SG419\n",
        LOADS + ORDER + "    transaction.on_commit(lambda: task.delay(instance.pk))  # SG419\n",
        LOADS + ORDER + "    pk = instance.pk\n    task.delay(pk)  # SG419\n",
        LOADS + ORDER + "    task.apply_async((instance.pk,))  # SG419\n",
        LOADS + ORDER + "    task.apply_async(args=[instance.pk], countdown=9)  # SG419\n",
        LOADS + ORDER + "    task.apply_async(kwargs={'pk': instance.pk})  # SG419\n",
        BOUND + ORDER + "    task.delay(instance.pk)  # SG419\n",
        LOADS
        + ORDER
        + "    key = str(instance.pk)\n    transaction.on_commit(partial(task.delay, key))  # SG419\n",
        ORDER + "    print(Order.objects.get(pk=instance.pk))  # SG419\n",
        ORDER + "    key = instance.pk\n    print(Order.objects.get(pk=key))  # SG419\n",
        ORDER + "    instance.refresh_from_db()  # SG419\n",
        ORDER
        + "    if instance.number:\n        print(sender.objects.get(id=instance.id))  # SG419\n",
    ],
    "SG420": [
        ORDER + "    instance.file.delete()  # SG420\n",
        ORDER + "    instance.file.delete(save=True)  # SG420\n",
        ORDER + "    instance.file.delete(True)  # SG420\n",
        ORDER + "    scan = instance.file\n    scan.delete()  # SG420\n",
        ORDER + "    instance.number = ''\n    instance.save()  # SG420\n",
        ORDER + "    instance.save(update_fields=['number'])  # SG420\n",
    ],
    "SG421": [
        ORDER + "    Invoice.objects.create(order=instance)  # SG421\n",
        PRE + "    Line.objects.get_or_create(order_id=instance.pk, name='gone')  # SG421\n",
        ORDER + "    Invoice(order=instance).save()  # SG421\n",
        ORDER + "    made = Invoice(order=instance)\n    made.save()  # SG421\n",
        LINE + "    Invoice.objects.get_or_create(order=instance.order)  # SG421\n",
        BOTH + "    Invoice.objects.update_or_create(order_id=instance.order_id)  # SG421\n",
        (
            "@receiver(post_delete, sender=Order)\ndef f(sender, instance, **kwargs):\n"
            "    Order.objects.create(user=instance.user)  # SG421\n"
        ),
    ],
}
ALONE = {
    "SG419": [
        LOADS + ORDER + "    task.apply_async((instance.user_id,))\n",
        LOADS + ORDER + "    task.apply_async(args=[1], kwargs={'pk': 1}, task_id=instance.pk)\n",
        BOUND + ORDER + "    task.delay(1, instance.pk)\n",
        TASK.format("filter(pk=pk).first()") + ORDER + "    task.delay(instance.pk)\n",
        LOADS + ORDER + "    task.delay(instance.user_id)\n",
        LOADS + ORDER + "    pk = instance.user_id\n    task.delay(pk)\n",
        LOADS + ORDER + "    pk = instance.pk\n    pk = instance.user_id\n    task.delay(pk)\n",
        LOADS + ORDER + "    task.delay(len(instance.pk))\n",
        LOADS + ORDER.replace("delete", "save") + "    task.delay(instance.pk)\n",
        LOADS + BOTH.replace("Line", "Order") + "    task.delay(instance.pk)\n",
        ORDER + "    print(Order.objects.filter(pk=instance.pk).first())\n",
        PRE + "    print(Order.objects.get(pk=instance.pk))\n    instance.refresh_from_db()\n",
        ORDER
        + "    try:\n        instance.refresh_from_db()\n    except Order.DoesNotExist:\n        pass\n",
        ORDER
        + "    print(User.objects.get(pk=instance.user_id))\n    instance.user.refresh_from_db()\n",
    ],
    "SG420": [
        ORDER + "    instance.file.delete(save=False)\n",
        ORDER + "    instance.file.delete(False)\n",
        ORDER + "    instance.file.delete(**kwargs)\n",
        ORDER + "    instance.file.delete(save=kwargs['using'] == 'x')\n",
        PRE + "    instance.file.delete()\n    instance.save()\n",
        ORDER + "    instance.pk = None\n    instance.save()\n",
        ORDER + "    instance.user.save()\n    instance.lines.all().delete()\n",
        BOTH + "    instance.save()\n",
    ],
    "SG421": [
        ORDER.replace("delete", "save") + "    Invoice.objects.create(order=instance)\n",
        ORDER + "    transaction.on_commit(lambda: Invoice.objects.create(order=instance))\n",
        ORDER
        + "    if kwargs['origin'] is instance:\n        Invoice.objects.create(order=instance)\n",
        ORDER
        + "    try:\n        Invoice.objects.create(order=instance)\n    except IntegrityError:\n        pass\n",
        ORDER + "    Tag.objects.create(name=instance.number)\n    Invoice(order=instance)\n",
        LINE + "    Invoice.objects.create(order_id=instance.pk)\n",
        LINE
        + "    Invoice.objects.create(order=other)\n    Line.objects.create(order=instance.order.parent)\n",
        BOTH
        + "    if kwargs.get('created'):\n        Invoice.objects.create(order=instance.order)\n",
        BOTH
        + "    if kwargs['signal'] is post_save:\n        Invoice.objects.create(order=instance.order)\n",
    ],
}


def cases(every):
    """Return code and source of each case."""
    return [(code, source) for code, given in every.items() for source in given]


@pytest.mark.parametrize(("code", "source"), cases(FOUND))
def test_it_is_found(code, source):
    assert_flags(TOP + source, code)


@pytest.mark.parametrize(("code", "source"), cases(ALONE))
def test_it_is_left_alone(code, source):
    assert_silent(TOP + source, code)


@pytest.mark.parametrize("given", ["", "True", "save=True"])
def test_the_file_goes_and_the_row_is_not_stored(given):
    source = TOP + ORDER + f"    instance.file.delete({given})\n"
    after = mended({"shop/signals.py": source}, "SG420")["shop/signals.py"].decode()
    wanted = "False" if given == "True" else "save=False"
    assert after == source.replace(f"delete({given})", f"delete({wanted})")


def test_the_user_of_django_itself_is_a_row_too():
    """The total of a user is made again while the user's days are deleted."""
    models = """\
from django.conf import settings
from django.db import models


class Day(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Total(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
"""
    source = HEAD.splitlines()[0] + (
        "\nfrom django.dispatch import receiver\nfrom shop.models import Day, Total\n\n\n"
        "@receiver([post_save, post_delete], sender=Day)\ndef f(sender, instance, **kwargs):\n"
        "    if kwargs.get('raw'):\n        return\n"
        "    Total.objects.get_or_create(user_id=instance.user_id)  # SG421\n"
    )
    assert_flags({"shop/models.py": models, "shop/signals.py": source}, "SG421")
