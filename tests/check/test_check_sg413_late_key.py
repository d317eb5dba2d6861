"""SG413: the key of a deleted row, read after the commit."""

import pytest
from check_kit import HEAD, MODELS, assert_flags, assert_silent, lines, mended

CODE = "SG413"
TOP = HEAD + "from functools import partial\nfrom django.db import transaction\n"
LINE = "@receiver(post_delete, sender=Line)\ndef f(sender, instance, **kwargs):\n"
KEYED = MODELS.replace(
    "    name = models.CharField(max_length=9)\n\n\nclass Invoice",
    "    name = models.CharField(max_length=9, primary_key=True)\n\n\nclass Invoice",
)

FLAGGED = [
    LINE + "    transaction.on_commit(lambda: print(instance.pk))  # SG413\n",
    LINE + "    transaction.on_commit(lambda: print(instance.id, instance.pk))  # SG413\n",
    LINE.replace("post", "pre")
    + "    transaction.on_commit(lambda: print(instance.pk))  # SG413\n",
    LINE
    + "    def tell():\n        print(instance.pk)  # SG413\n    transaction.on_commit(tell)\n",
    LINE + "    row = instance\n    transaction.on_commit(lambda: print(row.pk))  # SG413\n",
    LINE + "    transaction.on_commit(lambda: print(instance.order.pk))  # SG413\n",
    LINE + "    transaction.on_commit(lambda: print(instance.order.number))  # SG413\n",
    "def tell(row):\n    print(row.pk)\n\n"
    + LINE
    + "    transaction.on_commit(lambda: tell(instance))  # SG413\n",
    "def tell(row):\n    print(row.pk)\n\n"
    + LINE
    + "    transaction.on_commit(partial(tell, row=instance))  # SG413\n",
    (
        "@receiver([post_save, post_delete], sender=Line)\ndef f(sender, instance, **kwargs):\n"
        "    transaction.on_commit(lambda: print(instance.pk))  # SG413\n"
    ),
    "@receiver(post_delete)\ndef f(sender, **kwargs):\n    row = kwargs['instance']\n    transaction.on_commit(lambda: print(row.pk))  # SG413\n",
]
SILENT = [
    LINE + "    transaction.on_commit(partial(print, instance.pk, instance.order_id))\n",
    LINE + "    transaction.on_commit(lambda pk=instance.pk: print(pk))\n",
    LINE + "    pk = instance.pk\n    transaction.on_commit(lambda: print(pk))\n",
    LINE + "    print(instance.pk)\n    transaction.on_commit(lambda: print(instance.name))\n",
    LINE
    + "    print(instance.order)\n    transaction.on_commit(lambda: print(instance.order.number))\n",
    LINE.replace("delete", "save") + "    transaction.on_commit(lambda: print(instance.pk))\n",
    "def tell(row):\n    print(row.name)\n\n"
    + LINE
    + "    transaction.on_commit(partial(tell, instance))\n",
    (
        "@receiver([post_save, post_delete], sender=Line)\ndef f(sender, instance, signal, **kwargs):\n"
        "    if signal is post_save:\n        transaction.on_commit(lambda: print(instance.pk))\n"
    ),
    "@receiver(post_delete, sender=Order)\ndef f(sender, instance, **kwargs):\n    call = lambda: print(instance.pk)\n    call()\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(TOP + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(TOP + source, CODE)


def test_only_the_declared_key_loses_its_value():
    source = LINE + "    transaction.on_commit(lambda: print(instance.name))  # SG413\n"
    assert_flags({"shop/models.py": KEYED, "shop/signals.py": TOP + source}, CODE)
    other = LINE + "    transaction.on_commit(lambda: print(instance.id))\n"
    assert lines({"shop/models.py": KEYED, "shop/signals.py": TOP + other}, CODE) == []


def test_a_key_that_does_not_cascade_leaves_its_row():
    models = MODELS.replace("CASCADE, related_name", "SET_NULL, null=True, related_name")
    source = TOP + LINE + "    transaction.on_commit(lambda: print(instance.order.number))\n"
    assert_silent({"shop/models.py": models, "shop/signals.py": source}, CODE)


FIXED = {
    "lambda: print(instance.pk)": "lambda pk=instance.pk: print(pk)",
    "lambda: print(instance.pk, a=instance.pk)": "lambda pk=instance.pk: print(pk, a=pk)",
    "lambda: print(instance.order.pk)": "lambda: print(instance.order_id)",
    "lambda: print(instance.order.id)": "lambda: print(instance.order_id)",
}
KEPT = [
    "lambda: print(instance.pk, instance.id)",
    "lambda row=instance: print(row, instance.pk)",
    "lambda: print(instance.order.number)",
    "lambda: print(instance.order.pk, instance.pk)",
]


@pytest.mark.parametrize("before", FIXED)
def test_the_key_is_evaluated_at_once(before):
    source = TOP + LINE + f"    transaction.on_commit({before})\n"
    after = mended({"shop/signals.py": source}, CODE)["shop/signals.py"]
    assert after == source.replace(before, FIXED[before]).encode()


@pytest.mark.parametrize("before", KEPT)
def test_what_is_in_doubt_is_left_to_a_person(before):
    source = TOP + LINE + f"    transaction.on_commit({before})\n"
    assert mended({"shop/signals.py": source}, CODE)["shop/signals.py"] == source


def test_a_taken_name_and_a_key_to_another_column_are_left_to_a_person():
    taken = TOP + LINE + "    pk = 1\n    transaction.on_commit(lambda: print(instance.pk, pk))\n"
    assert mended({"shop/signals.py": taken}, CODE)["shop/signals.py"] == taken
    models = MODELS.replace("CASCADE, related_name", "CASCADE, to_field='number', related_name")
    column = TOP + LINE + "    transaction.on_commit(lambda: print(instance.order.pk))\n"
    files = {"shop/models.py": models, "shop/signals.py": column}
    assert mended(files, CODE)["shop/signals.py"] == column
