"""The promises, on files that nobody thought of: P1 the second run is quiet, P2 only additions, P3 nothing of a person's
is lost, P4 all that is written parses, P7 removing gives the bytes from before.
"""

from __future__ import annotations

import ast
import re

import black
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from merge_kit import CACHE, PAYMENT, TYPED_ORDER, State, logger, receiver, run, signal, unrun

from signalgen.values.fragment import ImportNeed

QUICK = settings(
    max_examples=120,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

IMPORTS = [
    "import os",
    "import sys, json",
    "import logging",
    "from typing import Any",
    "from typing import (\n    Any,\n    Callable,  # why\n)",
    "from django.db import models",
    "from django.db.models.signals import post_save, pre_save",
    "from django.db.models.signals import pre_delete  # noqa",
    "from django.dispatch import receiver",
    "from django.dispatch import (\n    receiver\n)",
    "from django.dispatch import (receiver)",
    "import django.dispatch",
    "from orders.models import Order",
    "from .models import *",
    "from .models import Invoice as Bill",
    "from .models import Customer",
    "try:\n    import ujson\nexcept ImportError:\n    ujson = None",
    "# a comment of its own",
    "",
]
OPENINGS = [
    "",
    '"""Doc."""\n',
    '"""Doc.\n\nMore.\n"""\n\n',
    "# Copyright X.\n",
    "# -*- coding: utf-8 -*-\n# note\n\n",
    "#!/bin/python\n",
]
BODIES = [
    "x = 1\n",
    "def helper():\n    return 1\n",
    "def one(): pass\n",
    "class Thing:\n    a = 1\n\n    def method(self):\n        return self.a\n",
    "@decorated\ndef other(sender, **kwargs):\n\tpass\n",
    "# a loose comment\n",
    "\n",
    "\n\n\n",
    "\x0c\n",
    "if os.name:\n    y = 2\n",
    "__all__ = ['x']\n",
]
ENDINGS = [
    "",
    "",
    "if __name__ == '__main__':\n    helper()\n",
    "from .late import *  # noqa\n",
    "# the end\n",
]


@st.composite
def files(draw):
    """A file that a person wrote: valid, but in no particular order."""
    opening = draw(st.sampled_from(OPENINGS))
    imports = draw(st.lists(st.sampled_from(IMPORTS), max_size=5, unique=True))
    body = draw(st.lists(st.sampled_from(BODIES), max_size=4, unique=True))
    ending = draw(st.sampled_from(ENDINGS))
    gap = draw(st.sampled_from(["", "\n", "\n\n"]))
    text = opening + "".join(f"{line}\n" for line in imports) + gap + gap.join(body) + gap + ending
    if draw(st.booleans()):
        text = text.rstrip("\n")
    newline = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    bom = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    return bom + text.replace("\n", newline).encode()


@st.composite
def specs(draw):
    """Fragments of one run: some of a fixed set of symbols, with bodies and imports that differ from run to run."""
    bodies = [
        "pass",
        "logger.info(1)",
        "cache.clear()",
        "a()\nb()\nif created:\n    c()",
        "f(Payment)",
    ]
    needs = {2: [CACHE], 4: [PAYMENT]}
    found = []
    found += [signal(name) for name in ("order_paid", "order_sent") if draw(st.booleans())]
    for name in ("on_first", "on_second", "on_third"):
        if draw(st.booleans()):
            number = draw(st.integers(0, len(bodies) - 1))
            extra = [TYPED_ORDER, ImportNeed("decimal", "Decimal")] if draw(st.booleans()) else []
            found.append(receiver(name, bodies[number], *needs.get(number, []), *extra))
    if any("logger" in fragment.text for fragment in found):
        found.insert(0, logger())
    return found


def _parses(data):
    return ast.parse(data) is not None


def _done(state, fragments, **kwargs):
    done = run(state, fragments, **kwargs)
    assume(not done.merged.problems)
    return done


@QUICK
@given(files(), specs())
def test_p1_the_second_run_changes_nothing(data, fragments):
    first = _done(State(data), fragments)
    second = run(first.state, fragments)
    assert second.merged.after is None, second.text
    assert second.state.baseline == first.state.baseline


@QUICK
@given(files(), specs())
def test_p2_every_byte_of_the_person_is_still_there_in_order(data, fragments):
    done = _done(State(data), fragments)
    after = done.state.data
    assert _parses(after)
    at = 0
    for token in re.findall(rb"\w+|[^\w]", data):
        found = after.find(token, at)
        assert found >= 0
        at = found + len(token)


@QUICK
@given(st.one_of(st.none(), files()), st.lists(specs(), min_size=1, max_size=4))
def test_p7_remove_gives_the_bytes_back_after_any_number_of_runs(data, runs):
    state = State(data)
    for fragments in runs:
        state = _done(state, fragments).state
        assert state.data is None or _parses(state.data)
    assume(state.data is not None)
    back = unrun(state)
    assert not back.merged.problems
    assert back.state.data == (data or b"")
    assert not back.merged.entries
    assert not back.merged.undo


def _append_to_body(text, name):
    return re.sub(rf"(def {name}\(.*?\n(?:    .*\n)+)", r"\1    mine_inside()\n", text, count=1)


def _comment_above(text, name):
    return re.sub(
        r"(    \"\"\"Act on the order.\"\"\"\n)(?=[^@]*)",
        r"\1    # mine: a comment\n",
        text,
        count=1,
    )


def _rename(text, name):
    return text.replace(f"def {name}(", "def mine_renamed(", 1)


def _delete(text, name):
    return re.sub(
        rf"@receiver\([^\n]*orders.{name}\"\)\n(?:async )?def {name}\(.*?\n(?:    .*\n)+",
        "",
        text,
        count=1,
    )


def _add_top_level(text, name):
    return text.replace("@receiver(", "def mine_between():\n    return 1\n\n\n@receiver(", 1)


def _add_at_end(text, name):
    return text.rstrip("\n") + "\n\n\ndef mine_at_end():\n    return 2\n"


def _move_to_top(text, name):
    found = re.search(rf"@receiver\([^\n]*orders.{name}\"\)\ndef {name}\(.*?\n(?:    .*\n)+", text)
    if found is None:
        return text
    rest = text[: found.start()] + text[found.end() :]
    return rest.rstrip("\n") + "\n\n\n" + found.group() + "\n\nmine_below = 1\n"


def _decorate(text, name):
    return text.replace(f"def {name}(", f"@mine_deco\ndef {name}(", 1)


def _reformat(text, name):
    return black.format_str(text, mode=black.Mode(line_length=60))


def _quotes(text, name):
    return text.replace('"""', "'''").replace('"', "'")


EDITS = [
    _append_to_body,
    _comment_above,
    _rename,
    _delete,
    _add_top_level,
    _add_at_end,
    _move_to_top,
    _decorate,
    _reformat,
]


@QUICK
@given(
    files(),
    specs(),
    st.lists(st.sampled_from(EDITS), min_size=1, max_size=3),
    specs(),
    st.sampled_from(["stop", "keep", "markers"]),
)
def test_p3_nothing_that_a_person_wrote_is_lost(data, before, edits, after, conflict):
    assume(b"\r" not in data)
    first = _done(State(data), before)
    text = first.state.data.decode("utf-8-sig")
    for edit in edits:
        text = edit(text, "on_first")
    assume(_compiles(text))
    second = run(State(text.encode(), first.state.baseline), after, conflict=conflict)
    result = second.state.data.decode()
    assert _parses(result)
    for mark in (
        "mine_inside",
        "mine: a comment",
        "mine_renamed",
        "mine_between",
        "mine_at_end",
        "mine_deco",
        "mine_below",
    ):
        assert result.count(mark) >= text.count(mark), mark
    if second.merged.clashes or second.merged.problems:
        assert second.merged.after is None
        return
    third = run(second.state, after, conflict=conflict)
    assert third.merged.after is None, third.text
    assert third.state.baseline == second.state.baseline


def _compiles(text):
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


@QUICK
@given(specs(), st.lists(st.sampled_from([_reformat, _quotes]), min_size=1), specs())
def test_a_run_of_a_formatter_is_no_edit(before, edits, after):
    first = _done(State(None), before)
    assume(first.state.data)
    text = first.state.data.decode()
    for edit in edits:
        text = edit(text, "")
    state = State(text.encode(), first.state.baseline)
    quiet = run(state, before)
    assert quiet.merged.after is None, quiet.text
    assert not quiet.merged.kept
    changed = run(state, after)
    assert not changed.merged.clashes
    assert not changed.merged.kept
    assert not changed.merged.orphans


@QUICK
@given(specs(), specs())
def test_a_new_file_does_not_depend_on_how_it_came_to_be(first, second):
    """Updating to a spec gives the same symbols as generating from it at once."""
    direct = _done(State(None), second)
    updated = _done(_done(State(None), first).state, second)
    names = sorted(entry.name for entry in direct.merged.entries)
    assert sorted(entry.name for entry in updated.merged.entries) == names
    assert _symbols(updated.state.data) == _symbols(direct.state.data)


def _symbols(data):
    if not data:
        return []
    return sorted(ast.dump(node) for node in ast.parse(data).body if not isinstance(node, ast.Expr))
