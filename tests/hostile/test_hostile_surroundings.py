"""An odd environment: the current folder, where output goes, settings, and where the spec comes from."""

from __future__ import annotations

import os
import subprocess
import threading

import pytest
from hostile_kit import forked
from odd_kit import LOUD, SPEC, call, contents, make, started

from signalgen import load_spec, specfile
from signalgen.errors import UsageError
from signalgen.specfile import MOST_BYTES, read_spec_file

BOM = b"\xef\xbb\xbf"
DIGITS = "1" * 5000
linux = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="it needs /dev/full")
pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="it needs named pipes")

WITHOUT_FOLDER = {
    "check": ["check"],
    "check of a project": ["check", "--project", "PROJECT"],
    "check of a path": ["check", "shop"],
    "check as json": ["check", "--format", "json"],
    "new": ["new", "--spec", "spec.yaml"],
    "new of a project": ["new", "--spec", "spec.yaml", "--project", "PROJECT"],
    "new from standard input": ["new", "--spec", "-"],
    "remove": ["remove", "--spec", "spec.yaml"],
    "signal": ["signal", "--app", "shop", "--signal", "paid"],
    "validate": ["validate", "spec.yaml"],
    "recipes": ["recipes"],
}


@pytest.mark.parametrize("name", WITHOUT_FOLDER)
def test_the_current_folder_was_deleted(name, tmp_path):
    root, gone = make(tmp_path / "project"), tmp_path / "gone"
    gone.mkdir()
    before = contents(root)
    words = [str(root) if word == "PROJECT" else word for word in WITHOUT_FOLDER[name]]
    done = forked(gone, *words, before=gone.rmdir)
    assert done.code in (0, 2), done.said
    assert "should not" not in done.said
    if done.code and "json" not in words:
        assert b"exist" in done.err
    assert contents(root) == before


FULL = {
    "new": ["new", "--spec", "spec.yaml"],
    "new as json": ["new", "--spec", "spec.yaml", "--format", "json"],
    "check --fix": ["check", "--fix"],
    "check --write-baseline": ["check", "--write-baseline"],
}
UNTOLD = {
    "new --dry-run": ["new", "--spec", "spec.yaml", "--dry-run"],
    "new --diff": ["new", "--spec", "spec.yaml", "--diff"],
    "check": ["check", "--no-cache"],
    "check as sarif": ["check", "--format", "sarif", "--no-cache"],
    "recipes": ["recipes"],
}


def on_full(root, words):
    with open("/dev/full", "wb") as full:
        return forked(root, *words, stdout=full)


