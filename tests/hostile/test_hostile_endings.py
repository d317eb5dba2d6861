"""Odd ends and beginnings of target files: ``remove`` restores the bytes, and leaves no gaps where code was kept."""

from __future__ import annotations

import re

import pytest
from odd_kit import SPEC, both_ways, contents, make

TWO = (
    SPEC
    + "  - name: order_gone\n    signal: post_delete\n    body: |\n      cache.delete('gone')\n"
)
THREE = TWO + "signals:\n  - name: paid\n    args: {order: Order}\n"
DEF = "import os\n\n\ndef f():\n    return os\n"
COOKIE = "# -*- coding: latin-1 -*-\n"

GOES_ON = {
    "after a statement": "x = 1\\",
    "with a line end": "x = 1 \\\n",
    "after an import": "import os\\\n",
    "on a line of its own": "x = 1\n\\",
    "on a line of its own, ended": "x = 1\n\\\n",
    "after a line that goes on": "x = 1 \\\n    + 2\\\n",
    "in a class": "class A:\n    x = 1 \\\n",
}
ENDS = {
    "a comment": "# c \\",
    "a comment with a line end": "x = 1  # c \\\n",
    "a continuation that ends": "x = 1 \\\n    + 2\n",
    "a continuation and an empty line": "x = 1\n\\\n\n",
    "a text": "x = '\\\\'\n",
    "a text without a line end": 'x = "\\\\"',
    "no line end": "x = 1",
    "blanks": "x = 1\n   ",
    "empty lines": "x = 1\n\n\n\n",
    "a form feed": "x = 1\n\x0c\n",
    "nothing": "",
    "a cookie": COOKIE,
    "a cookie without a line end": COOKIE[:-1],
    "a cookie and code": COOKIE + "x = 1\n",
    "CRLF": "x = 1\r\n",
    "a backslash before CRLF, which Python reads": "x = 1\r\ny = 2 \\\r\n",
    "CR": "x = 1\r",
}


@pytest.mark.parametrize("name", ENDS)
def test_remove_gives_the_bytes_back(name, tmp_path):
    root = make(tmp_path / "p", {"shop/signals.py": ENDS[name].encode("latin-1")})
    before = contents(root)
    assert [done.code for done in both_ways(root, THREE)] == [0, 0]
    assert contents(root) == before


@pytest.mark.parametrize("name", GOES_ON)
def test_a_last_line_that_goes_on_is_refused(name, tmp_path):
    """Python reads no such file, and generated code below it would be read as its end."""
    root = make(tmp_path / "p", {"shop/signals.py": GOES_ON[name]})
    before = contents(root)
    made, removed = both_ways(root, SPEC)
    assert (made.code, removed.code) == (4, 0)
    assert "shop/signals.py:" in made.said
    assert "backslash" in made.said
    assert contents(root) == before


@pytest.mark.parametrize("line", ["x = 1 \\", "import os\\", "x = 1 \\\n    + 2 \\"])
def test_remove_below_a_line_that_goes_on(line, tmp_path):
    """Somebody wrote it above generated code: an empty line ends it, which keeps the file readable."""
    root = make(tmp_path / "p", {"shop/signals.py": "y = 0\n"})
    target = root / "shop/signals.py"

    def write():
        text = target.read_text()
        target.write_text(text.replace("\n\n\n@receiver", f"\n{line}\n\n\n@receiver"))

    made, removed = both_ways(root, SPEC, between=write)
    assert (made.code, removed.code) == (0, 0), removed.said
    compile(target.read_bytes(), "signals.py", "exec")
    assert target.read_text().rstrip("\n") == f"y = 0\n{line}"


EDITS = {
    "the first": lambda text: text.replace('"orders"', '"mine"'),
    "the second": lambda text: text.replace('"gone"', '"mine"'),
    "both": lambda text: text.replace('"orders"', '"mine"').replace('"gone"', '"mine"'),
    "no longer a receiver": lambda text: re.sub(
        r"@receiver\([^\n]*shop.order_saved\"\)\ndef order_saved\(.*?(?=\n\n\n|\Z)",
        "def order_saved():\n    return 1",
        text,
        flags=re.DOTALL,
    ).replace("return 1\n\n\n\n", "return 1\n\n\n"),
}
STARTS = {
    "no file": None,
    "empty": "",
    "a statement": "x = 1\n",
    "a docstring": '"""Doc."""\n',
    "a definition": DEF,
    "a cookie": COOKIE,
    "a cookie and code": COOKIE + "x = 1\n",
    "a cookie and a text": COOKIE + '# \xe9\nx = "\xe9"\n',
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("start", STARTS)
def test_keep_edited_leaves_no_empty_lines(start, edit, tmp_path):
    text = STARTS[start]
    root = make(tmp_path / "p", {} if text is None else {"shop/signals.py": text.encode("latin-1")})
    target = root / "shop/signals.py"
    if text is None:
        target.unlink()

    def write():
        made = target.read_bytes().decode("latin-1")
        target.write_bytes(EDITS[edit](made).encode("latin-1"))

    assert [done.code for done in both_ways(root, THREE, "--keep-edited", between=write)] == [0, 0]
    left = target.read_bytes().decode("latin-1")
    assert "def order_" in left
    assert not left.startswith("\n")
    assert "\n\n\n\n" not in left
    assert not left.endswith("\n\n")
    compile(target.read_bytes(), "signals.py", "exec")


def test_what_is_edited_refuses_without_the_option(tmp_path):
    root = make(tmp_path / "p")
    target = root / "shop/signals.py"

    def write():
        target.write_text(EDITS["the first"](target.read_text()))

    made, removed = both_ways(root, SPEC, between=write)
    assert (made.code, removed.code) == (0, 3)
    assert "has been edited" in removed.said
