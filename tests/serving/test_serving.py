"""``signalgen mcp`` answers a real client, reads one project, and writes only where it was told to."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
from serving_kit import ROOT, asked, served, spec

from signalgen.errors import Problem
from signalgen.serving import answers
from signalgen.values import listing, trace, why

if TYPE_CHECKING:
    from pathlib import Path

    from mcp import ClientSession

READING = (
    *("validate_spec", "preview_spec", "list_signals", "trace_model"),
    *("why_receiver", "check_project", "explain_rule", "get_recipes"),
)
TEXT = """\
app: orders
model: Order
handlers:
  - name: order_gone
    signal: post_delete
    body: cache.delete("orders")
"""
CALLS = sorted((ROOT / "examples/assistants/calls").glob("*.json"))


def copied(tmp_path: Path, name: str) -> Path:
    """Return a copy of one of the example projects."""
    ignore = shutil.ignore_patterns("__pycache__", "*.sqlite3", ".signalgen")
    shutil.copytree(ROOT / "examples" / name, tmp_path / "project", ignore=ignore)
    return tmp_path / "project"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return a copy of the project that the README generates into."""
    return copied(tmp_path, "shop")


def files(root: Path) -> dict[str, bytes]:
    """Return every file below ``root``."""
    found = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def test_a_client_is_told_what_each_tool_does(shop: Path):
    async def talk(session: ClientSession) -> list[object]:
        return (await session.list_tools()).tools

    tools = served(shop, talk)
    assert [tool.name for tool in tools] == list(READING)
    for tool in tools:
        assert tool.title
        assert tool.description
        assert tool.output_schema["type"] == "object"
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        for name, value in tool.input_schema["properties"].items():
            assert value.get("description"), (tool.name, name)
    with_write = served(shop, talk, "--allow-write")
    assert [tool.name for tool in with_write] == [*READING, "apply_spec"]
    assert with_write[-1].annotations.read_only_hint is False
    assert with_write[-1].annotations.destructive_hint is True


def test_answers_are_those_of_the_library_and_nothing_is_written(shop: Path):
    before = files(shop)
    good, bad, preview, other, listed, trace, why, check, rule, recipes, recipe = asked(
        shop,
        ("validate_spec", spec(text=TEXT)),
        ("validate_spec", spec(text=TEXT.replace("post_delete", "post_delet"))),
        ("preview_spec", {**spec(), "paths": ["orders/apps.py"]}),
        ("preview_spec", {"specs": [{"path": "orders.yaml"}, {"path": "b.yaml", "text": TEXT}]}),
        ("list_signals", {}),
        ("trace_model", {"subject": "orders.Order", "event": "delete"}),
        ("why_receiver", {"model": "Order", "signal": "post_save"}),
        ("check_project", {"select": ["ALL"]}),
        ("explain_rule", {"rule": "SG101"}),
        ("get_recipes", {}),
        ("get_recipes", {"slug": "slug"}),
    )
    assert good == {"ok": True, "problems": [], "notes": good["notes"]}
    assert bad["ok"] is False
    assert [(p["file"], p["line"], p["column"]) for p in bad["problems"]] == [
        ("orders.yaml", 5, 13)
    ]
    assert "post_delete" in bad["problems"][0]["hint"]
    diffs = {one["path"]: one["diff"] for one in preview["files"]}
    assert "+    def ready(self):" in diffs["orders/apps.py"]
    assert diffs["orders/signals.py"] == ""
    assert preview["written"] is False
    assert preview["next_steps"][-1].startswith("run the tests (python manage.py test orders")
    signals = next(one for one in other["files"] if one["path"] == "orders/signals.py")
    assert "def order_gone" in signals["diff"]
    assert "def order_saved" in signals["diff"]
    assert listed["registrations"] == []
    assert trace["trace"]["text"] == "orders.Order is deleted"
    assert why["chains"] == []
    assert check["findings"] == []
    assert rule["sections"]["Bad"]
    assert {one["slug"] for one in recipes["recipes"]} > {"slug", "audit_log"}
    assert "shop/signals.py" in recipe["recipes"][0]["code"]
    assert files(shop) == before


def test_it_writes_only_when_it_was_started_so(shop: Path):
    before = files(shop)
    (said,) = asked(shop, ("apply_spec", spec()))
    assert "apply_spec" in said
    assert files(shop) == before


