"""A run in a fork is what ``subprocess.run`` makes of it: words, folder, variables, output and exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import forks
import pytest

SEEN = """
import os, sys
print(sys.argv, os.getcwd(), os.environ.get("ASKED"), sys.path[0], __name__, "shop" in sys.modules)
print("said", file=sys.stderr)
"""
ENDS = {
    "exit": "import sys; print('so far'); sys.exit(3)",
    "text": "import sys; sys.exit('why')",
    "raised": "print('so far'); raise ValueError('why')",
    "at the end": "import atexit; atexit.register(print, 'last')",
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "in vain": "pass",
    "reads": "print(repr(input()))",
}


def really(arguments, cwd, env):
    words = [sys.executable, *arguments]
    nothing = subprocess.DEVNULL
    return subprocess.run(
        words, cwd=cwd, env=env, stdin=nothing, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words", [["run.py", "a"], ["-c", SEEN, "a"], ["-m", "shop.run", "a", "-b"]]
)
def test_it_sees_what_a_process_sees(words, tmp_path):
    (tmp_path / "run.py").write_text(SEEN)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/run.py").write_text(SEEN)
    env = {**os.environ, "ASKED": "yes"}
    one, other = forks.run(words, tmp_path, env), really(words, tmp_path, env)
    assert (one.returncode, one.stdout, one.stderr) == (0, other.stdout, other.stderr)
    assert forks.run(words, tmp_path, {**os.environ}).stdout != one.stdout


@pytest.mark.parametrize("how", ENDS)
def test_it_ends_as_a_process_ends(how, tmp_path):
    words = ["-c", ENDS[how]]
    one, other = forks.run(words, tmp_path, {**os.environ}), really(words, tmp_path, {**os.environ})
    assert (one.returncode, one.stdout) == (other.returncode, other.stdout)
    assert one.stderr.splitlines()[-1:] == other.stderr.splitlines()[-1:]


def test_nothing_is_left_of_an_earlier_run(tmp_path):
    (tmp_path / "shop.py").write_text("STATE = []\n")
    code = "import shop, django.conf as c; shop.STATE.append(1); print(shop.STATE, c.settings.configured); c.settings.configure()"
    said = [forks.run(["-c", code], tmp_path, {**os.environ}).stdout for _ in range(2)]
    assert said == ["[1] False\n", "[1] False\n"]


def test_it_is_killed_when_it_never_ends(tmp_path):
    code = "import signal; print(0 < signal.alarm(0) <= 300); signal.raise_signal(signal.SIGALRM)"
    done = forks.run(["-c", code], tmp_path, {**os.environ})
    assert done.returncode == -signal.SIGALRM
