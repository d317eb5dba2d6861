"""Code that is right but with a trap: one note that names the way out in the words of a spec."""

from __future__ import annotations

import pytest
from generate_kit import SETTINGS, build, run

CODES = {"lost-update", "cascade-recreate", "deleted-row-task", "without-using", "not-stored"}
ONE_DATABASE = {
    "config/settings.py": SETTINGS.replace(
        '    "other": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},\n', ""
    )
}
MODELS = """
from django.conf import settings
from django.db import models


class Author(models.Model):
    posts = models.IntegerField(default=0)
    name = models.CharField(max_length=20)


class Profile(models.Model):
    author = models.OneToOneField(Author, on_delete=models.CASCADE)
    level = models.IntegerField(default=0)


class Post(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    editor = models.ForeignKey(Author, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=20)
    slug = models.CharField(max_length=20)
    words = models.IntegerField(default=0)


class Gone(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE)
    title = models.CharField(max_length=20)


class Loose(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE, db_constraint=False)
"""
TASKS = """
from celery import shared_task
from shop.models import Author, Post


@shared_task
def load(post_id, title=""):
    print(Post.objects.get(pk=post_id))


@shared_task
def careful(post_id):
    try:
        print(Post.objects.get(pk=post_id))
    except Post.DoesNotExist:
        pass


@shared_task
def first(post_id):
    print(Post.objects.filter(pk=post_id).first(), Author.objects.get(pk=post_id))
"""
VIEWS = """
from shop.models import Post


def rename(pk):
    post = Post.objects.get(pk=pk)
    post.title = "x"
    post.save(update_fields=["title"])


def count(pk):
    Post.objects.get(pk=pk).save(update_fields=["words"])
"""
FILES = {"shop/models.py": MODELS, "shop/tasks.py": TASKS, "shop/views.py": VIEWS}
POST = "model: Post\nhandlers:\n  - "
AGAIN = "post_delete, body: '{0}.objects.using(using).{1}'}}"
TOLD = {
    "counted": (
        "{name: a, signal: post_save, body: 'instance.author.posts += 1; instance.author.save()'}",
        "lost-update",
        "recipe: counter",
    ),
    "counted_by_a_variable": (
        "{name: a, signal: post_save, on_create: 'row = instance.author; row.posts = row.posts + 1; row.save()'}",
        "lost-update",
        'F("posts")',
    ),
    "made_again": (
        "{name: a, signal: "
        + AGAIN.format("Profile", "update_or_create(author_id=instance.author_id)"),
        "cascade-recreate",
        "when: ",
    ),
    "made_again_by_the_row": (
        "{name: a, signal: pre_delete, body: 'Profile.objects.using(using).create(author=instance.author)'}",
        "cascade-recreate",
        "when: ",
    ),
    "points_to_the_deleted": (
        "{name: a, signal: " + AGAIN.format("Gone", "create(post=instance)"),
        "cascade-recreate",
        "recipe: audit_log",
    ),
    "a_task_loads_it": (
        "{name: a, signal: post_delete, body: 'load.delay(instance.pk)'}",
        "deleted-row-task",
        "args:",
    ),
    "an_entry_loads_it": (
        "{name: a, signal: post_delete, enqueue: [{task: load, args: [instance.id, instance.title]}]}",
        "deleted-row-task",
        "args:",
    ),
    "set_before_the_save": (
        "{name: a, signal: pre_save, body: 'instance.slug = slugify(instance.title)'}",
        "not-stored",
        "post_save",
    ),
    "counted_before_the_save": (
        "{name: a, signal: pre_save, body: 'instance.words += 1'}",
        "not-stored",
        "post_save",
    ),
    "set_on_a_change": (
        "{name: a, signal: pre_save, on_change: {title: 'instance.slug = slugify(new)'}}",
        "not-stored",
        "shop/views.py:7",
    ),
}
SILENT = {
    "with_f": "{name: a, signal: post_save, body: 'instance.author.posts = F(\"posts\") + 1; instance.author.save()'}",
    "not_counted": "{name: a, signal: post_save, body: 'instance.author.name = instance.title; instance.author.save()'}",
    "not_saved": "{name: a, signal: post_save, body: 'instance.author.posts += 1'}",
    "locked": (
        "{name: a, signal: post_save, body: 'row = Author.objects.using(using).select_for_update()"
        ".get(pk=instance.author_id); row.posts += 1; row.save()'}"
    ),
    "of_its_own": "{name: a, signal: pre_save, body: 'instance.title = instance.title.strip()'}",
    "looks_at_the_origin": "{name: a, signal: post_delete, when: origin is instance, body: "
    "'Profile.objects.using(using).update_or_create(author_id=instance.author_id)'}",
    "set_null": "{name: a, signal: "
    + AGAIN.format("Profile", "update_or_create(author_id=instance.editor_id)"),
    "no_constraint": "{name: a, signal: " + AGAIN.format("Loose", "create(post=instance)"),
    "made_after_a_save": "{name: a, signal: post_save, body: 'Gone.objects.using(using).create(post=instance)'}",
    "a_careful_task": "{name: a, signal: post_delete, body: 'careful.delay(instance.pk)'}",
    "a_task_that_asks": "{name: a, signal: post_delete, body: 'first.delay(instance.pk)'}",
    "a_task_after_a_save": "{name: a, signal: post_save, body: 'load.delay(instance.pk)'}",
    "another_key": "{name: a, signal: post_delete, body: 'load.delay(instance.author_id)'}",
    "set_from_what_is_not_saved": "{name: a, signal: pre_save, body: 'instance.slug = instance.author.name'}",
    "guarded_by_fields": "{name: a, signal: pre_save, update_fields: [slug], body: 'instance.words = len(instance.title)'}",
    "of_a_new_name": "{name: a, signal: pre_save, body: 'instance.shown = instance.title'}",
}


