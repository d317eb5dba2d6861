"""``check --since``: what a branch brought, as real git repositories have it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import signalgen

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
    "from shop.models import Order\n"
)
MAIL = "from django.core.mail import send_mail\n"
OLD = "\n\n@receiver(post_save, sender=Order)\ndef old(sender, instance, **kwargs):\n    send_mail('a', 'b', 'c', [])\n"
NEW = OLD.replace("old", "new")
FILES = {
    "manage.py": "",
    "shop/__init__.py": "",
    "shop/apps.py": (
        "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n\n"
        "    def ready(self):\n        from shop import signals\n"
    ),
    "shop/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    pass\n",
    "shop/signals.py": HEAD + MAIL + OLD,
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def git(root: Path, *words: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *who, *words], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def repository(tmp_path):
    """A repository with one finding on ``main``, and a branch checked out."""
    root = tmp_path / "repo"
    write(root, FILES)
    git(tmp_path, "init", "-q", "-b", "main", str(root))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    git(root, "checkout", "-qb", "work")
    return root


def told(root, since="main", **options):
    found = signalgen.check(root, since=since, select=["SG101"], **options)
    return [(one.path, one.line) for one in found.findings]


def test_what_was_there_is_left_out(repository):
    assert len(signalgen.check(repository, select=["SG101"]).findings) == 1
    assert told(repository) == []


@pytest.mark.parametrize("committed", [True, False])
def test_what_is_new_is_told(repository, committed):
    write(repository, {"shop/signals.py": HEAD + MAIL + "\nX = 1\n" + OLD + NEW})
    if committed:
        git(repository, "commit", "-qam", "two")
    assert told(repository) == [("shop/signals.py", 16)]


def test_a_new_file_counts_and_one_that_went_does_not(repository):
    apps = FILES["shop/apps.py"].replace("signals", "others")
    (repository / "shop/signals.py").unlink()
    write(repository, {"shop/others.py": HEAD + MAIL + NEW, "shop/apps.py": apps})
    assert told(repository) == [("shop/others.py", 9)]


def test_a_receiver_that_nobody_touched_is_told_when_its_helper_changes(repository):
    helped = (
        HEAD
        + "from shop.help import tell\n"
        + OLD.replace("send_mail('a', 'b', 'c', [])", "tell()")
    )
    write(repository, {"shop/signals.py": helped, "shop/help.py": "def tell():\n    pass\n"})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "quiet")
    git(repository, "checkout", "-qb", "more")
    assert told(repository, "work") == []
    write(
        repository, {"shop/help.py": MAIL + "\n\ndef tell():\n    send_mail('a', 'b', 'c', [])\n"}
    )
    assert told(repository, "work") == [("shop/signals.py", 9)]


def test_what_the_other_branch_mended_since_counts_from_the_merge_base(repository):
    git(repository, "checkout", "-q", "main")
    write(repository, {"shop/signals.py": HEAD})
    git(repository, "commit", "-qam", "mended")
    git(repository, "checkout", "-q", "work")
    assert told(repository) == []


def test_other_line_ends_on_disk_are_no_change(repository):
    path = repository / "shop/signals.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert told(repository) == []


def test_a_project_in_a_folder_of_the_repository(repository):
    inner = repository / "backend"
    write(inner, FILES)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "inner")
    git(repository, "checkout", "-qb", "inside")
    assert told(inner, "work") == []
    write(inner, {"shop/signals.py": HEAD + MAIL + OLD + NEW})
    assert told(inner, "work") == [("shop/signals.py", 14)]


def test_a_fix_mends_only_what_is_reported(repository):
    deferred = OLD.replace("send_mail('a', 'b', 'c', [])", "work.delay(instance.pk)")
    tasks = "from celery import shared_task\n\n\n@shared_task\ndef work(pk):\n    pass\n"
    head = HEAD + "from shop.tasks import work\n"
    write(repository, {"shop/tasks.py": tasks, "shop/signals.py": head + deferred})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "tasks")
    git(repository, "checkout", "-qb", "more")
    both = head + deferred + deferred.replace("old", "new")
    write(repository, {"shop/signals.py": both})
    found = signalgen.check(repository, since="work", select=["SG101"], fix="safe")
    added = [line for line in found.fixes.diff().splitlines() if "on_commit" in line]
    # The receiver that was there before has the same fault, and stays.
    assert len(added) == 1


def test_no_filter_or_hook_of_the_repository_runs(repository, tmp_path):
    seen = tmp_path / "seen"
    script = f"sh -c 'touch {seen}; cat'"
    for name in ("filter.odd.clean", "filter.odd.smudge", "diff.odd.textconv", "core.fsmonitor"):
        git(repository, "config", name, script)
    git(repository, "config", "diff.odd.command", script)
    (repository / ".git/info/attributes").write_text("*.py filter=odd diff=odd\n")
    write(repository, {"shop/signals.py": HEAD + MAIL + OLD + NEW})
    assert told(repository) == [("shop/signals.py", 14)]
    assert not seen.exists()


def test_a_program_of_the_project_is_never_taken_for_git(repository, tmp_path, monkeypatch):
    seen = tmp_path / "seen"
    (repository / "git").write_text(f"#!/bin/sh\ntouch {seen}\n")
    (repository / "git").chmod(0o755)
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", os.environ["PATH"]]))
    assert told(repository) == []
    assert not seen.exists()


def refused(root, since):
    with pytest.raises(signalgen.UsageError) as error:
        signalgen.check(root, since=since)
    (problem,) = error.value.problems
    return problem.message, problem.hint


def test_a_ref_that_is_none(repository):
    message, hint = refused(repository, "nowhere")
    assert message == "git does not know the commit 'nowhere'"
    assert hint == "git branch --all lists the branches"


@pytest.mark.parametrize("word", ["--output=x", "-h", "--upload-pack=touch x", ""])
def test_a_ref_is_never_an_option(repository, word):
    assert "git does not know the commit" in refused(repository, word)[0]
    assert not (repository / "x").exists()


def test_no_repository(tmp_path):
    write(tmp_path / "plain", FILES)
    assert "is not in a git repository" in refused(tmp_path / "plain", "main")[0]


def test_branches_without_a_common_commit(repository):
    git(repository, "checkout", "-q", "--orphan", "alone")
    git(repository, "commit", "-qm", "alone")
    assert "have no common commit" in refused(repository, "main")[0]


def test_a_shallow_clone_that_does_not_reach_back(repository, tmp_path):
    for branch in ("main", "work"):
        git(repository, "checkout", "-q", branch)
        git(repository, "commit", "-q", "--allow-empty", "-m", branch)
    clone = tmp_path / "clone"
    git(
        tmp_path,
        "clone",
        "-q",
        "--depth=1",
        "--no-single-branch",
        f"file://{repository}",
        str(clone),
    )
    message, hint = refused(clone, "origin/main")
    assert "too shallow" in message
    assert "fetch-depth: 0" in hint
    assert "fetch-depth: 0" in refused(clone, "origin/nowhere")[1]
    git(clone, "fetch", "-q", "--unshallow")
    assert told(clone, "origin/main") == []


def test_a_shallow_clone_that_reaches_back_will_do(repository, tmp_path):
    git(repository, "commit", "-q", "--allow-empty", "-m", "work")
    clone = tmp_path / "clone"
    git(
        tmp_path,
        "clone",
        "-q",
        "--depth=2",
        "--no-single-branch",
        f"file://{repository}",
        str(clone),
    )
    assert told(clone, "origin/main") == []


def test_the_command_says_it(repository):
    write(repository, {"shop/signals.py": HEAD + MAIL + OLD + NEW})
    words = [sys.executable, "-m", "signalgen", "check", "--since", "main", "--select", "SG101"]
    done = subprocess.run(words, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.count("SG101 ") == 1
    done = subprocess.run(
        [*words, "--write-baseline"], cwd=repository, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "leave out one of the two" in done.stderr
    assert not (repository / ".signalgen-baseline.json").exists()
