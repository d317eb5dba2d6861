"""Files that nobody should have written are survived: reported or skipped, and the rest is analysed."""

import os

import pytest
from check_kit import HEAD, make_index

from signalgen.check import Choice, analyse
from signalgen.index import build_index
from signalgen.project.survey import survey_project

GOOD = HEAD + "@receiver(post_save)\ndef f(sender): ...\n"
LINE = "@receiver(post_save)\ndef g(sender): ...\n"
STRANGE = {
    "one line of ten megabytes": b"x = receiver([" + b"1, " * 3_300_000 + b"])\n",
    "deep nesting": HEAD.encode() + b"receiver = " + b"(" * 5000 + b")" * 5000 + b"\n",
    "deep attributes": HEAD.encode() + b"receiver" + b".a" * 5000 + b"\n",
    "deep blocks": HEAD.encode()
    + b"".join(b" " * n + b"if receiver:\n" for n in range(200))
    + b" " * 200
    + b"x\n",
    "NUL": HEAD.encode() + b"receiver = '\0'\n" + LINE.encode(),
    "latin-1": b"# -*- coding: latin-1 -*-\n"
    + HEAD.encode()
    + "x = 'é'\n".encode("latin-1")
    + LINE.encode(),
    "wrong encoding": HEAD.encode() + b"receiver = '\xe9'\n",
    "Python 2": HEAD.encode() + b"def f(**kw):\n    print 'x'\n    receiver(post_save)(f)\n",
    "Jinja": HEAD.encode()
    + b"{% if receiver %}\n@receiver(post_save, sender={% model %})\ndef f(): ...\n{% endif %}\n",
    "form feeds": HEAD.encode() + b"\f\n" + LINE.encode(),
    "carriage returns": (HEAD + LINE).replace("\n", "\r").encode(),
    "CRLF": (HEAD + LINE).replace("\n", "\r\n").encode(),
    "BOM": b"\xef\xbb\xbf" + (HEAD + LINE).encode(),
    "tabs": HEAD.encode() + b"class A:\n\t@receiver(post_save)\n\tdef g(sender): ...\n",
    "unclosed string": HEAD.encode() + b'receiver = """\n' + LINE.encode(),
    "only quotes": b"receiver" + b'"' * 3001,
    "empty": b"",
    "many quotes": HEAD.encode() + b'quotes = \'"""\'\n' + LINE.encode() + b'# """\n',
}
FOUND = {"latin-1", "form feeds", "carriage returns", "CRLF", "BOM", "tabs", "many quotes"}
"""Those that are Python after all: what is wrong in them is found."""
BROKEN = {"Python 2", "Jinja", "unclosed string", "one line of ten megabytes"}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_file_is_survived(name):
    index = make_index({"shop/signals.py": GOOD, "shop/strange.py": STRANGE[name]})
    report = analyse(index, Choice(select=("ALL",)))
    paths = {item.path for item in report.findings if item.code == "SG301"}
    assert "shop/signals.py" in paths
    assert ("shop/strange.py" in paths) == (name in FOUND)
    assert name not in BROKEN or [item.file for item in report.skipped] == ["shop/strange.py"]
    assert name not in FOUND or report.skipped == ()


def test_positions_count_characters_in_every_encoding():
    source = HEAD + "'é'; post_save.connect(lambda sender: 1)\n"
    (found,) = analyse(make_index(source), Choice(select=("SG301",))).findings
    assert (found.column, found.source[found.column - 1 :][:6]) == (24, "lambda")


def test_links_that_lead_in_circles_and_odd_files_are_passed_over(tmp_path):
    (tmp_path / "manage.py").write_text("")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "signals.py").write_text(GOOD)
    os.symlink(tmp_path, tmp_path / "shop" / "loop")
    os.symlink("itself.py", tmp_path / "shop" / "itself.py")
    os.mkfifo(tmp_path / "shop" / "pipe.py")
    (tmp_path / "shop" / "folder.py").mkdir()
    report = analyse(build_index(survey_project(tmp_path)), Choice(select=("SG301",)))
    assert [item.path for item in report.findings] == ["shop/signals.py"]


def test_a_file_that_may_not_be_read_is_reported_and_hides_no_import(tmp_path, monkeypatch):
    """Nobody knows whether it imports the receivers. Root may read everything, so the refusal is made here."""
    (tmp_path / "manage.py").touch()
    for path, text in {
        "shop/__init__.py": "",
        "shop/apps.py": "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n",
        "shop/handlers.py": HEAD + "@receiver(post_save)\ndef f(sender, **kwargs): ...\n",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    assert [item.code for item in _found(tmp_path)] == ["SG103"]
    really = os.open

    def refusing(file, *args, **kwargs):
        if str(file).endswith("apps.py"):
            raise PermissionError(13, "Permission denied", str(file))
        return really(file, *args, **kwargs)

    monkeypatch.setattr("os.open", refusing)
    report = analyse(build_index(survey_project(tmp_path)), Choice(select=("SG103",)))
    assert report.findings == ()
    assert [(problem.file, problem.code) for problem in report.skipped] == [
        ("shop/apps.py", "unreadable")
    ]


def _found(root):
    return analyse(build_index(survey_project(root)), Choice(select=("SG103",))).findings
