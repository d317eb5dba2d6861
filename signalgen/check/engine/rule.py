"""What a rule is and yields; ``all_rules()`` finds them: one module each in ``rules/``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable

    from signalgen.index import Index
    from signalgen.values.check import Fix, Severity
    from signalgen.values.index import Receiver
    from signalgen.values.noqa import Noqa

Offer: TypeAlias = Literal["none", "safe", "unsafe", "both"]
_MODULE = pattern(r"sg\d{3}_[a-z0-9_]+")


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a rule yields: a node of the file at ``path``, and what is wrong with it.

    ``severity`` overrides the rule's. ``context`` names the receiver or signal, for the baseline.
    """

    path: str
    node: ast.AST
    message: str
    hint: str = ""
    severity: Severity | None = None
    context: str = ""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: ``on_receiver`` runs for each receiver, ``on_project`` once for the project.

    ``fix`` says which fixes it offers if it is certain of one, ``safety`` why they are safe or not.
    ``on_unused`` runs last, for each ``# noqa`` comment, with the codes that silenced nothing.
    """

    code: str
    name: str
    severity: Severity
    on_receiver: Callable[[Receiver, Index], Iterable[Found]] | None = None
    on_project: Callable[[Index], Iterable[Found]] | None = None
    default: bool = True
    fix: Offer = "none"
    safety: str = ""
    on_unused: Callable[[Index, str, Noqa, frozenset[str]], Iterable[Found]] | None = None


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by code."""
    names = (item.name for item in pkgutil.iter_modules([str(Path(__file__).parents[1] / "rules")]))
    found = [
        importlib.import_module(f"signalgen.check.rules.{name}").RULE
        for name in names
        if _MODULE.fullmatch(name)
    ]
    return tuple(sorted(found, key=lambda rule: rule.code))
