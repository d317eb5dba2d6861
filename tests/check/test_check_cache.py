"""A check of what has not changed is answered from a note; whatever changes, the answer is a new one."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from check_kit import APPS, HEAD, MODELS

import signalgen

PACKAGE = Path(signalgen.__file__).parent
GOOD = HEAD + "\n\n@receiver(post_save)\ndef f(sender, **kwargs): ...\n"
BAD = GOOD.replace(", **kwargs", "")
LONG_AGO = time.time() - 1000


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    """Projects that grow old together: a project each would be waited for one after the other."""
    made = [tmp_path_factory.mktemp("shop") for _ in range(8)]
    for root in made:
        for name, text in {
            "manage.py": "",
            "pyproject.toml": "",
            "shop/__init__.py": "",
            "shop/models.py": MODELS,
            "shop/apps.py": APPS,
            "shop/signals.py": BAD,
            "shop/tests/test_orders.py": "",
            "shop/migrations/0001_initial.py": "",
        }.items():
            write(root / name, text)
    return made


@pytest.fixture
def shop(shops):
    return shops.pop()


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (LONG_AGO, LONG_AGO))


def check(shop, *words):
    done = subprocess.run(
        [sys.executable, "-m", "signalgen", "check", "--project", shop, *words],
        cwd=shop,
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


def test_what_was_never_read_may_change_and_tests_are_read(shop):
    settled(shop)
    (shop / "shop/migrations/0001_initial.py").write_text("OPERATIONS = []\n")
    assert check(shop)[2]
    (shop / "shop/tests/test_orders.py").write_text("def test_orders(): ...\n")
    assert not check(shop)[2]


def cache(monkeypatch, folder):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "signalgen" / "unchanged"


def test_a_note_that_is_not_whole_is_passed_over(shop, tmp_path_factory, monkeypatch):
    notes = cache(monkeypatch, tmp_path_factory.mktemp("cache"))
    settled(shop)
    (note,) = notes.iterdir()
    whole = note.read_bytes()
    for broken in (
        whole[: len(whole) // 2],
        b"",
        b"\xff\x00" + whole[2:],
        whole.replace(b"\t", b" "),
    ):
        note.write_bytes(broken)
        code, out, again = check(shop)
        assert (code, again, "SG301" in out) == (1, False, True)
    assert check(shop)[2]


def test_a_cache_folder_that_cannot_be_written_is_no_error(shop, tmp_path_factory, monkeypatch):
    closed = tmp_path_factory.mktemp("cache") / "file"
    closed.write_text("")
    cache(monkeypatch, closed)
    settled(shop)
    code, out, again = check(shop)
    assert (code, again, "SG301" in out) == (1, False, True)


def test_runs_at_once_leave_one_whole_note(shop, tmp_path_factory, monkeypatch):
    notes = cache(monkeypatch, tmp_path_factory.mktemp("cache"))
    settled(shop)
    (note,) = notes.iterdir()
    note.unlink()
    command = [sys.executable, "-m", "signalgen", "check", "--project", shop]
    runs = [
        subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = {run.communicate()[0].rpartition("checked")[0] for run in runs}
    assert (len(said), [path.name for path in notes.iterdir()]) == (1, [note.name])
    assert check(shop)[2]


def test_another_version_of_signalgen_looks_anew(shop, tmp_path_factory, monkeypatch):
    package = tmp_path_factory.mktemp("package")
    shutil.copytree(PACKAGE, package / "signalgen", ignore=shutil.ignore_patterns("__pycache__"))
    for path in package.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    monkeypatch.setenv("PYTHONPATH", str(package))
    settled(shop)
    assert check(shop)[2]
    rule = package / "signalgen/check/rules/sg301_no_kwargs.py"
    rule.write_text(rule.read_text().replace('"error"', '"warning"'))
    code, out, again = check(shop)
    assert (again, "warning" in out) == (False, True)


def test_a_list_is_answered_from_its_note_until_something_changes(
    shop, tmp_path_factory, monkeypatch
):
    notes = cache(monkeypatch, tmp_path_factory.mktemp("cache"))
    (shop / "shop/odd.py").write_text(HEAD + "\n\npost_save.connect(f, sender='ä.Ü')\n")
    settled(shop)

    def listed(*words):
        return subprocess.run(
            [sys.executable, "-m", "signalgen", "list", "--project", shop, *words],
            cwd=shop,
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        ).stdout.decode()

    before = set(notes.iterdir())
    first = listed()
    (note,) = set(notes.iterdir()) - before
    assert "ä.Ü" in first
    # What it prints shows where that came from.
    note.write_bytes(note.read_bytes().replace(b" registrations.", b" REGISTRATIONS."))
    assert listed() == first.replace(" registrations.", " REGISTRATIONS.")
    assert "REGISTRATIONS" not in listed("--signals")
    assert "REGISTRATIONS" not in listed("--receiver", "f")
    write(shop / "shop/signals.py", GOOD.replace("def f", "def other"))
    assert "shop.signals.other" in listed()
