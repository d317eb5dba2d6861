"""Every command, option and exit code has a help text and its place in docs/commands.md; docs/api.md is run."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cli_kit import ROOT, call, environment
from typer.main import get_command

import signalgen
from signalgen.cli.app import COMMANDS, app
from signalgen.cli.jsonout import output_schema
from signalgen.cli.outcome import STATUS
from signalgen.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text()
API_PAGE = (ROOT / "docs" / "api.md").read_text()
GROUP = get_command(app)


def section(name: str) -> str:
    """Return the part of the page below the heading ``name``."""
    return re.split(rf"^## {name}$", COMMANDS_PAGE, flags=re.MULTILINE)[1].split("\n## ")[0]


def options(name: str) -> list[object]:
    return [p for p in GROUP.commands[name].params if p.param_type_name == "option"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_exactly_its_options(name: str):
    text = section(name)
    assert f"[`{name}`](#{name})" in COMMANDS_PAGE
    own = {
        option
        for parameter in options(name)
        for option in parameter.opts
        if option.startswith("--")
    }
    told = set(re.findall(r"`(--[a-z-]+)", text))
    assert own <= told, name
    assert told - own <= ({"--format", "--output"} if name == "schema" else set()), name


def test_every_option_is_explained_once_with_its_short_form():
    for name in COMMANDS:
        for parameter in options(name):
            long, *short = sorted(parameter.opts, key=len, reverse=True)
            rows = [
                line for line in COMMANDS_PAGE.splitlines() if re.match(rf"\| `{long}[ `]", line)
            ]
            assert (
                len(rows) == (0 if (name, long) == ("schema", "--format") else 1)
                or long == "--format"
            ), (
                name,
                long,
            )
            assert all(f"`{letter}`" in rows[0] for letter in short), long
            assert parameter.help, long


def test_every_exit_code_is_documented_and_has_a_status():
    text = section("Exit codes")
    for code in ExitCode:
        assert f"| {int(code)} | `{STATUS[code]}` |" in text
        assert re.search(rf"\b{int(code)} \w+", GROUP.epilog)
    assert set(STATUS) == set(ExitCode)


def test_the_json_of_the_page_has_the_keys_of_the_schema():
    text = section("JSON")
    for key in output_schema()["required"]:
        assert f'"{key}":' in text


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_has_examples_that_parse(name: str, capsys):
    page = call(capsys, name, "--help").out
    assert "Examples:" in page
    assert GROUP.commands[name].short_help
    examples = COMMANDS[name][2].replace("\\\n", "")
    for line in re.findall(r"signalgen (\w+ [^>|\n]*)", examples):
        words = re.findall(r'"[^"]*"|\S+', line)
        assert words[0] == name
        with GROUP.commands[name].make_context(name, [word.strip('"') for word in words[1:]]):
            pass


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_the_help_fits_eighty_columns_and_has_an_example(name: str, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    page = call(capsys, *([name] if name else []), "--help").out
    assert [line for line in page.splitlines() if len(line) > 80] == []
    assert re.search(
        rf"^  Examples:\n(?:    .+\n)*?    .*signalgen {name or 'init'}\b", page, re.MULTILINE
    )


def test_the_help_groups_options(capsys):
    page = call(capsys, "new", "--help").out
    headings = [
        line for line in page.splitlines() if line.endswith(":") and not line.startswith(" ")
    ]
    assert headings == [
        "Arguments:",
        "Where:",
        "Look first (nothing is written):",
        "Edits by hand:",
        "Output:",
        "Options:",
    ]


def test_the_examples_of_the_api_page_run(project: Path):
    blocks = re.findall(r"```python\n(.*?)```", API_PAGE, flags=re.DOTALL)
    assert len(blocks) == 9
    said = ""
    for block in blocks:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", block],
            check=False,
            cwd=project,
            env=environment(),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        said += done.stdout
    assert "create orders/signals.py\n" in said
    assert "+++ b/orders/signals.py" in said
    assert "+def order_gone" in said
    assert "<text>:3:5: " in said
    assert "def order_saved" in (project / "orders/signals.py").read_text()


def test_the_api_page_names_all_that_is_public():
    for name in signalgen.__all__:
        assert name in API_PAGE, name
    for name in ("files", "clashes", "problems", "notes", "next_steps", "diff", "apply"):
        assert hasattr(signalgen.Changes, name)
        assert f"| `{name}" in API_PAGE
