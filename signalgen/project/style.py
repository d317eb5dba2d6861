"""How this project formats its code, from its formatters' configuration: ``read_style(...)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass, pattern
from signalgen.project.tables import Table, read_ini, read_toml
from signalgen.project.versions import version_of
from signalgen.values.project import Style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.project.sources import Sources

_DEFAULT_LENGTH = 88
_SHORTEST, _LONGEST = 40, 320
_HOOK_LENGTH = pattern(r"(?:--line-length[= ,'\"]+|-l[ ,'\"]+)(\d{1,9})")
_HOOK_QUOTES = pattern(r"--skip-string-normalization|(?<![\w-])-S(?![\w-])")
_SAMPLE = 60


@dataclass(frozen=True, slots=True)
class _Files:
    """The relevant configuration, each part empty if the project has none."""

    black: Table
    ruff: Table
    isort: Table
    flake8: Table
    editor: Table
    hooks: str
    yapf: bool
    black_used: bool
    ruff_used: bool


def read_style(
    sources: Sources, pyproject: Table, python: str | None, packages: Iterable[str]
) -> Style:
    """Return the style, with black's defaults for missing settings.

    ``python`` is a version specifier, ``packages`` what the project requires.
    """
    files = _files(sources, pyproject, frozenset(packages))
    lint = files.ruff.table("lint", "isort")
    sorting = lint if lint.values else files.ruff.table("isort")
    skip = _either(files.black, files.ruff.table("format"), "skip_magic_trailing_comma")
    return Style(
        formatter=_formatter(files),
        line_length=_line_length(files),
        single_quotes=_single_quotes(sources, files),
        skip_magic_trailing_comma=bool(skip),
        target_versions=_targets(files, python),
        force_single_line=bool(_either(files.isort, sorting, "force_single_line")),
        force_sort_within_sections=bool(
            _either(files.isort, sorting, "force_sort_within_sections")
        ),
        known_first_party=_strings(files.isort, sorting, "known_first_party"),
        known_third_party=_strings(files.isort, sorting, "known_third_party"),
        preview=bool(files.black.boolean("preview")),
    )


def _files(sources: Sources, pyproject: Table, packages: frozenset[str]) -> _Files:
    setup, tox = read_ini(sources.config("setup.cfg")), read_ini(sources.config("tox.ini"))
    ruff = next(
        (
            t
            for name in (".ruff.toml", "ruff.toml")
            if (t := read_toml(sources.config(name))) and t.values
        ),
        None,
    )
    hooks = sources.config(".pre-commit-config.yaml")
    black = pyproject.table("tool", "black")
    isort = (
        pyproject.table("tool", "isort"),
        read_ini(sources.config(".isort.cfg")).table("settings"),
        setup.table("isort"),
        tox.table("isort"),
    )
    flake8 = (
        setup.table("flake8"),
        tox.table("flake8"),
        read_ini(sources.config(".flake8")).table("flake8"),
        setup.table("pycodestyle"),
        setup.table("pep8"),
    )
    editor = read_ini(sources.config(".editorconfig"))
    sections = [editor.table(name) for name in editor.values if name == "*" or "py" in name]
    found = _dashed(ruff or pyproject.table("tool", "ruff"))
    return _Files(
        black=_dashed(black),
        ruff=found,
        isort=_dashed(_first(isort)),
        flake8=_dashed(_first(flake8)),
        editor=_dashed(_first(reversed(sections))),
        hooks=hooks,
        yapf=bool(
            pyproject.table("tool", "yapf").values
            or setup.table("yapf").values
            or sources.config(".style.yapf")
        ),
        black_used="black" in pyproject.table("tool").values
        or "black" in packages
        or "psf/black" in hooks
        or "id: black" in hooks,
        ruff_used="ruff-format" in hooks or "format" in found.values,
    )


def _first(tables: Iterable[Table]) -> Table:
    return next((table for table in tables if table.values), Table())


def _dashed(table: Table) -> Table:
    # Both spellings of a key are in use.
    values: dict[str, object] = {}
    for key, value in table.values.items():
        values[key.replace("-", "_")] = (
            _dashed(table.table(key)).values if isinstance(value, dict) else value
        )
    return Table(values)


def _either(one: Table, other: Table, key: str) -> bool | None:
    first = one.boolean(key)
    return other.boolean(key) if first is None else first


def _strings(one: Table, other: Table, key: str) -> tuple[str, ...]:
    return one.strings(key) or other.strings(key)


def _formatter(files: _Files) -> Literal["black", "ruff", "none"]:
    if files.black_used or not (files.ruff_used or files.yapf):
        return "black"
    return "ruff" if files.ruff_used else "none"


def _line_length(files: _Files) -> int:
    """Return the formatter's line length, otherwise the linters' or editors'."""
    hook = _HOOK_LENGTH.search(files.hooks)
    candidates = [files.black.integer("line_length")]
    if files.black_used:
        candidates += [int(hook.group(1)) if hook else None, _DEFAULT_LENGTH]
    candidates.append(files.ruff.integer("line_length"))
    if files.ruff_used:
        candidates.append(_DEFAULT_LENGTH)
    candidates += [files.isort.integer("line_length"), files.isort.integer("line_len")]
    candidates += [files.flake8.integer("max_line_length"), files.editor.integer("max_line_length")]
    return next(
        (n for n in candidates if n is not None and _SHORTEST <= n <= _LONGEST), _DEFAULT_LENGTH
    )


def _single_quotes(sources: Sources, files: _Files) -> bool:
    style = files.ruff.table("format").string("quote_style")
    linted = files.ruff.table("lint", "flake8_quotes").string(
        "inline_quotes"
    ) or files.flake8.string("inline_quotes")
    if "single" in (style, linted):
        return True
    skip = files.black.boolean("skip_string_normalization") or (
        files.black_used and _HOOK_QUOTES.search(files.hooks)
    )
    if not skip and style != "preserve" and (files.black_used or files.ruff_used):
        return False
    # Nothing normalises quotes here: follow most of the code, except Django's own migrations.
    written = [path for path in sources.paths if "/migrations/" not in path]
    text = b"".join(sources.data(path) for path in written[:: max(1, len(written) // _SAMPLE)])
    return text.count(b"'") > text.count(b'"')


def _targets(files: _Files, python: str | None) -> tuple[str, ...]:
    said = files.black.strings("target_version") or files.ruff.strings("target_version")
    if said:
        return tuple(version for version in said if re.fullmatch(r"py3\d+", version))
    version = version_of(python)
    return (f"py{version[0]}{version[1]}",) if version is not None and version[0] >= 3 else ()