def test_applying_writes_what_the_preview_showed_once(shop: Path):
    preview, first, again, missing = asked(
        shop,
        ("preview_spec", spec(text=TEXT)),
        ("apply_spec", spec(text=TEXT)),
        ("apply_spec", spec()),
        ("apply_spec", spec("nowhere.yaml")),
        how="write",
    )
    assert (first["ok"], first["written"]) == (True, True)
    assert first["files"] == preview["files"]
    assert (shop / "orders.yaml").read_text() == TEXT
    assert "def order_gone" in (shop / "orders/signals.py").read_text()
    assert (again["ok"], again["files"], again["next_steps"]) == (True, [], [])
    assert "does not exist" in missing
    words = [sys.executable, "-m", "signalgen", "new", "orders.yaml", "--check"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(words, cwd=shop, env=env, check=False).returncode == 0


def test_a_wrong_spec_is_not_written_either(shop: Path):
    before = files(shop)
    (said,) = asked(shop, ("apply_spec", spec(text=TEXT.replace("body", "bodi"))), how="write")
    assert (said["ok"], said["written"], said["files"]) == (False, False, [])
    assert files(shop) == before


def test_an_edit_by_hand_is_a_conflict_until_the_client_decides(shop: Path):
    asked(shop, ("apply_spec", spec(text=TEXT)), how="write")
    path = shop / "orders/signals.py"
    path.write_text(path.read_text().replace('"orders"', '"mine"'))
    newer = spec(text=TEXT.replace('"orders"', '"newer"'))
    stopped, kept = asked(
        shop, ("apply_spec", newer), ("apply_spec", {**newer, "on_conflict": "keep"}), how="write"
    )
    assert (stopped["ok"], stopped["written"]) == (False, False)
    assert [one["name"] for one in stopped["conflicts"]] == ["order_gone"]
    assert '"mine"' in stopped["conflicts"][0]["ours"]
    assert (kept["ok"], kept["written"]) == (True, True)
    assert '"mine"' in path.read_text()


@pytest.mark.parametrize("write", [False, True])
def test_nothing_outside_of_the_project_is_read_or_written(shop: Path, write: bool):
    outside = shop.parent / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("token: hush\n")
    (shop / "link.yaml").symlink_to(outside / "secret.yaml")
    (shop / "folder").symlink_to(outside)
    before = files(shop.parent)
    tool = "apply_spec" if write else "preview_spec"
    paths = (
        "../outside/secret.yaml",
        str(outside / "secret.yaml"),
        "link.yaml",
        "folder/secret.yaml",
    )
    calls = [(tool, spec(path)) for path in paths]
    calls += [(tool, spec(path, TEXT)) for path in (*paths, "../new.yaml", "folder/new.yaml")]
    calls += [(tool, spec(path, TEXT)) for path in ("manage.py", "orders/models.py", ".git/config")]
    calls += [("check_project", {"paths": ["../outside"]})]
    for (_, arguments), said in zip(
        calls, asked(shop, *calls, how="write" if write else ""), strict=True
    ):
        assert isinstance(said, str), (arguments, said)
        assert "hush" not in said
        assert "Traceback" not in said
    assert files(shop.parent) == before


def test_a_wrong_call_is_an_error_that_names_the_mistake(shop: Path):
    said = asked(
        shop,
        ("explain_rule", {"rule": "commit-unsafe-efect"}),
        ("get_recipes", {"slug": "slugg"}),
        ("trace_model", {"subject": "Ordr"}),
        ("why_receiver", {"model": "Order", "signal": "post_sav"}),
        ("list_signals", {"kind": "nonsense"}),
        ("check_project", {"since": "--output=x"}),
        ("preview_spec", {"specs": []}),
        ("nonsense", {}),
    )
    told = (
        "commit-unsafe-effect?",
        "did you mean slug?",
        "Ordr",
        "post_save",
        "registrations",
        "git repository",
        "no spec",
        "nonsense",
    )
    for one, word in zip(said, told, strict=True):
        assert isinstance(one, str)
        assert word in one


def test_django_starts_it_for_the_project_of_manage_py(shop: Path):
    settings = shop / "shop/settings.py"
    settings.write_text(settings.read_text().replace('"orders"', '"orders", "signalgen"'))
    rows, said = asked(shop, ("list_signals", {}), ("apply_spec", spec()), how="manage.py")
    assert (rows["total"], rows["notes"]) == (0, [])
    assert "apply_spec" in said


HIDDEN = {"seen", "reason"}  # of a running project, which the server never looks into


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (listing.Registered, answers.RegistrationShown),
        (listing.Deed, answers.DeedShown),
        (listing.DefinedSignal, answers.SignalShown),
        (listing.Spot, answers.SpotShown),
        (listing.DefinedTask, answers.TaskShown),
        (trace.TraceStep, answers.StepShown),
        (why.Chain, answers.ChainShown),
        (why.ChainLink, answers.LinkShown),
        (Problem, answers.ProblemShown),
    ],
)
def test_a_value_is_shown_with_all_that_it_has(value: type, shown: type):
    names = [one.name for one in dataclasses.fields(value)]
    assert set(names) - HIDDEN - ({"source"} if value is Problem else set()) == set(
        shown.model_fields
    )


