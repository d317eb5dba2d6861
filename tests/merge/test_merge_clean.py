"""New files come out as black and ruff want them (P11), for every style that signalgen knows."""

from __future__ import annotations

import subprocess
import sys

import black
import pytest
from merge_kit import (
    CACHE,
    PAYMENT,
    TYPED_ORDER,
    State,
    changed,
    fragment,
    logger,
    receiver,
    signal,
)

from signalgen.values.fragment import ImportNeed
from signalgen.values.project import Style

FRAGMENTS = {
    "all": [
        logger(),
        signal("order_paid"),
        signal("order_sent"),
        receiver("a", "logger.info(order_paid)"),
        receiver("b", "cache.set(1, Payment)", CACHE, PAYMENT),
    ],
    "only_signals": [signal("order_paid"), signal("order_sent")],
    "only_support": [logger()],
    "typing": [
        fragment(
            "sender", "send", 'def send(*, order: "Order") -> None:\n    """Send."""\n', TYPED_ORDER
        ),
    ],
    "many_names": [
        fragment(
            "sender",
            "send",
            'def send() -> None:\n    """Send."""\n    x(MAX_SIZE, Zebra, apple, Banana, os, np, a2, a10)\n',
            *[
                ImportNeed("core.things", name)
                for name in ("apple", "Zebra", "MAX_SIZE", "Banana", "a10", "a2")
            ],
            ImportNeed("os"),
            ImportNeed("numpy", alias="np"),
            ImportNeed("core.other", "x"),
            ImportNeed("__future__", "annotations"),
        ),
    ],
}
STYLES = {
    "default": (Style(), []),
    "single": (Style(force_single_line=True), ["lint.isort.force-single-line=true"]),
    "within": (
        Style(force_sort_within_sections=True),
        ["lint.isort.force-sort-within-sections=true"],
    ),
    "long": (Style(line_length=120), []),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "header", ['"""Signals of the orders app."""\n', ""], ids=["header", "none"]
)
@pytest.mark.parametrize("name", FRAGMENTS)
def test_new_files_are_clean(name, header, style, tmp_path):
    used, settings = STYLES[style]
    text = changed(State(None), FRAGMENTS[name], style=used, header=header).text
    assert black.format_str(text, mode=black.Mode(line_length=120)) == text
    (tmp_path / "signals.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "I,E,F,W,UP",
        "--ignore",
        "E501,F821,UP037",
    ]
    for setting in [
        *settings,
        f"line-length={used.line_length}",
        'lint.isort.known-first-party=["core", "orders"]',
    ]:
        command += ["--config", setting]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + text


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_file_that_grows_symbol_by_symbol_is_as_clean(name, tmp_path):
    state = State(None)
    for count in range(1, len(FRAGMENTS[name]) + 1):
        state = changed(state, FRAGMENTS[name][:count]).state
    assert state.data == changed(State(None), FRAGMENTS[name]).state.data
