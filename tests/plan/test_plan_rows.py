"""How a row of each model is made, and where nobody can tell how."""

from __future__ import annotations

import pytest

from signalgen.index import read_project
from signalgen.spec import read_spec
from signalgen.testplan.rows import make_row


@pytest.fixture
def row(tmp_path):
    """Return the lines that make a row of the model ``M`` with these fields, None where there are none."""

    def make(fields: str, before: str = "", bases: str = "models.Model"):
        from signalgen.plan.context import Context, Targets

        body = "\n".join(f"    {line}" for line in fields.splitlines()) or "    pass"
        (tmp_path / "shop").mkdir(exist_ok=True)
        (tmp_path / "manage.py").write_text("")
        (tmp_path / "shop/__init__.py").write_text("")
        text = f"import uuid\nfrom django.db import models\n{before}\nclass M({bases}):\n{body}\n"
        (tmp_path / "shop/models.py").write_text(text)
        project = read_project(tmp_path)
        spec = read_spec(
            b"version: 1\napp: shop\nhandlers: [{name: h, signal: request_finished, body: pass}]",
            file="s",
            source="s",
        )
        app = project.app("shop")
        nowhere = ("", "")
        ctx = Context(spec, (spec,), project, app, Targets(*[nowhere] * 6), None, typed=False)
        found = make_row(ctx, app.model("M"))
        return None if found is None else found.lines

    return make


MADE = {
    "nothing required": ("name = models.CharField(max_length=9, blank=True)", "m = M(**values)"),
    "a short text": ("name = models.CharField(max_length=2)", 'fields = {"name": "te", **values}'),
    "a unique text": (
        "sku = models.SlugField(unique=True)",
        'fields = {"sku": uuid4().hex[:32], **values}',
    ),
    "a number": ("n = models.IntegerField()", 'fields = {"n": 1, **values}'),
    "a default": ("n = models.IntegerField(default=3)", "m = M(**values)"),
    "an address": ("ip = models.GenericIPAddressField()", 'fields = {"ip": "127.0.0.1", **values}'),
    "a day": ("day = models.DateField()", 'fields = {"day": timezone.now().date(), **values}'),
}


@pytest.mark.parametrize(("fields", "line"), MADE.values(), ids=MADE)
def test_a_row_is_made_of_its_required_fields(row, fields, line):
    assert line in row(fields)


NOT_MADE = {
    "a field of the project's own": "colour = ColourField()",
    "a short unique text": "code = models.CharField(max_length=3, unique=True)",
    "a unique number": "n = models.IntegerField(unique=True)",
    "a parent of itself": 'up = models.ForeignKey("self", models.CASCADE)',
    "a parent that is not there": 'up = models.ForeignKey("other.Thing", models.CASCADE)',
    "a save of its own": "def save(self, *args, **kwargs):\n    super().save(*args, **kwargs)",
}


@pytest.mark.parametrize("fields", NOT_MADE.values(), ids=NOT_MADE)
def test_no_row_where_its_file_does_not_tell_enough(row, fields):
    assert row(fields) is None


def test_no_row_of_a_model_whose_base_cannot_be_read(row):
    assert row("n = models.IntegerField()", "from elsewhere import Base", "Base") is None


def test_a_parent_is_made_first(row):
    before = "class Shelf(models.Model):\n    name = models.CharField(max_length=9)\n"
    lines = row("shelf = models.ForeignKey(Shelf, models.CASCADE)", before)
    assert lines[:2] == ('shelf = Shelf(name="text")', "shelf.save()")
    assert 'fields = {"shelf": shelf, **values}' in lines


def test_a_chain_that_is_too_long_is_not_made(row):
    before = "class A(models.Model):\n    n = models.IntegerField()\n"
    for name, above in (("B", "A"), ("C", "B"), ("D", "C")):
        before += (
            f"class {name}(models.Model):\n    up = models.ForeignKey({above}, models.CASCADE)\n"
        )
    assert row("up = models.ForeignKey(D, models.CASCADE)", before) is None
