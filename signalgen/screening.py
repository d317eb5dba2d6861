"""Makes untrusted text harmless for terminals and logs.

``screened`` is for what people read, ``one_line`` for its parts, ``screened_json`` for JSON.
"""

from __future__ import annotations

from signalgen.late import pattern

_PAINT = pattern(r"(\x1b\[(?:0|1|2|3[1-6])m)")
# The runner of GitHub acts on a line that begins with ``::``, whatever white space comes before it,
# and on ``##[`` anywhere in a line; other runners on ``##vso[`` and the like.
_COMMAND = pattern(r"(?m)^([ \t]*):(?=:)|(#)#(?=\w*\[)")
_IN_JSON = pattern(r"(?<=#)#(?=\w*\[)|\x7f")


def printable(text: str) -> str:
    """Return ``text`` with terminal control characters escaped; newlines and tabs stay."""
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(
        char
        if char.isprintable() or char in "\n\t"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def one_line(text: str) -> str:
    """Return ``text`` as ``printable`` does, newlines and tabs escaped as well."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def guarded(text: str) -> str:
    """Return ``text`` with everything escaped that a CI log would take for a command."""
    if "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(lambda it: rf"{it[2] or it[1]}\x{'23' if it[2] else '3a'}", text)


def screened(text: str) -> str:
    """Return ``text`` for people to read: nothing in it acts on a terminal or on a CI log.

    Newlines, tabs and our own colours stay. A second call changes nothing.
    """
    if "\x1b" not in text:
        return guarded(printable(text))
    parts = _PAINT.split(text)
    return guarded("".join(p if at % 2 else printable(p) for at, p in enumerate(parts)))


def screened_json(text: str) -> str:
    """Return the same JSON value in ASCII, without anything that a CI log takes for a command."""
    if "##" not in text and "\x7f" not in text:
        return text
    return _IN_JSON.sub(lambda it: f"\\u{ord(it[0]):04x}", text)
