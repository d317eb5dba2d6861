"""Formats fragments in the project's style; uses black. Entry: ``format_fragments``."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from _black_version import version

from signalgen import source
from signalgen.canon import certainly_same
from signalgen.errors import Problem, UsageError
from signalgen.fastpath import digest
from signalgen.foreseen import foresee
from signalgen.late import pattern
from signalgen.source.reading import newer, spoiled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from signalgen.values.fragment import Fragment
    from signalgen.values.project import Style
    from signalgen.values.textcache import TextCache

    Version = tuple[int, int]

# A double-quoted string without any quotes inside can change its quotes safely; a single-quoted one
# with escaped quotes, and no double ones, loses the escapes.
_DOUBLE = pattern(r"""([A-Za-z]*)"(?!"")((?:[^'"\\]|\\[^'"])*)\"""")
_ESCAPED = pattern(r"""([bBfFuU]*)'(?!'')((?:[^'"\\]|\\[^"])*\\'(?:[^'"\\]|\\[^"])*)'""")


def format_fragments(
    fragments: Sequence[Fragment],
    style: Style,
    cache: TextCache | None = None,
    oldest: Version | None = None,
    last: Mapping[str, str] | None = None,
) -> tuple[Fragment, ...]:
    """Return ``fragments`` formatted in ``style``; ``cache`` holds earlier results of black.

    A cached text is used if it is the fragment's own code, comments included, or the text that an
    earlier run generated for the same symbol: these are in ``last``, by the fragments' ids.
    ``oldest`` is the oldest Python that must read them, None for the running one. Raises UsageError
    if ruff is asked for and cannot be run, and for a fragment that is not valid Python, or too new
    for ``oldest``, which only a user's template can cause.
    """
    if style.formatter == "black":
        texts = _by_black(fragments, style, cache, oldest, last or {})
        if style.single_quotes:
            texts = [_single(text) for text in texts]
    elif style.formatter == "ruff":
        texts = _by_ruff(fragments, style)
    else:
        texts = [_formatted(fragment, style, _plain) for fragment in fragments]
    if style.formatter != "black":
        texts = [_read_by(oldest, *pair) for pair in zip(fragments, texts, strict=True)]
    return tuple(
        replace(fragment, text=text) for fragment, text in zip(fragments, texts, strict=True)
    )


def _read_by(oldest: Version | None, fragment: Fragment, text: str) -> str:
    if oldest is None:
        return source.requoted(text)
    text = source.requoted(text) if oldest < (3, 12) else text
    for item in source.newer_than(text, oldest):
        needed, own = (".".join(map(str, version)) for version in (item.version, oldest))
        what = f"{item.what} in the {fragment.kind} {fragment.name}"
        message = f"{what} needs Python {needed}, and the project is for Python {own}"
        hint = "correct the template that it is made from"
        raise UsageError(Problem(fragment.path, 0, 0, "", "newer-python", message, hint))
    return text


def _by_black(
    fragments: Sequence[Fragment],
    style: Style,
    cache: TextCache | None,
    oldest: Version | None,
    last: Mapping[str, str],
) -> list[str]:
    keys = [_key(fragment.text, style, oldest) for fragment in fragments]
    cached = cache.load(keys) if cache is not None else {}
    known: dict[str, str] = {}
    made: dict[str, str] = {}
    for key, fragment in zip(keys, fragments, strict=True):
        if key in known:
            continue
        text = cached.get(key)
        if text is None or not (text == last.get(fragment.id) or _is_its_own(text, fragment)):
            text = made[key] = _read_by(oldest, fragment, _formatted(fragment, style, _black))
        known[key] = text
    if cache is not None:
        cache.save(made)
    return [known[key] for key in keys]


def _is_its_own(text: str, fragment: Fragment) -> bool:
    # Write access to the cache must not be enough to write code.
    return text.endswith("\n") and certainly_same(fragment.text, text)


def _by_ruff(fragments: Sequence[Fragment], style: Style) -> list[str]:
    # All fragments in one go, each below a marker line; one by one where that fails.
    marks = [
        f"# {digest(fragment.text.encode('utf-8', 'surrogatepass'))} {index}\n"
        for index, fragment in enumerate(fragments)
    ]
    together = "\n\n".join(
        mark + fragment.text for mark, fragment in zip(marks, fragments, strict=True)
    )
    try:
        rest = _ruff(together, style) if fragments else ""
    except ValueError:
        rest = ""
    texts = []
    # From the end, so that a marker that also occurs in an earlier fragment cannot mislead.
    for mark in reversed(marks):
        rest, found, text = rest.rpartition(mark)
        texts.append(text.strip("\n") + "\n" if found else "")
    # A marker is missing or moved: the fragments are formatted one by one.
    if rest or "" in texts:
        return [_formatted(fragment, style, _ruff) for fragment in fragments]
    return texts[::-1]


def _key(text: str, style: Style, oldest: Version | None) -> str:
    # Everything that black's result depends on.
    parts = (
        version,
        style.line_length,
        style.single_quotes,
        style.skip_magic_trailing_comma,
        style.preview,
        *sorted(style.target_versions),
        oldest,
        text,
    )
    return digest("\0".join(map(str, parts)).encode("utf-8", "surrogatepass"))


def _formatted(fragment: Fragment, style: Style, write: Callable[[str, Style], str]) -> str:
    try:
        return write(fragment.text, style)
    except ValueError as error:
        if spoiled(None, fragment.text.encode("utf-8", "surrogatepass")) is None:
            # Newer syntax than the formatter knows.
            return fragment.text
        message = f"the {fragment.kind} {fragment.name} was generated as invalid Python: {error}"
        hint = "correct the template that it is made from"
        raise UsageError(Problem(fragment.path, 0, 0, "", "template", message, hint)) from error


def _plain(text: str, style: Style) -> str:
    del style
    wrong = spoiled(None, text.encode("utf-8", "surrogatepass"))
    if wrong is not None:
        raise ValueError(wrong.text)
    return text


def _black(text: str, style: Style) -> str:
    import black
    from black.mode import TargetVersion
    from black.parsing import InvalidInput

    known = {version.name.lower(): version for version in TargetVersion}
    mode = black.Mode(
        line_length=style.line_length,
        string_normalization=not style.single_quotes,
        magic_trailing_comma=not style.skip_magic_trailing_comma,
        preview=style.preview,
        target_versions={known[name] for name in style.target_versions if name in known},
    )
    try:
        # black's preview features are not predicted.
        if not style.preview:
            text = foresee(text, style.line_length, quotes=not style.single_quotes)
        return black.format_str(text, mode=mode)
    except InvalidInput as error:
        raise ValueError(str(error)) from error


def format_statement(text: str, style: Style, indent: int) -> str | None:
    """Return one statement, formatted for an indentation of ``indent`` columns.

    The first line is not indented. None if the statement must stay as it is.
    """
    if '"""' in text or "'''" in text or "\\\n" in text:
        # The white space of such lines is part of a string.
        return None
    # single_quotes: black leaves the strings of the user's own statement as they are.
    narrow = replace(style, line_length=max(style.line_length - indent, 20), single_quotes=True)
    try:
        lines = _black(text.replace("\r\n", "\n") + "\n", narrow).rstrip("\n").split("\n")
    except ValueError:
        return None
    return "\n".join([lines[0], *(" " * indent + line if line else line for line in lines[1:])])


def _single(text: str) -> str:
    # As ruff does: strings that would then need an escape keep their double quotes.
    if newer(text):
        # The strings cannot be told apart.
        return text
    lines = [line + "\n" for line in text.split("\n")]
    # From the end, so that earlier columns of the line stay valid.
    for row, start, end in reversed(_strings(text)):
        line = lines[row]
        found = line[start:end]
        if match := _DOUBLE.fullmatch(found):
            found = f"{match[1]}'{match[2]}'"
        elif match := _ESCAPED.fullmatch(found):
            unescaped = match[2].replace("\\'", "'")
            found = f'{match[1]}"{unescaped}"'
        lines[row] = line[:start] + found + line[end:]
    return "".join(lines)[:-1]


def _strings(text: str) -> list[tuple[int, int, int]]:
    # Row, first column and end column of each string; an f-string counts as one.
    import io
    import tokenize

    found: list[tuple[int, int, int]] = []
    opened: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        start = token.start
        if kind in ("FSTRING_START", "TSTRING_START"):
            opened.append(start)
            continue
        if kind in ("FSTRING_END", "TSTRING_END"):
            start = opened.pop()
        elif kind != "STRING":
            continue
        # Strings inside an f-string stay, and so do those of several lines.
        if not opened and start[0] == token.end[0]:
            found.append((start[0] - 1, start[1], token.end[1]))
    return found


def _ruff_executable() -> str:
    import shutil  # loads what few runs need

    # The one beside the running Python, which need not be on the PATH, comes first. Places relative
    # to the current folder are left out: the project could have a program there.
    places = [str(Path(sys.executable).parent), *os.get_exec_path()]
    fixed = os.pathsep.join(place for place in places if Path(place).is_absolute())
    found = shutil.which("ruff", path=fixed)
    if found is None or not Path(found).is_absolute():
        raise FileNotFoundError("ruff")
    return found


def _ruff(text: str, style: Style) -> str:
    import subprocess  # loads what few runs need

    # From this environment or the PATH, as the project's own run would find it.
    settings = [f"line-length={style.line_length}"]
    settings.append(f"format.quote-style='{'single' if style.single_quotes else 'double'}'")
    arguments = ["format", "--isolated", "--stdin-filename", "fragment.py"]
    for setting in settings:
        arguments += ["--config", setting]
    try:
        command = [_ruff_executable(), *arguments]
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [*command, "-"], input=text, capture_output=True, encoding="utf-8", check=False
        )
    except FileNotFoundError:
        message = 'formatter = "ruff" is set, but ruff is not installed'
        raise UsageError(
            Problem(
                "pyproject.toml",
                0,
                0,
                "tool.signalgen.formatter",
                "no-ruff",
                message,
                'pip install "signalgen[ruff]"',
            )
        ) from None
    if done.returncode:
        raise ValueError(done.stderr.strip())
    return done.stdout
