"""A text with blanks and capitals is given to fields of text whose receiver turns texts, and to no others."""

from __future__ import annotations

import pytest
from generate_kit import build, run

TURNED = " Some Text "


@pytest.mark.parametrize(
    ("body", "given"),
    [
        ("instance.status = instance.status.strip().lower()", True),
        ("instance.status = instance.status.title()", True),
        ("instance.total = len(instance.status.split())", False),
        ("instance.total = int(instance.status.strip() or 0)", False),
        ("instance.status = 'x'", False),
    ],
)
def test_only_texts_are_given_a_text_to_turn(tmp_path, body, given):
    outcome = run(
        build(tmp_path), f'handlers: [{{name: a, model: Order, signal: pre_save, body: "{body}"}}]'
    )
    assert outcome.problems == ()
    assert (TURNED in outcome.text("shop/tests/test_signals.py")) == given
