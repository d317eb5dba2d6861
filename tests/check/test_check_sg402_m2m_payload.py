"""SG402: ``pk_set`` after a clear, and receivers that forget the other side."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG402"
CHANGED = "@receiver(m2m_changed, sender=Order.tags.through)\n"
PLAIN = CHANGED + "def f(sender, action, pk_set, reverse, **kwargs):\n"

FLAGGED = [
    PLAIN + "    for pk in pk_set:  # SG402\n        print(pk)\n",
    PLAIN + "    print(len(pk_set))  # SG402\n",
    PLAIN + "    if 3 in pk_set:  # SG402\n        print()\n",
    PLAIN + "    print([pk for pk in pk_set])  # SG402\n",
    PLAIN + "    Tag.objects.filter(pk__in=pk_set)  # SG402\n",
    PLAIN + "    if action.startswith('post'):\n        list(pk_set)  # SG402\n",
    PLAIN + "    if action in ('post_add', 'post_clear'):\n        list(pk_set)  # SG402\n",
    PLAIN + "    if action == 'pre_add':\n        return\n    list(pk_set)  # SG402\n",
    PLAIN + "    if action == 'post_add':\n        print(pk_set.pop())  # SG402\n",
    PLAIN + "    if action == 'post_add':\n        print(next(iter(pk_set)))  # SG402\n",
    PLAIN + "    if action == 'post_add':\n        print(list(pk_set)[0])  # SG402\n",
    CHANGED + "def f(sender, **kwargs):\n    sorted(kwargs['pk_set'])  # SG402\n",
    CHANGED
    + "def f(sender, **kwargs):\n    keys = kwargs.get('pk_set')\n    sorted(keys)  # SG402\n",
    PLAIN
    + "    if reverse:\n        keys = [1]\n    else:\n        keys = pk_set\n        sorted(keys)  # SG402\n",
    "def g(keys, action):\n    if action != 'post_add':\n        list(keys)\n"
    + PLAIN
    + "    g(pk_set, action)  # SG402\n",
    "def g(keys):\n    list(keys)\n" + PLAIN + "    g(keys=pk_set)  # SG402\n",
    CHANGED + "def f(sender, instance, action, **kwargs):\n    print(instance.email)  # SG402\n",
]
SILENT = [
    PLAIN + "    if action == 'post_add':\n        sorted(pk_set)\n",
    PLAIN
    + "    if action in {'post_add', 'post_remove'} and not reverse:\n        sorted(pk_set)\n",
    "ADDED = ('post_add',)\n" + PLAIN + "    if action in ADDED:\n        sorted(pk_set)\n",
    "from elsewhere import ADDED\n" + PLAIN + "    if action in ADDED:\n        sorted(pk_set)\n",
    PLAIN + "    if action.endswith('_clear'):\n        return\n    sorted(pk_set)\n",
    PLAIN + "    if pk_set:\n        sorted(pk_set)\n        pk_set.pop()\n",
    PLAIN + "    if not pk_set:\n        return\n    sorted(pk_set)\n",
    PLAIN + "    print(len(pk_set) if pk_set is not None else 0)\n",
    PLAIN + "    print(sorted(pk_set or ()))\n",
    PLAIN + "    pk_set = pk_set or set()\n    print(sorted(pk_set))\n",
    PLAIN + "    try:\n        sorted(pk_set)\n    except TypeError:\n        print()\n",
    PLAIN + "    match action:\n        case 'post_add':\n            sorted(pk_set)\n",
    PLAIN
    + "    if action == 'post_add':\n        x = 1\n    elif action.endswith('clear'):\n        raise ValueError\n    sorted(pk_set)\n",
    PLAIN + "    added = action == 'post_add'\n    if added:\n        sorted(pk_set)\n",
    PLAIN + "    print('keys %s' % pk_set, pk_set)\n",
    PLAIN
    + "    if reverse:\n        keys = pk_set\n    else:\n        keys = [1]\n    sorted(keys)\n",
    PLAIN + "    if action == 'post_remove':\n        print(pk_set.pop())\n",
    PLAIN + "    if action == 'post_add':\n        print(next(iter(pk_set), None))\n",
    "def g(keys):\n    if keys:\n        list(keys)\n" + PLAIN + "    g(pk_set)\n",
    "def g(keys):\n    list(keys)\n" + PLAIN + "    if action == 'post_add':\n        g(pk_set)\n",
    "def f(pk_set):\n    list(pk_set)\n",
    CHANGED
    + "def f(sender, instance, reverse, **kwargs):\n    if not reverse:\n        print(instance.email)\n",
    CHANGED
    + "def f(sender, instance, **kwargs):\n    if isinstance(instance, Order):\n        print(instance.email)\n",
    CHANGED + "def f(sender, instance, **kwargs):\n    print(instance.name, instance.pk)\n",
    CHANGED + "def f(sender, instance, **kwargs):\n    print(instance.anything)\n",
    "@receiver(m2m_changed)\ndef f(sender, instance, **kwargs):\n    print(instance.email)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


def test_the_forgotten_side_is_an_info_and_the_rest_an_error():
    source = (
        CHANGED
        + "def f(sender, instance, pk_set, **kwargs):\n    print(instance.email)\n    list(pk_set)\n"
    )
    assert {item.severity for item in findings(HEAD + source, CODE)} == {"info", "error"}


def test_the_message_names_the_helper_in_which_it_fails():
    (found,) = findings(HEAD + "def g(keys):\n    list(keys)\n" + PLAIN + "    g(pk_set)\n", CODE)
    assert "used in g, shop/signals.py" in found.message
