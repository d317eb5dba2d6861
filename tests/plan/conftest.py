"""Lends these tests the kit of tests/generate, and plans single handlers for them."""

import sys
from pathlib import Path

import pytest

from signalgen.generating import make_plan
from signalgen.index import read_project
from signalgen.spec import read_spec
from signalgen.values.plan import TestClass

sys.path.append(str(Path(__file__).parents[1] / "generate"))

MODELS = """
from django.db import models

class Shelf(models.Model):
    code = models.CharField(max_length=32, unique=True)

class Product(models.Model):
    name = models.CharField(max_length=20)
    stock = models.IntegerField(default=0)
    shelf = models.ForeignKey(Shelf, models.CASCADE)
    tags = models.ManyToManyField("Tag")

class Tag(models.Model):
    name = models.CharField(max_length=20)

class Strict(models.Model):
    name = models.CharField(max_length=20)

    def save(self, *args, **kwargs):
        self.full_clean()
        super().save(*args, **kwargs)
"""


@pytest.fixture
def made(tmp_path):
    """Make the plan of one handler, given as YAML below its name."""
    files = {
        "manage.py": "",
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/services.py": "def push(x): ...\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)

    def make(handler: str):
        head = "version: 1\napp: shop\nmodel: Product\nimports: [from shop.services import push]\nhandlers:\n  - name: h\n"
        body = "".join(f"    {line}\n" for line in handler.strip("\n").splitlines())
        return make_plan(
            [read_spec((head + body).encode(), file="s.yaml", source="s.yaml")],
            read_project(tmp_path),
            {},
        )

    return make


@pytest.fixture
def plan(made):
    """Plan one handler and return the code of its tests by name, and the notes."""

    def make(handler: str):
        found = made(handler)
        assert not found.problems, found.problems
        classes = [item for item in found.apps[0].items if isinstance(item, TestClass)]
        own = [one for one in classes if one.id == "test:h"]
        code = {method.name: method.code for one in own for method in one.methods}
        return code, list(found.notes)

    return make
