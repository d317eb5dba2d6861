"""``new --adopt`` takes over receivers that people wrote: no byte of them changes, and later specs are merged into them."""

from __future__ import annotations

import json

import pytest
from runs_kit import World, build, contents, tree
from runs_stories import LAYOUTS

pytestmark = pytest.mark.usefixtures("fast")
BY_HAND = """\
from django.core.cache import cache
from django.db.models import signals
from django.dispatch import receiver

from shop.models import Order


@receiver(signals.post_save, sender=Order)
def on_order(sender, instance, created, **kwargs):  # ours
    if created:
        cache.set("one", 1)
"""
HANDLER = {
    "name": "on_order",
    "module": "listeners",
    "signal": "post_save",
    "model": "Order",
    "raw": "run",
    "on_create": 'cache.set("one", 1)',
}


@pytest.fixture
def shop(tmp_path) -> World:
    """A project with a receiver that somebody wrote."""
    here = World(build(tmp_path / "project", LAYOUTS["bare"]))
    (here.root / "shop/listeners.py").write_text(BY_HAND)
    return here


def say(here: World, *handlers: dict[str, object], **keys: object) -> None:
    here.say("shop.yaml", json.dumps({"app": "shop", "handlers": handlers, **keys}))


def adopted(here: World, **other: object) -> None:
    """Adopt the receiver without tests."""
    say(here, {**HANDLER, **other}, test_detail="none")
    done = here.command("new", ["shop.yaml"], "--adopt")
    assert done.code == 0, done.text


def own(here: World) -> dict[str, bytes]:
    """Return the files of the project without signalgen's record."""
    return {
        path: data
        for path, data in contents(tree(here.root)).items()
        if not path.startswith(".signalgen")
    }


def test_a_receiver_that_is_what_the_spec_says_is_taken_over_and_no_byte_changes(shop):
    before = own(shop)
    adopted(shop)
    assert own(shop) == before, "no import, no ready(), no tests"
    again = contents(tree(shop.root))
    assert shop.new().code == 0
    assert contents(tree(shop.root)) == again, "nor by the next run"


def test_what_the_spec_says_later_goes_into_the_body_and_the_rest_stays(shop):
    adopted(shop)
    say(shop, {**HANDLER, "on_create": 'cache.set("one", 2)'}, test_detail="none")
    done = shop.new()
    assert done.code == 0, done.text
    text = (shop.root / "shop/listeners.py").read_text()
    assert text == BY_HAND.replace('"one", 1', '"one", 2')


def test_a_new_receiver_beside_one_that_was_adopted_is_loaded(shop):
    adopted(shop)
    assert "listeners" not in (shop.root / "shop/apps.py").read_text()
    say(shop, HANDLER, {**HANDLER, "name": "another"}, test_detail="none")
    assert shop.new().code == 0
    assert "listeners" in (shop.root / "shop/apps.py").read_text()


@pytest.mark.parametrize(
    "other",
    [
        {"signal": "post_delete", "on_create": None, "raw": None, "body": "print(1)"},
        {"signal": ["post_save", "pre_save"]},
        {"model": "auth.User"},
    ],
    ids=["another signal", "one signal of two", "another sender"],
)
def test_a_receiver_of_something_else_is_not_taken_over(shop, other):
    handler = {key: value for key, value in {**HANDLER, **other}.items() if value is not None}
    say(shop, handler, test_detail="none")
    before = contents(tree(shop.root))
    done = shop.command("new", ["shop.yaml"], "--adopt")
    assert done.code == 4
    assert "already taken" in done.err
    before.pop("shop.yaml", None)
    after = contents(tree(shop.root))
    after.pop("shop.yaml", None)
    assert after == before


def test_a_function_that_hears_nothing_is_not_taken_over(shop):
    plain = BY_HAND.replace("@receiver(signals.post_save, sender=Order)\n", "")
    (shop.root / "shop/listeners.py").write_text(plain)
    say(shop, HANDLER, test_detail="none")
    assert shop.command("new", ["shop.yaml"], "--adopt").code == 4


def test_without_the_option_a_receiver_of_the_name_stands_in_the_way(shop):
    say(shop, HANDLER, test_detail="none")
    done = shop.new()
    assert done.code == 4
    assert "a receiver of the same signals" in done.err
    assert "--adopt" in done.err


def test_a_receiver_that_is_connected_in_ready_is_taken_over(shop):
    plain = BY_HAND.replace("@receiver(signals.post_save, sender=Order)\n", "")
    plain += "\n\nsignals.post_save.connect(on_order, sender=Order)\n"
    (shop.root / "shop/listeners.py").write_text(plain)
    adopted(shop)
    assert (shop.root / "shop/listeners.py").read_text() == plain


def test_a_receiver_among_the_models_is_taken_over_and_its_model_named_as_there(shop):
    (shop.root / "shop/listeners.py").unlink()
    models = (shop.root / "shop/models.py").read_text()
    written = models + "\n\n" + BY_HAND.partition("from shop.models import Order\n")[2].lstrip("\n")
    written = (
        BY_HAND.partition("\n\nfrom shop")[0]
        + "\n"
        + written.replace("@receiver(signals.post_save", "@receiver([signals.post_save]")
    )
    (shop.root / "shop/models.py").write_text(written)
    adopted(shop, module="models")
    assert (shop.root / "shop/models.py").read_text() == written


def test_remove_leaves_what_was_adopted_where_it_is_edited(shop):
    adopted(shop)
    before = (shop.root / "shop/listeners.py").read_text()
    done = shop.command("remove", ["shop.yaml"])
    assert done.code == 3
    assert (shop.root / "shop/listeners.py").read_text() == before


def test_a_module_that_a_handler_names_is_made_with_a_docstring_and_loaded(shop):
    (shop.root / "shop/listeners.py").unlink()
    say(shop, {**HANDLER, "module": "hearing"}, {**HANDLER, "name": "usual", "module": "signals"})
    assert shop.new().code == 0
    made = (shop.root / "shop/hearing.py").read_text()
    assert made.startswith('"""Signal receivers of shop."""\n')
    assert "def on_order(" in made
    apps = (shop.root / "shop/apps.py").read_text()
    assert "hearing" in apps
    assert "signals" in apps
