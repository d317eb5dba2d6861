"""Advice where a signal is the wrong tool: what SG901 finds, noted once for new receivers, and never where there is nothing to say."""

from __future__ import annotations

import pytest
from gate_kit import ADVICE
from generate_kit import build, run

SAVE = 'handlers: [{name: a, model: Order, signal: post_save, body: "BODY"}]'
TWO = SAVE[:-1] + ", {name: b, model: Order, signal: post_save, body: cache.clear()}]"


def advice(outcome):
    return [
        (note.line, note.message, note.hint) for note in outcome.result.notes if note.code == ADVICE
    ]


@pytest.mark.parametrize(
    ("signal", "body", "hint"),
    [
        ("pre_save", "pass", "Order.save(), or the code that saves it, can call it directly"),
        ("post_save", "raise ValidationError('x')", "validation belongs in Order.clean()"),
    ],
)
def test_advice_is_given(signal, body, hint, tmp_path):
    outcome = run(build(tmp_path), SAVE.replace("BODY", body).replace("post_save", signal))
    message = (
        f"a may not need a signal: it is the only receiver of {signal} for Order, in the same app"
    )
    assert advice(outcome) == [(2, message, hint)]
    assert outcome.problems == ()


RECEIVER = """
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def gone(sender, **kwargs):
    pass
"""


@pytest.mark.parametrize(
    ("spec", "files"),
    [
        (TWO.replace("BODY", "cache.clear()"), {}),
        (SAVE.replace("BODY", "cache.clear()"), {"crm/signals.py": RECEIVER}),
        (SAVE.replace("Order", "auth.User").replace("BODY", "cache.clear()"), {}),
        (SAVE.replace("BODY", "cache.clear()"), {}),
        (SAVE.replace("BODY", "logger.info(instance.pk)"), {}),
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


def test_it_is_said_once_for_all_handlers_of_a_spec(tmp_path):
    spec = TWO.replace("BODY", "pass").replace("post_save", "pre_save")
    spec = spec.replace("b, model: Order", "b, model: Product")
    ((line, message, _),) = advice(run(build(tmp_path), spec))
    assert line == 2
    assert message.startswith(
        "a may not need a signal: it is the only receiver of pre_save for Order"
    )
    assert message.endswith("(and so for 1 more)")


def test_it_is_said_of_new_receivers_only(tmp_path):
    root = build(tmp_path)
    spec = SAVE.replace("post_save", "pre_save")
    assert advice(run(root, spec.replace("BODY", "print(1)")))
    run(root, spec.replace("BODY", "print(1)")).write()
    again = run(root, spec.replace("BODY", "print(2)"))
    assert "print(2)" in again.text("shop/signals.py")
    assert advice(again) == []


def test_a_project_that_ignores_the_rule_hears_nothing(tmp_path):
    for ignored in ("SG901", "SG9"):
        files = {"pyproject.toml": f'[tool.signalgen]\nignore = ["{ignored}"]\n'}
        spec = SAVE.replace("post_save", "pre_save").replace("BODY", "pass")
        assert advice(run(build(tmp_path, files), spec)) == []
