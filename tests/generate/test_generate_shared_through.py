"""A through model that several models share: the receiver looks at the class of the row."""

from __future__ import annotations

import pytest
from generate_kit import build, django, run

MODELS = """
from django.db import models
from taggit.managers import TaggableManager


class Tag(models.Model):
    name = models.CharField(max_length=20)


class Shelf(models.Model):
    books = models.ManyToManyField(Tag, through="Join", related_name="+")
    plain = models.ManyToManyField(Tag, related_name="+")


class Board(models.Model):
    books = models.ManyToManyField(Tag, through="Join", related_name="+")


class Crate(models.Model):
    books = models.ManyToManyField(Tag, through="Own", related_name="+")


class Join(models.Model):
    tag = models.ForeignKey(Tag, models.CASCADE)
    shelf = models.ForeignKey(Shelf, models.CASCADE, null=True)
    board = models.ForeignKey(Board, models.CASCADE, null=True)


class Own(models.Model):
    tag = models.ForeignKey(Tag, models.CASCADE)
    crate = models.ForeignKey(Crate, models.CASCADE)


class Film(models.Model):
    labels = TaggableManager()
    own = TaggableManager(through="OwnTagged")


class OwnTagged(models.Model):
    pass
"""
HANDLER = "handlers: [{{name: h, signal: m2m_changed, {0}, field: {1}, on_add: {2}}}]"


def guards(root, model: str, field: str, body: str = "len(pk_set)") -> list[str]:
    outcome = run(build(root, {"shop/models.py": MODELS}), HANDLER.format(model, field, body))
    lines = [line.strip() for line in outcome.symbol("h").splitlines()]
    return [line for line in lines if "isinstance" in line]


@pytest.mark.parametrize(
    ("model", "field", "body", "guard"),
    [
        ("model: Film", "labels", "len(pk_set)", "if not isinstance(instance, Film):"),
        ("model: Shelf", "books", "len(pk_set)", "if not isinstance(instance, Shelf):"),
        (
            "models: [Shelf, Board]",
            "books",
            "len(pk_set)",
            "if not isinstance(instance, (Shelf, Board)):",
        ),
        (
            "model: Shelf",
            "books",
            "print(reverse)",
            "if not reverse and not isinstance(instance, Shelf):",
        ),
    ],
)
def test_the_rows_of_others_are_left_out(model, field, body, guard, tmp_path):
    assert guards(tmp_path, model, field, body) == [guard]


@pytest.mark.parametrize(
    ("model", "field"), [("Crate", "books"), ("Shelf", "plain"), ("Film", "own")]
)
def test_a_through_model_of_one_needs_no_guard(model, field, tmp_path):
    assert guards(tmp_path, f"model: {model}", field) == []


def test_rows_of_both(tmp_path):
    models = MODELS.replace("from taggit.managers import TaggableManager\n", "")
    root = build(tmp_path, {"shop/models.py": models.partition("class Film")[0]})
    body = 'Tag.objects.create(name=f"{type(instance).__name__} {len(pk_set)}")'
    run(root, HANDLER.format("model: Shelf", "books", f"'{body}'")).write()
    out = django(
        root,
        """
        tag = Tag.objects.create(name="one")
        Board.objects.create().books.add(tag)
        Shelf.objects.create().books.add(tag)
        print(*Tag.objects.values_list("name", flat=True), sep="|")
        """,
    )
    assert out.strip() == "one|Shelf 1"
