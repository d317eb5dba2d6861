"""SG408: a write that failed, and a receiver that goes on."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG408"
TOP = HEAD + "from django.db import DatabaseError, IntegrityError, transaction\nimport django.db\n"
SAVED = "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n"
WRITE = "    try:\n        Tag.objects.create()\n"
MARKED = "    try:\n        Tag.objects.create()  # SG408\n"

HELPER = "def g():\n    Tag.objects.create()\n"
CAUGHT = "    try:\n        g()\n    except Exception:\n        print()\n"
FLAGGED = [
    HELPER + SAVED + CAUGHT.replace("g()", "g()  # SG408"),
    "def h():\n    g()\n" + HELPER + SAVED + CAUGHT.replace("g()", "h()  # SG408"),
    "def h():\n" + CAUGHT + HELPER + SAVED + "    h()  # SG408\n",
    SAVED + MARKED + "    except Exception:\n        pass\n",
    SAVED + MARKED + "    except:\n        print()\n",
    SAVED + MARKED + "    except (ValueError, IntegrityError):\n        return\n",
    SAVED + MARKED + "    except django.db.DatabaseError as error:\n        print(error)\n",
    SAVED + MARKED + "    except ValueError:\n        raise\n    except Exception:\n        pass\n",
    SAVED + "    try:\n        instance.save()  # SG408\n    except Exception:\n        pass\n",
    SAVED
    + "    try:\n        try:\n            Tag.objects.create()  # SG408\n        except ValueError:\n            pass\n"
    + "    except Exception:\n        pass\n",
    SAVED
    + "    with transaction.atomic():\n        try:\n            Tag.objects.update(name='')  # SG408\n"
    + "        except Exception:\n            pass\n",
    "def g():\n    try:\n        Tag.objects.create()\n    except Exception:\n        pass\n"
    + SAVED
    + "    g()  # SG408\n",
]
LATER = "def later(f):\n    return lambda **kw: transaction.on_commit(lambda: f(**kw))\n"
SILENT = [
    LATER
    + SAVED.replace("def f", "@later\ndef f")
    + WRITE
    + "    except Exception:\n        pass\n",
    SAVED
    + "    try:\n        with transaction.atomic():\n            Tag.objects.create()\n    except Exception:\n        pass\n",
    SAVED + WRITE + "    except Exception:\n        print()\n        raise\n",
    SAVED + WRITE + "    except Exception as error:\n        raise ValueError from error\n",
    SAVED + WRITE + "    except IntegrityError:\n        transaction.set_rollback(True)\n",
    SAVED + WRITE + "    except Tag.DoesNotExist:\n        pass\n",
    SAVED + WRITE + "    except ValueError:\n        pass\n",
    SAVED + WRITE + "    finally:\n        print()\n",
    SAVED + "    try:\n        print()\n    except Exception:\n        Tag.objects.create()\n",
    SAVED
    + "    try:\n        Tag.objects.get_or_create(name='')\n    except Exception:\n        pass\n",
    SAVED + "    try:\n        Tag.objects.get(pk=1)\n    except Exception:\n        pass\n",
    SAVED
    + "    try:\n        remote.save()\n        cache.set('a', 1)\n    except Exception:\n        pass\n",
    "def g():\n    try:\n        Tag.objects.create()\n    except Exception:\n        pass\n"
    + SAVED
    + "    transaction.on_commit(g)\n",
    "def g():\n    try:\n        Tag.objects.create()\n    except Exception:\n        pass\n",
    HELPER + SAVED + "    g()\n",
    HELPER + SAVED + "    try:\n        g()\n    except Exception:\n        raise\n",
    HELPER
    + SAVED
    + "    try:\n        with transaction.atomic():\n            g()\n    except Exception:\n"
    "        if transaction.get_connection().needs_rollback:\n            raise\n        print()\n",
    "@transaction.atomic\n" + HELPER + SAVED + CAUGHT,
    "def h():\n    with transaction.atomic():\n        g()\n"
    + HELPER
    + SAVED
    + CAUGHT.replace("g()", "h()"),
    "def g():\n    with transaction.atomic():\n        Tag.objects.create()\n" + SAVED + CAUGHT,
    "def g():\n    cache.set('a', 1)\n" + SAVED + CAUGHT,
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(TOP + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(TOP + source, CODE)


def test_a_call_is_told_once_however_many_helpers_below_it_swallow():
    helper = (
        "def {}():\n    try:\n        Tag.objects.create()\n    except Exception:\n        pass\n"
    )
    source = helper.format("one") + helper.format("two") + "def both():\n    one()\n    two()\n"
    assert len(findings(TOP + source + SAVED + "    both()\n", CODE)) == 1
    assert len(findings(TOP + source + SAVED + "    one()\n    two()\n", CODE)) == 2
