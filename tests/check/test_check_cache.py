"""A check of what has not changed is answered from a note; whatever changes, the answer is a new one."""

import os
import subprocess
import sys
import time

import pytest
from check_kit import APPS, HEAD, MODELS

GOOD = HEAD + "\n\n@receiver(post_save)\ndef f(sender, **kwargs): ...\n"
BAD = GOOD.replace(", **kwargs", "")
LONG_AGO = time.time() - 1000


@pytest.fixture
def shop(tmp_path):
    for name, text in {
        "manage.py": "",
        "pyproject.toml": "",
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/apps.py": APPS,
        "shop/signals.py": BAD,
    }.items():
        write(tmp_path / name, text)
    return tmp_path


def write(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (LONG_AGO, LONG_AGO))


def check(shop, *words):
    done = subprocess.run(
        [sys.executable, "-m", "signalgen", "check", "--project", shop, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, "as before" in done.stdout


def settled(shop):
    """Wait until the files' times are old enough to prove that nothing changed, and leave a note."""
    time.sleep(max(0.0, 3.2 - (time.time() - max(p.stat().st_ctime for p in shop.rglob("*")))))
    code, out, again = check(shop)
    assert (code, again) == (1, False)
    assert "SG301" in out


def test_the_second_run_says_the_same_and_any_change_makes_a_new_one(shop):
    settled(shop)
    code, out, again = check(shop)
    assert (code, again) == (1, True)
    assert "SG301" in out
    assert not check(shop, "--no-cache")[2]
    assert not check(shop, "--select", "SG101")[2]

    (shop / "shop/signals.py").write_text(GOOD)
    assert check(shop)[0] == 0
    (shop / "shop/more.py").write_text(BAD)
    code, out, _ = check(shop)
    assert (code, "shop/more.py" in out) == (1, True)
    (shop / "shop/more.py").rename(shop / "shop/other.py")
    code, out, _ = check(shop)
    assert (code, "shop/other.py" in out) == (1, True)
    (shop / "shop/other.py").unlink()
    assert check(shop)[0] == 0


def test_settings_count_as_well(shop):
    settled(shop)
    assert check(shop)[2]
    (shop / "pyproject.toml").write_text('[tool.signalgen]\nignore = ["SG301", "SG103"]\n')
    assert check(shop)[0] == 0
