"""Advice where a signal is the wrong tool: once for each case, for new receivers, and never where there is nothing to say."""

from __future__ import annotations

import pytest
from generate_kit import build, run

SAVE = 'handlers: [{name: a, model: Order, signal: post_save, body: "BODY"}]'
TWO = SAVE[:-1] + ", {name: b, model: Order, signal: post_delete, body: cache.clear()}]"
CODES = {"single-receiver", "validation-in-receiver"}


def advice(outcome):
    return [(note.code, note.line) for note in outcome.result.notes if note.code in CODES]


@pytest.mark.parametrize(
    ("spec", "codes"),
    [
        (SAVE.replace("BODY", "cache.clear()"), ["single-receiver"]),
        (TWO.replace("BODY", "raise ValidationError('x')"), ["validation-in-receiver"]),
        (
            SAVE.replace("BODY", "cache.clear()\\nraise ValidationError(1)"),
            ["single-receiver", "validation-in-receiver"],
        ),
    ],
)
def test_advice_is_given(spec, codes, tmp_path):
    outcome = run(build(tmp_path), spec)
    assert [code for code, _ in advice(outcome)] == codes
    assert outcome.problems == ()


RECEIVER = """
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def gone(sender, **kwargs):
    pass
"""


@pytest.mark.parametrize(
    ("spec", "files"),
    [
        (TWO.replace("BODY", "cache.clear()"), {}),
        (SAVE.replace("BODY", "cache.clear()"), {"crm/signals.py": RECEIVER}),
        (SAVE.replace("Order", "auth.User").replace("BODY", "cache.clear()"), {}),
        ("handlers: [{name: a, signal: request_finished, body: cache.clear()}]", {}),
        (TWO.replace("BODY", "raise RuntimeError('x')"), {}),
        (
            "handlers: [{name: a, signal: m2m_changed, model: Product, field: tags, on_pre_add: raise ValidationError(1)}]",
            {},
        ),
        (TWO.replace("BODY", "job.delay(instance.pk)"), {}),
    ],
)
def test_where_there_is_nothing_to_say_nothing_is_said(spec, files, tmp_path):
    assert advice(run(build(tmp_path, files), spec)) == []


def test_it_is_said_once_for_all_handlers_of_a_case(tmp_path):
    again = "raise ValidationError('x')"
    spec = (
        TWO.replace("BODY", again)
        .replace("post_delete", "pre_save")
        .replace("cache.clear()", f'"{again}"')
    )
    outcome = run(build(tmp_path), spec)
    (note,) = [note for note in outcome.result.notes if note.code == "validation-in-receiver"]
    assert "a validates" in note.message
    assert "(and so for 1 more)" in note.message
