"""File names that are not UTF-8: every format of ``check`` shows their findings."""

from __future__ import annotations

import json
import os
import sys

import pytest
from hostile_kit import forked
from odd_kit import LOUD, SPEC, contents, make, started

ODD = {
    "latin-1": b"caf\xe9.py",
    "two bytes of three": b"\xe2\x82.py",
    "a lone surrogate": b"\xed\xa0\x80.py",
    "only bytes": b"\xff\xfe.py",
    "overlong": b"\xc0\xaf.py",
}
FORMATS = ("text", "json", "github", "sarif")
pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are UTF-8 there")


def odd(tmp_path, name: bytes, text: str, folder: bytes = b"shop"):
    root = make(tmp_path)
    os.makedirs(os.path.join(os.fsencode(root), folder), exist_ok=True)
    with open(os.path.join(os.fsencode(root), folder, name), "w") as file:
        file.write(text)
    return root


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ODD)
def test_a_finding_in_it_is_shown(name, form, tmp_path):
    done = forked(odd(tmp_path, ODD[name], LOUD), "check", "--format", form)
    assert done.code == 1, done.said
    assert b"SG201" in done.out
    assert b"should not" not in done.err
    if form in ("json", "sarif"):
        json.loads(done.out)


@pytest.mark.parametrize(
    "words", [("--statistics",), ("--write-baseline",), ("--fix", "--diff"), ("--fix",)]
)
def test_what_else_check_does_with_it(words, tmp_path):
    root = odd(tmp_path, ODD["latin-1"], LOUD)
    done = forked(root, "check", *words)
    assert done.code in (0, 1), done.said
    again = (
        forked(root, "check", "--baseline", ".signalgen-baseline.json")
        if words == ("--write-baseline",)
        else done
    )
    assert again.code == done.code, again.said


@pytest.mark.parametrize("form", FORMATS)
def test_a_note_about_it_is_shown(form, tmp_path):
    done = forked(odd(tmp_path, ODD["latin-1"], "@receiver(\n"), "check", "--format", form)
    assert done.code == 0, done.said


@pytest.mark.parametrize(
    "words",
    [("list",), ("list", "--format", "csv"), ("list", "--format", "json"), ("trace", "Order")],
)
@pytest.mark.parametrize("name", ODD)
def test_tables_and_trees_show_it(name, words, tmp_path):
    # A trace has what Django loads: what is among the models.
    done = forked(odd(tmp_path, ODD[name], LOUD, b"shop/models"), *words)
    assert (done.code, b"order_saved" in done.out) == (0, True), done.said


def test_a_start_of_python_shows_it_too(tmp_path):
    done = started(odd(tmp_path, ODD["latin-1"], LOUD), "check")
    assert (done.code, b"SG201" in done.out) == (1, True), done.said


@pytest.mark.parametrize("name", ODD)
def test_new_and_remove_beside_it(name, tmp_path):
    root = odd(tmp_path, ODD[name], LOUD.replace("order_saved", "other"))
    (tmp_path / "shop/signals.py").write_text("")
    (tmp_path / "spec.yaml").write_text(SPEC)
    before = contents(root)
    assert forked(root, "new", "--spec", "spec.yaml").code == 0
    assert contents(root) != before
    assert forked(root, "remove", "--spec", "spec.yaml").code == 0
    assert contents(root) == before
