"""SG103: modules that nothing imports, and those that are loaded by their name."""

from __future__ import annotations

import pytest
from check_kit import assert_flags, assert_silent

HEARD = (
    "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
    "@receiver(post_save)  # SG103\ndef heard(sender, **kwargs): ...\n"
)
WORKER = (
    "from celery.signals import setup_logging\n@setup_logging.connect\ndef logs(**kwargs): ...\n"
)
CONFIG = "from lib import BaseConfig\nclass ShopConfig(BaseConfig):\n    name = 'shop'\n"


@pytest.mark.parametrize("listed", ["['signals']", '("views", "signals")'])
def test_a_module_that_the_config_lists_is_left_alone(listed: str):
    assert_silent(
        {"shop/signals.py": HEARD, "shop/apps.py": f"{CONFIG}    modules = {listed}\n"}, "SG103"
    )


@pytest.mark.parametrize("listed", ["['views']", "['old_signals']"])
def test_one_that_it_does_not_list_is_found(listed: str):
    assert_flags(
        {"shop/signals.py": HEARD, "shop/apps.py": f"{CONFIG}    modules = {listed}\n"}, "SG103"
    )


def test_receivers_of_the_worker_are_left_alone():
    assert_silent({"shop/signals.py": WORKER, "shop/apps.py": CONFIG}, "SG103")


def test_those_of_a_model_next_to_them_are_not():
    mixed = "from celery.signals import setup_logging\n" + HEARD + WORKER.partition("\n")[2]
    assert_flags({"shop/signals.py": mixed, "shop/apps.py": CONFIG}, "SG103")


@pytest.mark.parametrize(
    "call", ["get_class('cart.signals', 'done')", "get_classes('cart.signals', ['done'])"]
)
def test_a_module_whose_end_a_loader_of_classes_names_is_left_alone(call: str):
    assert_silent(
        {"shop/signals.py": HEARD, "shop/apps.py": CONFIG, "shop/more.py": f"done = {call}\n"},
        "SG103",
    )


def test_the_name_alone_loads_nothing():
    # The whole name in a string counts anywhere, its end only where something imports by name.
    files = {
        "shop/signals.py": HEARD,
        "shop/apps.py": CONFIG,
        "shop/more.py": "done = 'other.signals'\n",
    }
    assert_flags(files, "SG103")
