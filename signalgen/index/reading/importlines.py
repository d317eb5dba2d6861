"""Plain import statements, read three times faster than by Python's parser: ``read_import``."""

from __future__ import annotations

import ast

from signalgen.late import pattern

LAZY = pattern(rb"^lazy[ \t]+(?=(?:from|import)\b)")
"""The start of an import that loads its module on first use only (Python 3.15)."""
_REST = rb"(?:#[^\n]*|\s)*\Z"
_FROM = pattern(rb"from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(?:\(([\w\s,]+)\)|([\w \t,]+))" + _REST)
_IMPORT = pattern(rb"import[ \t]+(\w[\w. \t,]*)" + _REST)


def read_import(source: bytes) -> ast.Import | ast.ImportFrom | None:
    """Return the import in ``source``, None if it needs Python's own parser."""
    source = LAZY.sub(b"", source)
    found = _FROM.match(source)
    if found is not None:
        names = _aliases(found[3] or found[4])
        module = found[2].decode()
        return ast.ImportFrom(module or None, names, len(found[1])) if names else None
    found = _IMPORT.match(source)
    names = _aliases(found[1]) if found is not None else []
    return ast.Import(names) if names else None


def _aliases(text: bytes) -> list[ast.alias]:
    """Return the imported names, empty if anything is unusual."""
    found = []
    for part in text.decode().split(","):
        words = part.split()
        if len(words) == 1:
            found.append(ast.alias(words[0], None))
        elif len(words) == 3 and words[1] == "as":
            found.append(ast.alias(words[0], words[2]))
        elif words:
            return []
    return found
