"""What a person wrote is not the spec's fault; what the spec brings is judged beside it."""

from __future__ import annotations

import pytest
from gate_kit import judge, said
from generate_kit import build, run

OWN = """
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Customer


@receiver(post_save, sender=Customer)
def count(sender, instance, **kwargs):
    instance.name = "x"
    instance.save()
"""
PLAIN = """
model: Order
handlers:
  - name: a
    signal: post_save
    body: |
      cache.delete("orders")
      cache.delete("totals")
"""


def test_a_finding_in_the_same_file_stops_nothing(tmp_path):
    outcome = judge(tmp_path, PLAIN, {"shop/signals.py": OWN})
    assert outcome.changed()


def test_nor_one_in_another_file(tmp_path):
    judge(tmp_path, PLAIN, {"crm/signals.py": OWN.replace(".models", "shop.models")})


def test_one_beside_it_in_the_spec_does(tmp_path):
    spec = PLAIN.replace('cache.delete("totals")', 'requests.get("x", timeout=3)  !SG102')
    judge(tmp_path, spec, {"shop/signals.py": OWN})


def test_a_cycle_through_code_of_a_person_is_told(tmp_path):
    theirs = OWN.replace(
        'instance.name = "x"\n    instance.save()', "Order.objects.create(customer=instance)"
    )
    spec = "handlers: [{name: a, model: Order, signal: post_save, body: Customer.objects.create(name='x')}]  !SG202"
    outcome = judge(
        tmp_path,
        spec,
        {
            "crm/signals.py": theirs.replace(
                ".models import Customer", "shop.models import Customer, Order"
            )
        },
    )
    assert outcome.result is None


def edited(root, find, put):
    path = root / "shop/signals.py"
    text = path.read_text()
    assert find in text
    path.write_text(text.replace(find, put))


def test_an_edit_of_generated_code_is_not_judged(tmp_path):
    root = build(tmp_path)
    run(root, PLAIN).write()
    first = 'transaction.on_commit(partial(cache.delete, "orders"), using=using)'
    edited(root, first, f"instance.save()\n    {first}")
    outcome = run(root, PLAIN.replace("totals", "sums"))
    assert "instance.save()" in outcome.text("shop/signals.py")
    assert '"sums"' in outcome.text("shop/signals.py")
    assert said(outcome) == []


def test_what_the_spec_brings_into_edited_code_is(tmp_path):
    root = build(tmp_path)
    run(root, PLAIN).write()
    edited(root, '"""Handle post_save of Order."""', '"""Mine now."""')
    outcome = run(root, PLAIN.replace('cache.delete("totals")', 'requests.get("x", timeout=3)'))
    assert "Mine now" in outcome.text("shop/signals.py")
    assert said(outcome) == [(8, "SG102")]


def test_what_it_had_brought_before_is_not_told_again(tmp_path):
    root = build(tmp_path)
    spec = PLAIN.replace('cache.delete("orders")', 'requests.get("x", timeout=3)')
    run(root, spec).write()
    edited(root, '"""Handle post_save of Order."""', '"""Mine now."""')
    outcome = run(root, spec.replace("totals", "sums"))
    assert '"sums"' in outcome.text("shop/signals.py")
    assert said(outcome) == []


def test_line_ends_of_windows_are_no_edit(tmp_path):
    root = build(tmp_path)
    run(root, PLAIN).write()
    path = root / "shop/signals.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    outcome = run(root, PLAIN.replace('cache.delete("totals")', 'requests.get("x", timeout=3)'))
    assert said(outcome) == [(8, "SG102")]


def test_what_an_earlier_run_wrote_is_not_told_again(tmp_path):
    root = build(tmp_path)
    spec = PLAIN.replace('cache.delete("totals")', 'requests.get("x", timeout=3)')
    first = run(root, spec)
    assert said(first) == [(8, "SG102")]
    first.write()
    assert said(run(root, spec)) == []
    other = spec + "  - {name: b, signal: post_delete, body: cache.clear()}\n"
    outcome = run(root, other)
    assert outcome.changed()
    assert said(outcome) == []


def test_a_project_may_ignore_a_rule(tmp_path):
    spec = PLAIN.replace('cache.delete("totals")', 'requests.get("x", timeout=3)')
    for settings in (
        'ignore = ["SG1"]',
        'per-file-ignores = {"shop/*" = ["SG101", "SG102"]}',
        'exclude = ["shop/*"]',
    ):
        files = {"pyproject.toml": f"[tool.signalgen]\n{settings}\n"}
        assert judge(tmp_path / settings[:4], spec, files).changed()


def test_a_rule_that_is_off_is_not_run(tmp_path):
    files = {"pyproject.toml": '[tool.signalgen]\nselect = ["SG901"]\n'}
    assert judge(
        tmp_path, PLAIN.replace('cache.delete("totals")', 'requests.get("x", timeout=3)'), files
    ).changed()


def test_a_comment_stays_with_its_statement(tmp_path):
    """Black breaks the line; ``signalgen check`` must see the comment as the gate did."""
    spec = """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              requests.post("https://example.com/orders", json={"pk": instance.pk, "status": instance.status}, timeout=5)  # noqa: SG101, SG102
        """
    outcome = judge(tmp_path, spec)
    lines = outcome.symbol("a").splitlines()
    assert lines[-1].strip() == ")  # noqa: SG101, SG102"


def test_the_problems_of_several_specs_come_at_once(tmp_path):
    bad = 'handlers: [{name: NAME, model: MODEL, signal: post_save, body: "row = instance\\nrow.save()"}]'
    specs = [
        bad.replace("NAME", "a").replace("MODEL", "Order"),
        bad.replace("NAME", "b").replace("MODEL", "Product"),
    ]
    outcome = run(build(tmp_path), *specs)
    assert [(problem.file, problem.code) for problem in outcome.problems] == [
        ("spec0.yaml", "SG201"),
        ("spec1.yaml", "SG201"),
    ]


def test_two_rules_about_one_call_are_one_message(tmp_path):
    """SG101 and SG102 both speak of a request in a receiver of rows."""
    outcome = run(
        build(tmp_path),
        PLAIN.replace('cache.delete("totals")', 'print(requests.get("x", timeout=3))'),
    )
    assert len(said(outcome)) == 1


@pytest.mark.parametrize(("key", "mark"), [("orders", "  !SG108"), ("totals", "")])
def test_two_handlers_that_do_the_same_are_told(tmp_path, key, mark):
    one, two = (
        f"{{name: {n}, model: Order, signal: post_save, body: cache.delete('{k}')}}"
        for n, k in (("one", "orders"), ("two", key))
    )
    outcome = judge(tmp_path, f"handlers:\n  - {one}\n  - {two}{mark}\n")
    assert outcome.changed()
