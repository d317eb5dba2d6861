"""Recipe save_related listens to the model at the other end, whichever side the relation is on and wherever that is."""

from __future__ import annotations

from generate_kit import again, build, passing_tests, run

MODELS = """
from django.conf import settings
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=20)


class Profile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.CharField(max_length=20)
    changed_at = models.DateTimeField(auto_now=True)


class Special(Profile):
    class Meta:
        proxy = True


class Order(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)


fields = {"__module__": __name__, "of": models.OneToOneField(Customer, models.CASCADE, related_name="card")}
type("Card", (models.Model,), fields)
"""
SPEC = """
recipes:
  - {recipe: save_related, model: settings.AUTH_USER_MODEL, relation: profile}
  - {recipe: save_related, model: Order, relation: user}
  - {recipe: save_related, name: along, model: Order, relation: customer}
  - {recipe: save_related, model: Customer, relation: card}
"""


def test_each_relation_is_followed_to_its_model(tmp_path):
    root = build(tmp_path, {"shop/models.py": MODELS})
    made = run(root, SPEC)
    assert made.problems == ()
    made.write()
    text = made.text("shop/signals.py")
    for sender in (
        "[post_init, post_save], sender=Profile,",
        "[post_init, post_save], sender=Special,",
        "[post_init, post_save], sender=settings.AUTH_USER_MODEL,",
        "[post_init, post_save], sender=Customer,",
        '[post_init, post_save], sender=Customer._meta.get_field("card").related_model,',
    ):
        assert sender in " ".join(text.split()), text
    assert passing_tests(root) >= 3
    assert again(root, SPEC) == []
