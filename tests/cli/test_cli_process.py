"""What only a real process shows: pipes, encodings, terminals, signals, exit codes, and what is imported."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import typer.core
from cli_kit import (
    SPEC,
    command,
    environment,
    files,
    imported_modules,
    on_a_terminal,
    shell,
    unprivileged,
)

from signalgen.__main__ import main
from signalgen.cli.conclude import conclude
from signalgen.cli.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from signalgen.cli.outcome import Outcome

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX only")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["new", "--spec", "spec.yaml", "--check"], 1),
        (["new", "--spec", "nowhere.yaml"], 2),
        (["new", "--nope"], 2),
        (["new", "--spec", "spec.yaml"], 0),
    ],
)
def test_the_process_ends_with_the_exit_code(project: Path, words: list[str], code: int):
    done = shell(project, *words)
    assert done.code == code, done
    assert "Traceback" not in done.err


WITHOUT_ADVICE = SPEC + "  - {name: order_too, signal: post_save, body: cache.clear()}\n"


@posix
def test_a_reader_that_leaves_early_is_no_error(project: Path):
    (project / "spec.yaml").write_text(WITHOUT_ADVICE)
    writer = subprocess.Popen(
        command("new", "--spec", "spec.yaml", "--diff"),
        cwd=project,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    writer.stdout.close()
    message = writer.stderr.read()
    writer.stderr.close()
    assert (writer.wait(60), message) == (0, b"")


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_error(project: Path, closed: str):
    words = " ".join(f"'{word}'" for word in command("new", "--spec", "spec.yaml"))
    done = subprocess.run(
        ["sh", "-c", f"{words} {closed}"], cwd=project, env=environment(), check=False
    )
    assert done.returncode == 0
    assert (project / "orders/signals.py").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")
def test_a_full_disk_behind_stdout_is_told(project: Path):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command("schema"),
            cwd=project,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 5
    assert b"the output could not be written" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["--diff"], ["--dry-run"], ["--format", "json"], []])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_an_encoding_that_lacks_characters_is_no_error(
    project: Path, words: list[str], encoding: str
):
    text = WITHOUT_ADVICE.replace("    signal:", '    description: "größer: 日本 ✓"\n    signal:')
    (project / "spec.yaml").write_text(text, encoding="utf-8")
    done = shell(
        project, "new", "--spec", "spec.yaml", *words, PYTHONIOENCODING=encoding, LC_ALL="C"
    )
    assert done.code == 0, done
    assert done.err == ""


def test_a_name_that_is_no_text_is_no_error(project: Path):
    bad = os.fsencode(project) + b"/\xff.yaml"
    with open(bad, "w") as file:
        file.write(SPEC.replace("on_create", "on_crate"))
    done = subprocess.run(
        [*command("new", "--spec"), b"\xff.yaml"],
        cwd=project,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2, done
    assert b":6:5: error:" in done.stderr


@posix
@pytest.mark.skipif(not os.path.exists("/dev/stdin"), reason="needs /dev/stdin")
def test_a_pipe_by_name_counts_as_standard_input(project: Path):
    done = shell(project, "new", "--spec", "/dev/stdin", stdin=SPEC)
    assert done.code == 0, done
    assert '"<stdin>"' in (project / ".signalgen/orders.json").read_text()
    assert shell(project, "new", "--spec", "-", "--check", stdin=SPEC).code == 0


@pytest.fixture
def heeding_interrupts() -> Iterator[None]:
    """A shell lets what it runs in the background ignore Ctrl-C, and every child inherits that."""
    was = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, was)


def interrupted(process: subprocess.Popen) -> int:
    """Press Ctrl-C until the process ends: one that arrives between two reads is not seen before the next."""
    for _ in range(20):
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(1)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    return process.wait()


@posix
@pytest.mark.usefixtures("heeding_interrupts")
def test_ctrl_c_is_130_without_a_traceback(project: Path):
    before = files(project)
    reader, writer = os.pipe()
    process = subprocess.Popen(
        command("new", "--spec", "-"),
        cwd=project,
        env=environment(),
        stdin=reader,
        stderr=subprocess.PIPE,
    )
    # More than a pipe holds: once it is all written, the command is reading, and waits for the rest.
    for _ in range(4):
        os.write(writer, b"# a comment\n" * (1 << 14))
    assert interrupted(process) == 130
    message = process.stderr.read()
    process.stderr.close()
    os.close(reader)
    os.close(writer)
    assert b"Traceback" not in message
    assert files(project) == before


@posix
@pytest.mark.parametrize("folder", ["orders", "."])
def test_a_read_only_project_is_refused_as_a_whole(project: Path, folder: str):
    before = files(project)
    (project / folder).chmod(0o555)
    done = shell(project, "new", "--spec", "spec.yaml", "--format", "json", before=unprivileged())
    (project / folder).chmod(0o755)
    assert done.code == 4, done
    assert done.json["status"] == "refused"
    assert "read-only" in done.json["problems"][0]["message"]
    assert files(project) == before


@posix
def test_previews_of_a_read_only_project_work(project: Path):
    for folder in (project / "orders", project):
        folder.chmod(0o555)
    done = shell(project, "new", "--spec", "spec.yaml", "--check", before=unprivileged())
    for folder in (project, project / "orders"):
        folder.chmod(0o755)
    assert done.code == 1, done


@posix
def test_an_unreadable_spec_is_named(project: Path):
    (project / "spec.yaml").chmod(0)
    done = shell(project, "new", "--spec", "spec.yaml", before=unprivileged())
    assert done.code == 2, done
    assert "spec.yaml: error: the spec cannot be read: Permission denied" in done.err


@posix
def test_an_unreadable_project_is_no_internal_error(project: Path):
    (project / "orders").chmod(0)
    done = shell(project, "new", "--spec", "spec.yaml", before=unprivileged())
    (project / "orders").chmod(0o755)
    assert done.code in (2, 4), done
    assert "orders" in done.err


@posix
def test_colours_come_on_a_terminal_only(project: Path):
    words = ("new", "--spec", "spec.yaml", "--diff")
    assert b"\x1b[32m" in on_a_terminal(project, *words, TERM="xterm")[1]
    assert b"\x1b" not in on_a_terminal(project, *words, "--no-color", TERM="xterm")[1]
    assert b"\x1b" not in on_a_terminal(project, *words, TERM="xterm", NO_COLOR="1")[1]
    assert b"\x1b" not in on_a_terminal(project, *words, TERM="dumb")[1]
    assert "\x1b" not in shell(project, *words, TERM="xterm").out


@posix
def test_a_diff_on_a_terminal_escapes_what_a_terminal_would_act_on(project: Path):
    (project / "orders/apps.py").write_text(
        (project / "orders/apps.py").read_text() + "# \x1b]0;owned\x07\n"
    )
    words = ("new", "--spec", "spec.yaml", "--diff")
    for extra in ({}, {"NO_COLOR": "1"}):
        shown = on_a_terminal(project, *words, TERM="xterm", **extra)[1]
        assert b"\x1b]0;owned" not in shown
        assert b"\\x1b]0;owned" in shown
    assert "\x1b]0;owned" in shell(project, *words).out


def imported_by(cwd: Path, *words: str) -> set[str]:
    """Return the heavy libraries that a command imports."""
    heavy = {"yaml", "jinja2", "black", "tree_sitter", "django"}
    heavy |= {"rich", "typer", "click", "pydantic"}
    return heavy & imported_modules(cwd, *words)


@pytest.mark.parametrize("words", [["--help"], ["new", "--help"], ["check", "-h"], ["--version"]])
def test_help_and_version_import_nothing_heavy(project: Path, words: list[str]):
    assert imported_by(project, *words) == set()


@pytest.mark.parametrize("words", [["--help"], ["new", "--help"], ["check", "-h"]])
def test_help_does_without_what_takes_longer_than_the_page(project: Path, words: list[str]):
    loaded = imported_modules(project, *words)
    assert not loaded & {"dataclasses", "inspect", "signalgen.api"}


# What a wrong call may load; an older typer imports rich by itself.
EXPLAINING = {"typer", "click", "pydantic", *(["rich"] if hasattr(typer.core, "rich") else [])}


@pytest.mark.parametrize("words", [["new", "--nope"], ["nwe"]])
def test_wrong_calls_import_nothing_but_what_explains_them(project: Path, words: list[str]):
    found = imported_by(project, *words)
    assert {"typer"} <= found <= EXPLAINING


@pytest.mark.parametrize(
    "line",
    [
        "new --spec spec.yaml --check",
        "new --spec spec.yaml -q --conflict=keep --target-django 5.2",
        "check",
        "check orders --select SG1 --format json",
    ],
)
def test_plain_calls_do_without_typer(project: Path, line: str):
    found = imported_modules(project, *line.split())
    assert f"signalgen.{'generating' if line.startswith('new') else 'checking'}" in found
    blacks = {"click"} if "black" in found else set()  # where no cache has what it would format
    assert not found & ({"rich", "typer", "click", "pydantic"} - blacks)


def test_a_wrong_spec_needs_neither_black_nor_jinja(project: Path):
    (project / "spec.yaml").write_text("app: [\n")
    assert imported_by(project, "validate", "spec.yaml") <= {"yaml"} | EXPLAINING


def test_no_command_imports_rich_or_django(project: Path):
    assert not imported_by(project, "new", "--spec", "spec.yaml") & {"rich", "django"}


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_shell_completion_knows_the_commands(project: Path, shell_name: str):
    words = {"COMP_WORDS": "signalgen ", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "signalgen "}
    extra = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"} | words
    done = shell(project, _SIGNALGEN_COMPLETE=f"complete_{shell_name}", **extra)
    for name in ("new", "signal", "remove", "validate", "schema"):
        assert name in done.out


@pytest.mark.parametrize(
    "library", ["tree_sitter", "tree_sitter_python", "jinja2", "yaml", "typer"]
)
def test_a_library_that_cannot_be_imported_is_told_in_one_message(
    project: Path, tmp_path: Path, library: str
):
    (tmp_path / f"{library}.py").write_text(f"raise ImportError({library!r})")
    path = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    words = ("validate", "spec.yaml") if library == "typer" else ("new", "--spec", "spec.yaml")
    done = shell(project, *words, PYTHONPATH=path)
    assert done.code == 5
    assert done.out == ""
    assert f"Python {sys.version_info[0]}.{sys.version_info[1]}: {library}\n" in done.err
    assert "report it" not in done.err
    assert "Traceback" not in done.err
    assert not (project / "orders/signals.py").exists()


@pytest.mark.parametrize(
    "error", [ImportError("ours", name="signalgen.plan"), NameError("tree_sitter")]
)
def test_a_fault_of_our_own_is_no_missing_library(capsys, error: Exception):
    def work() -> Outcome:
        raise error

    assert conclude("new", View(), work) == 5
    assert "please report it" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["check", "--exit-zero"], ["new", "--spec", "spec.yaml"]])
def test_who_calls_it_from_code_keeps_garbage_collection(project: Path, monkeypatch, words):
    monkeypatch.chdir(project)
    before = gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()
    assert main(words) == 0
    assert (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()) == before
