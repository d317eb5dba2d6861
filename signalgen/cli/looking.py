"""The shared parts of the commands that show a project: ``looking``."""

from __future__ import annotations

import inspect
from functools import reduce, wraps
from typing import TYPE_CHECKING, Any, get_args

import typer
from typer.models import ArgumentInfo

from signalgen.cli import options as opt
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from signalgen.cli.outcome import Outcome

_BEHIND_ARGUMENTS = {"project": (opt.ProjectDir, None)}
_FORMAT = {"format_": (opt.OutputFormat, opt.Format.text)}
_AT_THE_END = {
    "quiet": (opt.Quiet, False),
    "verbose": (opt.Traceback, False),
    "no_color": (opt.NoColor, False),
}


@dataclass(frozen=True, slots=True)
class Looking:
    """What every such command takes: the project, and how to show the answer.

    ``origin`` says how ``signalgen.fastpath`` will know the same call again, None if it cannot.
    """

    project: str | None
    view: opt.View
    origin: tuple[str, int] | None = None


def looking(
    command: str, end: Callable[[str, opt.View, Callable[[], Outcome]], int]
) -> Callable[[Callable[..., Outcome]], Callable[..., int]]:
    """Turn a function that shows a project into a command; ``end`` is ``conclude``.

    The function takes a Looking and its own options, and returns the Outcome. The command takes
    ``--project``, ``--quiet``, ``--verbose`` and ``--no-color`` too, and ``--format`` (text or
    json) if the function has no ``format_`` of its own.
    """

    def decorate(work: Callable[..., Outcome]) -> Callable[..., int]:
        has_format = "format_" in inspect.signature(work).parameters

        @wraps(work)
        def run(
            context: typer.Context,
            *,
            project: str | None,
            quiet: bool,
            verbose: bool,
            no_color: bool,
            **own: Any,
        ) -> int:
            chosen = own["format_"] if has_format else own.pop("format_")
            as_json = chosen is not None and chosen.value == "json"
            shown = opt.Format.json if as_json else opt.Format.text
            asked = Looking(project, opt.View(shown, quiet, verbose, no_color), context.obj)
            return end(command, asked.view, lambda: work(asked, **own))

        signature = _signature(work)
        # typer reads both; the attribute that ``wraps`` sets leads back to the function itself.
        del run.__wrapped__
        run.__signature__ = signature  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
        return run

    return decorate


def _signature(work: Callable[..., Outcome]) -> inspect.Signature:
    """Return the command's signature: the function's own parameters and the shared ones."""
    own = list(inspect.signature(work).parameters.values())[1:]
    found = [one.replace(annotation=_meant(work, one.annotation)) for one in own]
    behind = sum(map(_is_argument, found))
    head = [_shared(name, *what) for name, what in _BEHIND_ARGUMENTS.items()]
    last = _AT_THE_END if any(one.name == "format_" for one in own) else _FORMAT | _AT_THE_END
    tail = [_shared(name, *what) for name, what in last.items()]
    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    return inspect.Signature([context, *found[:behind], *head, *found[behind:], *tail])


def _meant(work: Callable[..., Outcome], annotation: str) -> object:
    """Return the option behind an annotation such as ``look.Depth``."""
    first, *rest = annotation.split(".")
    return reduce(getattr, rest, getattr(work, "__globals__", {})[first])


def _is_argument(one: inspect.Parameter) -> bool:
    return any(isinstance(part, ArgumentInfo) for part in get_args(one.annotation))


def _shared(name: str, annotation: object, default: object) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )
