"""Rules on projects that are written down in a dictionary: no disk, no command line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from signalgen.check import Choice, analyse
from signalgen.check.docs import DEFAULT_FILE
from signalgen.index import Index, build_index
from signalgen.project.roots import import_roots, module_names
from signalgen.project.sources import make_sources
from signalgen.project.survey import Survey
from signalgen.project.tables import Table
from signalgen.values.project import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.values.check import Finding

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
    sources = make_sources(Path("/nowhere"), (), overlay, {})
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


def lines(files: str | Mapping[str, str | bytes], code: str, **options: tuple[int, int] | None) -> list[int]:
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
    return found


def assert_silent(source: str | Mapping[str, str], code: str, **options: tuple[int, int] | None) -> None:
    """The rule finds nothing."""
    found = findings(source, code, **options)
    assert [(item.path, item.line, item.message) for item in found] == []
