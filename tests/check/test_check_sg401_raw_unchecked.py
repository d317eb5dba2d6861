"""SG401: a save receiver that works with rows while fixtures are loaded."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG401"
SAVED = "@receiver(post_save, sender=Order)\n"

FLAGGED = [
    SAVED
    + "def f(sender, update_fields, **kwargs):\n    if update_fields:\n        return\n    Tag.objects.create()  # SG401\n",
    SAVED
    + "def f(sender, instance, **kwargs):\n    Line.objects.create(order=instance)  # SG401\n",
    SAVED
    + "def f(sender, instance, created, **kwargs):\n    if created:\n        instance.save()  # SG401\n",
    SAVED
    + "def f(sender, instance, **kwargs):\n    Order.objects.get(pk=instance.parent.pk)  # SG401\n",
    SAVED + "def f(sender, instance, **kwargs):\n    instance.line_set.all().delete()  # SG401\n",
    "@receiver(pre_save)\ndef f(sender, instance, **kwargs):\n    Tag.objects.first()  # SG401\n",
    "def f(sender, instance, **kwargs):\n    Tag.objects.update(name='')  # SG401\npre_save.connect(f)\n",
    "def g():\n    Tag.objects.create()\n"
    + SAVED
    + "def f(sender, instance, **kwargs):\n    g()  # SG401\n",
    "from django.db import transaction\n"
    + SAVED
    + "@transaction.atomic\ndef f(sender, instance, **kwargs):\n    Tag.objects.create()  # SG401\n",
    "def twice(f):\n    return f\n"
    + SAVED
    + "@twice\ndef f(sender, instance, **kwargs):\n    Tag.objects.create()  # SG401\n",
    SAVED
    + "def f(sender, instance, **kwargs):\n    Tag.objects.get_or_create_for(instance)  # SG401\n",
    "def g(**kwargs):\n    Tag(**kwargs)\n    Tag.objects.create()\n"
    + SAVED
    + "def f(sender, instance, **kwargs):\n    g(name='x')  # SG401\n",
    "def h(**kwargs):\n    dict(**kwargs)\ndef g(**kwargs):\n    h(**kwargs)\n    Tag.objects.create()\n"
    + SAVED
    + "def f(sender, instance, **kwargs):\n    g(name='x')  # SG401\n",
    "from guardian.shortcuts import assign_perm\n"
    + SAVED
    + "def f(sender, instance, **kwargs):\n    assign_perm('view', instance.user, instance)  # SG401\n",
]
SILENT = [
    HEAD
    + "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n    instance.save(update_fields=[])\n",
    "import sys\ndef not_of_fixtures(f):\n    return lambda **kw: None if 'loaddata' in sys.argv else f(**kw)\n"
    + SAVED
    + "@not_of_fixtures\ndef f(sender, instance, **kwargs):\n    Tag.objects.create()\n",
    "def assign_perm(*args): ...\n"
    + SAVED
    + "def f(sender, instance, **kwargs):\n    assign_perm('view', instance)\n",
    "from elsewhere import skip\ndef g(**kwargs):\n    if not skip(**kwargs):\n        Tag.objects.create()\n"
    + SAVED
    + "def f(sender, instance, **kwargs):\n    g(**kwargs)\n",
    SAVED
    + "def f(sender, instance, **kwargs):\n    instance.objects_created(1)\n    create_all(instance)\n",
    SAVED + "def f(sender, instance, **kwargs):\n    Tag.objects.created_since(instance)\n",
    SAVED
    + "def f(sender, update_fields, **kwargs):\n    if 'name' in (update_fields or ()):\n        Tag.objects.create()\n",
    SAVED
    + "def f(sender, instance, raw, **kwargs):\n    if raw:\n        return\n    Tag.objects.create()\n",
    SAVED
    + "def f(sender, instance, **kwargs):\n    if not kwargs['raw']:\n        Line.objects.create()\n",
    SAVED
    + "def f(sender, instance, **kwargs):\n    if not kwargs.get('raw'):\n        Line.objects.create()\n",
    "def no_raw(f):\n    return lambda **kw: None if kw['raw'] else f(**kw)\n"
    + SAVED
    + "@no_raw\ndef f(sender, instance, **kwargs):\n    Tag.objects.create()\n",
    "from elsewhere import careful\n"
    + SAVED
    + "@careful\ndef f(sender, instance, **kwargs):\n    Tag.objects.create()\n",
    "from elsewhere import skip\n"
    + SAVED
    + "def f(sender, instance, **kwargs):\n    if not skip(**kwargs):\n        Tag.objects.create()\n",
    "def skip(kwargs):\n    return kwargs['raw']\n"
    + SAVED
    + "def f(sender, instance, **kwargs):\n    if not skip(kwargs):\n        Tag.objects.create()\n",
    SAVED
    + "def f(sender, instance, **kwargs):\n    Order.objects.filter(pk=instance.pk).first()\n",
    SAVED + "def f(sender, instance, **kwargs):\n    sender.objects.get(id=instance.id)\n",
    SAVED + "def f(sender, instance, **kwargs):\n    instance.number = '1'\n",
    "def g():\n    return Tag.objects.first()\n"
    + SAVED
    + "def f(sender, instance, **kwargs):\n    g()\n",
    "@receiver(post_delete, sender=Order)\ndef f(sender, instance, **kwargs):\n    Tag.objects.create()\n",
    "def f(sender, instance, **kwargs):\n    Tag.objects.create()\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


def test_one_receiver_is_one_finding_that_names_the_helper():
    source = (
        "def g():\n    Tag.objects.create()\n"
        + SAVED
        + "def f(sender, **kwargs):\n    g()\n    g()\n"
    )
    (found,) = findings(HEAD + source, CODE)
    assert found.severity == "info"
    assert "writes rows in post_save (in g, shop/signals.py)" in found.message
