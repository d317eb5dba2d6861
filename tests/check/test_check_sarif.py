"""SARIF as code scanning services read it: valid against the published schema and our stricter one, places that are right."""

import json
import shutil
import sys
from pathlib import Path

import jsonschema
import pytest
from check_kit import APPS, HEAD, MODELS
from fix_kit import call
from sarif_schema import PUBLISHED, SARIF

from signalgen.check import all_rules
from signalgen.check.report.sarif import sarif
from signalgen.errors import Problem
from signalgen.values.check import CheckReport, Finding

PLANTED = Path(__file__).with_name("planted")
BASE = {
    "manage.py": "",
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "shop/apps.py": APPS,
}
BAD = HEAD + "@receiver(post_save)\ndef f(sender): ...\n"


def write(root, files):
    for name, text in {**BASE, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def valid(text):
    """Return the one run of a log that both schemas accept."""
    log = json.loads(text)
    jsonschema.validate(log, SARIF, cls=jsonschema.Draft7Validator)
    if PUBLISHED is not None:
        jsonschema.validate(log, PUBLISHED, cls=jsonschema.Draft4Validator)
    (run,) = log["runs"]
    return run


def run(capsys, root, *words):
    return valid(call(capsys, "check", "--project", root, "--format", "sarif", *words).out)


def place(result):
    return result["locations"][0]["physicalLocation"]


def test_the_published_schema_refuses_what_is_wrong(capsys, tmp_path):
    if PUBLISHED is None:
        pytest.skip("make setup could not fetch the schema")
    write(tmp_path, {"shop/signals.py": BAD})
    log = json.loads(call(capsys, "check", "--project", tmp_path, "--format", "sarif").out)
    log["runs"][0]["results"][0]["level"] = "info"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, PUBLISHED, cls=jsonschema.Draft4Validator)


def test_every_rule_at_once(capsys, tmp_path):
    root = tmp_path / "project"
    shutil.copytree(PLANTED, root)
    results = run(capsys, root, "--select", "ALL")["results"]
    assert len({item["ruleId"] for item in results}) > 25


@pytest.mark.parametrize(
    ("files", "words", "count"),
    [
        ({"shop/signals.py": ""}, (), 0),
        ({"shop/signals.py": BAD}, (), 1),
        ({"shop/signals.py": BAD.replace(": ...", ": ...  # noqa: SG301")}, (), 0),
        ({"shop/signals.py": BAD}, ("--ignore", "SG301"), 0),
        ({"shop/signals.py": BAD}, ("--fix",), 0),
        ({"shop/signals.py": BAD, "shop/broken.py": "@receiver(\n" + HEAD}, (), 1),
        ({"shop/signals.py": BAD, "shop/more.py": "def f(:\n" + BAD}, (), 2),
    ],
    ids=["empty", "found", "noqa", "ignored", "fixed", "broken", "another broken"],
)
def test_what_there_is_to_say_is_valid(capsys, tmp_path, files, words, count):
    write(tmp_path, files)
    assert (
        len(
            [item for item in run(capsys, tmp_path, *words)["results"] if item["ruleId"] == "SG301"]
        )
        == count
    )


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a b", "a%20b"),
        ("é#1", "%C3%A9%231"),
        ("50%", "50%25"),
        ("a:b?c", "a%3Ab%3Fc"),
        ('"q"[1]', "%22q%22%5B1%5D"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_path_is_a_relative_reference_whatever_it_is_called(capsys, tmp_path, name, uri):
    write(tmp_path, {f"{name}/__init__.py": "", f"{name}/models.py": "", f"{name}/signals.py": BAD})
    results = run(capsys, tmp_path)["results"]
    found = [place(item)["artifactLocation"] for item in results if item["ruleId"] == "SG301"]
    assert found == [{"uri": f"{uri}/signals.py", "uriBaseId": "PROJECT"}]


def test_a_path_that_is_no_utf_8_and_a_line_of_no_length():
    item = Finding(
        "SG301", "no-kwargs", "error", "a\udcff/b.py", 1, 1, 1, 0, 'x "é"', source="😀 é"
    )
    skipped = Problem("a\udcff.py", 0, 0, "", "syntax", "is no Python", "")
    found = valid(sarif(CheckReport((item, item), (skipped,)), all_rules(), "1"))
    assert place(found["results"][0])["artifactLocation"]["uri"] == "a%FF/b.py"
    marks = [result["partialFingerprints"]["signalgen/v1"] for result in found["results"]]
    assert marks[0].removesuffix(":1") == marks[1].removesuffix(":2")


def test_columns_count_characters_and_snippets_are_what_they_span(capsys, tmp_path):
    line = "x = '😀é'; post_save.connect(lambda sender: None, weak=False)\n"
    write(tmp_path, {"shop/signals.py": HEAD + line})
    found = run(capsys, tmp_path, "--select", "SG301")
    assert found["columnKind"] == "unicodeCodePoints"
    (result,) = found["results"]
    region = place(result)["region"]
    text = line[region["startColumn"] - 1 : region["endColumn"] - 1]
    assert text == region["snippet"]["text"] == "lambda sender: None"
    assert place(result)["contextRegion"]["snippet"]["text"] == line.rstrip("\n")


def test_a_fingerprint_outlives_what_is_written_above(capsys, tmp_path):
    write(tmp_path, {"shop/signals.py": BAD})
    before = run(capsys, tmp_path)["results"]
    (tmp_path / "shop/signals.py").write_text("# new\n" + BAD)
    after = run(capsys, tmp_path)["results"]
    assert [item["partialFingerprints"] for item in before] == [
        item["partialFingerprints"] for item in after
    ]
    (tmp_path / "shop/signals.py").write_text(BAD.replace("def f(", "def g("))
    renamed = run(capsys, tmp_path)["results"]
    assert before[0]["partialFingerprints"] != renamed[0]["partialFingerprints"]


def test_each_rule_has_what_github_shows_of_it(capsys, tmp_path):
    write(tmp_path, {"shop/signals.py": BAD})
    rules = run(capsys, tmp_path)["tool"]["driver"]["rules"]
    assert [item["id"] for item in rules] == [rule.code for rule in all_rules()]
    for item in rules:
        assert len(item["shortDescription"]["text"]) <= 1024
        assert len(item["fullDescription"]["text"]) <= 1024
        assert item["help"]["markdown"].startswith(f"# {item['id']} ")
        assert item["help"]["text"].startswith(item["id"])
