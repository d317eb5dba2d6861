"""The fixes that only ``--unsafe-fixes`` applies: early returns (SG401, SG405), files (SG406) and second saves (SG201)."""

import ast

import pytest
from check_kit import HEAD, assert_flags, findings, mended

TOP = HEAD + (
    "import os\nfrom pathlib import Path\nfrom django.contrib.auth.signals import user_logged_out, user_login_failed\n"
    "from django.core.files.storage import default_storage\n"
)
SAVED = "\n\n@receiver(post_save, sender=Order)\ndef f({}):\n"
BEFORE = "\n\n@receiver(pre_save, sender=Order)\ndef f({}):\n"
GONE = "\n\n@receiver(post_delete, sender=Order)\ndef f({}):\n"
OUT = "\n\n@receiver(user_logged_out)\ndef f({}):\n"
ADD = "    Tag.objects.create()\n"


def body(text):
    return text[text.index("def f(") :]


def fixed(source, code):
    """Return what is left of the receiver ``f`` after ``--unsafe-fixes``, and the text of the whole module."""
    text = TOP + source
    after = mended({"shop/signals.py": text}, code)["shop/signals.py"]
    after = after.decode() if isinstance(after, bytes) else after
    return body(after), after


def one_line(text):
    """Return code without what lays it out."""
    joined = "".join(line.strip() + " " * line.endswith(",") for line in text.splitlines())
    return joined.replace(", )", ")")


RAW = [
    ("sender, instance, **kwargs", ADD, "sender, instance, **kwargs", 'kwargs.get("raw")'),
    ("sender, instance, **rest", ADD, "sender, instance, **rest", 'rest.get("raw")'),
    ("sender, instance, created, **kwargs", ADD, "sender, instance, created, raw, **kwargs", "raw"),
    ("sender, instance, created=None, **kwargs", ADD, "sender, instance, created=None, raw=False, **kwargs", "raw"),
    ("sender, created=(1), **kwargs", ADD, "sender, created=(1), raw=False, **kwargs", "raw"),
    ("sender, created=(  # )\n    1), **kw", ADD, "sender, created=(  # )\n    1), raw=False, **kw", "raw"),
    ("sender, *, created, **kwargs", ADD, "sender, *, created, raw, **kwargs", "raw"),
    ("sender, *, created=1, using, **kwargs", ADD, "sender, *, created=1, using, raw, **kwargs", "raw"),
    ("sender, created, *args, **kwargs", ADD, "sender, created, raw, *args, **kwargs", "raw"),
    ("sender: type, created: bool, **kwargs", ADD, "sender: type, created: bool, raw: bool, **kwargs", "raw"),
    ("\n    sender,\n    created,  # new\n    **kwargs,\n", ADD, "\n    sender,\n    created,  # new\n    raw,\n    **kwargs,\n", "raw"),
    ("\n    sender,\n    created: bool = True\n", ADD, "\n    sender,\n    created: bool = True,\n    raw: bool = False\n", "raw"),
    ("sender, instance", ADD, "sender, instance, raw", "raw"),
    ("\n    sender,\n    created,\n    **kwargs,\n", ADD, "\n    sender,\n    created,\n    raw,\n    **kwargs,\n", "raw"),
    ("\n    sender,\n    created=(\n        1\n    ),\n", ADD, "\n    sender,\n    created=(\n        1\n    ),\n    raw=False,\n", "raw"),
    ("\n    sender, created,\n    **kwargs\n", ADD, "\n    sender, created, raw,\n    **kwargs\n", "raw"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "rows", "after", "test"), RAW)
def test_raw_comes_in_the_style_of_the_receiver(parameters, rows, after, test):
    source = SAVED.format(parameters) + rows
    assert fixed(source, "SG401")[0] == f"def f({after}):\n    if {test}:\n        return\n{rows}"


