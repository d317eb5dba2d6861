"""Models and functions that recipes are given, in a running project: named in every way, tasks queued after the commit."""

from __future__ import annotations

from generate_kit import again, build, django, passing_tests, run

MODELS = """
from django.db import models


class Past(models.Model):
    action = models.CharField(max_length=20)
    object_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)


class Keeper:
    def __init__(self, model):
        self.model = model


class Tag(models.Model):
    name = models.CharField(max_length=20)


class Product(models.Model):
    name = models.CharField(max_length=20)
    tags = models.ManyToManyField(Tag)
    history = Keeper(Past)


class Order(models.Model):
    lead = models.ForeignKey("crm.Lead", on_delete=models.CASCADE)
    title = models.CharField(max_length=20)
"""
FILES = {
    "config/__init__.py": 'from celery import Celery\n\napp = Celery("shop", broker="memory://")\n',
    "crm/models.py": "from django.db import models\n\n\nclass Lead(models.Model):\n    orders = models.IntegerField(default=0)\n",
    "shop/models.py": MODELS,
    "shop/tasks.py": "from celery import shared_task\n\n\n@shared_task\ndef index(pk):\n    raise AssertionError('called')\n",
    "shop/find.py": "seen = []\n\n\ndef forget(pk):\n    seen.append(pk)\n",
}
SPEC = """
recipes:
  - {recipe: audit_log, model: Product, fields: [name], log_model: Product.history.model, on_error: raise}
  - {recipe: normalize, model: Product.history.model, fields: {action: upper}}
  - recipe: create_related
    model: Product
    related: shop.Product.tags.through
    link: product
    defaults: {tag_id: "Tag.objects.using(using).get_or_create(name='new')[0].pk"}
  - {recipe: counter, model: shop.models.Order, target: crm.Lead, field: orders, link: lead}
  - {recipe: search_index, model: Order, index: shop.tasks.index, remove: shop.find.forget}
  - {recipe: bulk_service, model: Order, action: rename, set: {title: "'new'"}, after: index}
  - {recipe: audit_log, name: groups, model: django.contrib.auth.models.Group, fields: [name], log_model: Past}
"""
RUNNING = """
from celery.signals import before_task_publish
from django.contrib.auth.models import Group
from django.db import transaction
from crm.models import Lead
from shop import find, services
queued = []
before_task_publish.connect(lambda body, **_: queued.append(body[0][0]), weak=False)

product = Product.objects.create(name="a")
print("history", Past.objects.values_list("action", "object_id").get() == ("CREATED", str(product.pk)))
print("tags", [tag.name for tag in product.tags.all()])
Group.objects.create(name="g")
print("groups", Past.objects.filter(data={"name": "g"}).count())
with transaction.atomic():
    order = Order.objects.create(lead=Lead.objects.create(), title="x")
    print("before", queued)
print("after", queued == [order.pk], Lead.objects.get().orders)
services.rename(Order.objects.all())
print("bulk", queued[1:] == [[order.pk]], Order.objects.get().title)
pk = order.pk
order.delete()
print("removed", find.seen == [pk], Lead.objects.get().orders)
"""
PRINTED = """
history True
tags ['new']
groups 1
before []
after True 1
bulk True new
removed True 0
"""


def test_models_in_every_spelling_and_tasks_after_the_commit(tmp_path):
    root = build(tmp_path, FILES)
    outcome = run(root, SPEC).write()
    assert again(root, SPEC) == []
    assert "from crm.models import Lead" in outcome.text("shop/signals.py")
    assert django(root, RUNNING).strip() == PRINTED.strip()
    assert passing_tests(root) > 5
