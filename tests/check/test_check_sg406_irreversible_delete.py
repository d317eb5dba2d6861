"""SG406: a file that is gone before the deletion is certain."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG406"
TOP = (
    HEAD
    + "import os, shutil\nfrom pathlib import Path\nfrom django.db import transaction\nfrom django.core.files.storage import default_storage\n"
)
GONE = "@receiver(post_delete, sender=Order)\ndef f(sender, instance, **kwargs):\n"

FLAGGED = [
    GONE + "    os.remove(instance.number)  # SG406\n",
    GONE + "    shutil.rmtree(instance.number)  # SG406\n",
    GONE + "    default_storage.delete(instance.number)  # SG406\n",
    GONE + "    Path(instance.number).unlink()  # SG406\n",
    GONE + "    path = Path(instance.number)\n    path.unlink()  # SG406\n",
    GONE + "    instance.path.unlink(missing_ok=True)  # SG406\n",
    GONE + "    if instance.path.is_file():\n        instance.path.unlink()  # SG406\n",
    GONE + "    if instance.file:\n        instance.file.delete()  # SG406\n",
    GONE + "    instance.file.storage.delete(instance.file.name)  # SG406\n",
    GONE + "    instance.other.delete(save=False)  # SG406\n",
    GONE + "    instance.other.delete(False)  # SG406\n",
    GONE + "    os.rename(instance.number, 'x')  # SG406\n",
    GONE + "    shutil.move(instance.file.path, 'x')  # SG406\n",
    GONE + "    storage = instance.file.storage\n    storage.delete(instance.number)  # SG406\n",
    GONE
    + "    file = instance.file\n    storage = file.storage\n    storage.delete(file.name)  # SG406\n",
    "def g(path):\n    os.unlink(path)\n" + GONE + "    g(instance.number)  # SG406\n",
    "def f(sender, instance, **kwargs):\n    os.remove(instance.number)  # SG406\npre_delete.connect(f)\n",
]
SILENT = [
    GONE + "    transaction.on_commit(lambda: os.remove(instance.number))\n",
    GONE + "    def g():\n        os.remove(instance.number)\n    transaction.on_commit(g)\n",
    GONE + "    file = instance.file\n    transaction.on_commit(lambda: file.delete(save=False))\n",
    "def g(path):\n    os.unlink(path)\n"
    + GONE
    + "    transaction.on_commit(lambda: g(instance.number))\n",
    GONE + "    instance.user.delete()\n",
    GONE + "    instance.lines.all().delete()\n",
    GONE + "    instance.unlink()\n",
    GONE + "    os.rename('y', instance.number)\n    os.makedirs('x')\n",
    GONE
    + "    try:\n        os.rename('y', 'z')\n    except OSError:\n        os.rename(instance.number, 'y')\n",
    GONE + "    storage = instance.user\n    storage.delete(instance.number)\n",
    GONE + "    transaction.on_commit(lambda: shutil.move(instance.number, 'x'))\n",
    GONE + "    os.rmdir('x')\n    Path('x').rmdir()\n",
    GONE + "    cache.delete(instance.number)\n",
    "def remove(x): ...\n" + GONE + "    remove(instance.number)\n",
    "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n    os.remove(instance.number)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(TOP + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(TOP + source, CODE)


def test_the_message_says_what_removes_it_and_where():
    (found,) = findings(
        TOP + "def g(path):\n    os.unlink(path)\n" + GONE + "    g(1)\n    print()\n", CODE
    )
    assert "os.unlink (in g, shop/signals.py)" in found.message