@linux
def test_a_full_disk_behind_a_start_of_python(tmp_path):
    with open("/dev/full", "wb") as full:
        done = started(
            project(tmp_path),
            *FULL["new"],
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert (done.code, b"had been written" in done.err) == (5, True)


def project(tmp_path):
    loose = (
        LOUD.replace("def order_saved", "def mails")
        .replace("\n\n\n@", "\nfrom shop.tasks import mail\n\n\n@")
        .replace("instance.save()", "mail.delay(instance.pk)")
    )
    tasks = "from celery import shared_task\n\n\n@shared_task\ndef mail(pk):\n    pass\n"
    texts = {"spec.yaml": SPEC, "shop/signals.py": loose, "shop/tasks.py": tasks}
    return make(tmp_path, {**texts, "requirements.txt": "django==5.2\ncelery\n"})


@linux
@pytest.mark.parametrize("name", FULL)
def test_a_full_disk_behind_the_report(name, tmp_path):
    root = project(tmp_path)
    before = contents(root)
    done = on_full(root, FULL[name])
    assert done.code == 5
    assert b"No space left on device" in done.err
    assert contents(root) != before
    assert b"had been written" in done.err


@linux
@pytest.mark.parametrize("name", UNTOLD)
def test_a_full_disk_behind_a_report_of_nothing_written(name, tmp_path):
    root = project(tmp_path)
    before = contents(root)
    done = on_full(root, UNTOLD[name])
    assert done.code == 5
    assert b"written before" not in done.err
    assert contents(root) == before


@linux
@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["check", "--help"], ["check", "--verbose", "--help"], []]
)
def test_a_full_disk_behind_a_page(words, tmp_path):
    """Without PYTHONUNBUFFERED, with which the end of Python has nothing left to write."""
    with open("/dev/full", "wb") as full:
        done = started(tmp_path, *words, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    if words:
        assert (done.code, done.err.count(b"\n")) == (5, 1)
        assert b"the output could not be written: No space left on device" in done.err
    else:
        assert (done.code, b"Usage: " in done.err) == (2, True)


SETTINGS = {
    "a line length of its own": {"pyproject.toml": f"[tool.signalgen]\nline-length = {DIGITS}\n"},
    "a line length of 4,000 digits": {
        "pyproject.toml": f"[tool.signalgen]\nline-length = {DIGITS[:4000]}\n"
    },
    "black's line length": {"pyproject.toml": f"[tool.black]\nline-length = {DIGITS}\n"},
    "black's line length of 4,000 digits": {
        "pyproject.toml": f"[tool.black]\nline-length = {DIGITS[:4000]}\n"
    },
    "a line length as a text": {"setup.cfg": f"[flake8]\nmax-line-length = {DIGITS}\n"},
    "an editor's": {
        ".editorconfig": f"[*.py]\nmax_line_length = {DIGITS}\nindent_size = {DIGITS}\n"
    },
    "a version": {"requirements.txt": f"django>={DIGITS}.{DIGITS}\ncelery=={DIGITS}\n"},
    "a version that is ruled out": {"requirements.txt": f"django<{DIGITS},>=4.2\n"},
    "a Python": {"pyproject.toml": f"[project]\nrequires-python = '>=3.{DIGITS}'\n"},
    "a Python for tools": {".python-version": f"3.{DIGITS}\n", "runtime.txt": f"python-3.{DIGITS}"},
    "a hook": {
        ".pre-commit-config.yaml": f"- id: black\n  args: [--line-length={DIGITS}]\n",
        "pyproject.toml": "[tool.black]\n",
    },
    "a number in code": {
        "shop/odd.py": f"ODD = {DIGITS}\n",
        "shop/big.py": f"ODD = {DIGITS[:4000]}\n",
    },
    "a field": {
        "shop/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n"
        f"    total = models.CharField(max_length={DIGITS[:4000]})\n"
    },
    "a setting of Django": {
        "config/settings.py": f"INSTALLED_APPS = ['shop']\nSITE_ID = {DIGITS}\n"
    },
    "a lock file": {"Pipfile.lock": f'{{"default": {{"django": {{"version": {DIGITS}}}}}}}'},
    "a baseline": {
        ".signalgen/shop.json": f'{{"version": {DIGITS}, "app": "shop", "symbols": []}}',
    },
    "another baseline": {
        "pyproject.toml": '[tool.signalgen]\nbaseline = "b.json"\n',
        "b.json": f'{{"version": 1, "findings": [{{"count": {DIGITS}}}]}}',
    },
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_number_of_thousands_of_digits(name, tmp_path):
    root = make(tmp_path / "p", SETTINGS[name])
    (tmp_path / "spec.yaml").write_text(SPEC)
    for words in (["check"], ["new", "--spec", tmp_path / "spec.yaml"]):
        done = call(root, *words)
        assert done.code in (0, 1, 2, 4), done.said[:2000]


MARKED = {
    "pyproject.toml": "[tool.signalgen]\nignore = ['SG201']\n",
    "setup.cfg": "[flake8]\nmax-line-length = 100\n",
    "requirements.txt": "django==4.2\n",
}


@pytest.mark.parametrize("name", MARKED)
def test_a_bom_in_a_configuration_file(name, tmp_path):
    """It means what it means without one."""
    texts = {"shop/signals.py": LOUD, "spec.yaml": SPEC}
    plain = make(tmp_path / "plain", {**texts, name: MARKED[name]})
    marked = make(tmp_path / "marked", {**texts, name: BOM + MARKED[name].encode()})
    for words in (["check", "--format", "json"], ["new", "--spec", plain / "spec.yaml"]):
        one, other = call(plain, *words), call(marked, *words)
        assert (one.code, one.out) == (other.code, other.out)
    before, after = contents(plain), contents(marked)
    assert {path for path in before if before[path] != after[path]} == {name}
    assert ("SG201" in call(plain, "check").said) == (name != "pyproject.toml")


@pipes
@pytest.mark.parametrize("command", ["new", "remove", "validate"])
def test_a_pipe_without_a_writer(command, tmp_path, monkeypatch):
    monkeypatch.setattr(specfile, "WAIT_SECONDS", 0.05)
    os.mkfifo(tmp_path / "spec.yaml")
    with pytest.raises(UsageError, match="nobody has written to it"):
        read_spec_file(tmp_path / "spec.yaml")
    with pytest.raises(UsageError, match="nobody has written to it"):
        load_spec(tmp_path / "spec.yaml")
    words = ["validate"] if command == "validate" else [command, "--spec"]
    done = forked(make(tmp_path / "p"), *words, tmp_path / "spec.yaml")
    assert (done.code, b"is a pipe" in done.err) == (2, True), done.said


@pipes
@pytest.mark.parametrize("late", [False, True], ids=["at once", "in parts"])
def test_a_pipe_is_read_to_its_end(late, tmp_path):
    os.mkfifo(tmp_path / "spec.yaml")
    parts = [SPEC[:40], SPEC[40:]] if late else [SPEC]

    def feed():
        with open(tmp_path / "spec.yaml", "w", buffering=1) as pipe:
            for part in parts:
                pipe.write(part)
                pipe.flush()

    writer = threading.Thread(target=feed, daemon=True)
    writer.start()
    assert read_spec_file(tmp_path / "spec.yaml") == SPEC.encode()
    writer.join(10)


@pipes
def test_a_pipe_of_a_shell(tmp_path):
    root = make(tmp_path, {"spec.yaml": SPEC})
    inside, outside = os.pipe()
    os.write(outside, SPEC.encode())
    os.close(outside)
    done = started(root, "new", "--spec", f"/dev/fd/{inside}", pass_fds=[inside])
    os.close(inside)
    assert done.code == 0, done.said


@pipes
def test_a_pipe_without_end_is_read_up_to_the_limit(tmp_path):
    os.mkfifo(tmp_path / "spec.yaml")
    stopped = []

    def feed():
        try:
            with open(tmp_path / "spec.yaml", "wb") as pipe:
                while True:
                    pipe.write(b"# more\n" * 10_000)
        except BrokenPipeError:
            stopped.append(True)

    writer = threading.Thread(target=feed, daemon=True)
    writer.start()
    assert len(read_spec_file(tmp_path / "spec.yaml")) == MOST_BYTES
    writer.join(10)
    assert stopped


@linux
@pytest.mark.parametrize(
    "words", [["new", "--spec"], ["remove", "--spec"], ["validate"]], ids=lambda words: words[0]
)
@pytest.mark.parametrize("where", ["-", "/dev/zero"])
def test_a_spec_without_end(where, words, tmp_path):
    root = make(tmp_path)
    with open("/dev/zero", "rb") as endless:
        done = forked(root, *words, where, stdin=endless)
    assert done.code == 2
    assert "more than 8,388,608 bytes" in done.said
