"""What else the index knows of a model: choices, unique sets, methods, its manager, its table."""

from __future__ import annotations

import pytest

from signalgen.index import read_project


@pytest.fixture
def model(tmp_path):
    """Return the model ``M`` of a models module."""

    def read(body: str, before: str = "", bases: str = "models.Model"):
        lines = "\n".join(f"    {line}" for line in body.splitlines()) or "    pass"
        text = f"from enum import auto\nfrom django.db import models\n{before}\nclass M({bases}):\n{lines}\n"
        (tmp_path / "shop").mkdir()
        (tmp_path / "manage.py").write_text("")
        (tmp_path / "shop/__init__.py").write_text("")
        (tmp_path / "shop/kinds.py").write_text(
            "from django.db import models\nclass Kind(models.TextChoices):\n    A = 'a'\n"
        )
        (tmp_path / "shop/models.py").write_text(text)
        return read_project(tmp_path).app("shop").model("M")

    return read


RED = (("RED", '"red"'), ("BLUE", '"blue"'))
INNER = "class Colour(models.TextChoices):\n    RED = 'red', 'Red'\n    BLUE = 'blue'\n"
CHOICES = {
    "an inner class": (INNER + "f = models.CharField(choices=Colour.choices)", "", RED),
    "the class itself": (INNER + "f = models.CharField(choices=Colour)", "", RED),
    "numbers": (
        "class N(models.IntegerChoices):\n    ONE = 1\nf = models.IntegerField(choices=N.choices)",
        "",
        (("ONE", "1"),),
    ),
    "automatic texts": (
        "class N(models.TextChoices):\n    ONE = auto()\nf = models.CharField(choices=N.choices)",
        "",
        (("ONE", '"ONE"'),),
    ),
    "pairs": (
        "f = models.CharField(choices=[('a', 'A'), ('b', 'B')])",
        "",
        (("", '"a"'), ("", '"b"')),
    ),
    "groups": ("f = models.CharField(choices=[('all', [('a', 'A')])])", "", (("", '"a"'),)),
    "a name of the module": (
        "f = models.CharField(choices=KINDS)",
        "KINDS = (('a', 'A'),)",
        (("", '"a"'),),
    ),
    "names of the class": (
        "A = 'a'\nKINDS = [(A, 'first')]\nf = models.CharField(choices=KINDS)",
        "",
        (("A", '"a"'),),
    ),
    "another module's": (
        "f = models.CharField(choices=Kind.choices)",
        "from shop.kinds import Kind",
        (("A", '"a"'),),
    ),
    "a call": ("f = models.CharField(choices=kinds())", "", ()),
    "a package's": ("f = models.CharField(choices=Kind.choices)", "from elsewhere import Kind", ()),
    "none": ("f = models.CharField(max_length=3)", "", ()),
}


@pytest.mark.parametrize(("body", "before", "found"), CHOICES.values(), ids=CHOICES)
def test_choices(model, body, before, found):
    assert model(body, before).field("f").choices == found


TOGETHER = {
    "one set": ('unique_together = ("a", "b")', (("a", "b"),)),
    "several": ('unique_together = [["a", "b"], ("a", "c")]', (("a", "b"), ("a", "c"))),
    "a constraint": (
        'constraints = [models.UniqueConstraint(fields=["a", "b"], name="x")]',
        (("a", "b"),),
    ),
    "a check": ('constraints = [models.CheckConstraint(name="x")]', ()),
    "an expression": ('constraints = [models.UniqueConstraint("a", name="x")]', ()),
    "nothing": ("ordering = []", ()),
}


@pytest.mark.parametrize(("meta", "found"), TOGETHER.values(), ids=TOGETHER)
def test_fields_that_are_unique_together(model, meta, found):
    assert model(f"class Meta:\n    {meta}").together == found


def test_methods_are_told_from_properties(model):
    body = (
        "@property\ndef a(self): ...\n@cached_property\ndef b(self): ...\ndef c(self): ...\nd = 1"
    )
    found = model(body)
    assert found.methods == {"c"}
    assert {"a", "b", "c", "d"} <= {*found.attributes}


def test_a_base_hands_its_methods_on_but_for_what_is_redefined(model):
    before = "class Base(models.Model):\n    def a(self): ...\n    def b(self): ...\n"
    assert model("b = 1", before, "Base").methods == {"a"}


MANAGERS = {
    "none": ("pass", True),
    "objects": ("objects = models.Manager()", True),
    "both": ("things = models.Manager()\nobjects = ThingManager()", True),
    "renamed": ("things = models.Manager()", False),
    "no manager": ("things = Tracker()", True),
}


@pytest.mark.parametrize(("body", "has"), MANAGERS.values(), ids=MANAGERS)
def test_whether_objects_is_there(model, body, has):
    assert model(body).has_objects is has


@pytest.mark.parametrize(
    ("meta", "managed"), [("managed = False", False), ("managed = True", True), ("pass", True)]
)
def test_whether_django_makes_the_table(model, meta, managed):
    assert model(f"class Meta:\n    {meta}").managed is managed


REQUIRED = {
    "a default of False": ("models.BooleanField(default=False)", False),
    "no default": ("models.BooleanField()", True),
    "null": ("models.IntegerField(null=True)", False),
    "null as a name": ("models.IntegerField(null=NULL)", False),
    "not null": ("models.IntegerField(null=False)", True),
    "a blank text of its own class": ("Upper(blank=True)", False),
    "a text of its own class": ("Upper()", True),
}


@pytest.mark.parametrize(("field", "required"), REQUIRED.values(), ids=REQUIRED)
def test_whether_a_row_needs_a_value(model, field, required):
    found = model(f"f = {field}", "class Upper(models.CharField):\n    pass\n").field("f")
    assert found.required is required
    assert found.base == ("CharField" if found.type == "Upper" else "")


FIELDS = {
    "another name of a field": (
        "from a.fields import ArrayField as Many",
        "Many()",
        ("Many", "ArrayField"),
    ),
    "a form's field": ("from django.forms import CharField as Many", "Many()", None),
    "no field": ("from a import Tracker as Many", "Many()", None),
}


@pytest.mark.parametrize(("before", "field", "found"), FIELDS.values(), ids=FIELDS)
def test_a_field_by_another_name(model, before, field, found):
    read = model(f"f = {field}", before).field("f")
    assert (None if read is None else (read.type, read.base)) == found


def test_an_image_that_is_made_of_another_needs_no_value(model):
    assert not model("f = ImageSpecField(source='cover')").field("f").required
