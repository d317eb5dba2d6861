"""The harness of `make mutants`: what it breaks, and that the generated tests of an example notice."""

from __future__ import annotations

import ast
import sys

import pytest
from e2e_kit import ROOT, run

sys.path.append(str(ROOT / "scripts"))
from mutants import config_mutants, mutants_of

RECEIVER = '''
from .tasks import send


@receiver(post_save, sender=Order, dispatch_uid="a")
def saved(sender, instance, created, raw, using, **kwargs):
    """A docstring stays."""
    if raw:
        return
    if created and instance.total > 0:
        transaction.on_commit(partial(send.delay, instance.pk, str(instance.id)), using=using)
    else:
        Stock.objects.filter(pk=instance.stock_id, count__gt=0).update(count=F("count") - 1)
'''


def made(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mutant in mutants_of("shop/signals.py", text, {"Order": "user_id"}):
        found.setdefault(mutant.kind, []).append(mutant.text)
    return found


def test_every_kind_of_break_is_made():
    assert set(made(RECEIVER)) == {
        "**kwargs removed",
        "argument changed",
        "attribute misspelt",
        "bound moved",
        "branch emptied",
        "branches swapped",
        "condition negated",
        "constant changed",
        "dispatch_uid changed",
        "dispatch_uid removed",
        "field misspelt",
        "guard removed",
        "keyword misspelt",
        "lookup misspelt",
        "method misspelt",
        "on_commit taken away",
        "operator changed",
        "part of a condition removed",
        "sender changed",
        "signal changed",
        "task misspelt",
        "trap: below zero",
        "trap: read, change and save",
        "using dropped",
        "wrong pk: None",
        "wrong pk: not made a text",
        "wrong pk: of another row",
        "wrong pk: text for number",
    }


def test_names_are_misspelt_one_by_one():
    texts = made(RECEIVER)
    assert any("count__gtx=0" in text for text in texts["lookup misspelt"])
    fields = "\n".join(texts["field misspelt"])
    assert all(
        name in fields for name in ("pkx=", "countx__gt=0", ".update(countx=", "F('countx')")
    )
    assert any("sendx.delay" in text for text in texts["task misspelt"])
    assert any("send.delayx" in text for text in texts["method misspelt"])
    assert any("instance.totalx" in text for text in texts["attribute misspelt"])


def test_a_primary_key_is_that_of_another_row():
    texts = made(RECEIVER)["wrong pk: of another row"]
    assert any("filter(pk=instance.pk" in text for text in texts)
    assert any("str(instance.user_id)" in text for text in texts)


def test_what_annotates_and_registers_is_not_misspelt():
    text = "@shared_task(bind=app.bind)\ndef f(self):\n    one: models.Order = g()\n"
    assert not {kind for kind in made(text) if "misspelt" in kind}


def test_a_change_stands_in_its_function():
    for mutant in mutants_of("shop/signals.py", RECEIVER):
        inside = mutant.kind not in ("**kwargs removed", "sender changed", "signal changed")
        assert bool(mutant.change) == (inside and not mutant.kind.startswith("dispatch_uid"))
        assert not mutant.change or ast.unparse(ast.parse(mutant.change)) in mutant.text
        assert mutant.start == 5
        assert 5 <= mutant.lines[0] <= mutant.lines[1] <= 13


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
