"""``signalgen check`` and ``explain`` as a user runs them: output, exit codes, settings, fixes and baselines."""

import json
import re
import sys
from pathlib import Path

import jsonschema
import pytest
from check_kit import APPS, HEAD, MODELS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))

from cli_kit import call
from sarif_schema import SARIF

from signalgen import checking

DEF = "def on_saved(sender, instance, raw):"
SIGNALS = f"{HEAD}\n\n@receiver(post_save, sender=Line)\n{DEF}\n    if not raw:\n        instance.save()\n"
LINE = SIGNALS.splitlines().index(DEF) + 1


@pytest.fixture
def shop(tmp_path):
    for name, text in {
        "manage.py": "",
        "pyproject.toml": "",
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/apps.py": APPS,
        "shop/signals.py": SIGNALS,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def check(capsys, shop, *words):
    return call(capsys, "check", "--project", shop, *words)


def test_text_shows_the_line_with_a_caret_below_the_name(capsys, shop):
    done = check(capsys, shop)
    lines = done.out.splitlines()
    at = next(i for i, line in enumerate(lines) if "SG301" in line)
    assert lines[at].startswith(f"shop/signals.py:{LINE}:5: SG301 error: ")
    assert lines[at + 1].strip() == DEF
    assert lines[at + 2].rstrip() == " " * lines[at + 1].index("on_saved") + "^" * len("on_saved")
    assert lines[at + 3].startswith("  hint: ")
    assert re.search(r"2 errors in 5 files, [\d.]+ s, \d+ files/s", done.out)
    assert "fixable: 1 with --fix" in done.out
    assert done.code == 1
    assert done.err == ""


def test_a_project_without_findings_exits_with_0(capsys, shop):
    (shop / "shop/signals.py").write_text(HEAD)
    done = check(capsys, shop)
    assert done.code == 0
    assert done.out.startswith("no findings in 5 files")
    assert "no Python file" not in done.out


@pytest.mark.parametrize("command", ["check", "list"])
def test_a_folder_without_code_is_said_to_be_one(capsys, tmp_path, command):
    done = call(capsys, command, "--project", tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith(
        "There is no Python file in this folder; --project names another one.\n"
    )
    assert call(capsys, command, "--project", tmp_path, "--quiet").out == ""


def test_quiet_says_nothing_of_the_run(capsys, shop):
    (shop / "shop/signals.py").write_text(HEAD)
    assert check(capsys, shop, "--quiet").out == ""


def test_information_alone_exits_with_0(capsys, shop):
    (shop / "shop/signals.py").write_text(SIGNALS.replace("not raw", "not raw and not instance.pk"))
    done = check(capsys, shop, "--select", "SG201")
    assert "SG201 info" in done.out
    assert done.code == 0


def test_exit_zero_reports_all_the_same(capsys, shop):
    done = check(capsys, shop, "--exit-zero")
    assert done.code == 0
    assert "SG301" in done.out


def test_json_keeps_to_the_published_schema(capsys, shop):
    answer = check(capsys, shop, "--format", "json").json
    assert answer["status"] == "drift"
    assert [(item["code"], item["line"], item["fix"]) for item in answer["findings"]] == [
        ("SG301", LINE, "safe"),
        ("SG201", LINE + 2, "none"),
    ]


def test_github_annotates_lines(capsys, shop):
    out = check(capsys, shop, "--format", "github", "--select", "SG301").out
    assert out.startswith(
        f"::error title=signalgen (SG301),file=shop/signals.py,line={LINE},col=5,endLine={LINE},endColumn=13::SG301 "
    )
    assert len(out.splitlines()) == 1


def test_sarif_is_valid_and_says_where(capsys, shop):
    (shop / "shop/broken.py").write_text("@receiver(\n" + HEAD)
    log = json.loads(check(capsys, shop, "--format", "sarif").out)
    jsonschema.validate(log, SARIF, cls=jsonschema.Draft7Validator)
    (run,) = log["runs"]
    result = run["results"][0]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "SG301"
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (LINE, 5, 13)
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (
        notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == "shop/broken.py"
    )


def test_the_sarif_schema_of_the_tests_bites(capsys, shop):
    log = json.loads(check(capsys, shop, "--format", "sarif").out)
    for spoil in (
        lambda run: run["results"][0].pop("message"),
        lambda run: run["results"][0].update(level="info"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(
            startLine=0
        ),
        lambda run: run["tool"].pop("driver"),
    ):
        bad = json.loads(json.dumps(log))
        spoil(bad["runs"][0])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, SARIF, cls=jsonschema.Draft7Validator)


def test_statistics_count_by_rule(capsys, shop):
    out = check(capsys, shop, "--statistics").out
    assert out.splitlines()[0].split() == ["1", "SG201", "error", "recursive-save"]
    assert out.splitlines()[1].split() == [
        "1",
        "SG301",
        "error",
        "no-kwargs",
        "(1",
        "with",
        "a",
        "fix)",
    ]


def test_settings_and_options_choose_rules(capsys, shop):
    (shop / "pyproject.toml").write_text(
        '[tool.signalgen]\nignore = ["SG201"]\n[tool.signalgen.per-file-ignores]\n"shop/s*" = ["SG301"]\n'
    )
    assert check(capsys, shop).code == 0
    assert "SG201" in check(capsys, shop, "--ignore", "SG301").out
    (shop / "pyproject.toml").write_text('[tool.signalgen]\nexclude = ["shop"]\n')
    assert check(capsys, shop).code == 0
    (shop / "pyproject.toml").write_text('[tool.signalgen]\nselect = "SG301"\nignore = [1]\n')
    done = check(capsys, shop)
    assert done.code == 2
    assert "select of [tool.signalgen] is not a list of texts" in done.err
    assert "ignore of [tool.signalgen]" in done.err


@pytest.mark.parametrize(
    "words", [("--select", "SG999"), ("nowhere",), ("--baseline", "nowhere.json"), ("/",)]
)
def test_wrong_usage_is_one_clear_message(capsys, shop, words):
    done = check(capsys, shop, *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ") or ": error: " in done.err


def test_paths_limit_what_is_reported(capsys, shop):
    assert check(capsys, shop, shop / "shop/models.py").code == 0
    assert check(capsys, shop, shop / "shop/models.py", shop / "shop/signals.py").code == 1


def test_a_fix_changes_its_place_and_a_second_one_nothing(capsys, shop):
    done = check(capsys, shop, "--fix", "--select", "SG301")
    assert done.code == 0
    assert "fixed shop/signals.py" in done.out
    fixed = (shop / "shop/signals.py").read_text()
    assert fixed == SIGNALS.replace("(sender, instance, raw)", "(sender, instance, raw, **kwargs)")
    stamp = (shop / "shop/signals.py").stat().st_mtime_ns
    assert "fixed" not in check(capsys, shop, "--fix", "--select", "SG301").out
    assert (shop / "shop/signals.py").stat().st_mtime_ns == stamp


def test_a_diff_shows_the_fix_and_writes_nothing(capsys, shop):
    done = check(capsys, shop, "--fix", "--diff", "--select", "SG301")
    assert done.code == 1
    assert "+def on_saved(sender, instance, raw, **kwargs):" in done.out
    assert (shop / "shop/signals.py").read_text() == SIGNALS


def test_all_other_bytes_stay(capsys, shop):
    odd = ("\ufeff" + SIGNALS + "# é \t").replace("\n", "\r\n").encode()
    (shop / "shop/signals.py").write_bytes(odd)
    check(capsys, shop, "--fix", "--select", "SG301")
    assert (shop / "shop/signals.py").read_bytes() == odd.replace(b"raw):", b"raw, **kwargs):")


def test_a_file_with_bare_carriage_returns_is_left_alone(capsys, shop):
    odd = SIGNALS.replace("\n", "\r").encode()
    (shop / "shop/signals.py").write_bytes(odd)
    assert check(capsys, shop, "--fix", "--select", "SG301").code == 1
    assert (shop / "shop/signals.py").read_bytes() == odd


def test_a_baseline_is_written_and_believed(capsys, shop):
    file = shop / "known.json"
    written = check(capsys, shop, "--write-baseline", "--baseline", file)
    assert written.code == 0
    assert "known.json holds 2 findings" in written.out
    assert check(capsys, shop, "--baseline", file).code == 0
    assert check(capsys, shop).code == 1
    text = file.read_bytes()
    check(capsys, shop, "--write-baseline", "--baseline", file)
    assert file.read_bytes() == text
    (shop / "pyproject.toml").write_text('[tool.signalgen]\nbaseline = "known.json"\n')
    assert check(capsys, shop).code == 0


FOREIGN = {
    "code": SIGNALS,
    "an empty file": "",
    "JSON of another tool": '{"version": 1, "findings": [], "tool": "other"}',
    "findings of another tool": '{"version": 1, "findings": [{"path": "x", "line": 1}]}',
    "a list": "[]",
    "a baseline that git could not merge": '<<<<<<< ours\n{"version": 1, "findings": []}\n',
    "a baseline to come": '{"version": 2, "findings": []}',
    "deep JSON": "[" * 100_000,
}


@pytest.mark.parametrize("by", ["option", "setting"])
@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_no_file_but_a_baseline_is_replaced_by_one(capsys, shop, text, by):
    file = shop / "shop/views.py"
    file.write_text(text)
    words = ("--baseline", file) if by == "option" else ()
    if by == "setting":
        (shop / "pyproject.toml").write_text('[tool.signalgen]\nbaseline = "shop/views.py"\n')
    signals = (shop / "shop/signals.py").read_text()
    done = check(capsys, shop, "--write-baseline", "--fix", *words)
    assert (done.code, done.out) == (4, "")
    assert "shop/views.py is not a signalgen baseline" in done.err
    assert file.read_text() == text
    assert (shop / "shop/signals.py").read_text() == signals


@pytest.mark.parametrize(
    "name",
    [".signalgen/journal-1", ".git/hooks/post-commit", "shop", "link.json", "link/known.json"],
)
def test_a_baseline_is_written_to_no_folder_link_or_place_of_another_tool(capsys, shop, name):
    (shop / "target").mkdir()
    (shop / "target/known.json").write_text('{"version": 1, "findings": []}')
    (shop / "link.json").symlink_to("target/known.json")
    (shop / "link").symlink_to("target")
    (shop / "pyproject.toml").write_text(f'[tool.signalgen]\nbaseline = "{name}"\n')
    assert check(capsys, shop, "--write-baseline").code == 4
    assert (shop / "target/known.json").read_text() == '{"version": 1, "findings": []}'
    assert not (shop / ".signalgen").exists()
    assert not (shop / ".git").exists()


def test_a_baseline_is_written_to_no_place_outside(capsys, shop):
    outside = shop.parent / f"{shop.name}.json"
    (shop / "pyproject.toml").write_text(f'[tool.signalgen]\nbaseline = "../{outside.name}"\n')
    assert check(capsys, shop, "--write-baseline").code == 4
    assert check(capsys, shop, "--write-baseline", "--baseline", outside).code == 2
    assert not outside.exists()


@pytest.mark.parametrize("text", [None, '{"version": 1, "findings": []}'])
def test_a_baseline_is_written_where_there_is_none_and_over_an_old_one(capsys, shop, text):
    file = shop / "made/known.json"
    if text is not None:
        file.parent.mkdir()
        file.write_text(text)
    assert check(capsys, shop, "--write-baseline", "--baseline", file).code == 0
    assert len(json.loads(file.read_text())["findings"]) == 2


@pytest.mark.parametrize("before", [None, '{"version": 1, "findings": []}'])
def test_what_comes_in_place_of_the_bytes_that_were_judged_stays(capsys, shop, monkeypatch, before):
    """Somebody writes to the file while the findings are looked for."""
    file = shop / "known.json"
    if before is not None:
        file.write_text(before)

    def analyse(*args):
        file.write_text("somebody else's\n")
        return real(*args)

    real = checking.analyse
    monkeypatch.setattr(checking, "analyse", analyse)
    done = check(capsys, shop, "--write-baseline", "--baseline", file)
    assert done.code == 3
    assert "was changed while signalgen was running" in done.err
    assert file.read_text() == "somebody else's\n"


def test_a_file_that_is_no_python_is_named_and_the_rest_analysed(capsys, shop):
    (shop / "shop/broken.py").write_text("@receiver(\n" + HEAD)
    done = check(capsys, shop)
    assert done.code == 1
    assert "SG301" in done.out
    assert "shop/broken.py:1:10: note: not Python, so it was skipped" in done.err


def test_explain_gives_the_text_of_a_rule(capsys):
    text = call(capsys, "explain", "sg301").out
    assert text.startswith("SG301 no-kwargs\n\nA receiver without")
    for heading in ("Flags", "Why it matters", "Bad", "Good", "Stays silent when", "Known misses"):
        assert f"\n{heading}\n---" in text
    assert "# SG301" not in text
    assert call(capsys, "explain", "no-kwargs").out == text
    (data,) = json.loads(call(capsys, "explain", "SG301", "--format", "json").out)
    assert data["code"] == "SG301"
    assert "SG101" in call(capsys, "explain").out
    wrong = call(capsys, "explain", "SG30l")
    assert wrong.code == 2
    assert "did you mean SG3" in wrong.err


def test_a_name_for_the_baseline_is_asked_for_where_it_belongs(capsys, shop):
    done = check(capsys, shop, "--write-baseline", "known.json")
    assert done.code == 2
    assert "--baseline known.json --write-baseline" in done.err
    assert not (shop / "known.json").exists()
    assert "name a file or a folder" in check(capsys, shop, "known").err


def test_paths_are_those_that_the_reader_can_open(capsys, shop, monkeypatch):
    """A project in a folder of its repository: the host counts from the repository, a person from where they are."""
    (shop.parent / ".git").mkdir()
    own, told = "shop/signals.py", f"{shop.name}/shop/signals.py"
    monkeypatch.chdir(shop.parent)
    assert check(capsys, shop).out.startswith(f"{told}:")
    assert f"file={told}," in check(capsys, shop, "--format", "github").out
    assert f'"uri": "{told}"' in check(capsys, shop, "--format", "sarif").out
    monkeypatch.chdir(shop / "shop")
    assert check(capsys, shop).out.startswith(f"{own}:")
    assert f"file={told}," in check(capsys, shop, "--format", "github").out
    for form in ("text", "json"):
        assert told not in check(capsys, shop, "--format", form).out
    (shop.parent / ".git").rmdir()
    assert f"file={own}," in check(capsys, shop, "--format", "github").out