def test_resources_are_the_reference(shop: Path):
    async def talk(session: ClientSession) -> dict[str, str]:
        listed = (await session.list_resources()).resources
        more = ("signalgen://rules/SG101", "signalgen://recipes/slug")
        texts = {}
        for uri in (*(str(one.uri) for one in listed), *more):
            texts[uri] = (await session.read_resource(uri)).contents[0].text
        with pytest.raises(Exception, match="no rule 'SG999'"):
            await session.read_resource("signalgen://rules/SG999")
        return texts

    texts = served(shop, talk)
    assert "| `on_change` |" in texts["signalgen://spec"]
    assert "$defs" in json.loads(texts["signalgen://spec/schema"])
    assert "SG101 commit-unsafe-effect" in texts["signalgen://rules"]
    assert "## Why it matters" in texts["signalgen://rules/SG101"]
    assert "audit_log" in texts["signalgen://recipes"]
    assert "The trap" in texts["signalgen://recipes/slug"]


@pytest.mark.parametrize("name", ["by_hand", "shop"])
def test_the_sample_calls_get_the_answers_that_they_show(tmp_path: Path, name: str):
    """Run with SIGNALGEN_RECORD=1 to write the answers anew."""
    root = copied(tmp_path, name)
    samples = {path: json.loads(path.read_text()) for path in CALLS}
    samples = {path: one for path, one in samples.items() if one["project"] == f"examples/{name}"}
    assert samples
    calls = [(one["tool"], one["arguments"]) for one in samples.values()]
    for (path, one), answer in zip(samples.items(), asked(root, *calls, how="write"), strict=True):
        if os.environ.get("SIGNALGEN_RECORD"):
            path.write_text(json.dumps({**one, "answer": answer}, indent=2) + "\n")
            continue
        assert answer == one["answer"], path.name


def test_every_tool_has_a_sample_call():
    tools = {json.loads(path.read_text())["tool"] for path in CALLS}
    assert tools == {*READING, "apply_spec"}


def test_without_the_extra_it_says_what_to_install(shop: Path):
    code = "import sys; sys.modules['mcp'] = None; from signalgen.__main__ import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "mcp"],
        cwd=shop,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'signalgen[mcp]'" in done.stderr


def test_no_other_command_loads_the_library(shop: Path):
    code = (
        "import sys; from signalgen.__main__ import main; main(sys.argv[1:]);"
        "sys.exit('mcp' in sys.modules or 'signalgen.serving.server' in sys.modules)"
    )
    for words in (["new", "orders.yaml", "--diff"], ["recipes"], ["mcp", "--help"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=shop,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
        assert done.returncode == 0, words


KILLED = """
import os, sys
from signalgen.__main__ import main
from signalgen.write import files
left, real = 3, files.replace
def replace(source, target):
    global left
    left -= 1
    if left == 0:
        os._exit(77)
    real(source, target)
files.replace = replace
main(["new", "orders.yaml"])
"""


def test_what_a_killed_run_left_is_settled_before_specs_are_applied(shop: Path, tmp_path: Path):
    (shop / "orders.yaml").write_text(TEXT)
    whole = tmp_path / "whole"
    shutil.copytree(shop, whole)
    asked(whole, ("apply_spec", spec()), how="write")
    command = [sys.executable, "-c", KILLED]
    killed = subprocess.run(
        command, cwd=shop, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert killed.returncode == 77
    assert files(shop) != files(whole)
    (said,) = asked(shop, ("apply_spec", spec()), how="write")
    assert said["ok"]
    assert files(shop) == files(whole)
