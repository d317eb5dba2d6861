"""The plain shapes of ``check`` mean the same with typer and without it."""

import pytest
from typer.testing import CliRunner

from signalgen.cli import app, checking, plain
from signalgen.cli.outcome import Outcome

SHAPES = [
    "",
    "shop",
    "shop orders/signals.py",
    "--select SG1,SG201 --select SG301",
    "--select=SG1 --ignore SG103 --extend-select no-kwargs",
    "--project shop -q",
    "-p shop -v --no-color",
    "--format json",
    "-f sarif --exit-zero",
    "--format=github --statistics",
    "--target-django 5.2 --baseline known.json",
    "--write-baseline --no-cache",
    "--fix --diff",
    "--unsafe-fixes --quiet --verbose",
]
OTHER = [
    "--help",
    "-qv",
    "--format xml",
    "--target-django 9.9",
    "--select",
    "--nonsense",
    "-pshop",
    "--",
    "--select -x",
    "-p=x",
]


@pytest.mark.parametrize("line", SHAPES)
def test_a_plain_shape_means_the_same(line, monkeypatch):
    seen = []
    monkeypatch.setattr(
        checking,
        "check",
        lambda asked, view, origin: seen.append((asked, view)) or Outcome("check"),
    )
    assert CliRunner().invoke(app.app, ["check", *line.split()]).exit_code == 0
    assert plain.asked(line.split()) == seen[0]


@pytest.mark.parametrize("line", OTHER)
def test_what_is_not_plain_is_left_to_typer(line):
    assert plain.asked(line.split()) is None
