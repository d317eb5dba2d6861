"""Names of bodies, models and loops: each means one thing, in what is generated and in its tests."""

from __future__ import annotations

import pytest
from generate_kit import build, passing_tests, python, run

BODIES = {
    "a queryset": "for tag in instance.tags.all():\n    cache.delete(f'{tag.pk}')",
    "a nested one": "for tag in instance.tags.all():\n    for row in tag.product_set.all():\n        cache.delete(f'{row.pk}')",
    "a name of the test": "for callback in instance.tags.all():\n    job.delay(callback.pk)",
    "a name of the method": "for self in instance.tags.all():\n    job.delay(self.pk)",
    "in a with": "with transaction.atomic():\n    for tag in instance.tags.all():\n        tag.save()",
    "the row itself": "for instance in instance.tags.all():\n    cache.delete(f'{instance.pk}')",
    "rows that may be missing": "try:\n    tag = instance.tags.get(name='x')\nexcept Tag.DoesNotExist:\n    return\ncache.delete(f'{tag.pk}')",
    "the signal": "cache.set('x', signal)",
    "conditions that exclude each other": "if instance.pk > 5:\n    if instance.pk < 3:\n        cache.delete('x')\n    cache.delete('y')",
}


def spec(bodies, key="on_create", more=""):
    head = f"model: Product\ncelery_tasks: [{{name: job, args: [pk]}}]\n{more}handlers:\n"
    return head + "".join(
        f"  - name: h{number}\n    signal: post_save\n    {key}: |\n"
        + "".join(f"      {line}\n" for line in body.splitlines())
        for number, body in enumerate(bodies)
    )


@pytest.mark.parametrize("style", ["unittest", "pytest"])
@pytest.mark.parametrize(("key", "shown"), [("on_create", 0), ("on_update", 4)])
def test_the_tests_of_loops_run(tmp_path, style, key, shown):
    """A row that was just made has no others to loop over."""
    files = {"pyproject.toml": '[tool.signalgen]\ntests = "pytest"\n'} if style == "pytest" else {}
    outcome = run(build(tmp_path, files), spec(BODIES.values(), key)).write()
    of_ready, of_each = 3, 2
    assert passing_tests(outcome.root, style) == of_ready + shown * of_each
    silent = [note for note in outcome.result.notes if note.code == "no-test"]
    assert len(silent) == len(BODIES) - shown


REBOUND = {
    "on_create: |\n      for instance in instance.tags.all():\n          pass\n    after_commit: push(instance.pk)": 1,
    "on_create: |\n      instance = None\n    on_update: push(instance.pk)": 0,
    "body: |\n      created = 1\n    on_create: push(instance.pk)": 1,
    "body: |\n      created = 1": 0,
    "after_commit: |\n      instance = instance.tags.first()": 0,
    "after_commit: |\n      cache.set('x', [instance for instance in (1, 2)])": 0,
    "body: |\n      transaction = 1\n      job.delay(1)": 1,
    "body: |\n      using = 1\n      job.delay(1)": 1,
    "body: |\n      from django.db import transaction\n      job.delay(1)": 0,
    "body: |\n      global instance\n      instance = 1": 1,
    "body: |\n      del instance\n    on_error: log": 0,
    "body: |\n      logger = 1\n    on_error: log": 1,
    "body: |\n      import json as cache\n    on_create: cache.delete('x')": 1,
    "body: |\n      match instance.name:\n        case kwargs:\n          pass": 0,
}


@pytest.mark.parametrize("code", REBOUND)
def test_a_name_that_gets_another_value(tmp_path, code):
    text = f"celery_tasks: [{{name: job, args: [pk]}}]\nimports: [from crm.tasks import push]\nhandlers:\n  - name: h\n    signal: post_save\n    model: Product\n    {code}\n"
    found = run(build(tmp_path), text).problems
    assert [p.code for p in found] == ["name-rebound"] * REBOUND[code], found
    assert all(p.hint == "give it another name" and p.line > 6 for p in found)


OTHER = {
    "crm/models.py": "from django.db import models\n\n\nclass Product(models.Model):\n    name = models.CharField(max_length=9)\n    rank = models.IntegerField(default=0)\n"
}
OWN = "handlers: [{name: a, signal: post_save, model: Product, body: cache.delete('a')}]"
FOREIGN = "handlers: [{name: b, signal: post_save, model: crm.Product, body: cache.delete('b')}]"


@pytest.mark.parametrize(
    "order", [[[OWN, FOREIGN]], [[OWN], [OWN, FOREIGN]], [[FOREIGN], [FOREIGN, OWN]]]
)
def test_two_models_of_one_name(tmp_path, order):
    root = build(tmp_path, OTHER)
    for specs in order:
        done = run(root, *specs)
        done.write()
    text = done.text("shop/signals.py")
    assert "from crm.models import Product as CrmProduct" in text
    assert 'sender=Product, dispatch_uid="shop.a"' in text
    assert 'sender=CrmProduct, dispatch_uid="shop.b"' in text
    python(root, "manage.py", "test")


def test_the_name_that_the_module_has_for_a_model_stays(tmp_path):
    files = {**OTHER, "shop/signals.py": "from crm.models import Product\n"}
    text = run(build(tmp_path, files), OWN).text("shop/signals.py")
    assert "from .models import Product as ShopProduct" in text
    assert "sender=ShopProduct" in text


LEAD = {
    "crm/models.py": "from django.db import models\n\n\nclass Lead(models.Model):\n    name = models.CharField(max_length=9)\n"
    '    customer = models.ForeignKey("shop.Customer", on_delete=models.CASCADE)\n'
}


def recipe(related):
    return f"recipes: [{{recipe: create_related, model: Customer, related: {related}, link: customer}}]"


@pytest.mark.parametrize("related", ["crm.Lead", "crm.models.Lead", "Lead"])
def test_a_recipe_names_a_model_as_handlers_do(tmp_path, related):
    text = run(build(tmp_path, LEAD), recipe(related)).text("shop/signals.py")
    assert "from crm.models import Lead" in text
    assert "Lead.objects.using(using)" in text


@pytest.mark.parametrize(
    ("related", "code"),
    [("crm.Led", "unknown-model"), ("nosuch.Lead", "unknown-model"), ("crm.Product", "name-taken")],
)
def test_a_recipe_names_a_model_that_cannot_be_meant(tmp_path, related, code):
    problems = run(build(tmp_path, OTHER), recipe(related)).problems
    assert code in {p.code for p in problems}, problems
    assert {p.line for p in problems} == {2}


def test_a_recipe_names_the_user_model(tmp_path):
    spec = "{recipe: update_parent, model: Order, parent: settings.AUTH_USER_MODEL, link: user, set: {last_name: 'Max(\"status\")'}}"
    text = run(build(tmp_path), f"recipes: [{spec}]").text("shop/signals.py")
    assert "get_user_model()._base_manager.using(using)" in text