PLACED = [
    ('    """Say."""\n' + ADD, '    """Say."""\n    if raw:\n        return\n' + ADD),
    ("    # é\n\n    # why\n" + ADD, "    # é\n\n    if raw:\n        return\n    # why\n" + ADD),
    (
        '    """Say.\n    # so"""\n' + ADD,
        '    """Say.\n    # so"""\n    if raw:\n        return\n' + ADD,
    ),
    (
        "    @print\n    def g(): ...\n" + ADD,
        "    if raw:\n        return\n    @print\n    def g(): ...\n" + ADD,
    ),
    ("  Tag.objects.create()\n", "  if raw:\n    return\n  Tag.objects.create()\n"),
    ("\tTag.objects.create()\n", "\tif raw:\n\t\treturn\n\tTag.objects.create()\n"),
]


@pytest.mark.parametrize(("before", "after"), PLACED)
def test_the_return_stands_above_the_first_statement_and_its_comments(before, after):
    head = "sender, created, **kwargs"
    assert (
        fixed(SAVED.format(head) + before, "SG401")[0]
        == f"def f(sender, created, raw, **kwargs):\n{after}"
    )


def test_the_lines_end_as_the_others_of_the_file():
    text = (TOP + SAVED.format("sender, **kwargs") + ADD).replace("\n", "\r\n")
    after = mended({"shop/signals.py": text.encode()}, "SG401")["shop/signals.py"]
    assert after.count(b"\n") == after.count(b"\r\n") == text.count("\n") + 2


NO_RAW = [
    SAVED.format("sender, **kwargs")[:-1] + " Tag.objects.create()\n",
    SAVED.format("sender, created, /") + ADD,
    SAVED.format("**kwargs").replace("\ndef", "\n@print\ndef") + ADD,
    "\n\npost_save.connect(lambda sender, **kwargs: Tag.objects.create(), weak=False)\n\n\ndef f(): ...\n",
    SAVED.format("sender, created") + ADD + "\n\ndef g(x):\n    f(Order, x)\n",
]


@pytest.mark.parametrize("source", NO_RAW)
def test_no_return_where_there_is_no_place_for_it(source):
    assert fixed(source, "SG401")[1] == TOP + source


@pytest.mark.parametrize(
    "source",
    [
        "\n\n@receiver([post_save, post_delete])\ndef f(sender, created=None, **kwargs):\n" + ADD,
        SAVED.format("sender, created, **kwargs")
        + ADD
        + "\n\ndef g(x):\n    f(Order, created=x)\n",
    ],
    ids=["another signal", "called by name"],
)
def test_whoever_else_calls_the_receiver_need_not_know_of_raw(source):
    assert '    if kwargs.get("raw"):\n        return\n' in fixed(source, "SG401")[0]


NONE = [
    (
        "sender, user, **kwargs",
        "    print(user.pk)\n",
        "    if user is None:\n        return\n    print(user.pk)\n",
    ),
    (
        "sender, **kwargs",
        '    x = 1\n    print(kwargs["user"].pk)\n    x = 2\n',
        '    x = 1\n    if kwargs["user"] is None:\n        return\n    print(kwargs["user"].pk)\n    x = 2\n',
    ),
    (
        "sender, **kwargs",
        "    u = kwargs.get('user')\n    for x in '12':\n        print(x, u.pk)\n    u.save()\n",
        "    u = kwargs.get('user')\n    if u is None:\n        return\n    for x in '12':\n        print(x, u.pk)\n    u.save()\n",
    ),
    (
        "sender, user, **kwargs",
        "    # who\n    print(user.pk)  # é\n    print(user.email)\n",
        "    if user is None:\n        return\n    # who\n    print(user.pk)  # é\n    print(user.email)\n",
    ),
]


@pytest.mark.parametrize(("parameters", "before", "after"), NONE)
def test_nobody_is_asked_for_before_the_first_use(parameters, before, after):
    source = OUT.format(parameters) + before
    assert_flags(TOP + OUT.format(parameters) + marked(before), "SG405")
    assert fixed(source, "SG405")[0] == f"def f({parameters}):\n{after}"


