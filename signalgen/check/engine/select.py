"""Which findings are wanted: ``--select``, ``--ignore``, ``[tool.signalgen]``, per-file ignores."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import all_rules
from signalgen.errors import Problem, UsageError
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from signalgen.check.engine.rule import Rule
    from signalgen.project.check_config import CheckSettings

ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Choice:
    """The rules wanted, as code prefixes (``SG1``, ``SG101``) or names; the defaults if empty.

    ``extend`` adds rules to the defaults. ``per_file`` maps path patterns to what is ignored there.
    """

    select: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file: Mapping[str, tuple[str, ...]] | None = None

    def rules(self, every: Sequence[Rule]) -> tuple[Rule, ...]:
        """Return the rules that are wanted. A longer prefix outweighs a shorter one, as in ruff."""
        return tuple(rule for rule in every if self._wants(rule))

    def _wants(self, rule: Rule) -> bool:
        wanted = _weight(rule, self.select) if self.select else (1 if rule.default else 0)
        wanted = max(wanted, _weight(rule, self.extend))
        return wanted > 0 and wanted > _weight(rule, self.ignore)

    def names(self, rule_code: str, rule_name: str) -> bool:
        """Tell whether a rule was asked for by its code or name, and not by ``ALL``."""
        given = (item for item in (*self.select, *self.extend) if item != ALL)
        return any(_matches(rule_code, rule_name, item) for item in given)

    def keeps(self, rule_code: str, rule_name: str, path: str) -> bool:
        """Tell whether the per-file ignores keep a finding in this file."""
        for pattern, codes in (self.per_file or {}).items():
            if _matches_path(path, pattern) and any(
                _matches(rule_code, rule_name, item) for item in codes
            ):
                return False
        return True

    def check(self, every: Sequence[Rule]) -> None:
        """Raise UsageError for prefixes that match no rule."""
        given = [*self.select, *self.extend, *self.ignore]
        for codes in (self.per_file or {}).values():
            given += codes
        problems = [
            Problem(
                "",
                0,
                0,
                "",
                "unknown-rule",
                f"there is no rule {item!r}",
                "signalgen explain lists the rules",
            )
            for item in dict.fromkeys(given)
            if not any(_matches(rule.code, rule.name, item) for rule in every)
        ]
        if problems:
            raise UsageError(problems)


def configured(
    settings: CheckSettings,
    select: tuple[str, ...] = (),
    extend: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
) -> Choice:
    """Return the choice of a project's settings and a caller; the caller's overrides the settings.

    Raises UsageError for unknown rules.
    """
    choice = Choice(
        select=select or settings.select,
        extend=(*settings.extend_select, *extend),
        ignore=ignore or settings.ignore,
        per_file={**settings.per_file_ignores, **dict.fromkeys(settings.exclude, ("ALL",))},
    )
    choice.check(all_rules())
    return choice


def _weight(rule: Rule, items: Iterable[str]) -> int:
    return max(
        (_exactness(item) for item in items if _matches(rule.code, rule.name, item)), default=0
    )


def _exactness(item: str) -> int:
    # ALL is the weakest, a full name the strongest; between them the longer prefix wins.
    return 1 if item == ALL else 100 if not item.upper().startswith("SG") else 1 + len(item)


def _matches(code: str, name: str, item: str) -> bool:
    return item in {ALL, name} or (item.upper().startswith("SG") and code.startswith(item.upper()))


def _matches_path(path: str, pattern: str) -> bool:
    pattern = pattern.removeprefix("./")
    return (
        fnmatch(path, pattern)
        or fnmatch(path, f"{pattern.rstrip('/')}/*")
        or fnmatch(f"/{path}", f"*/{pattern}")
    )
