"""``--write-baseline`` replaces only a baseline that signalgen wrote, whoever names the file."""

from __future__ import annotations

import pytest
from odd_kit import LOUD, call, contents, make

OURS = '{\n "version": 1,\n "findings": []\n}\n'
KEPT = {
    "a module": ("shop/models.py", None),
    "manage.py": ("manage.py", None),
    "the settings": ("config/settings.py", None),
    "an empty module": ("shop/__init__.py", None),
    "pyproject.toml": ("pyproject.toml", None),
    "somebody's JSON": ("data.json", '{"a": 1}\n'),
    "a list": ("data.json", "[]\n"),
    "findings of another tool": ("data.json", '{"version": 1, "findings": [{"id": 1}]}\n'),
    "another version": ("data.json", '{"version": 2, "findings": []}\n'),
    "more than a baseline": ("data.json", '{"version": 1, "findings": [], "mine": 1}\n'),
    "an empty file": ("data.json", ""),
    "no UTF-8": ("data.json", b"\xff\xfe"),
    "a record of new": (".signalgen/shop.json", '{"version": 1, "app": "shop", "symbols": []}\n'),
    "a file for git": (".git/hooks/post-commit", None),
    "a new file of git": (".git/hooks/post-commit", False),
}


@pytest.mark.parametrize("setting", [False, True], ids=["option", "setting"])
@pytest.mark.parametrize("name", KEPT)
def test_another_file_is_kept(name, setting, tmp_path):
    path, text = KEPT[name]
    texts = {"shop/signals.py": LOUD, "pyproject.toml": "[project]\nname = 'p'\n"}
    if text is None:
        texts.setdefault(path, "# mine\n")
    elif text is not False:
        texts[path] = text
    if setting:
        texts["pyproject.toml"] += f"[tool.signalgen]\nbaseline = '{path}'\n"
    root = make(tmp_path, texts)
    before = contents(root)
    given = () if setting else ("--baseline", root / path)
    done = call(root, "check", "--write-baseline", *given)
    assert done.code == 4, done.said
    assert path in done.said
    assert contents(root) == before


@pytest.mark.parametrize("old", [None, OURS, OURS.replace("\n", "")], ids=["new", "old", "short"])
def test_a_baseline_is_written(old, tmp_path):
    root = make(tmp_path, {"shop/signals.py": LOUD, **({} if old is None else {"known.json": old})})
    for _ in range(2):
        done = call(root, "check", "--write-baseline", "--baseline", root / "known.json")
        assert done.code == 0, done.said
        assert b"SG201" in (root / "known.json").read_bytes()
    assert call(root, "check", "--baseline", root / "known.json").code == 0


def test_a_baseline_says_what_could_not_be_read(tmp_path):
    root = make(tmp_path, {"shop/signals.py": LOUD, "shop/odd.py": "@receiver(\n"})
    done = call(root, "check", "--write-baseline")
    assert done.code == 0
    assert "shop/odd.py:1:" in done.said
