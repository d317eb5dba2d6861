"""SG201: a receiver that saves its own model, and whether that ever ends."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG201"
TOP = HEAD + "from django.db.models.signals import post_save, pre_save\n"
AFTER = "@receiver(post_save, sender=Order)\ndef f(sender, instance, created, raw, update_fields, **kwargs):\n"
EVERY = AFTER.replace(", sender=Order", "")
BEFORE = "@receiver(pre_save, sender=Order)\ndef f(sender, instance, raw, **kwargs):\n"

ENDLESS = [
    EVERY + "    instance.save()\n",
    EVERY + "    Tag.objects.create(name=sender.__name__)\n",
    EVERY + "    if created:\n        Tag.objects.create()\n",
    EVERY + "    if sender._meta.apps is not apps:\n        return\n    Tag(name='a').save()\n",
    EVERY + "    Tag.objects.first().save()\n",
    EVERY.replace("post_save", "[pre_save, post_delete]")
    + "    Tag.objects.update_or_create(pk=1, defaults={'name': 'a'})\n",
    AFTER + "    instance.save()\n",
    AFTER + "    if not raw:\n        instance.save()\n",
    AFTER + "    if raw:\n        return\n    instance.save()\n",
    AFTER + "    Order.objects.create()\n",
    AFTER + "    if created:\n        Order.objects.create()\n",
    AFTER + "    if created and not raw:\n        Order.objects.create()\n",
    AFTER + "    if raw:\n        return\n    if created:\n        Order.objects.create()\n",
    BEFORE + "    instance.save()\n",
    BEFORE + "    if instance._state.adding:\n        instance.save()\n",
    BEFORE + "    if not instance._state.adding:\n        instance.save()\n",
    BEFORE
    + "    if not instance._state.adding:\n        Order.objects.get(pk=instance.pk).save()\n",
    AFTER + "    Order.objects.get(pk=instance.pk).save()\n",
    AFTER + "    Order.objects.filter(pk=instance.pk).first().save()\n",
    AFTER + "    Order.objects.filter(pk=instance.pk)[0].save()\n",
    AFTER + "    type(instance).objects.select_for_update().get(pk=instance.pk).save()\n",
    AFTER + "    instance.__class__._default_manager.get(pk=instance.pk).save()\n",
    AFTER + "    row = Order.objects.filter(pk=instance.pk).last()\n    row.save()\n",
    AFTER + "    for row in list(Order.objects.filter(pk=instance.pk)):\n        row.save()\n",
    AFTER
    + "    rows = Order.objects.filter(pk=1)\n    for row in rows.iterator():\n        row.save()\n",
    AFTER + "    Order(number='2').save()\n",
    AFTER + "    Order.save(instance)\n",
    AFTER + "    instance.save_base()\n",
    AFTER + "    instance.save_base(raw=True)\n",
    AFTER + "    transaction.on_commit(instance.save)\n",
    AFTER + "    transaction.on_commit(lambda: Order.objects.get(pk=instance.pk).save())\n",
    AFTER + "    if not created:\n        Order.objects.get(pk=instance.pk).save()\n",
    AFTER + "    if created:\n        return\n    instance.save()\n",
    AFTER + "    if created:\n        print()\n    else:\n        instance.save()\n",
    AFTER + "    if update_fields is None and not created:\n        instance.save()\n",
    AFTER
    + "    if update_fields is not None and update_fields.isdisjoint({'number'}):\n        return\n    instance.save()\n",
    AFTER + "    if instance.pk:\n        instance.save()\n",
    AFTER
    + "    try:\n        Order.objects.get(pk=1).save()\n    except Order.DoesNotExist:\n        pass\n",
    AFTER.replace("def f", "async def f")
    + "    row = await Order.objects.aget(pk=instance.pk)\n    await row.asave()\n",
    AFTER.replace("def f", "async def f")
    + "    async for row in Order.objects.all():\n        await row.asave()\n",
    AFTER.replace("def f", "async def f") + "    await sync_to_async(instance.save)()\n",
    AFTER.replace("sender=Order", "sender=Line") + "    instance.order.lines.create(name='x')\n",
]
ENDING = [
    AFTER + "    if raw:\n        return\n    instance.save_base(raw=True)\n",
    AFTER + "    if created:\n        Order.objects.get(pk=instance.pk).save()\n",
    AFTER + "    if update_fields:\n        Order.objects.get(pk=instance.pk).save()\n",
    AFTER
    + "    try:\n        Order.objects.get(pk=1).save()\n    except Exception:\n        pass\n",
    AFTER + "    row = Order.objects.filter(number='').first()\n    if row:\n        row.save()\n",
    AFTER + "    Order.objects.get_or_create(number='1')\n",
    AFTER + "    if created:\n        instance.save()\n",
    AFTER + "    if not created:\n        return\n    instance.save()\n",
    AFTER + "    if created and instance.total:\n        Order.objects.create()\n",
    AFTER + "    if created:\n        Order.objects.get_or_create(number='1')\n",
    AFTER + "    if not created:\n        Order.objects.create()\n",
    AFTER
    + "    if instance.number != '1':\n        instance.number = '1'\n        instance.save()\n",
    AFTER + "    if update_fields is None:\n        instance.save(update_fields=['number'])\n",
    BEFORE
    + "    if instance._state.adding and not instance.number:\n        instance.number = '1'\n        instance.save()\n",
    BEFORE + "    if instance._state.adding:\n        Order.objects.get_or_create(number='1')\n",
]
SILENT = [
    EVERY + "    if sender is not Tag:\n        Tag.objects.create()\n",
    EVERY + "    if sender in (Tag, Base):\n        return\n    Tag.objects.create()\n",
    EVERY + "    if isinstance(instance, Order):\n        Tag.objects.create()\n",
    EVERY + "    Tag.objects.get_or_create(name='a')\n",
    EVERY + "    Tag.objects.update_or_create(pk=1)\n",
    EVERY + "    Tag.objects.bulk_create([Tag()])\n",
    EVERY + "    Tag.objects.filter(pk=1).delete()\n",
    EVERY + "    unknown.objects.create()\n",
    EVERY.replace("post_save", "post_delete") + "    Tag.objects.create()\n",
    EVERY.replace("post_save)", "post_save, **options)") + "    Tag.objects.create()\n",
    AFTER + "    Order.objects.filter(pk=instance.pk).update(number='1')\n",
    AFTER + "    Order.objects.bulk_create([Order()])\n",
    AFTER + "    instance.save(update_fields=[])\n",
    AFTER + "    instance.save(update_fields=())\n",
    AFTER + "    Order.objects.get(pk=instance.pk).save(update_fields=frozenset([]))\n",
    AFTER + "    Tag.objects.filter(name='').first().save()\n",
    AFTER + "    for row in Order.objects.values_list('user', flat=True):\n        save(row)\n",
    AFTER + "    instance = Tag.objects.get(pk=1)\n    instance.save()\n",
    AFTER + "    row = unknown.objects.get(pk=1)\n    row.save()\n",
    AFTER + "    transaction.on_commit(instance.user.save)\n",
    AFTER + "    Tag.objects.create()\n",
    AFTER + "    instance.user.save()\n",
    AFTER
    + "    post_save.disconnect(f, sender=Order)\n    instance.save()\n    post_save.connect(f, sender=Order)\n",
    AFTER.replace("=Order", "=Tag") + "    Order.objects.create()\n",
    AFTER + "    def later():\n        instance.save()\n    print(later)\n",
    "@receiver(post_delete, sender=Order)\ndef f(sender, instance, **kwargs):\n    instance.save()\n",
]


@pytest.mark.parametrize("source", ENDLESS)
def test_what_never_ends_is_an_error(source):
    assert [item.severity for item in findings(TOP + source, CODE)] == ["error"]


@pytest.mark.parametrize("source", ENDING)
def test_what_a_condition_may_end_is_worth_a_look(source):
    assert [item.severity for item in findings(TOP + source, CODE)] == ["info"]


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(TOP + source, CODE)


def test_the_save_is_pointed_at():
    assert_flags(TOP + AFTER + "    instance.number = '1'\n    instance.save()  # SG201\n", CODE)
