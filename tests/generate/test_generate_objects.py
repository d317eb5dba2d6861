"""Senders that are no models, and rows whose own ``delete()`` keeps them: the generated tests send and delete in earnest."""

from __future__ import annotations

import pytest
from generate_kit import SETTINGS, again, build, passing_tests, run

CELERY = {
    "config/__init__.py": "from celery import Celery\n\napp = Celery('shop', broker='memory://')\n",
    "shop/tasks.py": "from celery import shared_task\n\n\n@shared_task\ndef ring(times):\n    return times\n",
}
RUNG = """
handlers:
- name: rung
  signal: celery.signals.task_success
  sender: {0}
  body: 'Tag.objects.create(name=str(result)[:20])'
"""


def test_a_task_of_the_project_sends(tmp_path):
    root = build(tmp_path, CELERY)
    spec = RUNG.format("shop.tasks.ring")
    outcome = run(root, spec).write()
    assert "@receiver(task_success, sender=ring, " in outcome.text("shop/signals.py")
    assert "from .tasks import ring" in outcome.text("shop/signals.py")
    assert "task_success.send(sender=ring, " in outcome.text("shop/tests/test_signals.py")
    assert passing_tests(root) >= 3
    assert again(root, spec) == []


@pytest.mark.parametrize("sender", ["shop.tasks.rang", "shop.bells.ring", "shop.tasks.Ring"])
def test_what_is_not_there_sends_nothing(sender, tmp_path):
    (problem,) = run(build(tmp_path, CELERY), RUNG.format(sender)).problems
    assert (problem.code, problem.line) == ("unknown-model", 5)


def test_a_model_that_listens_to_saves_is_no_object(tmp_path):
    spec = (
        "handlers: [{name: a, signal: post_save, sender: shop.tasks.ring, body: cache.clear()}]\n"
    )
    (problem,) = run(build(tmp_path, CELERY), spec).problems
    assert problem.code == "unknown-model"


OWN_SIGNAL = "from django.dispatch import Signal\n\n\nclass Bell:\n    pass\n\n\nbell = Bell()\nrung = Signal()\n"


def test_an_object_of_the_project_sends_its_signal(tmp_path):
    root = build(tmp_path, {"shop/bells.py": OWN_SIGNAL})
    spec = "handlers: [{name: heard, signal: shop.bells.rung, sender: shop.bells.bell, body: 'Tag.objects.create(name=\"x\")'}]\n"
    outcome = run(root, spec).write()
    assert "sender=bell" in outcome.text("shop/tests/test_signals.py")
    assert passing_tests(root) >= 3


PAPERS = """
from django.db import models
{0}

class Tag(models.Model):
    name = models.CharField(max_length=20)


class Kept({1}):
    class Meta:
        abstract = True


class Paper(Kept):
    name = models.CharField(max_length=20)
{2}"""
PACKAGE = "from model_utils.models import SoftDeletableModel\n"
MARKED = "    def delete(self, *args, **kwargs):\n        self.save()\n"
GONE = """
recipes:
- {recipe: notify, model: Paper, call: shop.say.tell, on: delete, args: [instance.name]}
handlers:
- {name: gone, model: Paper, signal: post_delete, body: 'Tag.objects.create(name="gone")'}
"""


@pytest.mark.parametrize(
    ("models", "kept"),
    [
        (PAPERS.format(PACKAGE, "SoftDeletableModel", ""), True),
        (PAPERS.format("", "models.Model", f"\n{MARKED}"), True),
        (PAPERS.format("", "models.Model", ""), False),
    ],
    ids=["a package", "by hand", "not kept"],
)
def test_rows_that_are_kept_are_deleted_in_the_tests(models, kept, tmp_path):
    settings = SETTINGS.replace('"crm", "shop"]', '"crm", "model_utils", "shop"]')
    files = {"shop/models.py": models, "shop/say.py": "def tell(name):\n    pass\n"}
    root = build(tmp_path, {**files, "config/settings.py": settings})
    outcome = run(root, GONE).write()
    text = outcome.text("shop/tests/test_signals.py")
    assert ("Model.delete(paper)" in text) == kept
    assert ('mock.patch.object(Paper, "delete", Model.delete)' in text) == kept
    assert passing_tests(root) >= 4
    assert again(root, GONE) == []


SIDES = """
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=20)


class Tagged(models.Model):
    tags = models.ManyToManyField(Tag, related_name="{0}")

    class Meta:
        abstract = True


class Paper(Tagged):
    name = models.CharField(max_length=20)
"""
JOINED = """
handlers:
- name: joined
  model: Paper
  field: tags
  signal: m2m_changed
  on_add: 'Tag.objects.create(name="back" if reverse else "here")'
"""


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("%(app_label)s_%(class)s_tags", ".shop_paper_tags.add(paper)"),
        ("papers", ".papers.add(paper)"),
        ("+", ""),
    ],
)
def test_the_other_side_of_a_relation_goes_by_the_name_that_django_makes(name, line, tmp_path):
    root = build(tmp_path, {"shop/models.py": SIDES.format(name)})
    outcome = run(root, JOINED).write()
    text = outcome.text("shop/tests/test_signals.py")
    assert "%(" not in text
    assert line in text
    assert passing_tests(root) >= 3
