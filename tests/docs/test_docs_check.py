"""docs/check.md: its way out of 300 findings, done step by step in a project with many, and what a branch adds then."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import docs_kit
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
GIT = "git init -q && git add -A && git commit -q -m start && git branch -M main"
BAD = "\n\n@receiver(post_save, sender=Line)\ndef added(sender, instance):\n    instance.save()\n"
NEEDS = "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\nfrom shop.models import Line\n"


def section(title: str) -> str:
    start = PAGE.index(f"## {title}\n")
    return PAGE[start : PAGE.index("\n## ", start)].replace("\n   ", "\n")


def told(here: Path, command: str, code: int = 0) -> str:
    return "\n".join(docs_kit.run(docs_kit.Told(command, code=code), here, docs_kit.environment()))


def count(text: str) -> int:
    return len(json.loads(text)["findings"])


@pytest.mark.slow
def test_the_way_out_of_many_findings(tmp_path):
    shutil.copytree(ROOT / "tests" / "check" / "planted", tmp_path, dirs_exist_ok=True)
    told(tmp_path, GIT)
    before = count(told(tmp_path, "signalgen check --format json --exit-zero"))
    assert before > 40
    # Each command of the page ends as it says, in this order.
    assert (
        docs_kit.play(section("A project that starts with 300 findings"), tmp_path, exactly=True)
        == 12
    )
    assert count(told(tmp_path, "signalgen check --format json --exit-zero")) < before
    assert count(told(tmp_path, "signalgen check --baseline known.json --format json")) == 0
    # What a branch adds is told, by the baseline and by --since, and nothing else.
    told(tmp_path, "git add -A && git commit -q -m mended && git checkout -q -b work")
    added = tmp_path / "shop" / "receivers.py"
    added.write_text(NEEDS + added.read_text("utf-8") + BAD, "utf-8")
    for option in ("--baseline known.json", "--since main"):
        found = json.loads(told(tmp_path, f"signalgen check {option} --format json", code=1))
        assert {item["code"] for item in found["findings"]} == {"SG201", "SG301"}, option
