"""The harness of `make mutants`: what it breaks, and that the generated tests of an example notice."""

from __future__ import annotations

import ast
import sys

import pytest
from e2e_kit import ROOT, run

sys.path.append(str(ROOT / "scripts"))
from mutants import config_mutants, mutants_of

RECEIVER = '''
@receiver(post_save, sender=Order, dispatch_uid="a")
def saved(sender, instance, created, raw, using, **kwargs):
    """A docstring stays."""
    if raw:
        return
    if created and instance.total > 0:
        transaction.on_commit(partial(send.delay, instance.pk), using=using)
    else:
        Stock.objects.filter(pk=instance.stock_id, count__gt=0).update(count=F("count") - 1)
'''


def made(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mutant in mutants_of("shop/signals.py", text):
        found.setdefault(mutant.kind, []).append(mutant.text)
    return found


def test_every_kind_of_break_is_made():
    assert set(made(RECEIVER)) == {
        "**kwargs removed",
        "argument changed",
        "bound moved",
        "branch emptied",
        "branches swapped",
        "condition negated",
        "constant changed",
        "dispatch_uid changed",
        "dispatch_uid removed",
        "guard removed",
        "on_commit taken away",
        "operator changed",
        "part of a condition removed",
        "sender changed",
        "signal changed",
        "trap: below zero",
        "trap: read, change and save",
        "using dropped",
    }


def test_a_count_is_read_changed_and_saved():
    (text,) = made(RECEIVER)["trap: read, change and save"]
    assert "row.count = row.count - 1\n            row.save()" in text


def test_each_mutant_is_another_module():
    texts = [text for one in made(RECEIVER).values() for text in one]
    assert len({ast.dump(ast.parse(text)) for text in [RECEIVER, *texts]}) == len(texts) + 1


def test_docstrings_and_other_code_stay():
    assert all("A docstring stays." in text for one in made(RECEIVER).values() for text in one)
    assert made("LIMIT = 1\n\n\nclass Config:\n    number = 2\n") == {}


def test_the_hook():
    text = "class A:\n    def ready(self):\n        from . import signals  # noqa: F401\n"
    (mutant,) = config_mutants("shop/apps.py", text)
    assert "signals" not in mutant.text
    assert list(config_mutants("shop/apps.py", "class A:\n    pass\n")) == []


@pytest.mark.slow
def test_the_tests_of_the_comments_find_what_is_broken(tmp_path):
    command = [sys.executable, str(ROOT / "scripts" / "mutate_generated.py"), "--only", "comments"]
    done = run([*command, "--work", str(tmp_path)], ROOT)
    assert done.code == 0, done.text
    assert "comments: " in done.out
