"""The cache of formatted text cannot put code into a project, and only its user can look into it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

import leaks_kit  # noqa: F401 - the way to cli_kit
import pytest
from cli_kit import call, files, make_project, shell
from hostile_kit import forked

from signalgen import formatting
from signalgen.write import texts

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
app: orders
model: Order
handlers:
  - name: order_saved
    signal: post_save
    on_create: |
      if instance.total > 3:  # only large ones
          cache.delete('orders')
      logger.info("saved %s", instance.total)  # and told
signals: [{name: paid, args: {n: int}}]
"""
LINE = 'cache.delete("orders")\n'
POISON = {
    "a statement more": (LINE, f"{LINE}            os.system('id')\n"),
    "a statement more at the end": ("", "\nimport os; os.system('id')\n"),
    "a statement less": ('logger.info("saved %s", instance.total)', "pass"),
    "another string": ('"orders"', '"other"'),
    "another number": ("> 3", "> 4"),
    "another name": ("cache.delete", "cache.clear"),
    "another operator": ("> 3", "< 3"),
    "another level": ("        logger.info(", "            logger.info("),
    "another argument": ("**kwargs", "x=print(1), **kwargs"),
    "no decorator": ("@receiver(", "# @receiver("),
    "a tuple": ("> 3:", "> (3,):"),
    "a blank in a string": ("saved %s", "saved  %s"),
    "a comma in a comment": ("# only large", "# only, large"),
    "a comment less": ("  # only large ones", ""),
    "another comment": ("# only large ones", "# noqa"),
    "a comment more": (LINE, f"{LINE.rstrip()}  # type: ignore\n"),
    "a comment of a line": ('    logger.info("saved', '    # logger.info("saved'),
    "a comment let go": ("# and told", "\n        and_told()"),
    "code in a comment": ("# only large ones\n", "# only large ones "),
    "another docstring": ('"""', '"""Harmless. '),
    "a string for code": ("instance.total)", '"instance.total")'),
    "code for a string": ('"orders"', "orders"),
    "an f-string": ('"saved %s"', 'f"{exit()}"'),
    "no end of line": ("\n", ""),
    "half of it": None,
    "nothing": None,
    "another symbol": None,
    "no Python": None,
    "a null byte": None,
    "no text": None,
    "no zlib": None,
    "a huge text": None,
    "a bomb": None,
}
WHOLE = {
    "half of it": lambda text, other: zlib.compress(text[: len(text) // 2].encode()),
    "nothing": lambda text, other: zlib.compress(b""),
    "another symbol": lambda text, other: zlib.compress(other.encode()),
    "no Python": lambda text, other: zlib.compress(b"def (:\n"),
    "a null byte": lambda text, other: zlib.compress(f"{text}\0\n".encode()),
    "no text": lambda text, other: zlib.compress(b"\xff\xfe"),
    "no zlib": lambda text, other: b"nothing of the kind",
    "a bomb": lambda text, other: zlib.compress(b" " * (texts.MOST_BYTES + 1)),
    "a huge text": lambda text, other: zlib.compress(f"{text}\n# {'x' * 10**6}\n".encode()),
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a user's cache, in which nothing is yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "signalgen"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], Path]:
    """Return the files of a run, and the cache that it has left."""
    folder = tmp_path_factory.mktemp("honest")
    project = make_project(folder / "project", spec=SPEC)
    assert shell(project, "new", "--spec", "spec.yaml", XDG_CACHE_HOME=str(folder)).code == 0
    return files(project), folder / "signalgen"


def generate(capsys, root: Path) -> dict[str, bytes]:
    """Return the files that ``new`` makes of a fresh project, or once more of the same."""
    if not root.exists():
        make_project(root, spec=SPEC)
    assert call(capsys, "new", "--spec", root / "spec.yaml", "--project", root).code == 0
    return files(root)


def change(cache: Path, how: str) -> int:
    """Change what the cache holds, and return how many texts have changed."""
    count = 0
    with closing(sqlite3.connect(cache / "texts.sqlite3")) as database, database:
        rows = database.execute("SELECT key, text FROM texts").fetchall()
        for number, (key, packed) in enumerate(rows):
            text = zlib.decompress(packed).decode()
            other = zlib.decompress(rows[number - 1][1]).decode()
            if how == "a bomb" and number:
                continue
            if how in WHOLE:
                new = WHOLE[how](text, other)
            else:
                old, put = POISON[how]
                new = zlib.compress((text.replace(old, put) if old else text + put).encode())
            count += zlib.compress(text.encode(), 1) != new
            database.execute("UPDATE texts SET text = ? WHERE key = ?", (new, key))
    return count


def held(cache: Path) -> dict[str, str]:
    """Return the texts in a cache by their keys."""
    with closing(sqlite3.connect(cache / "texts.sqlite3")) as database:
        rows = database.execute("SELECT key, text FROM texts").fetchall()
    return {key: zlib.decompress(packed).decode() for key, packed in rows}


@pytest.mark.parametrize("how", POISON)
def test_a_text_that_is_not_the_fragments_own_is_not_written(capsys, tmp_path, cache, honest, how):
    shutil.copytree(honest[1], cache)
    assert change(cache, how) > 0
    assert generate(capsys, tmp_path / "one") == honest[0]
    # It is replaced, too.
    assert held(cache).items() <= held(honest[1]).items()


def test_a_text_that_an_earlier_run_wrote_is_not_believed_for_another_symbol(
    capsys, tmp_path, cache
):
    honest = generate(capsys, tmp_path / "one")
    change(cache, "another symbol")
    (tmp_path / "one/orders/models.py").write_text(
        (tmp_path / "one/orders/models.py").read_text() + "\n"
    )
    done = call(capsys, "new", "--spec", tmp_path / "one/spec.yaml", "--project", tmp_path / "one")
    assert (done.code, "Nothing to do" in done.out) == (0, True)
    assert {
        name: data for name, data in files(tmp_path / "one").items() if "models" not in name
    } == {name: data for name, data in honest.items() if "models" not in name}


@pytest.mark.parametrize("again", ["one", "two"])
def test_an_honest_cache_is_used(capsys, tmp_path, cache, monkeypatch, again):
    honest = generate(capsys, tmp_path / "one")
    calls = []
    monkeypatch.setattr(formatting, "_black", lambda text, style: calls.append(text) or text)
    assert generate(capsys, tmp_path / again) == honest
    assert calls == []


def test_what_was_generated_last_is_not_compared_again(capsys, tmp_path, cache, monkeypatch):
    honest = generate(capsys, tmp_path / "one")
    monkeypatch.setattr(formatting, "certainly_same", lambda *texts: pytest.fail("compared"))
    assert generate(capsys, tmp_path / "one") == honest


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("made", [None, 0o777, 0o755, 0o750, 0o770, 0o705])
def test_only_its_user_can_look_into_the_cache(tmp_path, cache, made):
    project = make_project(tmp_path / "project")
    if made is not None:
        for folder in (cache.parent, cache, cache / "unchanged"):
            folder.mkdir()
            folder.chmod(made)
    old = os.umask(0)
    try:
        for words in (["check"], ["new", "--spec", "spec.yaml"]):
            assert forked(project, *words, XDG_CACHE_HOME=str(cache.parent)).code == 0
    finally:
        os.umask(old)
    assert mode(cache) == 0o700
    assert mode(cache / "unchanged") == 0o700
    assert list((cache / "unchanged").iterdir())
    if made is not None:
        # The folder above is not signalgen's.
        assert mode(cache.parent) == made


def test_a_private_cache_is_left_as_it_is(capsys, tmp_path, cache):
    generate(capsys, tmp_path / "one")
    cache.chmod(0o500 if os.geteuid() else 0o700)
    before = cache.stat()
    generate(capsys, tmp_path / "two")
    assert cache.stat().st_mode == before.st_mode


def test_a_cache_that_cannot_be_made_is_no_error(capsys, tmp_path, cache):
    cache.parent.mkdir()
    cache.write_text("a file")
    one = generate(capsys, tmp_path / "one")
    assert one["orders/signals.py"]
    assert cache.read_text() == "a file"


def test_a_cache_that_is_a_link_of_the_user_is_used(capsys, tmp_path, cache):
    (tmp_path / "elsewhere").mkdir()
    cache.parent.mkdir()
    cache.symlink_to(tmp_path / "elsewhere")
    generate(capsys, tmp_path / "one")
    assert mode(tmp_path / "elsewhere") == 0o700
    assert len(texts.load_texts([])) == 0
    assert (tmp_path / "elsewhere/texts.sqlite3").is_file()
