"""What ``check`` says by default, what it only counts, and how findings stand together."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from check_kit import HEAD, MODELS, findings

import signalgen
from signalgen.check.report.summary import summary
from signalgen.values.check import CheckReport, Finding

if TYPE_CHECKING:
    from pathlib import Path

SAVED = "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n"
QUIET = SAVED + "    Tag.objects.get_or_create(name=instance.number)\n"
LOUD = SAVED + "    send_mail('a', 'b', 'c', [])\n    send_mail('d', 'e', 'f', [])\n"
APPS = (
    "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n\n"
    "    def ready(self):\n        from shop import signals\n"
)


@pytest.fixture
def project(tmp_path):
    files = {
        "manage.py": "",
        "shop/__init__.py": "",
        "shop/apps.py": APPS,
        "shop/models.py": MODELS,
        "shop/signals.py": HEAD + "from django.core.mail import send_mail\n\n\n" + QUIET,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def codes(project, **options):
    return [one.code for one in signalgen.check(project, **options).findings]


def run(project: Path, *words: str):
    return subprocess.run(
        [sys.executable, "-m", "signalgen", "check", *words],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def test_information_is_counted_and_not_shown(project):
    assert codes(project) == []
    done = run(project)
    assert done.returncode == 0
    assert "2 at a lower level: --level info shows them\nno findings in" in done.stdout
    for form in ("json", "sarif", "github", "github-summary"):
        assert "f writes rows in " not in run(project, "--format", form).stdout
        shown = run(project, "--format", form, "--level", "info")
        assert shown.stdout.count("f writes rows in ") == 1
        assert shown.returncode == 0


@pytest.mark.parametrize(
    "options",
    [
        {"level": "info"},
        {"select": ["SG401"]},
        {"select": ["SG4"]},
        {"extend_select": ["raw-unchecked"]},
    ],
)
def test_it_is_shown_where_it_is_asked_for(project, options):
    assert "SG401" in codes(project, **options)


@pytest.mark.parametrize(
    "options", [{"select": ["ALL"]}, {"select": ["SG401"], "level": "warning"}]
)
def test_asking_for_everything_is_not_asking_for_it(project, options):
    assert "SG401" not in codes(project, **options)


def test_the_level_is_a_setting_that_an_option_outweighs(project):
    (project / "pyproject.toml").write_text('[tool.signalgen]\nlevel = "info"\n')
    assert "SG401" in codes(project)
    assert codes(project, level="warning") == []
    (project / "pyproject.toml").write_text('[tool.signalgen]\nlevel = "loud"\n')
    with pytest.raises(signalgen.UsageError, match="level"):
        codes(project)


def test_errors_alone(project):
    text = HEAD + "from django.core.mail import send_mail\n\n\n" + LOUD
    (project / "shop/signals.py").write_text(text)
    assert codes(project) != []
    assert codes(project, level="error") == []
    assert run(project, "--level", "error").returncode == 0


def test_what_is_not_shown_is_not_fixed(project):
    found = signalgen.check(project, fix="unsafe")
    assert found.fixes.files == ()
    assert signalgen.check(project, fix="unsafe", level="info").fixes.diff()


def test_a_baseline_holds_what_is_not_shown_too(project):
    assert run(project, "--write-baseline", "--baseline", "known.json").returncode == 0
    assert codes(project, baseline="known.json", level="info") == []


def test_findings_of_a_receiver_and_rule_stand_together(project):
    once = "    for tag in Tag.objects.all():\n        tag.save()\n"
    text = (
        HEAD
        + "from django.core.mail import send_mail\n\n\n"
        + LOUD.replace("    send_mail('d'", once + "    send_mail('d'")
    )
    (project / "shop/signals.py").write_text(text)
    out = run(project, "--select", "SG101,SG501").stdout
    heads = [line.split(": ")[1].split()[0] for line in out.splitlines() if " warning: " in line]
    assert heads == sorted(heads, key=heads.index)
    assert heads.count("SG501") == 1
    assert "by rule: SG101 " in out


HARMFUL = [
    "Gift.objects.create(order_ptr=instance)",
    "Invoice.objects.create(order=instance)",
    "Tag.objects.filter(pk=1).update(uses=F('uses') + 1)",
]
HARMLESS = [
    "Invoice.objects.get_or_create(order=instance)",
    "Line.objects.create(order=instance)",
    "Tag.objects.filter(pk=1).update(uses=1)",
]


@pytest.mark.parametrize("line", HARMFUL[1:])
def test_a_fixture_that_would_break_or_count_twice_is_a_warning(line):
    (one,) = findings(HEAD + "from django.db.models import F\n" + SAVED + f"    {line}\n", "SG401")
    assert one.severity == "warning"


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_merely_done_again_is_information(line):
    (one,) = findings(HEAD + "from django.db.models import F\n" + SAVED + f"    {line}\n", "SG401")
    assert one.severity == "info"


def finding(**changed: object) -> Finding:
    whole = {
        "code": "SG101",
        "name": "commit-unsafe-effect",
        "severity": "error",
        "path": "shop/signals.py",
        "line": 3,
        "column": 1,
        "end_line": 3,
        "end_column": 9,
        "message": "f sends mail",
        "hint": "wait",
    }
    return Finding(**{**whole, **changed})


def test_the_summary_is_markdown_in_which_nothing_of_the_project_is_markup():
    hostile = finding(path="a|b<img src=x>.py", message="`x` [y](z) | <script>\n::error::", hint="")
    text = summary(CheckReport((finding(), hostile), quieter=2))
    assert text.startswith("### signalgen check: 2 errors\n")
    assert "| SG101 commit-unsafe-effect | 2 |" in text
    assert "| shop/signals.py:3 | SG101 error | f sends mail<br>wait |" in text
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "\n::error" not in text
    rows = [line for line in text.splitlines() if line.startswith("| a")]
    assert len(rows) == 1
    assert "2 at a lower level: `--level info` shows them." in text


def test_a_summary_without_findings_says_so():
    assert summary(CheckReport()) == "### signalgen check: no findings\n"
