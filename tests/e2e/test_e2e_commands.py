"""How the commands answer: exit codes, where words go, and that nothing is written when a run stops."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml
from e2e_kit import PROJECTS, SPECS, copy, signalgen, tree

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
app: orders
model: Order
handlers:
  - name: order_saved
    signal: post_save
    on_create: |
      cache.delete("orders")
"""

WRONG = {
    "an empty file": ("", "empty"),
    "no mapping": ("- a\n", "list"),
    "an unknown key": (SPEC.replace("on_create", "on_crate"), "on_create"),
    "a key twice": (SPEC + "model: Order\n", "model"),
    "no such model": (SPEC.replace("model: Order", "model: Oder"), "Order"),
    "no such signal": (SPEC.replace("post_save", "post_safe"), "post_save"),
    "no Python": (SPEC.replace("cache.delete(", "cache.delete(("), "never closed"),
    "a name nobody knows": (SPEC.replace("cache.delete", "cach.delete"), "cache"),
    "a branch that the signal has not": (SPEC.replace("post_save", "post_delete"), "on_create"),
    "an app outside": (SPEC.replace("app: orders", "app: ../orders"), "app"),
    "a handler that is code": (SPEC.replace("order_saved", "x(); import os"), "name"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_spec_ends_with_2_and_writes_nothing(orders: Path, name: str):
    text, expected = WRONG[name]
    (orders / "spec.yaml").write_text(text)
    before = tree(orders)
    done = signalgen(orders, "new", "--spec", "spec.yaml")
    assert done.code == 2, done.text
    assert "spec.yaml" in done.err, done.text
    assert expected in done.err, done.text
    assert tree(orders) == before


HOSTILE = {
    "NUL bytes": SPEC.replace("orders", "ord\0ers").encode(),
    "no UTF-8": SPEC.replace("cache", "caché").encode("latin-1"),
    "two documents": f"{SPEC}---\n{SPEC}".encode(),
    "an alias bomb": b"a: &a [x, x, x, x, x, x, x, x, x]\n"
    + b"".join(
        b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9))
        for n in range(ord("b"), ord("k"))
    ),
    "an alias of itself": b"app: orders\nhandlers: &a [*a]\n",
    "deep nesting": b"app: " + b"[" * 3000 + b"]" * 3000 + b"\n",
    "a huge integer": b"version: " + b"9" * 6000 + b"\napp: orders\n",
    "a Python object": b"app: !!python/object/apply:os.system ['touch owned']\n",
    "a scalar": b"orders\n",
    "an absolute app": SPEC.replace("app: orders", "app: /etc/orders").encode(),
    "a keyword for an app": SPEC.replace("app: orders", "app: class").encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_spec_ends_with_2_and_writes_nothing(orders: Path, name: str):
    (orders / "spec.yaml").write_bytes(HOSTILE[name])
    before = tree(orders)
    done = signalgen(orders, "new", "--spec", "spec.yaml")
    assert done.code == 2, done.text
    assert "spec.yaml" in done.err, done.text
    assert len(done.err) < 5000, done.text
    assert tree(orders) == before


def test_all_problems_are_told_at_once(orders: Path):
    wrong = SPEC.replace("post_save", "post_safe").replace("model: Order", "modle: Order")
    done = signalgen(orders, "new", "--spec", "-", stdin=wrong)
    assert done.code == 2, done.text
    assert "post_save" in done.err, done.text
    assert "modle" in done.err, done.text


def test_problems_come_as_json_too(orders: Path):
    wrong = SPEC.replace("on_create", "on_crate")
    done = signalgen(orders, "new", "--spec", "-", "--format", "json", stdin=wrong)
    assert done.code == 2, done.text
    (problem,) = [p for p in json.loads(done.out)["problems"] if "on_crate" in p["message"]]
    assert (problem["line"], problem["column"]) == (6, 5)


def test_without_a_spec_the_usage_is_wrong(orders: Path):
    assert signalgen(orders, "new").code == 2


def test_a_spec_that_does_not_exist(orders: Path):
    done = signalgen(orders, "new", "--spec", "nowhere.yaml")
    assert done.code == 2, done.text
    assert "nowhere.yaml" in done.err


def test_outside_of_any_project(tmp_path: Path):
    done = signalgen(tmp_path, "new", "--spec", "-", stdin=SPEC)
    assert done.code == 2, done.text
    assert "manage.py" in done.err, done.text


def test_the_spec_comes_from_standard_input(orders: Path):
    done = signalgen(orders, "new", "--spec", "-", stdin=SPEC)
    assert done.code == 0, done.text
    assert "def order_saved" in (orders / "orders/signals.py").read_text()


def test_the_project_is_found_from_a_folder_below(orders: Path):
    done = signalgen(orders / "orders", "new", "--spec", "-", stdin=SPEC)
    assert done.code == 0, done.text
    assert (orders / "orders/signals.py").exists()


def test_the_project_is_named_from_elsewhere(orders: Path, tmp_path: Path):
    done = signalgen(tmp_path, "new", "--spec", SPECS / "orders_upper.yaml", "--project", orders)
    assert done.code == 0, done.text
    assert (orders / "orders/signals.py").exists()


def test_several_specs_in_one_run(orders: Path):
    (orders / "other.yaml").write_text(SPEC.replace("order_saved", "another_one"))
    (orders / "spec.yaml").write_text(SPEC)
    done = signalgen(orders, "new", "--spec", "spec.yaml", "--spec", "other.yaml")
    assert done.code == 0, done.text
    text = (orders / "orders/signals.py").read_text()
    assert "def order_saved" in text
    assert "def another_one" in text


def test_a_hand_edited_receiver_is_kept_and_reported(orders: Path):
    assert signalgen(orders, "new", "--spec", "-", stdin=SPEC).code == 0
    path = orders / "orders/signals.py"
    path.write_text(path.read_text().replace('cache.delete, "orders"', 'cache.delete, "mine"'))
    edited = tree(orders)
    done = signalgen(orders, "new", "--spec", "-", stdin=SPEC.replace('"orders"', '"theirs"'))
    assert done.code == 3, done.text
    assert "order_saved" in done.err, done.text
    assert tree(orders) == edited


def test_a_target_that_does_not_parse_stops_the_run(orders: Path):
    (orders / "orders/signals.py").write_text("def broken(:\n")
    before = tree(orders)
    done = signalgen(orders, "new", "--spec", "-", stdin=SPEC)
    assert done.code == 4, done.text
    assert "orders/signals.py:1" in done.err, done.text
    assert tree(orders) == before


def test_a_target_outside_the_project_is_refused(orders: Path, tmp_path: Path):
    outside = tmp_path / "outside.py"
    outside.write_text("# somebody else's\n")
    (orders / "orders/signals.py").symlink_to(outside)
    done = signalgen(orders, "new", "--spec", "-", stdin=SPEC)
    assert done.code == 4, done.text
    assert outside.read_text() == "# somebody else's\n"
    assert not (orders / "orders/tests").exists()


def test_one_custom_signal_by_command(tmp_path: Path):
    root = copy("payments", tmp_path / "payments")
    arguments = ["--app", "payments", "--signal", "payment_failed", "--sender", "Payment"]
    done = signalgen(root, "signal", *arguments, "--args", "payment,amount: Decimal,transaction_id")
    assert done.code == 0, done.text
    assert "payment_failed" in (root / "payments/signals.py").read_text()
    assert "amount: Decimal" in (root / "payments/senders.py").read_text()
    before = tree(root)
    again = signalgen(
        root, "signal", *arguments, "--args", "payment,amount: Decimal,transaction_id"
    )
    assert again.code == 0, again.text
    assert tree(root) == before


@pytest.mark.parametrize(
    "spec",
    [*sorted(SPECS.glob("*.yaml")), *sorted(PROJECTS.glob("*/*.yaml"))],
    ids=lambda p: p.stem,
)
def test_every_example_spec_is_valid(spec: Path, tmp_path: Path):
    done = signalgen(tmp_path, "validate", spec)
    assert done.code == 0, done.text


def as_an_editor(text: str) -> object:
    """Read YAML 1.2, as editors do, in which ``on`` is a word like any other."""
    return yaml.safe_load(text.replace(" on: ", ' "on": '))


def test_the_schema_accepts_every_example_and_refuses_a_wrong_key(tmp_path: Path):
    done = signalgen(tmp_path, "schema")
    assert done.code == 0, done.text
    validator = jsonschema.Draft202012Validator(json.loads(done.out))
    for spec in [*SPECS.glob("*.yaml"), *PROJECTS.glob("*/*.yaml")]:
        assert not [
            str(error) for error in validator.iter_errors(as_an_editor(spec.read_text()))
        ], spec
    assert list(validator.iter_errors(as_an_editor(SPEC.replace("on_create", "on_crate"))))
