"""``subclasses: true``: rows of proxies and multi-table children are heard, each deletion once."""

from __future__ import annotations

import pytest
from generate_kit import again, build, django, passing_tests, run

MODELS = """
from django.db import models


class Shelf(models.Model):
    books = models.IntegerField(default=0)
    pages = models.IntegerField(default=0)


class Book(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
    pages = models.IntegerField(default=1)
    state = models.CharField(max_length=9, default="new")


class Atlas(Book):
    maps = models.IntegerField(default=0)


class WorldAtlas(Atlas):
    pass


class Loan(Book):
    class Meta:
        proxy = True


class AtlasLoan(Atlas):
    class Meta:
        proxy = True


class Log(models.Model):
    text = models.CharField(max_length=40)


class Lonely(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
"""
FILES = {
    "shop/models.py": MODELS,
    "shop/views.py": "from shop.models import Loan\n\n\ndef lend(shelf):\n    Loan.objects.create(shelf=shelf)\n",
}
COUNTING = """
recipes:
  - {recipe: counter, model: Book, target: Shelf, field: books}
  - {recipe: update_parent, model: Book, parent: Shelf, set: {pages: 'Sum("pages", default=0)'}}
handlers:
  - {name: gone, signal: post_delete, model: Book, subclasses: true, body: Log.objects.create(text="gone")}
  - {name: kept, signal: [post_save, post_delete], models: [Book, Atlas], subclasses: true, body: 'Log.objects.create(text=f"kept {sender.__name__}")'}
  - {name: changed, signal: post_save, model: Book, subclasses: true, on_change: {state: 'Log.objects.create(text=f"{old} {new}")'}}
"""


def connected(outcome, name: str) -> list[str]:
    lines = outcome.symbol(name).splitlines()
    return [line.partition("(")[2].rpartition(", dispatch")[0] for line in lines if line[:1] == "@"]


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (
            "signal: post_save, model: Book, subclasses: true",
            ["Book", "Atlas", "Loan", "WorldAtlas", "AtlasLoan"],
        ),
        ("signal: post_delete, model: Book, subclasses: true", ["Book", "Loan"]),
        ("signal: pre_delete, model: Atlas, subclasses: true", ["Atlas", "AtlasLoan"]),
        ("signal: post_init, model: Atlas, subclasses: true", ["Atlas", "WorldAtlas", "AtlasLoan"]),
        ("signal: post_delete, models: [Book, Atlas], subclasses: true", ["Book", "Loan"]),
        ("signal: post_save, model: Lonely, subclasses: true", ["Lonely"]),
        ("signal: post_save, model: Book", ["Book"]),
        ("signal: post_save, model: Book, subclasses: false", ["Book"]),
    ],
)
def test_who_is_connected(handler, expected, tmp_path):
    spec = f"handlers: [{{name: h, {handler}, body: len(kwargs)}}]"
    outcome = run(build(tmp_path, FILES), spec)
    assert outcome.problems == ()
    senders = [one.partition("sender=")[2] for one in connected(outcome, "h")]
    assert sorted(senders) == sorted(expected)


@pytest.mark.parametrize(
    ("handlers", "told"),
    [
        (["post_save, model: Book"], "post_save of Atlas, WorldAtlas, Loan"),
        (["post_delete, model: Book"], "post_delete of Loan does"),
        (["post_save, model: Atlas"], "post_save of WorldAtlas does"),
        (["post_save, model: Book, subclasses: true"], ""),
        (["post_save, model: Lonely"], ""),
        (["post_save, models: [Book, Atlas, WorldAtlas, Loan]"], ""),
        (["post_save, model: WorldAtlas"], ""),
        (["pre_save"], ""),
        (["post_save, model: Atlas", "post_save, model: WorldAtlas"], ""),
        (["m2m_changed, model: Book, field: shelf"], ""),
    ],
)
def test_the_run_says_which_classes_are_not_heard(handlers, told, tmp_path):
    lines = [f"  - {{name: h{n}, signal: {h}, body: len(kwargs)}}" for n, h in enumerate(handlers)]
    outcome = run(build(tmp_path, FILES), "handlers:\n" + "\n".join(lines) + "\n")
    notes = outcome.result.notes if outcome.result else ()
    notes = [one for one in notes if one.code == "SG305"]
    assert [one.path for one in notes] == (["handlers[0].model"] if told else [])
    assert all(one.message.startswith(told) and one.hint == "use subclasses: true" for one in notes)


def test_the_key_is_for_signals_of_rows(tmp_path):
    spec = "handlers: [{name: h, signal: request_started, subclasses: true, body: len(kwargs)}]"
    assert [p.code for p in run(build(tmp_path), spec).problems] == ["key-not-for-signal"]


def test_rows_saved_and_deleted(tmp_path):
    root = build(tmp_path, FILES)
    run(root, COUNTING).write()
    assert again(root, COUNTING) == []
    out = django(
        root,
        """
        shelf = Shelf.objects.create()
        rows = [cls.objects.create(shelf=shelf) for cls in (Book, Atlas, WorldAtlas, Loan, AtlasLoan)]
        shelf.refresh_from_db()
        print(shelf.books, shelf.pages)
        for row in rows:
            row.state = "out"
            row.save()
        print(*Log.objects.exclude(text__startswith="kept").values_list("text", flat=True), sep="|")
        print(*Log.objects.filter(text__startswith="kept").values_list("text", flat=True), sep="|")
        Log.objects.all().delete()
        for row in rows[:3]:
            row.delete()
        shelf.refresh_from_db()
        print(shelf.books, shelf.pages, Log.objects.filter(text="gone").count())
        for row in rows[3:]:
            row.delete()
        shelf.refresh_from_db()
        print(shelf.books, shelf.pages, Log.objects.filter(text="gone").count())
        print(Log.objects.filter(text__startswith="kept").count())
        """,
    )
    kept = "kept Book|kept Atlas|kept WorldAtlas|kept Loan|kept AtlasLoan"
    assert out.splitlines() == [
        "5 5",
        "|".join(["new out"] * 5),
        f"{kept}|{kept}",
        "2 2 3",
        "0 0 5",
        "5",
    ]
    assert passing_tests(root) > 4