def marked(text):
    """Mark the first line that uses the user."""
    used = next(line for line in text.splitlines() if ".pk" in line)
    return text.replace(used, f"{used}  # SG405", 1)


@pytest.mark.parametrize(
    "source",
    [
        OUT.format("sender, **kwargs") + "    print(kwargs.pop('user').pk)\n",
        OUT.format("sender, user, **kwargs")[:-1] + " print(user.pk)\n",
        OUT.format("sender, user, **kwargs") + "    x = 1; print(user.pk)\n",
        "\n\nuser_logged_out.connect(lambda user, **kwargs: print(user.pk), weak=False)\n\n\ndef f(): ...\n",
    ],
)
def test_no_question_where_there_is_no_place_for_it(source):
    assert findings(TOP + source, "SG405")
    assert fixed(source, "SG405")[1] == TOP + source


FILES = [
    ("os.remove(instance.number)", "partial(os.remove, instance.number)"),
    ("default_storage.delete(instance.number)", "partial(default_storage.delete, instance.number)"),
    ("instance.file.delete(save=False)", "partial(instance.file.delete, save=False)"),
    (
        "instance.file.storage.delete(instance.file.name)",
        "partial(instance.file.storage.delete, instance.file.name)",
    ),
    ("Path(instance.number).unlink()", "Path(instance.number).unlink"),
    (
        "Path(instance.number).unlink(missing_ok=True)",
        "partial(Path(instance.number).unlink, missing_ok=True)",
    ),
]


@pytest.mark.parametrize(("before", "after"), FILES)
@pytest.mark.parametrize(
    ("parameters", "using"),
    [
        ("sender, instance, using, **kwargs", ", using=using"),
        ("sender, instance, **kw", ', using=kw.get("using")'),
    ],
)
def test_a_file_goes_after_the_commit(before, after, parameters, using):
    found, text = fixed(GONE.format(parameters) + f"    {before}\n", "SG406")
    assert one_line(found) == f"def f({parameters}):transaction.on_commit({after}{using})"
    assert max(map(len, found.splitlines())) <= 88
    assert ("from functools import partial\n" in text) is ("partial(" in after)
    assert "from django.db import transaction\n" in text


def test_each_turn_of_a_loop_removes_its_own_file():
    source = GONE.format("sender, instance, **kwargs")
    found, _ = fixed(
        source + "    for name in instance.number:\n        os.remove(name)\n", "SG406"
    )
    assert 'on_commit(partial(os.remove, name), using=kwargs.get("using"))' in found


NO_FILES = [
    "    try:\n        os.remove(instance.number)\n    except OSError:\n        pass\n",
    "    x = os.remove(instance.number)\n",
    "    os.remove((x := instance.number))\n",
    "    instance.file.delete()\n",
    "    instance.file.delete(save=True)\n",
    "    drop(instance)\n\n\ndef drop(order):\n    os.remove(order.number)\n",
    "    using = 1\n    os.remove(instance.number)\n",
    "    partial = 1\n    os.remove(instance.number)\n",
    "    with open('x'):\n        os.remove(instance.number)\n",
]


@pytest.mark.parametrize("rows", NO_FILES)
def test_a_removal_that_somebody_watches_stays(rows):
    source = GONE.format("sender, instance, using, **kwargs") + rows
    assert findings(TOP + source, "SG406")
    assert fixed(source, "SG406")[1] == TOP + source


