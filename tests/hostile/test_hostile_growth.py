"""Twice the handlers take about twice the work, counted in calls, also where they are there already."""

from __future__ import annotations

import pytest
from bounds_kit import project

from signalgen.__main__ import main
from signalgen.testplan.terms import names

HANDLER = "  - {{name: note_{0}, model: Order, signal: post_save, body: 'print(instance, {0})'}}\n"


@pytest.mark.parametrize("count", [20, 80])
def test_a_handler_asks_what_its_own_names_mean(tmp_path, monkeypatch, count):
    """Not what all names of the module mean: that is the square of the handlers."""
    root = project(
        tmp_path / "p",
        {
            "pyproject.toml": "[tool.signalgen]\nformatter = 'none'\ntests = 'unittest'\n",
            "spec.yaml": "app: orders\nhandlers:\n"
            + "".join(HANDLER.format(n) for n in range(count)),
        },
    )
    monkeypatch.chdir(root)
    assert main(["new", "--spec", "spec.yaml", "-q"]) == 0
    asked: list[str] = []
    really = names._meaning

    def counted(*args):
        asked.append(args[2])
        return really(*args)

    monkeypatch.setattr(names, "_meaning", counted)
    assert main(["new", "--spec", "spec.yaml", "-q"]) == 0
    assert len(asked) <= 10 * count
