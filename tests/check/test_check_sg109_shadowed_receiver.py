"""SG109: a receiver whose name another function takes."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG109"
FIRST = "@receiver(post_save, sender=Tag)\ndef f(sender, **kwargs): ...  # SG109\n"
SECOND = "@receiver(post_delete, sender=Tag)\ndef f(sender, **kwargs): ...\n"
QUIET = FIRST.replace("  # SG109", "")

FLAGGED = [
    FIRST + SECOND,
    FIRST + "def f(x):\n    return x\n",
    FIRST + FIRST + SECOND,
    FIRST + "async def f(sender, **kwargs): ...\n",
    FIRST + "def other():\n    return f(1)\n" + SECOND,
    "def f(sender, **kwargs): ...  # SG109\npost_save.connect(f)\n" + SECOND,
    FIRST + "post_delete.connect(f)\n" + SECOND,
    "@post_save.connect\ndef f(sender, **kwargs): ...  # SG109\n" + SECOND,
]
SILENT = [
    "def f(x): ...\ndef f(sender, **kwargs): ...\npost_save.connect(f)\n",
    QUIET,
    QUIET + SECOND.replace("def f", "def g"),
    "@receiver(post_save, weak=False)\ndef f(sender, **kwargs): ...\n" + SECOND,
    "if X:\n    @receiver(post_save)\n    def f(sender, **kwargs): ...\nelse:\n    @receiver(post_save)\n    def f(sender, **kwargs): ...\n",
    "try:\n    from x import f\nexcept ImportError:\n    @receiver(post_save)\n    def f(sender, **kwargs): ...\n",
    QUIET + "HELD = f\n" + SECOND,
    QUIET + "HELD.append(f)\n" + SECOND,
    QUIET + "post_delete.connect(f, weak=False)\n" + SECOND,
    QUIET + "@wraps(f)\n" + SECOND,
    "@keep\n" + QUIET + SECOND,
    "def f(x): ...\n" + QUIET,
    "from typing import overload\n@overload\ndef f(x: int): ...\n@overload\ndef f(x: str): ...\n"
    + QUIET,
    "def f(sender, **kwargs): ...\n" + QUIET + "def g():\n    post_save.connect(f)\n",
    "class A:\n    @receiver(post_save)\n    def f(sender, **kwargs): ...\n" + SECOND,
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)