SAVES = [
    (
        "    instance.number = 'x'\n    instance.save()\n",
        "    instance.number = 'x'\n    sender.objects.filter(pk=instance.pk).update(number=instance.number)\n",
    ),
    (
        "    instance.number, instance.email = 'x', 'y'\n    instance.save()\n",
        "    instance.number, instance.email = 'x', 'y'\n    sender.objects.filter(pk=instance.pk).update(number=instance.number, email=instance.email)\n",
    ),
    (
        "    mark(instance)\n    instance.save(update_fields=['number'])\n",
        "    mark(instance)\n    sender.objects.filter(pk=instance.pk).update(number=instance.number)\n",
    ),
    (
        "    if not instance.number:\n        instance.user_id = 1\n        instance.save()\n",
        "    if not instance.number:\n        instance.user_id = 1\n        sender.objects.filter(pk=instance.pk).update(user_id=instance.user_id)\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), SAVES)
def test_a_save_after_the_save_is_an_update(before, after):
    head = "sender, instance, **kwargs"
    assert fixed(SAVED.format(head) + before, "SG201")[0] == f"def f({head}):\n{after}"


def test_a_receiver_without_a_sender_asks_the_row():
    source = SAVED.format("instance, **kwargs") + "    instance.number = 'x'\n    instance.save()\n"
    assert "type(instance).objects.filter(" in fixed(source, "SG201")[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    instance.number = 'x'\n    instance.save()\n", "    instance.number = 'x'\n"),
        ("    instance.save()\n", "    pass\n"),
        ("    x = 1\n    instance.save()  # why\n", "    x = 1\n    pass  # why\n"),
        ("    x = 1; instance.save()\n", "    x = 1; pass\n"),
    ],
)
def test_a_save_before_the_save_is_left_out(before, after):
    head = "sender, instance, **kwargs"
    assert fixed(BEFORE.format(head) + before, "SG201")[0] == f"def f({head}):\n{after}"


AFTER = SAVED.format("sender, instance, **kwargs")
NO_SAVES = [
    AFTER + "    instance.save()\n",
    AFTER + "    mark(instance)\n    instance.number = 1\n    instance.save()\n",
    AFTER + "    instance.reset()\n    instance.number = 1\n    instance.save()\n",
    AFTER + "    instance.unknown = 1\n    instance.save()\n",
    AFTER + "    instance.file = 'x'\n    instance.save()\n",
    AFTER + "    instance.number = 1\n    instance.save(using='other')\n",
    AFTER + "    instance.number = 1\n    x = instance.save()\n",
    AFTER + "    instance.save(update_fields=names)\n",
    AFTER + "    instance.save(update_fields=['tags'])\n",
    AFTER + "    Order.objects.create()\n",
    "\n\n@receiver(post_save)\ndef f(sender, instance, **kwargs):\n    instance.number = 1\n    instance.save()\n",
    "\n\n@receiver([pre_save, post_save], sender=Order)\ndef f(sender, instance, **kwargs):\n    instance.number = 1\n    instance.save()\n",
    BEFORE.format("sender, instance, **kwargs")
    + "    if not instance.pk:\n        instance.save()\n",
    BEFORE.format("sender, instance, **kwargs") + "    instance.save(force_insert=True)\n",
]


@pytest.mark.parametrize("source", NO_SAVES)
def test_a_save_stays_where_nobody_knows_what_it_writes(source):
    assert findings(TOP + source, "SG201")
    assert fixed(source, "SG201")[1] == TOP + source


def test_a_manager_of_another_name_is_none_to_write_through():
    models = (
        "from django.db import models\nclass Order(models.Model):\n    rows = models.Manager()\n"
        "    number = models.CharField()\n"
    )
    source = "from shop.models import Order\nfrom django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
    source += AFTER + "    instance.number = 1\n    instance.save()\n"
    found = findings({"shop/models.py": models, "shop/signals.py": source}, "SG201")
    assert [item.fix for item in found] == [None]
    known = findings(
        {"shop/models.py": models.replace("rows", "objects"), "shop/signals.py": source}, "SG201"
    )
    assert [item.fix.safe for item in known] == [False]
    ast.parse(known[0].fix.edits[0].new)


def test_a_parameter_on_its_own_line_ends_as_the_others_of_the_file():
    head = "\n    sender,\n    created,\n    **kwargs,\n"
    text = (TOP + SAVED.format(head) + ADD).replace("\n", "\r\n")
    after = mended({"shop/signals.py": text.encode()}, "SG401")["shop/signals.py"]
    assert b"    created,\r\n    raw,\r\n    **kwargs,\r\n" in after
    assert after.count(b"\n") == after.count(b"\r\n") == text.count("\n") + 3
