"""The async methods of rows and managers count wherever the others do."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent

SAVED = "@receiver(post_save, sender=Order)\nasync def f(sender, instance, **kwargs):\n"


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("SG201", "    await Order.objects.acreate()  # SG201\n"),
        ("SG201", "    await Order.objects.aget_or_create(pk=1)  # SG201\n"),
        ("SG401", "    await Tag.objects.acreate(name='x')  # SG401\n"),
        ("SG401", "    await Tag.objects.aget(pk=1)  # SG401\n"),
        (
            "SG408",
            "    try:\n        await Tag.objects.acreate()  # SG408\n    except Exception:\n        pass\n",
        ),
    ],
)
def test_an_async_write_is_one(code: str, body: str):
    assert_flags(HEAD + SAVED + body, code)


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("SG201", "    await Order.objects.aupdate(number=1)\n"),
        ("SG201", "    await Tag.objects.acreate()\n"),
        ("SG401", "    await load(instance)\n"),
        (
            "SG408",
            "    try:\n        await Tag.objects.aget_or_create(name='')\n    except Exception:\n        pass\n",
        ),
    ],
)
def test_what_else_is_awaited_is_none(code: str, body: str):
    assert_silent(HEAD + SAVED + body, code)
