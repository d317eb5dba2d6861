"""Lines that set up mocks or keep old values. Entries: ``setup_lines``, ``Captures``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.testplan.follow.mockvalues import Raw
from signalgen.testplan.follow.mockvalues import known as known_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def setup_lines(
    given: Sequence[tuple[str, object]], settings: Mapping[str, object]
) -> tuple[str, ...]:
    """Return the statements that give the mocks their ``settings``; ``given`` are arguments."""
    plain = {path for path, _ in given if "." not in path}
    lines = [f"{path} = {_source(value)}" for path, value in settings.items() if path not in plain]
    return tuple(lines)


def _source(value: object) -> str:
    return repr(value) if isinstance(value, Raw) else known_value(value).text or repr(value)


class Captures:
    """The old values of attributes that the body changes.

    Expressions that mention such an attribute mean its old value.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self.lines: list[str] = []

    def rewrite(self, text: str) -> str:
        """Return ``text`` with every changed attribute replaced by the name of its old value."""
        for path in self._paths:
            pattern = rf"(?<![\w.]){re.escape(path)}\b(?!\.return_value)"
            if re.search(pattern, text):
                name = path.rpartition(".")[2] + "_before"
                line = f"{name} = {path}"
                if line not in self.lines:
                    self.lines.append(line)
                text = re.sub(pattern, name, text)
        return text
