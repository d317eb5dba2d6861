"""Columns that are too short for what recipes store: an error where nothing fits, a note where some of it does not."""

from __future__ import annotations

import pytest
from generate_kit import build, run

MODELS = """
import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models


class Order(models.Model):
    code = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=80)
    text = models.TextField()
    size = models.CharField(max_length=40, choices=[("s", "Small"), ("xl", "Large")])
    status = models.CharField(max_length=20, default="new")
    total = models.IntegerField(default=0)
    day = models.DateField(null=True)
    about_type = models.ForeignKey("contenttypes.ContentType", on_delete=models.CASCADE)
    about_id = models.IntegerField()
    about = GenericForeignKey("about_type", "about_id")


class Plain(models.Model):
    name = models.CharField(max_length=80)


class Change(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    field = models.CharField(max_length=FIELD)
    old_value = models.CharField(max_length=OLD)
    new_value = models.TextField()
    old_status = models.CharField(max_length=OLD)
    new_status = models.CharField(max_length=20)
    number = models.IntegerField(default=0)


class Entry(models.Model):
    action = models.CharField(max_length=FIELD)
    object_id = models.SlugField(max_length=OLD)
    data = models.JSONField(default=dict)


class Login(models.Model):
    event = models.CharField(max_length=FIELD)
    user_id = models.IntegerField(null=True)
    address = models.CharField(max_length=OLD)


class Address(models.Model):
    event = models.CharField(max_length=FIELD)
    user_id = models.IntegerField(null=True)
    address = models.GenericIPAddressField(NULL)
"""
TRACKED = "recipe: track_changes, model: Order, history_model: Change, fields"
MOVED = "recipe: status_transition, model: Order, history_model: Change"
ENTERED = "recipe: audit_log, log_model: Entry, fields"


def told(tmp_path, recipe, **lengths):
    text = MODELS
    for name, value in {"FIELD": 20, "OLD": 20, "NULL": "null=True", **lengths}.items():
        text = text.replace(f"={name})", f"={value})").replace(f"({name})", f"({value})")
    outcome = run(build(tmp_path, {"shop/models.py": text}), f"recipes:\n  - {{{recipe}}}\n")
    notes = outcome.result.notes if outcome.result else ()
    kinds = ("short-column", "wrong-field", "missing-value")
    return outcome.problems, [note for note in notes if note.code in kinds]


@pytest.mark.parametrize(
    ("recipe", "lengths", "words"),
    [
        (f"{TRACKED}: [title, status]", {"FIELD": 5}, ["field of Change", "stores 6", "max_length=6"]),
        (f"{TRACKED}: day", {"OLD": 9}, ["old_value of Change", "day has 10"]),
        (f"{TRACKED}: code", {}, ["old_value of Change", "code has 36"]),
        (f"{MOVED}, allowed: {{new: paid, paid: gone}}", {"OLD": 3}, ["old_status of Change", "stores 4"]),
        (f"{ENTERED}: title, model: Order", {"FIELD": 6, "OLD": 40}, ["action of Entry", "stores 7"]),
        (f"{ENTERED}: title, model: Order", {}, ["object_id of Entry", "pk has 36"]),
        ("recipe: login_audit, log_model: Login", {"FIELD": 5, "OLD": 39}, ["event of Login", "stores 6"]),
        ("recipe: login_audit, log_model: Login", {"OLD": 15}, ["address of Login", "stores 39"]),
        ("recipe: login_audit, log_model: Address", {"NULL": ""}, ["without address"]),
        (f"{TRACKED}: about", {}, ["about is a GenericForeignKey"]),
        (f"{MOVED}, field: about", {}, ["about is a GenericForeignKey"]),
        (f"{ENTERED}: about, model: Order", {"OLD": 36}, ["about is a GenericForeignKey"]),
    ],
)  # fmt: skip
def test_what_never_fits_is_an_error(tmp_path, recipe, lengths, words):
    problems, _ = told(tmp_path, recipe, **lengths)
    assert len(problems) == 1, problems
    assert problems[0].line == 3
    assert all(word in f"{problems[0].message} {problems[0].hint}" for word in words), problems


@pytest.mark.parametrize(
    ("recipe", "lengths", "words"),
    [
        (f"{TRACKED}: title", {}, "title has up to 80 (longer values are cut)"),
        (f"{TRACKED}: text", {}, "text is of any length (longer values are cut)"),
        (MOVED, {"OLD": 10}, "status has up to 20 (the database refuses longer values)"),
    ],
)
def test_what_may_be_too_long_is_a_note(tmp_path, recipe, lengths, words):
    problems, notes = told(tmp_path, recipe, **lengths)
    assert problems == ()
    assert [f"{note.message} ({note.hint})".partition("and ")[2] for note in notes] == [words]


@pytest.mark.parametrize(
    ("recipe", "lengths"),
    [
        (f"{TRACKED}: [title, status]", {"FIELD": 6, "OLD": 80}),
        (f"{TRACKED}: [size, total, status]", {}),
        (f"{TRACKED}: title, columns: {{old_value: new_value, new_value: number}}", {}),
        (f"{TRACKED}: day", {"OLD": 10}),
        (f"{TRACKED}: code", {"OLD": "LONG"}),
        ("recipe: track_changes, model: Order, task: told, fields: title", {}),
        (f"{MOVED}, allowed: {{new: paid, paid: gone}}", {"OLD": 4}),
        (MOVED, {}),
        (f"{ENTERED}: title, model: Order", {"FIELD": 7, "OLD": 36}),
        (f"{ENTERED}: name, model: Plain", {}),
        ("recipe: login_audit, log_model: Login", {"FIELD": 6, "OLD": 39}),
        ("recipe: login_audit, log_model: Address", {}),
    ],
)
def test_what_fits_is_silence(tmp_path, recipe, lengths):
    assert told(tmp_path, recipe, **lengths) == ((), [])
