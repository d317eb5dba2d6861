"""The table of built-in signals against what the installed Django really sends."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import django
import pytest

from signalgen.facts.signals import (
    BUILTIN,
    M2M_ACTIONS,
    SUPPORTED,
    BuiltinSignal,
    SignalArgument,
    arguments_for,
)

DJANGO = django.VERSION[:2]
HERE = Path(__file__).parent
PRESENT = [signal for signal in BUILTIN.values() if signal.since is None or signal.since <= DJANGO]


@pytest.fixture(scope="module")
def heard():
    """What a process that provoked every signal received."""
    path = os.pathsep.join([str(HERE), str(HERE.parents[1])])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "factsprobe"],
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def names(signal: BuiltinSignal, *, always: bool = False) -> set[str]:
    return {a.name for a in arguments_for(signal, DJANGO) if a.always or not always}


@pytest.mark.parametrize("signal", PRESENT, ids=lambda s: s.name)
def test_every_call_sends_what_the_table_says(heard, signal):
    calls = [set(call) for call in heard["calls"][signal.name]]
    assert calls, "the probe never made Django send it"
    for call in calls:
        assert names(signal, always=True) <= call <= names(signal)


@pytest.mark.parametrize("signal", PRESENT, ids=lambda s: s.name)
def test_an_optional_argument_is_really_sent_and_really_left_out(heard, signal):
    calls = [set(call) for call in heard["calls"][signal.name]]
    for name in names(signal) - names(signal, always=True):
        assert any(name in call for call in calls)
        assert any(name not in call for call in calls)


def test_values_are_what_the_annotations_promise(heard):
    assert heard["mistyped"] == []


@pytest.mark.parametrize("signal", PRESENT, ids=lambda s: s.name)
def test_only_model_signals_take_a_string_as_sender(heard, signal):
    assert heard["lazy"][signal.name] is signal.lazy_sender


@pytest.mark.parametrize("signal", [s for s in PRESENT if s.has_model], ids=lambda s: s.name)
def test_the_sender_of_a_model_signal_is_a_model(heard, signal):
    assert heard["senders"][signal.name] == ["model"]


def test_the_table_has_every_signal_that_django_defines():
    package = Path(importlib.util.find_spec("django").submodule_search_locations[0])
    found = set()
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "Signal(" not in text:
            continue
        module = ".".join(("django", *path.relative_to(package).with_suffix("").parts))
        for node in ast.parse(text).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.value).partition("(")[0] in (
                "Signal",
                "ModelSignal",
            ):
                found.add((module, node.targets[0].id))
    assert found == {(s.module, s.name) for s in PRESENT}


def test_branches_name_the_actions_of_m2m_changed():
    assert BUILTIN["m2m_changed"].branches == tuple(M2M_ACTIONS)
    assert all(s.branches == () for s in BUILTIN.values() if s.family not in ("m2m", "save"))


@pytest.mark.parametrize(
    ("django", "raw"), [((4, 2), False), ((5, 2), False), ((6, 0), False), ((6, 1), True)]
)
def test_m2m_changed_has_raw_from_6_1(django, raw):
    assert ("raw" in {a.name for a in arguments_for(BUILTIN["m2m_changed"], django)}) is raw


def test_without_a_version_an_argument_of_some_versions_is_optional():
    by_name = {a.name: a for a in arguments_for(BUILTIN["m2m_changed"], None)}
    assert (by_name["raw"].always, by_name["raw"].default) == (False, "False")
    assert by_name["pk_set"].always


def test_without_a_version_the_versions_without_the_signal_do_not_count():
    assert [a.always for a in arguments_for(BUILTIN["task_started"], None)] == [True]


def test_an_argument_that_no_supported_version_sends_is_left_out():
    gone = SignalArgument("old", "str", until=SUPPORTED[0])
    assert arguments_for(BuiltinSignal("s", "m", "class", (gone,)), None) == ()


@pytest.mark.parametrize("signal", BUILTIN.values(), ids=lambda s: s.name)
def test_no_argument_is_called_like_the_catch_all(signal):
    assert signal.catch_all not in {a.name for a in signal.arguments}


@pytest.mark.parametrize("signal", BUILTIN.values(), ids=lambda s: s.name)
def test_optional_arguments_allow_their_default(signal):
    for argument in arguments_for(signal, None):
        if not argument.always:
            assert argument.default == "False" or argument.annotation.endswith("| None")
