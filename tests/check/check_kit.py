"""Rules on projects that are written down in a dictionary: no disk, no command line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from signalgen.check import Choice, all_rules, analyse
from signalgen.check.engine.docs import DEFAULT_FILE
from signalgen.fixing import fixed_once
from signalgen.index import Index, build_index
from signalgen.project.roots import import_roots, module_names
from signalgen.project.sources import make_sources
from signalgen.project.survey import Survey
from signalgen.project.tables import Table
from signalgen.source.reading import spoiled
from signalgen.values.project import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.values.check import Finding, Fix

MODELS = """\
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    pass


class Tag(models.Model):
    name = models.CharField(max_length=9)


class Base(models.Model):
    class Meta:
        abstract = True


class Order(Base):
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True)
    tags = models.ManyToManyField(Tag)
    number = models.CharField(max_length=9)
    email = models.EmailField()
    file = models.FileField()


class Gift(Order):
    pass


class OrderProxy(Order):
    class Meta:
        proxy = True


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    name = models.CharField(max_length=9)


class Invoice(models.Model):
    order = models.OneToOneField(Order, on_delete=models.CASCADE)
"""
APPS = """\
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from shop import signals
"""
BASE = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": MODELS, "shop/apps.py": APPS}
"""The app ``shop`` that every source lies in; a test may replace any file of it."""

OFFERS = {"none": set(), "safe": {"safe"}, "unsafe": {"unsafe"}, "both": {"safe", "unsafe"}}
"""The kinds of fixes that a rule's ``fix`` speaks of."""

EACH_OF_ITS_OWN = {
    **dict.fromkeys(("SG110", "SG308"), {"SG107", "SG305", "SG901"}),
    "SG307": {"SG309"},
}
"""Rules whose fix lets a receiver hear its senders, or a send have one: what is said then is new."""

HEAD = """\
from django.db.models.signals import m2m_changed, post_delete, post_init, post_save, pre_delete, pre_init, pre_save
from django.dispatch import Signal, receiver
from shop.models import Gift, Invoice, Line, Order, OrderProxy, Tag, User
"""
"""What most signal modules begin with: ``findings(HEAD + '''...''')``."""


def make_index(
    files: str | Mapping[str, str | bytes],
    *,
    django: tuple[int, int] | None = None,
    settings: Mapping[str, object] | None = None,
) -> Index:
    """Return the index of the base project with ``files`` laid over it; a text is ``shop/signals.py``."""
    given = {DEFAULT_FILE: files} if isinstance(files, str) else files
    overlay: dict[str, bytes | None] = {}
    for path, text in {**BASE, **given}.items():
        overlay[path] = text if isinstance(text, bytes) else dedent(text).encode()
    configs = {path: path for path in given if not path.endswith(".py") or path == "setup.py"}
    sources = make_sources(Path("/nowhere"), (), overlay, configs)
    pyproject = Table({"tool": {"signalgen": settings or {}}})
    names = module_names(sources, import_roots(sources, pyproject))
    return build_index(Survey(sources, names, Settings(), pyproject), django)


def findings(
    files: str | Mapping[str, str | bytes], code: str, *, django: tuple[int, int] | None = None
) -> list[Finding]:
    """Return what one rule finds."""
    # What silences nothing shows only when the rules run that it might silence.
    select = ("ALL",) if code == "SG001" else (code,)
    report = analyse(make_index(files, django=django), Choice(select=select))
    return [item for item in report.findings if item.code == code]


def lines(
    files: str | Mapping[str, str | bytes], code: str, **options: tuple[int, int] | None
) -> list[int]:
    """Return the lines of what one rule finds in ``shop/signals.py``."""
    return [item.line for item in findings(files, code, **options) if item.path == DEFAULT_FILE]


def marked(files: Mapping[str, str], code: str) -> list[tuple[str, int]]:
    """Return where ``# SG101`` stands at the end of a line."""
    return sorted(
        (path, number)
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if line.rstrip().endswith(f"# {code}")
    )


def assert_flags(
    source: str | Mapping[str, str], code: str, **options: tuple[int, int] | None
) -> list[Finding]:
    """The rule finds exactly the lines that end with ``# SG101``, and there is at least one."""
    files = {DEFAULT_FILE: source} if isinstance(source, str) else dict(source)
    found = findings(files, code, **options)
    dedented = {path: dedent(text) for path, text in files.items()}
    expected = marked(dedented, code)
    assert expected, f"no line is marked with # {code}"
    assert sorted({(item.path, item.line) for item in found}) == expected
    assert_mends(files, code, found, **options)
    return found


def assert_mends(
    files: Mapping[str, str | bytes],
    code: str,
    found: list[Finding],
    **options: tuple[int, int] | None,
) -> None:
    """The fixes that are offered are those that the rule speaks of, and they settle what they are offered for, all together.

    What is fixed parses, no line goes that no fix touches, no other rule finds more than before, and a second run does nothing.
    """
    rule = next(rule for rule in all_rules() if rule.code == code)
    offered = [item.fix for item in found if item.fix is not None]
    assert {"safe" if item.safe else "unsafe" for item in offered} <= OFFERS[rule.fix]
    if not offered:
        return
    others = everything(files, **options)
    fixed = mended(files, code, **options)
    left = findings(fixed, code, **options)
    assert [item.message for item in left if item.fix is not None] == []
    assert len(left) <= len(found) - len(offered)
    assert not {
        key: count
        for key, count in everything(fixed, **options).items()
        if count > others[key] and key not in EACH_OF_ITS_OWN.get(code, ())
    }


def mended(
    files: Mapping[str, str | bytes], code: str, **options: tuple[int, int] | None
) -> dict[str, str | bytes]:
    """Return the files after ``--unsafe-fixes``, round by round, each of which leaves alone what it does not have to touch."""
    now = dict(files)
    for _ in range(10):
        index, found = make_index(now, **options), findings(now, code, **options)
        done = fixed_once(index.code.survey, found, unsafe=True)
        if not done:
            break
        for path, data in done.items():
            assert spoiled(index.code.data(path), data) is None
            assert_keeps(index.code.data(path), data, [item.fix for item in found], path)
        now |= done
    return now


def everything(files: Mapping[str, str | bytes], **options: tuple[int, int] | None) -> Counter[str]:
    """Return how often each rule finds something."""
    report = analyse(make_index(files, **options), Choice(select=("ALL",)))
    return Counter(item.code for item in report.findings if item.code != "SG001")


def assert_keeps(before: bytes, after: bytes, fixes: list[Fix | None], path: str) -> None:
    """Every line that no edit touches is there afterwards, in its order; imports may have been joined."""
    touched = [
        (edit.start, edit.end) for fix in fixes if fix for edit in fix.edits if edit.path == path
    ]
    kept, at = [], 0
    for line in before.splitlines(keepends=True):
        end = at + len(line)
        if not any(start < end and stop >= at for start, stop in touched) and b"import" not in line:
            kept.append(line)
        at = end
    rest = iter(after.splitlines(keepends=True))
    assert all(line in rest for line in kept)


def assert_silent(
    source: str | Mapping[str, str], code: str, **options: tuple[int, int] | None
) -> None:
    """The rule finds nothing."""
    found = findings(source, code, **options)
    assert [(item.path, item.line, item.message) for item in found] == []