def told(outcome):
    assert outcome.problems == (), [problem.message for problem in outcome.problems]
    return [note for note in outcome.result.notes if note.code in CODES]


@pytest.mark.parametrize("name", TOLD)
def test_a_trap_is_told_with_the_way_out(name, tmp_path):
    spec, code, way = TOLD[name]
    (note,) = told(run(build(tmp_path, {**FILES, **ONE_DATABASE}), POST + spec))
    assert note.code == code
    assert way in note.message + note.hint
    assert note.line >= 4


@pytest.mark.parametrize("name", SILENT)
def test_what_is_right_is_left_alone(name, tmp_path):
    assert told(run(build(tmp_path, {**FILES, **ONE_DATABASE}), POST + SILENT[name])) == []


def test_a_recipe_is_told_at_its_name(tmp_path):
    spec = "recipes:\n  - {recipe: slug, model: Post, source: title}\n"
    (note,) = told(run(build(tmp_path / "a", {**FILES, **ONE_DATABASE}), spec))
    assert (note.code, note.line) == ("not-stored", 3)
    whole = {"shop/views.py": VIEWS.replace('["title"]', '["title", "slug"]')}
    assert told(run(build(tmp_path / "b", {**FILES, **ONE_DATABASE, **whole}), spec)) == []


ASKS = [
    "Author.objects.count()",
    "Author.objects.filter(pk=1).update(posts=1)",
    "Author._default_manager.create(name=instance.title)",
]


@pytest.mark.parametrize("body", ASKS)
def test_two_databases_want_one_to_be_named(body, tmp_path):
    spec = f"{POST}{{name: a, signal: post_save, body: '{body}'}}"
    (note,) = told(run(build(tmp_path / "two", FILES), spec))
    assert (note.code, note.line) == ("without-using", 4)
    assert "Author.objects.using(using)" in note.hint
    assert told(run(build(tmp_path / "one", {**FILES, **ONE_DATABASE}), spec)) == []
    named = body.replace("objects.", "objects.using(using).").replace(
        "manager.", "manager.using(using)."
    )
    assert told(run(build(tmp_path / "said", FILES), spec.replace(body, named))) == []
