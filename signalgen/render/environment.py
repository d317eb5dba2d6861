"""The Jinja2 environment, with filters that make values safe Python: ``make_environment(...)``.

A wheel also contains our templates compiled (``compile_templates``) for the release of Jinja2 that
it was built with. With any other release, and in a checkout, each run compiles them.
"""

from __future__ import annotations

import os
import re
import textwrap
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2.loaders import split_template_path

from signalgen.bounded import read_regular
from signalgen.errors import Problem, UsageError
from signalgen.late import pattern
from signalgen.packaged import template_folder
from signalgen.render.wording import in_words
from signalgen.sandbox import BoundedEnvironment
from signalgen.syntax import indent_code, string_literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from signalgen.values.plan import PlannedConnection, TaskStub


class Folder(jinja2.FileSystemLoader):
    """The templates in a folder, each of them a regular file of bounded size.

    If ``within`` is given, no link may lead out of the folder and all of these.
    """

    def __init__(self, folder: str | Path, within: Iterable[str] | None = None) -> None:
        super().__init__(folder)
        self.within = None if within is None else _real(folder, *within)

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return text and path of a template.

        Raises OSError, UnicodeDecodeError, and UsageError if it is outside.
        """
        del environment
        path = os.path.join(self.searchpath[0], *split_template_path(template))  # noqa: PTH118
        if self.within is not None and os.path.isfile(path):  # noqa: PTH113
            self._check(Path(path), self.within)
        try:
            text = read_regular(path).decode(self.encoding)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise jinja2.TemplateNotFound(template) from error
        return text, path, _always

    @staticmethod
    def _check(path: Path, within: Sequence[Path]) -> None:
        real = path.resolve()
        if not any(real.is_relative_to(folder) for folder in within):
            message = "this template is a link that leads out of the project"
            hint = "put the file itself here"
            raise UsageError(Problem(str(path), 0, 0, "", "outside-project", message, hint))


def _real(*folders: str | Path) -> tuple[Path, ...]:
    return tuple(Path(folder).resolve() for folder in folders if folder)


def _always() -> bool:
    return True


def make_environment(
    user_templates: str | None, line_length: int, root: str = ""
) -> jinja2.Environment:
    """Return the environment; the templates in ``user_templates`` replace ours, in a sandbox.

    Templates that are neither there nor in the project at ``root``, if given, are refused.
    """
    own = Folder(template_folder())
    compiled = template_folder() / _COMPILED
    loader: jinja2.BaseLoader = jinja2.ModuleLoader(compiled) if compiled.is_dir() else own
    kind: type[jinja2.Environment] = jinja2.Environment
    if user_templates:
        loader = jinja2.ChoiceLoader([Folder(user_templates, [root]), own])
        kind = BoundedEnvironment
    environment = kind(  # Python text, not HTML: values pass the quoting filters below
        loader=loader,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    filters: dict[str, Callable[..., object]] = {
        "code": _code,
        "comment": partial(comment, width=line_length),
        "connection": connection,
        "docstring": partial(docstring, width=line_length),
        "not_written": partial(not_written, width=line_length),
        "string_literal": string_literal,
        "words": in_words,
    }
    if isinstance(environment, BoundedEnvironment):
        environment.bound_filters(filters)
    else:
        environment.filters |= filters
    environment.tests["search_word"] = lambda text, word: (
        re.search(rf"\b{word}\b", text) is not None
    )
    return environment


def compile_templates(target: Path) -> None:
    """Write our templates into a folder below ``target``, as Python modules."""
    environment = make_environment(None, 0)
    environment.loader = Folder(template_folder())
    # Jinja2 applies filters to constants at once where they do not raise; ours depend on the run.
    ours = environment.filters.keys() - jinja2.filters.FILTERS.keys()
    environment.filters |= dict.fromkeys(ours, _of_the_run)
    environment.compile_templates(target / _COMPILED, ["j2"], zip=None, ignore_errors=False)


def _of_the_run(*_: object) -> str:
    raise jinja2.nodes.Impossible


def _code(text: str, levels: int) -> str:
    return indent_code(text.strip("\n"), levels)


_COMPILED = f"compiled_{jinja2.__version__}"
_BREAKS = pattern("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_CLOSING = pattern(r'"{3,}|"\Z')
_HIDDEN = pattern("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


def not_written(task: TaskStub, *, width: int = 88) -> str:
    """Return the message that a stub logs, split into adjacent literals if it is too long."""
    words = [f"{task.name} is not written yet", *(f"{name}=%r" for name in task.logged)]
    parts = [word + mark for word, mark in zip(words, [": ", *[", "] * len(words)], strict=False)]
    parts[-1] = words[-1]
    lines = [parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) > width - 11:  # eight blanks, two quotes and a comma
            lines.append("")
        lines[-1] += part
    return "\n".join(string_literal(line) for line in lines)


def comment(lines: Sequence[str], prefix: str, *, width: int = 88) -> str:
    """Return ``lines`` as comment lines; whatever could end a comment line starts a new one."""
    parts = [part.strip() for line in lines for part in _BREAKS.split(_HIDDEN.sub("", line))]
    return "\n".join(
        f"{prefix}{line}" for part in parts for line in _wrap(part, width - len(prefix))
    )


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 40), break_long_words=False, break_on_hyphens=False)


def docstring(text: str, indent: int = 4, *, width: int = 88) -> str:
    """Return a docstring of ``text`` that quotes, backslashes or odd line ends cannot break.

    ``indent`` is its column, also for later lines. Long lines are wrapped to ``width``.
    """
    clean = "\n".join(part.rstrip() for part in _BREAKS.split(_HIDDEN.sub("", text).strip()))
    escaped = _CLOSING.sub(lambda quotes: r"\"" * len(quotes.group()), clean.replace("\\", "\\\\"))
    lines = escaped.split("\n")
    if len(lines) == 1 and indent + len(escaped) + 6 <= width:
        return f'"""{escaped}"""'
    pad = " " * indent
    first, *more = _wrap(lines[0], width - indent - 3) or [""]
    if len(lines) == 1 and not more:  # the formatter would put the closing quotes behind it
        first, *more = _wrap(first, width - indent - 6)
    rest = [
        line
        for part in lines[1:]
        for line in (_wrap(part, width - indent) if len(part) > width - indent else [part])
    ]
    while rest and not rest[0]:
        rest.pop(0)
    body = [*more, *([""] if rest else []), *rest]
    return "\n".join([f'"""{first}', *(pad + line if line else "" for line in body), f'{pad}"""'])


def connection(c: PlannedConnection) -> str:
    """Return the arguments of ``@receiver``."""
    signals = c.signals[0] if len(c.signals) == 1 else f"[{', '.join(c.signals)}]"
    sender = f", sender={c.sender}" if c.sender else ""
    return f"{signals}{sender}, dispatch_uid={string_literal(c.dispatch_uid)}"
